"""Who manages what after updates and applies: the cases of upstream's structured-merge-diff ``merge`` tests."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minikctl.api.managed.comparing import field_set
from minikctl.api.managed.entries import APPLY, MOST_UPDATERS, UPDATE, decode, encode
from minikctl.api.managed.shapes import root_shape
from minikctl.api.managed.updating import Conflicts, Scope, apply, update
from minikctl.api.managed.upgrading import upgraded
from minikctl.lib.fieldsets import shown

SHAPE = root_shape("v1", "ConfigMap")
SCOPE = Scope("v1", SHAPE, {"metadata": {}}, has_status=False)


class World:
    """An object, its managers, and a clock that goes on with each write."""

    def __init__(self):
        self.obj = None
        self.managers = {}
        self.clock = 0

    def tick(self):
        self.clock += 1
        return f"2026-01-02T03:04:{self.clock:02d}Z"

    def update(self, name, new):
        update(self.managers, name, SCOPE, self.obj, new, self.tick())
        self.obj = new

    def apply(self, name, config, *, force=False):
        self.obj = apply(self.managers, name, SCOPE, self.obj, config, self.tick(), force=force)

    def owners(self):
        return {
            f"{each.name} {each.operation}": sorted(map(shown, each.fields)) for each in self.managers.values()
        }


def data(**values):
    return {"data": values}


def test_an_update_owns_what_it_adds_and_what_it_changes():
    world = World()
    world.update("create", data(a="1", b="1"))
    world.update("edit", data(a="2", b="1"))
    assert world.owners() == {"create Update": [".data", ".data.b"], "edit Update": [".data.a"]}


def test_nobody_owns_what_is_gone():
    world = World()
    world.update("create", data(a="1", b="1"))
    world.update("edit", data(a="1"))
    assert world.owners() == {"create Update": [".data", ".data.a"]}


def test_applying_the_same_twice_changes_nothing_and_no_time():
    world = World()
    world.apply("me", data(a="1"))
    before = encode(world.managers)
    world.apply("me", data(a="1"))
    assert encode(world.managers) == before
    assert world.obj == data(a="1")


def test_fields_that_are_no_longer_applied_go():
    world = World()
    world.apply("me", data(a="1", b="2"))
    world.apply("me", data(a="1"))
    assert world.obj == data(a="1")
    assert world.owners() == {"me Apply": [".data.a"]}


def test_fields_that_another_applier_has_too_stay():
    world = World()
    world.apply("one", data(a="1", b="2"))
    world.apply("two", data(b="2"))
    world.apply("one", data(a="1"))
    assert world.obj == data(a="1", b="2")
    assert world.owners() == {"one Apply": [".data.a"], "two Apply": [".data.b"]}


def test_a_field_that_an_updater_has_changed_stays_when_the_applier_drops_it():
    world = World()
    world.apply("me", data(a="1", b="2"))
    world.update("edit", data(a="1", b="3"))
    world.apply("me", data(a="1"))
    assert world.obj == data(a="1", b="3")


def test_the_same_value_is_shared_and_another_one_is_a_conflict():
    world = World()
    world.update("edit", data(a="1"))
    world.apply("me", data(a="1"))
    assert world.owners() == {"edit Update": [".data", ".data.a"], "me Apply": [".data.a"]}
    with pytest.raises(Conflicts) as caught:
        world.apply("me", data(a="2"))
    assert caught.value.message == 'Apply failed with 1 conflict: conflict with "edit" using v1: .data.a'
    world.apply("me", data(a="2"), force=True)
    assert world.owners() == {"edit Update": [".data"], "me Apply": [".data.a"]}


def test_a_refused_apply_leaves_all_as_it_was():
    world = World()
    world.update("edit", data(a="1"))
    before, obj = encode(world.managers), copy.deepcopy(world.obj)
    with pytest.raises(Conflicts):
        world.apply("me", data(a="2", b="3"))
    assert (encode(world.managers), world.obj) == (before, obj)


def test_several_conflicts_are_listed_by_manager():
    world = World()
    world.apply("zed", data(c="1"))
    world.update("edit", data(a="1", b="1", c="1"))
    with pytest.raises(Conflicts) as caught:
        world.apply("me", data(a="2", b="2", c="2"))
    assert caught.value.message == (
        'Apply failed with 3 conflicts: conflicts with "edit" using v1:\n- .data.a\n- .data.b\n'
        'conflicts with "zed":\n- .data.c'
    )


def test_what_nobody_kept_account_of_belonged_to_somebody_before_the_first_apply():
    world = World()
    world.obj = data(a="1")
    world.update("edit", data(a="2"))
    assert world.owners() == {}
    with pytest.raises(Conflicts) as caught:
        world.apply("me", data(a="3"))
    assert caught.value.message == 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a'


def test_a_new_co_owner_of_unchanged_fields_has_no_time():
    world = World()
    world.apply("one", data(a="1"))
    world.apply("two", data(a="1"))
    assert [entry.get("time") for entry in encode(world.managers)] == [None, "2026-01-02T03:04:01Z"]


def test_many_updaters_become_one():
    world = World()
    for number in range(MOST_UPDATERS + 3):
        world.update(f"m{number:02}", {"data": {**(world.obj or {}).get("data", {}), f"k{number:02}": "1"}})
    updaters = [entry["manager"] for entry in encode(world.managers)]
    assert len(updaters) == MOST_UPDATERS
    assert updaters[0] == "ancient-changes"
    assert world.owners()["ancient-changes Update"] == [".data", ".data.k00", ".data.k01", ".data.k02", ".data.k03"]


def test_entries_there_and_back():
    world = World()
    world.apply("one", data(a="1"))
    world.update("edit", data(a="1", b="2"))
    entries = encode(world.managers)
    assert [(entry["manager"], entry["operation"], entry["fieldsType"]) for entry in entries] == [
        ("one", APPLY, "FieldsV1"), ("edit", UPDATE, "FieldsV1"),
    ]
    assert encode(decode(entries)) == entries


@pytest.mark.parametrize(("entry", "words"), [
    ({"operation": "Other"}, "operation must be `Apply` or `Update`"),
    ({"operation": "Apply"}, "apiVersion must not be empty"),
    ({"operation": "Apply", "apiVersion": "v1"}, "missing fieldsType in managed fields entry 0"),
    ({"operation": "Apply", "apiVersion": "v1", "fieldsType": "X"}, 'invalid fieldsType "X" in managed fields entry 0'),
])
def test_entries_that_are_none(entry, words):
    with pytest.raises(ValueError, match=words):
        decode([entry])


def test_a_status_is_nobody_s_but_its_own_subresource_s():
    shape = root_shape("apps/v1", "Deployment")
    managers = {}
    update(managers, "kubectl", Scope("apps/v1", shape, {"spec": {}, "status": {}}), None,
           {"spec": {"replicas": 1}, "status": {"replicas": 1}}, "t")
    assert [sorted(map(shown, each.fields)) for each in managers.values()] == [[".spec.replicas"]]
    update(managers, "controller", Scope("apps/v1", shape, {}, "status"), {"spec": {"replicas": 1}, "status": {}},
           {"spec": {"replicas": 2}, "status": {"replicas": 1}}, "t")
    assert [sorted(map(shown, each.fields)) for each in managers.values()] == [[".spec.replicas"], [".status.replicas"]]


def test_client_side_apply_becomes_the_applier_s():
    world = World()
    world.update("kubectl-client-side-apply", data(a="1", b="1"))
    world.update("edit", data(a="1", b="2"))
    world.apply("kubectl", data(a="1"))
    entries = upgraded(encode(world.managers), {"kubectl-client-side-apply"}, "kubectl")
    assert {(each["manager"], each["operation"]): each["fieldsV1"] for each in entries} == {
        ("kubectl", APPLY): {"f:data": {".": {}, "f:a": {}}}, ("edit", UPDATE): {"f:data": {"f:b": {}}},
    }
    assert upgraded(entries, {"kubectl-client-side-apply"}, "kubectl") is entries


def test_without_an_applier_the_client_side_one_becomes_it():
    world = World()
    world.update("kubectl-client-side-apply", data(a="1"))
    entries = upgraded(encode(world.managers), {"kubectl-client-side-apply"}, "kubectl")
    assert [(each["manager"], each["operation"]) for each in entries] == [("kubectl", APPLY)]


# -- properties ---------------------------------------------------------------------------------------------------------

values = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12"), max_size=4).map(lambda found: {"data": found})
steps = st.lists(
    st.tuples(st.sampled_from(["update", "apply", "force"]), st.sampled_from(["one", "two", "three"]), values),
    min_size=1, max_size=8,
)


def play(world, plan):
    for verb, name, config in plan:
        if verb == "update":
            world.update(name, config)
            continue
        try:
            world.apply(name, config, force=verb == "force")
        except Conflicts:
            assert verb == "apply"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_what_is_owned_is_there(plan):
    world = World()
    play(world, [("force", "one", {"data": {}}), *plan])
    there = field_set(world.obj, SHAPE) | {("f:data",)}
    for manager in world.managers.values():
        assert manager.fields <= there


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_every_leaf_has_an_owner(plan):
    world = World()
    play(world, [("force", "one", {"data": {"a": "1"}}), *plan])
    if not world.managers:  # once nobody has anything, no account is kept until the next apply
        return
    owned = set().union(*(manager.fields for manager in world.managers.values()))
    leaves = {path for path in field_set(world.obj, SHAPE) if len(path) == 2}
    assert leaves <= owned or any(verb == "update" for verb, _, _ in plan)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, values.filter(lambda config: config["data"]))
def test_a_forced_apply_twice_is_one(plan, config):
    world = World()
    play(world, plan)
    world.apply("one", config, force=True)
    obj, entries = copy.deepcopy(world.obj), encode(world.managers)
    world.apply("one", config)
    assert (world.obj, encode(world.managers)) == (obj, entries)
    assert all(world.obj["data"][key] == value for key, value in config["data"].items())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, values, values)
def test_who_is_robbed_by_force_has_a_conflict_when_he_comes_again(plan, mine, theirs):
    world = World()
    play(world, plan)
    world.apply("one", mine, force=True)
    world.apply("two", theirs, force=True)
    taken = {key for key, value in theirs["data"].items() if mine["data"].get(key, value) != value}
    if taken:
        with pytest.raises(Conflicts) as caught:
            world.apply("one", mine)
        assert {shown(path) for manager, path in caught.value.conflicts if manager.name == "two"} >= {
            f".data.{key}" for key in taken
        }


def test_the_name_stays_when_all_else_of_the_metadata_goes():
    world = World()
    meta = {"name": "cm", "namespace": "default"}
    world.apply("me", {"metadata": {**meta, "labels": {"a": "1"}}, **data(a="1")})
    world.obj["metadata"]["uid"] = "u"
    world.apply("me", {"metadata": meta, **data(a="1")})
    assert world.obj == {"metadata": {**meta, "uid": "u"}, **data(a="1")}
