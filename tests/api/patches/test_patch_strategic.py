"""Strategic merge patches: what upstream's tests imply, in tables over real kinds."""

import copy

import pytest

from minikctl.api.patches import strategic
from minikctl.api.patches.words import ConflictError, PatchError
from minikctl.api.schemas import schema_for

DEPLOYMENT = schema_for("apps/v1", "Deployment")
PODS = DEPLOYMENT.field("spec").field("template").field("spec")
SERVICE = schema_for("v1", "Service").field("spec")
META = DEPLOYMENT.field("metadata")
CONTAINER = PODS.field("containers").items
SPEC = DEPLOYMENT.field("spec")
CONFIG_MAP = schema_for("v1", "ConfigMap")


def named(*names, **rest):
    return [{"name": name, **rest} for name in names]


# (what it shows, schema, object, patch, result)
APPLIED = [
    ("scalars are set", SPEC, {"replicas": 1}, {"replicas": 2}, {"replicas": 2}),
    ("new fields are taken", SPEC, {}, {"replicas": 2}, {"replicas": 2}),
    ("null deletes", SPEC, {"replicas": 1, "paused": True}, {"replicas": None}, {"paused": True}),
    ("null for nothing is nothing", SPEC, {"paused": True}, {"replicas": None}, {"paused": True}),
    ("nulls in something new are dropped", SPEC, {}, {"template": {"spec": None, "metadata": {"name": None}}},
     {"template": {"metadata": {}}}),
    ("nulls in new list elements are dropped", PODS, {}, {"containers": named("a", image=None)},
     {"containers": named("a")}),
    ("maps are merged", META, {"labels": {"a": "1", "b": "2"}}, {"labels": {"b": "3", "c": "4"}},
     {"labels": {"a": "1", "b": "3", "c": "4"}}),
    ("keys of maps are deleted", META, {"labels": {"a": "1", "b": "2"}}, {"labels": {"b": None}},
     {"labels": {"a": "1"}}),
    ("an empty map changes nothing", META, {"labels": {"a": "1"}}, {"labels": {}}, {"labels": {"a": "1"}}),
    ("another type replaces", SPEC, {"replicas": {"a": 1}}, {"replicas": 1}, {"replicas": 1}),
    ("data of a ConfigMap is a map like others", CONFIG_MAP, {"data": {"a": "1"}}, {"data": {"b": "2", "a": None}},
     {"data": {"b": "2"}}),
    # merge keys
    ("elements are merged by name", PODS, {"containers": named("a", "b", image="x")},
     {"containers": named("b", image="y")}, {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]}),
    ("new elements come before those that stay", PODS, {"containers": named("a")}, {"containers": named("b", "c")},
     {"containers": named("b", "c", "a")}),
    ("ports of containers are merged by containerPort",
     CONTAINER, {"ports": [{"containerPort": 80, "name": "web"}, {"containerPort": 81}]},
     {"ports": [{"containerPort": 80, "protocol": "TCP"}]},
     {"ports": [{"containerPort": 80, "name": "web", "protocol": "TCP"}, {"containerPort": 81}]}),
    ("so two protocols of one containerPort are one entry to a patch",
     CONTAINER,
     {"ports": [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]},
     {"ports": [{"containerPort": 53, "name": "dns"}]},
     {"ports": [{"containerPort": 53, "protocol": "TCP", "name": "dns"}, {"containerPort": 53, "protocol": "UDP"}]}),
    ("and deleting one deletes both", CONTAINER,
     {"ports": [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]},
     {"ports": [{"containerPort": 53, "$patch": "delete"}]}, {"ports": []}),
    ("ports of Services are merged by port", SERVICE, {"ports": [{"port": 80}, {"port": 81, "name": "b"}]},
     {"ports": [{"port": 81, "targetPort": 8081}]},
     {"ports": [{"port": 80}, {"port": 81, "name": "b", "targetPort": 8081}]}),
    ("numbers of different types are two keys", SERVICE, {"ports": [{"port": 80}]}, {"ports": [{"port": 80.0}]},
     {"ports": [{"port": 80.0}, {"port": 80}]}),
    ("volumeMounts are merged by mountPath", CONTAINER,
     {"volumeMounts": [{"mountPath": "/a", "name": "v"}]}, {"volumeMounts": [{"mountPath": "/a", "readOnly": True}]},
     {"volumeMounts": [{"mountPath": "/a", "name": "v", "readOnly": True}]}),
    ("env is merged by name", CONTAINER, {"env": named("A", "B", value="1")},
     {"env": [{"name": "A", "value": None, "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]},
     {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}, {"name": "B", "value": "1"}]}),
    ("ownerReferences are merged by uid", META, {"ownerReferences": [{"uid": "1", "name": "a"}]},
     {"ownerReferences": [{"uid": "2", "name": "b"}]},
     {"ownerReferences": [{"uid": "2", "name": "b"}, {"uid": "1", "name": "a"}]}),
    ("hostAliases are merged by ip", PODS, {"hostAliases": [{"ip": "1", "hostnames": ["a"]}]},
     {"hostAliases": [{"ip": "1", "hostnames": ["b"]}]}, {"hostAliases": [{"ip": "1", "hostnames": ["b"]}]}),
    ("an empty list merges nothing", PODS, {"containers": named("a")}, {"containers": []},
     {"containers": named("a")}),
    ("two empty lists are one", PODS, {"containers": []}, {"containers": []}, {"containers": []}),
    # lists without a merge key
    ("tolerations are replaced", PODS, {"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]},
     {"tolerations": [{"key": "b"}]}),
    ("args are replaced", CONTAINER, {"args": ["a", "b"]}, {"args": ["c"]}, {"args": ["c"]}),
    ("lists are replaced by empty ones", PODS, {"tolerations": [{"key": "a"}]}, {"tolerations": []},
     {"tolerations": []}),
    # scalars that are merged
    ("finalizers are added", META, {"finalizers": ["a", "b"]}, {"finalizers": ["c"]}, {"finalizers": ["c", "a", "b"]}),
    ("finalizers stand once", META, {"finalizers": ["a", "b"]}, {"finalizers": ["b"]}, {"finalizers": ["a", "b"]}),
    ("finalizers are deleted beside the list", META, {"finalizers": ["a", "b", "c"]},
     {"$deleteFromPrimitiveList/finalizers": ["b", "x"]}, {"finalizers": ["a", "c"]}),
    ("additions and deletions at once", META, {"finalizers": ["a", "b"]},
     {"$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"], "$setElementOrder/finalizers": ["b", "c"]},
     {"finalizers": ["b", "c"]}),
    ("there is nothing to delete from", META, {}, {"$deleteFromPrimitiveList/finalizers": ["a"]}, {}),
    # $patch
    ("an element is deleted", PODS, {"containers": named("a", "b")},
     {"containers": [{"name": "a", "$patch": "delete"}]}, {"containers": named("b")}),
    ("an element that is not there is deleted", PODS, {"containers": named("a")},
     {"containers": [{"name": "x", "$patch": "delete"}]}, {"containers": named("a")}),
    ("a list is replaced", PODS, {"containers": named("a", "b")},
     {"containers": [{"$patch": "replace"}, {"name": "c"}]}, {"containers": named("c")}),
    ("a list is emptied", PODS, {"containers": named("a", "b")}, {"containers": [{"$patch": "replace"}]},
     {"containers": []}),
    ("a map is replaced", META, {"labels": {"a": "1"}}, {"labels": {"$patch": "replace", "b": "2"}},
     {"labels": {"b": "2"}}),
    ("a map is deleted", META, {"labels": {"a": "1"}}, {"labels": {"$patch": "delete", "b": "2"}}, {"labels": {}}),
    ("the whole object is replaced", META, {"labels": {"a": "1"}}, {"$patch": "replace", "name": "x"}, {"name": "x"}),
    ("directives about nothing leave nothing", META, {}, {"labels": {"$patch": "delete"}}, {}),
    ("directives in new elements leave nothing", PODS, {},
     {"containers": [*named("a"), {"name": "b", "$patch": "delete"}]},
     {"containers": named("a")}),
    # $setElementOrder
    ("order is set", PODS, {"containers": named("a", "b", "c")},
     {"$setElementOrder/containers": named("c", "a", "b")}, {"containers": named("c", "a", "b")}),
    ("what the order does not name keeps its place", PODS, {"containers": named("a", "b", "c", "d")},
     {"$setElementOrder/containers": named("d", "a")}, {"containers": named("b", "c", "d", "a")}),
    ("order and changes at once", PODS, {"containers": named("a", "b")},
     {"$setElementOrder/containers": named("b", "x", "a"),
     "containers": [{"name": "x", "image": "i"}, {"name": "a", "image": "j"}]},
     {"containers": [{"name": "b"}, {"name": "x", "image": "i"}, {"name": "a", "image": "j"}]}),
    ("order and deletions at once", PODS, {"containers": named("a", "b", "c")},
     {"$setElementOrder/containers": named("c", "a"), "containers": [{"name": "b", "$patch": "delete"}]},
     {"containers": named("c", "a")}),
    ("order of scalars", META, {"finalizers": ["a", "b", "c"]}, {"$setElementOrder/finalizers": ["c", "a"]},
     {"finalizers": ["b", "c", "a"]}),
    ("order of a list that comes", PODS, {},
     {"$setElementOrder/containers": named("b", "a"), "containers": named("b", "a")}, {"containers": named("b", "a")}),
    ("order of a list that is not there", PODS, {}, {"$setElementOrder/containers": named("a")}, {}),
    ("a new element comes after those that stay when another goes", PODS, {"containers": named("a", "sidecar")},
     {"$setElementOrder/containers": named("x"), "containers": [*named("x"), {"name": "a", "$patch": "delete"}]},
     {"containers": named("sidecar", "x")}),
    ("and before them otherwise", PODS, {"containers": named("a", "sidecar")},
     {"$setElementOrder/containers": named("x", "a"), "containers": named("x")},
     {"containers": named("x", "a", "sidecar")}),
    # $retainKeys
    ("what is not retained goes", SPEC, {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}},
     {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}, {"strategy": {"type": "Recreate"}}),
    ("what is retained stays", SPEC, {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}},
     {"strategy": {"$retainKeys": ["type", "rollingUpdate"], "rollingUpdate": {"maxUnavailable": 2}}},
     {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 2}}}),
    ("a volume changes its source", PODS, {"volumes": [{"name": "v", "emptyDir": {}}]},
     {"volumes": [{"name": "v", "$retainKeys": ["name", "secret"], "secret": {"secretName": "s"}}]},
     {"volumes": [{"name": "v", "secret": {"secretName": "s"}}]}),
]


