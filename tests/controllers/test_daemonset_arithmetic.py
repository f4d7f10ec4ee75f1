"""Which nodes a DaemonSet's Pods go to, what it lacks, what an update may do next, its status."""

import pytest

from minikctl.controllers.daemonset.arithmetic import (
    by_creation_and_phase,
    calculate_status,
    pods_by_node,
    pods_should_be_on_node,
    rolling_update,
    unscheduled_without_node,
)
from minikctl.controllers.daemonset.placement import (
    DaemonNode,
    daemon_tolerations,
    node_should_run,
    pod_for_node,
    pod_template,
    target_node,
)

NOW = 1_780_000_000.0
LONG_AGO = "2026-01-01T00:00:00Z"


def node(name="n1", labels=None, taints=()):
    return DaemonNode({"metadata": {"name": name, "labels": labels or {}}, "spec": {"taints": list(taints)}})


def daemon_set(template_spec=None, *, strategy=None, generation="2", **spec):
    return {
        "apiVersion": "apps/v1", "kind": "DaemonSet",
        "metadata": {
            "name": "agent", "namespace": "default", "uid": "u", "generation": 3,
            "annotations": {"deprecated.daemonset.template.generation": generation},
        },
        "spec": {
            "selector": {"matchLabels": {"app": "agent"}},
            "updateStrategy": strategy or {
                "type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0},
            },
            "template": {"metadata": {"labels": {"app": "agent"}}, "spec": template_spec or {}},
            **spec,
        },
    }


def pod(name, on="n1", letters="new", *, ready=True, going=False, phase="Running", born=LONG_AGO, bound=True):
    metadata = {"name": name, "labels": {"controller-revision-hash": letters}, "creationTimestamp": born}
    if going:
        metadata["deletionTimestamp"] = LONG_AGO
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [on]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": LONG_AGO}
    return {
        "metadata": metadata, "spec": {"nodeName": on} if bound else {"affinity": affinity},
        "status": {"phase": phase, "conditions": [condition]},
    }


def taint(effect, key="k", value="v"):
    return {"key": key, "value": value, "effect": effect}


def affinity(key, value):
    term = {"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}


@pytest.mark.parametrize(("spec", "on", "expected"), [
    ({}, node(), (True, True)),
    ({"nodeName": "n1"}, node(), (True, True)),
    ({"nodeName": "n2"}, node(), (False, False)),
    ({"nodeSelector": {"disk": "ssd"}}, node(), (False, False)),
    ({"nodeSelector": {"disk": "ssd"}}, node(labels={"disk": "ssd"}), (True, True)),
    ({"affinity": affinity("zone", "a")}, node(labels={"zone": "b"}), (False, False)),
    ({"affinity": affinity("zone", "a")}, node(labels={"zone": "a"}), (True, True)),
    ({}, node(taints=[taint("NoSchedule")]), (False, True)),
    ({}, node(taints=[taint("NoExecute")]), (False, False)),
    ({}, node(taints=[taint("PreferNoSchedule")]), (True, True)),
    ({"tolerations": [{"key": "k", "operator": "Exists"}]}, node(taints=[taint("NoExecute")]), (True, True)),
    ({}, node(taints=[taint("NoSchedule", "node.kubernetes.io/unschedulable", "")]), (True, True)),
    ({}, node(taints=[taint("NoExecute", "node.kubernetes.io/not-ready", "")]), (True, True)),
    ({}, node(taints=[taint("NoSchedule", "node.kubernetes.io/network-unavailable", "")]), (False, True)),
    ({"hostNetwork": True}, node(taints=[taint("NoSchedule", "node.kubernetes.io/network-unavailable", "")]),
     (True, True)),
])
def test_a_node_shall_have_a_pod_that_fits_and_puts_up_with_it(spec, on, expected):
    assert node_should_run(daemon_set(spec), on) == expected


def test_daemons_put_up_with_the_troubles_of_nodes():
    own = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 9}
    found = daemon_tolerations({"tolerations": [own, {"operator": "Exists", "key": "mine"}]})
    assert [toleration["key"] for toleration in found] == [
        "node.kubernetes.io/not-ready", "mine", "node.kubernetes.io/unreachable", "node.kubernetes.io/disk-pressure",
        "node.kubernetes.io/memory-pressure", "node.kubernetes.io/pid-pressure", "node.kubernetes.io/unschedulable",
    ]
    assert "tolerationSeconds" not in found[0]


