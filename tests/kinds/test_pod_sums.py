"""What the Pods of a node add up to: of one Pod by a table, of many by recounting after whatever was written."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.kinds.pod import sums
from minikctl.store import Store

LABELS = ("pods/labels/default", "[{},false]")


def pod(name="p", *, node="node-1", labels=None, status=None, **spec):
    spec = {"containers": [{"name": "c", "image": "x"}], **spec}
    if node:
        spec["nodeName"] = node
    metadata = {"name": name, "namespace": "default"}
    if labels:
        metadata["labels"] = labels
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status or {"phase": "Running"}}


def container(**resources):
    return {"name": "c", "image": "x", "resources": resources}


ALIKE = {
    ("pods/requested", "pods"): 1, ("pods/scored", "cpu"): 100, ("pods/scored", "memory"): 200 * 2**20,
    ("pods/priorities", "0"): 1, LABELS: 1,
}
TERM = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}}
TERM_TEXT = '{"labelSelector":{"matchLabels":{"app":"web"}},"topologyKey":"kubernetes.io/hostname"}'

PODS = [
    (pod(), ALIKE),
    (pod(node=None), None),
    (pod(status={"phase": "Succeeded"}), None),
    (pod(node=None, status={"phase": "Pending", "nominatedNodeName": "node-1"}), {("pods/nominated", "node-1 default/p"): 1}),
    (
        pod(containers=[container(requests={"cpu": "250m", "memory": "1Gi", "example.com/card": "2"})], priority=7),
        {
            ("pods/requested", "cpu"): 250, ("pods/requested", "memory"): 2**30, ("pods/requested", "example.com/card"): 2,
            ("pods/requested", "pods"): 1, ("pods/scored", "cpu"): 250, ("pods/scored", "memory"): 2**30,
            ("pods/priorities", "7"): 1, LABELS: 1,
        },
    ),
    (
        pod(labels={"b": "2", "a": "1"}),
        {**{key: amount for key, amount in ALIKE.items() if key != LABELS},
         ("pods/labels/default", '[{"a":"1","b":"2"},false]'): 1},
    ),
    (
        pod(containers=[{"name": "c", "image": "x", "ports": [{"containerPort": 80}, {"containerPort": 53, "hostPort": 5353,
            "protocol": "UDP"}]}]),
        {**ALIKE, ("pods/ports", "0.0.0.0 UDP 5353"): 1},
    ),
    (
        pod(affinity={
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [TERM],
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 5, "podAffinityTerm": TERM}],
            },
        }),
        {
            **ALIKE, ("pods/terms", f'["anti-affinity","default",0,{TERM_TEXT}]'): 1,
            ("pods/terms", f'["preferred","default",-5,{TERM_TEXT}]'): 1,
        },
    ),
    (
        pod(volumes=[
            {"name": "data", "persistentVolumeClaim": {"claimName": "data-0"}}, {"name": "scratch", "ephemeral": {}},
            {"name": "none", "emptyDir": {}},
        ]),
        {**ALIKE, ("pods/claims/default", "data-0"): 1, ("pods/claims/default", "p-scratch"): 1},
    ),
]


@pytest.mark.parametrize(("obj", "expected"), PODS)
def test_what_a_pod_adds(obj, expected):
    assert sums.sums_of(obj) == expected


NAMES = st.sampled_from(["a", "b", "c"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), NAMES, st.sampled_from([None, "n1", "n2"]), st.sampled_from(["100m", "2"])),
        st.tuples(st.just("bind"), NAMES, st.sampled_from(["n1", "n2"])),
        st.tuples(st.just("label"), NAMES, st.sampled_from(["x", "y"])),
        st.tuples(st.just("status"), NAMES, st.sampled_from(["Pending", "Running", "Failed"]), st.sampled_from([None, "n1"])),
        st.tuples(st.just("hold"), NAMES, st.booleans()),
        st.tuples(st.just("delete"), NAMES, st.sampled_from([0, 30])),
        st.tuples(st.just("fail"), NAMES),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": "2026-06-01T12:00:00Z", "MINIKCTL_SEED": "1"})
    store = Store(str(tmp_path_factory.mktemp("sums") / "state.db"), lambda it: fill(it, env))
    store.begin()
    yield Api(store, env)
    store.close()


class TakenBackError(Exception):
    pass


def delete_and_take_back(api, name):
    with api.store.savepoint():
        api.delete("pods", "default", name, grace_period=0)
        raise TakenBackError


def do(api, step):
    verb, name, *rest = step
    found = api.get("pods", "default", name)
    if verb == "create" and found is None:
        api.create(pod(name, node=rest[0], containers=[container(requests={"cpu": rest[1]})]))
    elif found is None:
        return
    elif verb == "bind" and not found["spec"].get("nodeName"):
        found["spec"]["nodeName"] = rest[0]
        api.bind(found)
    elif verb == "label":
        found["metadata"]["labels"] = {"app": rest[0]}
        api.update(found)
    elif verb == "status":
        found["status"] = {"phase": rest[0], **({"nominatedNodeName": rest[1]} if rest[1] else {})}
        api.update_status(found)
    elif verb == "hold":
        found["metadata"]["finalizers"] = ["example.com/hold"] if rest[0] else []
        api.update(found)
    elif verb == "delete":
        api.delete("pods", "default", name, grace_period=rest[0])
    elif verb == "fail":
        with pytest.raises(TakenBackError):
            delete_and_take_back(api, name)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_sums_are_those_of_the_pods_there_are(api, steps):
    api.store.rollback()
    api.store.begin()
    for step in steps:
        do(api, step)
    expected = {}
    for each in api.list("pods"):
        for (what, name), amount in (sums.sums_of(each) or {}).items():
            ref = each["spec"].get("nodeName") or ""
            expected[what, ref, name] = expected.get((what, ref, name), 0) + amount
    whats = (sums.REQUESTED, sums.SCORED, sums.PRIORITIES, sums.NOMINATED, sums.labels_of("default"), sums.claims_of("default"))
    found = {
        (what, ref, name): amount for what in whats for ref, row in api.sums(what).items() for name, amount in row.items()
        if amount
    }
    assert found == expected