def case_names(cases):
    return [case[0].replace(" ", "-") for case in cases]


@pytest.mark.parametrize(("schema", "original", "patch", "result"), [case[1:] for case in APPLIED],
ids=case_names(APPLIED))
def test_patches_are_applied(schema, original, patch, result):
    before = copy.deepcopy((original, patch))
    assert strategic.apply(original, patch, schema) == result
    assert (original, patch) == before


WRONG = [
    ({"containers": [{"image": "x"}]}, "map: map[image:x] does not contain declared merge key: name", 500),
    ({"containers": [{"$patch": "delete"}]}, "map: map[$patch:delete] does not contain declared merge key: name", 500),
    ({"containers": [{"name": "a", "$patch": "x"}]}, "unknown patch type: x in map: map[$patch:x name:a]", 500),
    ({"containers": [{"name": "a", "$patch": "merge"}]}, "merging lists cannot yet be specified in the patch", 500),
    ({"nodeSelector": {"$patch": "x", "a": "b"}}, "unknown patch type: x in map: map[$patch:x a:b]", 500),
    ({"containers": [["a"]]}, "list element types are not identical: [[map[name:a]] [[a]]]", 500),
    ({"containers": ["a"]}, "list element types are not identical: [[map[name:a]] [a]]", 500),
    ({"nope": {"a": {}}}, 'unable to find api field in struct PodSpec for the json field "nope"', 500),
    ({"$setElementOrder/containers": "x"}, "expected a []interface {}, but received a string", 500),
    ({"$setElementOrder": []}, "invalid patch format of setElementOrder list", 400),
    ({"$deleteFromPrimitiveList": []}, "invalid patch format of primitive list", 400),
    ({"$setElementOrder/containers": named("b"), "containers": named("a")},
     "The order in patch list:\n[map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n", 500),
    ({"$retainKeys": "x"}, "invalid patch format of retainKeys", 400),
    ({"$retainKeys": ["a"], "containers": []}, "invalid patch format of retainKeys", 400),
]