def test_a_pod_asks_for_its_node_and_keeps_its_other_wishes():
    preferred = [{"weight": 1, "preference": {}}]
    spec = {"affinity": {"podAffinity": {"x": 1}, "nodeAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": preferred,
        **affinity("zone", "a")["nodeAffinity"],
    }}}
    of = daemon_set(spec)
    made = pod_for_node(of, pod_template(of, "abc"), "n7")
    assert made["metadata"]["labels"] == {
        "app": "agent", "controller-revision-hash": "abc", "pod-template-generation": "2",
    }
    assert target_node(made) == "n7"
    assert made["spec"]["affinity"]["podAffinity"] == {"x": 1}
    assert made["spec"]["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"] == preferred
    assert of["spec"]["template"]["spec"] == spec


def test_the_node_of_a_pod_is_where_it_is_or_wants_to_be():
    assert [target_node(p) for p in (pod("a"), pod("b", "n2", bound=False), {"spec": {}})] == ["n1", "n2", None]


def test_pods_that_ended_and_go_do_not_count():
    pods = [pod("a", "n2"), pod("b", phase="Failed", going=True), pod("c", phase="Failed"), pod("d", going=True)]
    assert {name: [p["metadata"]["name"] for p in on] for name, on in pods_by_node(pods).items()} == {
        "n1": ["c", "d"], "n2": ["a"],
    }


def test_bound_pods_stand_before_others_and_old_ones_before_young_ones():
    pods = [pod("d", bound=False), pod("c", born="2026-02-01T00:00:00Z"), pod("b"), pod("a")]
    assert [p["metadata"]["name"] for p in by_creation_and_phase(pods)] == ["a", "b", "c", "d"]


SURGE = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
CLOSED, LEFT = node(taints=[taint("NoSchedule")]), node(taints=[taint("NoExecute")])


@pytest.mark.parametrize(("strategy", "on", "pods", "create", "delete", "ended"), [
    (None, node(), None, True, [], []),
    (None, node(), [], False, [], []),
    (None, node(), [pod("a")], False, [], []),
    (None, node(), [pod("b"), pod("a")], False, ["b"], []),
    (None, node(), [pod("a", phase="Failed")], False, [], ["a"]),
    (None, node(), [pod("a", phase="Succeeded"), pod("b")], False, [], ["a"]),
    (None, node(), [pod("a", going=True)], False, [], []),
    (None, CLOSED, None, False, [], []),
    (None, CLOSED, [pod("a")], False, [], []),
    (None, LEFT, [pod("a"), pod("b", going=True)], False, ["a"], []),
    (None, LEFT, None, False, [], []),
    (SURGE, node(), [pod("a", going=True)], True, [], []),
    (SURGE, node(), [pod("a", letters="old"), pod("b")], False, ["a"], []),
    (SURGE, node(), [pod("a", letters="old"), pod("b", ready=False)], False, [], []),
    (SURGE, node(), [pod("a", letters="old", ready=False), pod("b", ready=False)], False, ["a"], []),
    (SURGE, node(), [pod("a"), pod("b", ready=False)], False, ["b"], []),
])
def test_a_node_has_one_pod_and_while_surging_two(strategy, on, pods, create, delete, ended):
    plan = pods_should_be_on_node(daemon_set(strategy=strategy), on, pods, "new", NOW)
    names = [[p["metadata"]["name"] for p in some] for some in (plan.delete, plan.ended)]
    assert (plan.create, *names) == (create, delete, ended)


