"""Merging, comparing and taking out by the schemas' list and map types (upstream: structured-merge-diff ``typed``)."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minikctl.api.managed.comparing import MISSING, compare, empty_object, field_set, misfits
from minikctl.api.managed.merging import merge, remove
from minikctl.api.managed.shapes import root_shape
from minikctl.api.schemas import schema_for
from minikctl.lib.fieldsets import shown, tree

DEPLOYMENT = root_shape("apps/v1", "Deployment")
CONFIG_MAP = root_shape("v1", "ConfigMap")
SERVICE = root_shape("v1", "Service")
UNKNOWN = root_shape("example.com/v1", "Thing")


def pod(**spec):
    return {"spec": {"template": {"spec": spec}}}


def container(name, **fields):
    return {"name": name, **fields}


@pytest.mark.parametrize(("live", "config", "merged"), [
    # granular maps
    ({"data": {"a": "1", "b": "2"}}, {"data": {"a": "9"}}, {"data": {"a": "9", "b": "2"}}),
    ({"data": {"a": "1"}}, {"data": {}}, {"data": {"a": "1"}}),
    ({"data": {}}, {"data": {"a": "1"}}, {"data": {"a": "1"}}),
    ({}, {"data": {}}, {"data": {}}),
    # a set: what is there stays, what is new comes
    (
        {"metadata": {"finalizers": ["a", "b"]}}, {"metadata": {"finalizers": ["c", "b"]}},
        {"metadata": {"finalizers": ["a", "c", "b"]}},
    ),
])
def test_merging_config_maps(live, config, merged):
    assert merge(live, config, CONFIG_MAP) == merged


@pytest.mark.parametrize(("live", "config", "merged"), [
    # a map list: elements by their keys, in the configuration's order
    (
        pod(containers=[container("a", image="1"), container("b", image="1")]),
        pod(containers=[container("b", image="2")]),
        pod(containers=[container("a", image="1"), container("b", image="2")]),
    ),
    (
        pod(containers=[container("a"), container("b")]),
        pod(containers=[container("b"), container("a")]),
        pod(containers=[container("b"), container("a")]),
    ),
    (
        pod(containers=[container("a"), container("x"), container("b")]),
        pod(containers=[container("b"), container("c"), container("a")]),
        pod(containers=[container("x"), container("b"), container("c"), container("a")]),
    ),
    # keys of several fields, one with a default
    (
        pod(containers=[container("a", ports=[{"containerPort": 80, "protocol": "TCP", "name": "old"}])]),
        pod(containers=[container("a", ports=[{"containerPort": 80, "name": "new"}])]),
        pod(containers=[container("a", ports=[{"containerPort": 80, "protocol": "TCP", "name": "new"}])]),
    ),
    # an atomic list is replaced
    (pod(containers=[container("a", args=["x", "y"])]), pod(containers=[container("a", args=["z"])]),
     pod(containers=[container("a", args=["z"])])),
    # an atomic map too
    ({"spec": {"selector": {"matchLabels": {"a": "1"}}}}, {"spec": {"selector": {"matchLabels": {"b": "2"}}}},
     {"spec": {"selector": {"matchLabels": {"b": "2"}}}}),
    # null is a value
    ({"spec": {"replicas": 3}}, {"spec": {"replicas": None}}, {"spec": {"replicas": None}}),
])
def test_merging_deployments(live, config, merged):
    before = copy.deepcopy((live, config))
    assert merge(live, config, DEPLOYMENT) == merged
    assert (live, config) == before


def test_a_kind_without_a_schema_has_granular_maps_and_atomic_lists():
    live = {"spec": {"list": [1, 2], "map": {"a": {"b": 1}}}}
    assert merge(live, {"spec": {"list": [3], "map": {"a": {"c": 2}}}}, UNKNOWN) == {
        "spec": {"list": [3], "map": {"a": {"b": 1, "c": 2}}}
    }


@pytest.mark.parametrize(("config", "shape", "fields"), [
    ({"data": {"a": "1"}}, CONFIG_MAP, [".data.a"]),
    ({"data": {}}, CONFIG_MAP, [".data"]),
    ({"metadata": {"labels": {"x": "1"}, "finalizers": ["f"]}}, CONFIG_MAP,
     ['.metadata.finalizers[="f"]', ".metadata.labels.x"]),
    (pod(containers=[container("a", image="i")]), DEPLOYMENT, [
        '.spec.template.spec.containers[name="a"]', '.spec.template.spec.containers[name="a"].image',
        '.spec.template.spec.containers[name="a"].name',
    ]),
    ({"spec": {"selector": {"matchLabels": {"a": "b"}}}}, DEPLOYMENT, [".spec.selector"]),
    ({"spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}}, SERVICE, [
        '.spec.ports[port=80,protocol="TCP"]', '.spec.ports[port=80,protocol="TCP"].port', ".spec.selector",
    ]),
])
def test_the_fields_of_a_configuration(config, shape, fields):
    assert sorted(map(shown, field_set(config, shape))) == fields


@pytest.mark.parametrize(("old", "new", "added", "modified", "removed"), [
    ({"data": {"a": "1"}}, {"data": {"a": "2"}}, [], [".data.a"], []),
    ({"data": {"a": "1"}}, {"data": {"a": "1", "b": "2"}}, [".data.b"], [], []),
    ({"data": {"a": "1"}}, {"data": {}}, [], [], [".data.a"]),
    ({"data": {"a": "1"}}, {}, [], [], [".data", ".data.a"]),
    ({}, {"data": {"a": "1"}}, [".data", ".data.a"], [], []),
    ({}, {"data": {}}, [".data"], [], []),
    ({"immutable": True}, {"immutable": False}, [], [".immutable"], []),
])
def test_comparing(old, new, added, modified, removed):
    found = compare(old, new, CONFIG_MAP)
    assert [sorted(map(shown, paths)) for paths in (found.added, found.modified, found.removed)] == [added, modified, removed]


def test_doubles_are_compared_as_a_whole():
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    before = pod(containers=[container("a", env=env)])
    after = pod(containers=[container("a", env=[env[0], {"name": "A", "value": "3"}])])
    found = compare(before, after, DEPLOYMENT)
    assert sorted(map(shown, found.modified)) == ['.spec.template.spec.containers[name="a"].env[name="A"]']
    assert not found.added | found.removed
    assert not compare(before, copy.deepcopy(before), DEPLOYMENT).changed


def test_an_empty_deployment_has_what_is_always_written():
    empty = empty_object(schema_for("apps/v1", "Deployment"))
    assert empty["spec"]["template"]["spec"]["containers"] is None
    assert empty["spec"]["strategy"] == {}
    assert empty["status"] == {}


@pytest.mark.parametrize(("config", "words"), [
    ({"spec": {"foo": 1}}, [".spec.foo: field not declared in schema"]),
    ({"spec": {"replicas": "3"}}, [".spec.replicas: expected numeric (int or float), got string"]),
    ({"spec": {"paused": "yes"}}, [".spec.paused: expected boolean, got &{yes}"]),
    ({"metadata": {"labels": {"a": 1}}}, [".metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}"]),
    ({"spec": [1]}, [".spec: expected map, got &{[1]}"]),
    (pod(containers={}), [".spec.template.spec.containers: expected list, got &{map[]}"]),
    (pod(containers=[{"image": "x"}]), [
        '.spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name" '
        "(and doesn't have default value)",
    ]),
    (pod(containers=[container("a", env=[{"name": "A"}, {"name": "A"}])]), [
        '.spec.template.spec.containers[name="a"].env: duplicate entries for key [name="A"]',
    ]),
    (pod(containers=[container("a", resources={"limits": {"cpu": 1, "memory": "1Gi"}})]), []),
    ({"spec": {"replicas": None, "selector": {"matchLabels": {"a": "b"}}}}, []),
])
def test_what_does_not_fit(config, words):
    assert misfits(config, DEPLOYMENT) == words


# -- properties ---------------------------------------------------------------------------------------------------------

names = st.sampled_from("abc")
texts = st.sampled_from("123")
env = st.lists(st.builds(lambda name, value: {"name": name, "value": value}, names, texts), max_size=3,
               unique_by=lambda each: each["name"])
containers = st.lists(
    st.builds(lambda name, image, env, args: container(name, image=image, env=env, args=args), names, texts, env,
              st.lists(texts, max_size=2)),
    max_size=3, unique_by=lambda each: each["name"],
)
deployments = st.builds(
    lambda labels, finalizers, containers, selector: {
        "metadata": {"labels": labels, "finalizers": finalizers}, "spec": {
            "selector": {"matchLabels": selector}, "template": {"spec": {"containers": containers}},
        },
    },
    st.dictionaries(names, texts, max_size=3), st.lists(names, max_size=3, unique=True), containers,
    st.dictionaries(names, texts, max_size=2),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deployments, deployments)
def test_merging_again_changes_nothing(live, config):
    merged = merge(live, config, DEPLOYMENT)
    assert merge(merged, config, DEPLOYMENT) == merged


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deployments, deployments)
def test_all_of_a_configuration_is_in_what_is_merged(live, config):
    merged = merge(live, config, DEPLOYMENT)
    found = compare(config, merged, DEPLOYMENT)
    assert not found.modified
    assert not {path for path in found.removed if path in field_set(config, DEPLOYMENT)} - {
        path for path in field_set(config, DEPLOYMENT) if path[-1] in ("f:env", "f:labels", "f:finalizers", "f:containers")
    }


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deployments, deployments)
def test_differences_are_those_of_the_fields(one, other):
    there, back = compare(one, other, DEPLOYMENT), compare(other, one, DEPLOYMENT)
    assert (there.added, there.removed, there.modified) == (back.removed, back.added, back.modified)
    assert not compare(one, copy.deepcopy(one), DEPLOYMENT).changed


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deployments)
def test_without_its_own_leaves_nothing_is_left_of_them(obj):
    fields = field_set(obj, DEPLOYMENT)
    left = remove(obj, tree(fields), DEPLOYMENT) or {}
    assert not field_set(left, DEPLOYMENT) & fields


def test_missing_is_not_null():
    assert merge(MISSING, None, DEPLOYMENT) is None