@pytest.mark.parametrize(("patch", "message", "code"), WRONG)
def test_wrong_patches_are_refused_in_upstream_s_words(patch, message, code):
    original = {"containers": named("a"), "nodeSelector": {}, "nope": {"a": {}}}
    with pytest.raises(PatchError) as caught:
        strategic.apply(original, patch, PODS)
    assert (str(caught.value), caught.value.code) == (message, code)


def test_lists_of_lists_are_refused():
    with pytest.raises(PatchError) as caught:
        strategic.apply({"containers": []}, {"containers": [["a"]]}, PODS)
    assert (str(caught.value), caught.value.code) == ("lists of lists are not supported", 422)


# (what it shows, schema, from, to, patch)
TWO_WAY = [
    ("nothing changed", PODS, {"containers": named("a")}, {"containers": named("a")}, {}),
    ("a scalar changed", SPEC, {"replicas": 1}, {"replicas": 2}, {"replicas": 2}),
    ("a field went", SPEC, {"replicas": 1, "paused": True}, {"paused": True}, {"replicas": None}),
    ("True is not 1", SPEC, {"replicas": 1}, {"replicas": True}, {"replicas": True}),
    ("1 is not 1.5", SPEC, {"replicas": 1}, {"replicas": 1.5}, {"replicas": 1.5}),
    ("labels changed", META, {"labels": {"a": "1", "b": "2"}}, {"labels": {"a": "2"}},
     {"labels": {"a": "2", "b": None}}),
    ("an element changed", PODS, {"containers": named("a", "b", image="x")},
     {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}]},
     {"containers": [{"name": "b", "image": "y"}], "$setElementOrder/containers": named("a", "b")}),
    ("an element came", PODS, {"containers": named("b")}, {"containers": named("b", "a")},
     {"containers": named("a"), "$setElementOrder/containers": named("b", "a")}),
    ("an element went", PODS, {"containers": named("a", "b")}, {"containers": named("b")},
     {"containers": [{"name": "a", "$patch": "delete"}], "$setElementOrder/containers": named("b")}),
    ("all elements went", PODS, {"containers": named("a")}, {"containers": []},
     {"containers": [{"name": "a", "$patch": "delete"}]}),
    ("elements moved", PODS, {"containers": named("a", "b")}, {"containers": named("b", "a")},
     {"$setElementOrder/containers": named("b", "a")}),
    ("a list came", PODS, {}, {"containers": named("a")}, {"containers": named("a")}),
    ("an empty list was filled", PODS, {"containers": []}, {"containers": named("a")}, {"containers": named("a")}),
    ("a list without a key changed", PODS, {"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]},
     {"tolerations": [{"key": "b"}]}),
    ("scalars of a merged list came and went", META, {"finalizers": ["a", "b"]}, {"finalizers": ["b", "c"]},
     {"finalizers": ["c"], "$deleteFromPrimitiveList/finalizers": ["a"], "$setElementOrder/finalizers": ["b", "c"]}),
    ("an unsorted list of scalars always says its order", META, {"finalizers": ["b", "a"]}, {"finalizers": ["b", "a"]},
     {"$setElementOrder/finalizers": ["b", "a"]}),
    ("the strategy changed", SPEC, {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}},
     {"strategy": {"type": "Recreate"}},
     {"strategy": {"type": "Recreate", "rollingUpdate": None, "$retainKeys": ["type"]}}),
    ("the strategy stayed", SPEC, {"strategy": {"type": "Recreate"}}, {"strategy": {"type": "Recreate"}}, {}),
    ("a volume changed its source", PODS, {"volumes": [{"name": "v", "emptyDir": {}}]},
     {"volumes": [{"name": "v", "configMap": {"name": "c"}}]},
     {"volumes": [{"name": "v", "configMap": {"name": "c"}, "emptyDir": None, "$retainKeys": ["configMap", "name"]}],
      "$setElementOrder/volumes": named("v")}),
    ("ports by containerPort", CONTAINER, {"ports": [{"containerPort": 80}, {"containerPort": 81}]},
     {"ports": [{"containerPort": 81}, {"containerPort": 82}]},
     {"ports": [{"containerPort": 82}, {"containerPort": 80, "$patch": "delete"}],
      "$setElementOrder/ports": [{"containerPort": 81}, {"containerPort": 82}]}),
    ("fields that nobody knows, unchanged", PODS, {"nope": {"a": []}}, {"nope": {"a": []}}, {}),
]