def test_pods_that_wait_for_a_node_that_is_gone_go():
    on_node = pods_by_node([pod("a", "n1"), pod("b", "n9"), pod("c", "n9", bound=False)])
    assert [p["metadata"]["name"] for p in unscheduled_without_node([node()], on_node)] == ["c"]


def strategy(unavailable, surge=0):
    return {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": unavailable, "maxSurge": surge}}


def old(name, on, **facts):
    return pod(name, on, "old", **facts)


NODES = [node("n1"), node("n2"), node("n3")]
THREE_OLD = [old("a", "n1"), old("b", "n2"), old("c", "n3")]


@pytest.mark.parametrize(("limits", "pods", "deleted", "created"), [
    (strategy(1), THREE_OLD, ["a"], []),
    (strategy(2), THREE_OLD, ["a", "b"], []),
    (strategy("50%"), THREE_OLD, ["a", "b"], []),
    (strategy(0), THREE_OLD, ["a"], []),
    (strategy(1), [pod("a", "n1"), old("b", "n2"), old("c", "n3")], ["b"], []),
    (strategy(1), [pod("a", "n1", ready=False), old("b", "n2"), old("c", "n3")], [], []),
    (strategy(1), [old("b", "n2"), old("c", "n3")], [], []),
    (strategy(1), [old("a", "n1", ready=False), old("b", "n2"), old("c", "n3")], ["a"], []),
    (strategy(2), [old("a", "n1", ready=False), old("b", "n2"), old("c", "n3")], ["a", "b"], []),
    (strategy(1), [old("a", "n1", going=True), old("b", "n2"), old("c", "n3")], [], []),
    (strategy(1), [old("a", "n1"), old("a2", "n1"), old("b", "n2"), old("c", "n3")], [], []),
    (strategy(0, 1), THREE_OLD, [], ["n1"]),
    (strategy(0, "67%"), THREE_OLD, [], ["n1", "n2", "n3"]),
    (strategy(0, 1), [*THREE_OLD, pod("d", "n1", ready=False)], [], []),
    (strategy(0, 1), [*THREE_OLD, pod("d", "n1")], ["a"], ["n2"]),
    (strategy(0, 1), [old("a", "n1", ready=False), old("b", "n2"), old("c", "n3")], [], ["n1", "n2"]),
    (strategy(0, 1), [*THREE_OLD, old("x", "n4", ready=False)], ["x"], ["n1"]),
    (strategy(0, 1), [*THREE_OLD, old("x", "n4")], ["x"], ["n1"]),
    (strategy(0, 1), [old("a", "n1"), old("b", "n2"), old("c", "n3", ready=False), old("x", "n4")], [],
     ["n3", "n1"]),
])
def test_an_update_stays_within_its_limits(limits, pods, deleted, created):
    delete, create = rolling_update(daemon_set(strategy=limits), NODES, pods_by_node(pods), "new", NOW)
    assert ([p["metadata"]["name"] for p in delete], create) == (deleted, created)


@pytest.mark.parametrize(("pods", "expected"), [
    ([], {"desiredNumberScheduled": 3, "numberUnavailable": 3}),
    ([pod("a", "n1"), old("b", "n2"), pod("c", "n3", ready=False), pod("d", "n4")],
     {"desiredNumberScheduled": 3, "currentNumberScheduled": 3, "numberReady": 2, "numberAvailable": 2,
      "numberUnavailable": 1, "updatedNumberScheduled": 2, "numberMisscheduled": 1}),
])
def test_status_counts_nodes(pods, expected):
    nodes = [*NODES, node("n4", taints=[taint("NoSchedule")])]
    assert calculate_status(daemon_set(), nodes, pods_by_node(pods), "new", NOW) == {
        "currentNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0, "observedGeneration": 3, **expected,
    }


def test_a_pod_of_the_same_template_number_counts_as_updated():
    known = old("a", "n1")
    known["metadata"]["labels"]["pod-template-generation"] = "2"
    assert calculate_status(daemon_set(), NODES[:1], pods_by_node([known]), "new", NOW)["updatedNumberScheduled"] == 1
