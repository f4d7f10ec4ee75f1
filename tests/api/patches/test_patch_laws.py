"""Laws that hold for every patch, on generated Deployments."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.api.patches import jsonmerge, strategic
from minikctl.api.schemas import schema_for

SCHEMA = schema_for("apps/v1", "Deployment")
WORDS = st.sampled_from(["1", "2", "3"])


def some(**fields):
    """Objects with any of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


def keyed(key, names, **fields):
    """Merged lists: each name at most once, in any order."""

    def element(name):
        return some(**fields).map(lambda rest: {key: name, **rest})

    return st.permutations(names).flatmap(lambda order: st.integers(0, len(names)).flatmap(
        lambda count: st.tuples(*map(element, order[:count])).map(list)
    ))


LABELS = st.dictionaries(st.sampled_from(["a", "b", "c"]), WORDS, max_size=3)
CONTAINERS = keyed(
    "name", ["one", "two", "three"],
    image=WORDS,
    env=keyed("name", ["A", "B"], value=WORDS),
    ports=keyed("containerPort", [80, 81], protocol=st.sampled_from(["TCP", "UDP"])),
    args=st.lists(WORDS, max_size=2),
)
VOLUMES = keyed("name", ["v", "w"], emptyDir=st.just({}), configMap=st.fixed_dictionaries({"name": WORDS}))
DEPLOYMENTS = st.fixed_dictionaries({
    "metadata": some(labels=LABELS, finalizers=st.lists(st.sampled_from(["x", "y", "z"]), unique=True)),
    "spec": some(
        replicas=st.integers(0, 2),
        strategy=some(
            type=st.sampled_from(["Recreate", "RollingUpdate"]), rollingUpdate=some(maxSurge=st.integers(0, 1)),
        ),
        template=some(
            spec=some(containers=CONTAINERS, volumes=VOLUMES, tolerations=st.lists(some(key=WORDS), max_size=2)),
        ),
    ),
})


def unordered(obj):
    """The object with its finalizers sorted: upstream does not see that an unsorted list was brought into order."""
    meta = dict(obj["metadata"])
    if "finalizers" in meta:
        meta["finalizers"] = sorted(meta["finalizers"])
    return {**obj, "metadata": meta}


@given(DEPLOYMENTS, DEPLOYMENTS)
@settings(max_examples=80, deadline=None)
def test_a_two_way_patch_makes_the_second_of_the_first(old, new):
    before = copy.deepcopy((old, new))
    patch = strategic.create_two_way(old, new, SCHEMA)
    assert unordered(strategic.apply(old, patch, SCHEMA)) == unordered(new)
    assert (old, new) == before


@given(DEPLOYMENTS)
@settings(max_examples=30, deadline=None)
def test_no_change_is_an_empty_patch(obj):
    # an unsorted list of scalars says its order each time, as upstream
    obj = unordered(obj)
    assert strategic.create_two_way(obj, obj, SCHEMA) == {}
    assert strategic.create_three_way(obj, obj, obj, SCHEMA) == {}


@given(DEPLOYMENTS, DEPLOYMENTS)
@settings(max_examples=50, deadline=None)
def test_a_three_way_patch_is_a_two_way_one_where_nobody_interfered(old, new):
    patch = strategic.create_three_way(old, new, old, SCHEMA)
    result = strategic.apply(old, patch, SCHEMA)
    assert unordered(result) == unordered(new)
    # applied a second time it changes nothing
    again = strategic.create_three_way(new, new, result, SCHEMA)
    assert unordered(strategic.apply(result, again, SCHEMA)) == unordered(new)


def contains(live, manifest):
    """Whether every field of the manifest stands in the live object; merged lists by their keys."""
    if isinstance(manifest, dict):
        return isinstance(live, dict) and all(key in live and contains(live[key], manifest[key]) for key in manifest)
    if isinstance(manifest, list) and manifest and isinstance(manifest[0], dict):
        for key in ("name", "containerPort"):
            if key in manifest[0]:
                there = {each[key]: each for each in live}
                return all(each[key] in there and contains(there[each[key]], each) for each in manifest)
    if isinstance(manifest, list) and isinstance(live, list):
        return live == manifest or set(map(str, manifest)) <= set(map(str, live))
    return live == manifest


@given(DEPLOYMENTS, DEPLOYMENTS, DEPLOYMENTS)
@settings(max_examples=80, deadline=None)
def test_after_apply_the_manifest_holds_and_others_labels_stay(old, new, live):
    before = copy.deepcopy((old, new, live))
    patch = strategic.create_three_way(old, new, live, SCHEMA)
    result = strategic.apply(live, patch, SCHEMA)
    assert (old, new, live) == before
    assert contains(result, new)
    kept = set(live["metadata"].get("labels", {}))
    mine, wanted = set(old["metadata"].get("labels", {})), set(new["metadata"].get("labels", {}))
    if "labels" in new["metadata"] or "labels" not in old["metadata"]:
        assert set(result["metadata"].get("labels", {})) == (kept - (mine - wanted)) | wanted


@given(DEPLOYMENTS, DEPLOYMENTS)
@settings(max_examples=50, deadline=None)
def test_a_json_merge_patch_makes_the_second_of_the_first(old, new):
    before = copy.deepcopy((old, new))
    assert jsonmerge.apply(old, jsonmerge.create_two_way(old, new)) == new
    assert jsonmerge.apply(old, jsonmerge.create_three_way(old, new, old)) == new
    assert (old, new) == before