@pytest.mark.parametrize(("schema", "original", "modified", "patch"), [case[1:] for case in TWO_WAY],
ids=case_names(TWO_WAY))
def test_patches_are_made(schema, original, modified, patch):
    before = copy.deepcopy((original, modified))
    assert strategic.create_two_way(original, modified, schema) == patch
    assert (original, modified) == before
    assert strategic.apply(original, patch, schema) == modified


def test_fields_that_nobody_knows_cannot_be_compared():
    with pytest.raises(PatchError, match='unable to find api field in struct PodSpec for the json field "nope"'):
        strategic.create_two_way({"nope": {"a": 1}}, {"nope": {"a": 2}}, PODS)


def test_elements_without_their_key_cannot_be_compared():
    with pytest.raises(PatchError, match="does not contain declared merge key: name"):
        strategic.create_two_way({"containers": [{"image": "x"}]}, {"containers": named("a")}, PODS)


# (what it shows, schema, applied last, applied now, live, patch)
THREE_WAY = [
    ("nothing to do", SPEC, {"replicas": 1}, {"replicas": 1}, {"replicas": 1, "paused": True}, {}),
    ("others' fields stay", SPEC, {"replicas": 1}, {"replicas": 2}, {"replicas": 1, "paused": True}, {"replicas": 2}),
    ("what others changed is set back", SPEC, {"replicas": 1}, {"replicas": 1}, {"replicas": 5}, {"replicas": 1}),
    ("what went from the manifest goes", SPEC, {"replicas": 1, "paused": True}, {"paused": True},
     {"replicas": 5, "paused": True}, {"replicas": None}),
    ("even if it is gone already", SPEC, {"replicas": 1}, {}, {}, {"replicas": None}),
    ("labels of others stay", META, {"labels": {"a": "1", "b": "2"}}, {"labels": {"a": "1"}},
     {"labels": {"a": "1", "b": "2", "c": "3"}}, {"labels": {"b": None}}),
    ("containers of others stay", PODS, {"containers": named("a")}, {"containers": named("a", image="x")},
     {"containers": named("a", "sidecar")},
     {"containers": named("a", image="x"), "$setElementOrder/containers": named("a")}),
    ("containers that went from the manifest go", PODS, {"containers": named("a", "b")}, {"containers": named("b")},
     {"containers": named("a", "b", "sidecar")},
     {"containers": [{"name": "a", "$patch": "delete"}], "$setElementOrder/containers": named("b")}),
    ("the strategy says what it keeps", SPEC, {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 2}}},
     {"strategy": {"type": "Recreate"}},
     {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 2, "maxUnavailable": "25%"}}},
     {"strategy": {"type": "Recreate", "rollingUpdate": None, "$retainKeys": ["type"]}}),
    ("without an earlier manifest nothing is deleted", META, {}, {"labels": {"a": "2"}},
     {"labels": {"a": "1", "b": "2"}},
     {"labels": {"a": "2"}}),
    ("null in the manifest deletes", SPEC, {}, {"paused": None}, {"paused": True}, {"paused": None}),
]


@pytest.mark.parametrize(
    ("schema", "original", "modified", "current", "patch"), [case[1:] for case in THREE_WAY], ids=case_names(THREE_WAY)
)
def test_apply_merges_three_ways(schema, original, modified, current, patch):
    before = copy.deepcopy((original, modified, current))
    assert strategic.create_three_way(original, modified, current, schema) == patch
    assert (original, modified, current) == before


CONFLICTS = [
    (SPEC, {"replicas": 1}, {"replicas": 2}, {"replicas": 5}, True),
    (SPEC, {"replicas": 1}, {"replicas": 2}, {"replicas": 1, "paused": True}, False),
    (SPEC, {"replicas": 1}, {"replicas": 5}, {"replicas": 5}, False),
    (META, {"labels": {"a": "1"}}, {"labels": {}}, {"labels": {"a": "2"}}, True),
    (PODS, {"containers": named("a")}, {"containers": named("a", image="x")},
     {"containers": named("a", image="y")}, True),
    (PODS, {"containers": named("a")}, {"containers": named("a", image="x")},
     {"containers": [{"name": "a"}, {"name": "b", "image": "y"}]}, False),
    (PODS, {"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}, {"tolerations": [{"key": "c"}]}, True),
    (META, {"finalizers": ["a"]}, {"finalizers": ["a", "b"]}, {"finalizers": ["a", "c"]}, False),
]


@pytest.mark.parametrize(("schema", "original", "modified", "current", "conflicts"), CONFLICTS)
def test_without_overwrite_others_changes_are_respected(schema, original, modified, current, conflicts):
    if not conflicts:
        strategic.create_three_way(original, modified, current, schema, overwrite=False)
        return
    with pytest.raises(ConflictError) as caught:
        strategic.create_three_way(original, modified, current, schema, overwrite=False)
    words = str(caught.value.worded(lambda patch: f"<{sorted(patch)}>\n"))
    assert words.startswith("patch:\n<[")
    assert ">\n\nconflicts with changes made from original to current:\n<[" in words


def test_preconditions_can_forbid_a_patch():
    with pytest.raises(PatchError) as caught:
        strategic.create_two_way({"name": "a"}, {"name": "b"}, META, [lambda patch: "name" not in patch])
    assert str(caught.value) == "precondition failed for: map[name:b]"
    strategic.create_three_way({}, {"name": "b"}, {"name": "b"}, META,
    preconditions=[lambda patch: "name" not in patch])


def test_without_a_schema_lists_are_replaced():
    assert strategic.apply({"a": {"b": [1, 2]}}, {"a": {"b": [3]}}, None) == {"a": {"b": [3]}}
