"""Where Pods go because of other Pods, volumes and priorities; and what is said where they cannot."""

from __future__ import annotations

import pytest
from scheduling import HOST, ZONE, Nodes, near, node, pod, preferred, required, spread

from minikctl.errors import NotFound

NODES = (node("a", "z1"), node("b", "z1"), node("c", "z2"))
NO_AFFINITY = "node(s) didn't match pod affinity rules"
AVOIDED = "node(s) didn't match pod anti-affinity rules"
AVOIDING = "node(s) didn't satisfy existing pods anti-affinity rules"
SKEWED = "node(s) didn't match pod topology spread constraints"
UNLABELED = f"{SKEWED} (missing required label)"


@pytest.fixture
def cluster(tmp_path):
    return lambda *nodes: Nodes(tmp_path, nodes or NODES)


def web(name, on, **spec):
    return pod(name, "web", on=on, **spec)


#: (Pods that are there, the new one, where it may be ((): nowhere), the beginning of the message)
RULES = {
    "near a Pod on its node": ([web("1", "b")], pod(affinity=required("podAffinity", near("web"))), "b", ""),
    "near a Pod in its zone": (
        [web("1", "c")], pod(affinity=required("podAffinity", near("web", ZONE))), "c", "",
    ),
    "near nobody": (
        [], pod(affinity=required("podAffinity", near("web"))), "", f"0/3 nodes are available: 3 {NO_AFFINITY}.",
    ),
    "the first of its kind": ([], pod(app="web", affinity=required("podAffinity", near("web"))), "abc", ""),
    "not the first, so near": ([web("1", "c")], pod(app="web", affinity=required("podAffinity", near("web"))), "c", ""),
    "near both of two": (
        [web("1", "a"), pod("2", "db", on="a"), web("3", "b")],
        pod(affinity=required("podAffinity", near("web", matchLabelKeys=[]), near("db"))), "", "0/3 nodes are available: ",
    ),
    "not in another namespace": (
        [web("1", "b")], pod(affinity=required("podAffinity", near("web", namespaces=["kube-system"]))), "", "0/3",
    ),
    "in all namespaces": (
        [web("1", "b")], pod(affinity=required("podAffinity", near("web", namespaceSelector={}))), "b", "",
    ),
    "away from a Pod": ([web("1", "a"), web("2", "c")], pod(affinity=required("podAntiAffinity", near("web"))), "b", ""),
    "away from a zone": ([web("1", "a")], pod(affinity=required("podAntiAffinity", near("web", ZONE))), "c", ""),
    "away from everywhere": (
        [web("1", "a"), web("2", "c")], pod(affinity=required("podAntiAffinity", near("web", ZONE))), "",
        f"0/3 nodes are available: 3 {AVOIDED}.",
    ),
    "avoided by a Pod": (
        [pod("1", on="a", affinity=required("podAntiAffinity", near("web", ZONE)))], pod(app="web"), "c", "",
    ),
    "avoided everywhere": (
        [pod(each, on=each, affinity=required("podAntiAffinity", near("web"))) for each in "abc"], pod(app="web"), "",
        f"0/3 nodes are available: 3 {AVOIDING}.",
    ),
    "rather near": ([web("1", "c")], pod(affinity=preferred("podAffinity", near("web"))), "c", ""),
    "rather away": ([web("1", "a"), web("2", "b")], pod(affinity=preferred("podAntiAffinity", near("web"))), "c", ""),
    "a Pod that likes to be near": (
        [pod("1", on="c", affinity=preferred("podAffinity", near("web")))], pod(app="web"), "c", "",
    ),
    "a Pod that has to be near": (
        [web("0", "c"), pod("1", on="c", affinity=required("podAffinity", near("web")))], pod(app="web"), "c", "",
    ),
    "spread over nodes": (
        [web("1", "a"), web("2", "b")], pod(app="web", topologySpreadConstraints=[spread(HOST, "web")]), "c", "",
    ),
    "spread over zones": (
        [web("1", "a")], pod(app="web", topologySpreadConstraints=[spread(ZONE, "web")]), "c", "",
    ),
    "a skew of two": (
        [web("1", "c")], pod(app="web", nodeSelector={HOST: "c"}, topologySpreadConstraints=[spread(HOST, "web", skew=2)]),
        "c", "",
    ),
    "only nodes that it selects count": (
        [web("1", "c")], pod(app="web", nodeSelector={HOST: "c"}, topologySpreadConstraints=[spread(HOST, "web")]), "c", "",
    ),
    "all nodes count": (
        [web("1", "c")],
        pod(app="web", nodeSelector={HOST: "c"}, topologySpreadConstraints=[
            spread(HOST, "web", nodeAffinityPolicy="Ignore")
        ]), "", f"0/3 nodes are available: 1 {SKEWED}, 2 node(s) didn't match Pod's node affinity/selector.",
    ),
    "too few domains": (
        [web("1", "a"), web("2", "c")], pod(app="web", topologySpreadConstraints=[spread(ZONE, "web", minDomains=3)]), "",
        f"0/3 nodes are available: 3 {SKEWED}.",
    ),
    "no such label": (
        [], pod(app="web", topologySpreadConstraints=[spread("rack", "web")]), "",
        f"0/3 nodes are available: 3 {UNLABELED}.",
    ),
    "rather spread": (
        [web("1", "a"), web("2", "c")], pod(app="web", topologySpreadConstraints=[spread(HOST, "web", hard=False)]), "b", "",
    ),
    "a card": ([pod("1", on="a", requests={"example.com/card": "2"}), pod("2", on="b", requests={"example.com/card": "1"})],
               pod(requests={"example.com/card": "2"}), "c", ""),
    "too many cards": ([], pod(requests={"example.com/card": "3"}), "", "0/3 nodes are available: 3 Insufficient example.com/card."),
    "a named node that is not there": (
        [], pod(affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["x"]}]},
        ]}}}), "", "0/3 nodes are available: 3 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    ),
    "a named node that is full": (
        [pod("1", on="b", requests={"cpu": "4"})],
        pod(requests={"cpu": "1"}, affinity={"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["b"]}]}],
        }}}), "", "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    ),
    "a claim that is not there": (
        [], pod(claims=["data"]), "", '0/3 nodes are available: persistentvolumeclaim "data" not found.',
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_where_it_goes(cluster, name):
    there, wanted, allowed, message = RULES[name]
    nodes = cluster()
    nodes.add(*there)
    nodes.add(wanted)
    assert nodes.message("p").startswith(message)
    assert (nodes.where("p") or "") in (list(allowed) or [""])


def test_an_image_that_is_there_is_a_reason(cluster):
    nodes = cluster(node("a"), node("b", images=["big:1"]))
    nodes.add(pod("first", image="big:1"))
    assert nodes.where("first") == "b"


def test_pods_of_a_service_are_spread_over_zones(cluster):
    """By the system's defaults: a, b and c are as empty, and zone z1 has two nodes."""
    nodes = cluster(node("a", "z1"), node("b", "z1"), node("c", "z2"))
    nodes.add({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
               "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}})
    nodes.add(*(pod(str(number), "web") for number in range(4)))
    assert sorted(nodes.where(str(number)) for number in range(4)) in (["a", "b", "c", "c"], ["a", "b", "b", "c"], ["a", "a", "b", "c"])


def test_who_waits_for_a_pod_is_called_when_it_is_there(cluster):
    nodes = cluster()
    nodes.add(pod(affinity=required("podAffinity", near("web"))))
    assert nodes.where("p") is None
    nodes.add(pod("other", "web"))
    assert nodes.where("p") == nodes.where("other")


def test_who_waits_for_a_claim_is_called_when_it_is_there(cluster):
    nodes = cluster()
    nodes.add(pod(claims=["data"]))
    nodes.add(claim("data", "slow"))
    assert nodes.message("p").startswith("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.")
    nodes.add(volume("v", "slow", node="c"))
    assert nodes.where("p") == "c"


# -- volumes ------------------------------------------------------------------------------------------------------------


def claim(name, of="", mode="ReadWriteOnce"):
    return {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
        "spec": {"accessModes": [mode], "storageClassName": of, "resources": {"requests": {"storage": "1Gi"}}},
    }


def volume(name, of="", *, node="", mode="ReadWriteOnce", **labels):
    spec = {
        "capacity": {"storage": "1Gi"}, "accessModes": [mode], "storageClassName": of, "hostPath": {"path": "/x"},
        "persistentVolumeReclaimPolicy": "Retain",
    }
    if node:
        terms = [{"matchExpressions": [{"key": HOST, "operator": "In", "values": [node]}]}]
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": terms}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name, "labels": labels}, "spec": spec}


def storage_class(name, provisioner="minikctl.dev/simulated", **fields):
    return {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}, "provisioner": provisioner,
        "volumeBindingMode": "WaitForFirstConsumer", **fields,
    }


LATE = storage_class("late")
ONLY_Z2 = storage_class("z2", allowedTopologies=[{"matchLabelExpressions": [{"key": ZONE, "values": ["z2"]}]}])
LOCAL = storage_class("local", "kubernetes.io/no-provisioner")
TO_BIND = "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind."
OTHER_NODE = "node(s) didn't match PersistentVolume's node affinity"
VOLUMES = {
    "bound, on its node": ([volume("v", node="b"), claim("data")], "b", ""),
    "bound, on a node that is full": (
        [volume("v", node="b"), claim("data"), pod("1", on="b", requests={"cpu": "4"})], "",
        f"0/3 nodes are available: 1 Insufficient cpu, 2 {OTHER_NODE}.",
    ),
    "bound, of a zone": ([volume("v", **{ZONE: "z2"}), claim("data")], "c", ""),
    "made where the Pod goes": ([LATE, claim("data", "late")], "abc", ""),
    "made in one zone only": ([ONLY_Z2, claim("data", "z2")], "c", ""),
    "there is one on a node": ([LOCAL, volume("v", "local", node="c"), claim("data", "local")], "c", ""),
    "there is none": ([LOCAL, claim("data", "local")], "", TO_BIND),
    "used by another alone": (
        [volume("v", mode="ReadWriteOncePod"), claim("data", mode="ReadWriteOncePod"), pod("1", claims=["data"])], "",
        "0/3 nodes are available: 3 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.",
    ),
}


@pytest.mark.parametrize("name", VOLUMES)
def test_where_its_volume_is(cluster, name):
    there, allowed, message = VOLUMES[name]
    nodes = cluster()
    nodes.add(*there)
    nodes.add(pod(claims=["data"], requests={"cpu": "1"}))
    assert nodes.message("p").startswith(message)
    assert (nodes.where("p") or "") in (list(allowed) or [""])
    if allowed:
        assert nodes.api.get("persistentvolumeclaims", "default", "data")["status"]["phase"] == "Bound"


# -- preemption ---------------------------------------------------------------------------------------------------------


def priority_class(name, value, **fields):
    return {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": value, **fields}


HIGH, LOW, SHY = priority_class("high", 1000), priority_class("low", -5), priority_class("shy", 1000, preemptionPolicy="Never")


def full(name, on, cpu="4", **spec):
    return pod(name, requests={"cpu": cpu}, on=on, **spec)


def important(cpu="2", of="high", **spec):
    return pod(requests={"cpu": cpu}, priorityClassName=of, **spec)


#: (Pods that are there, the new one, who has to go)
VICTIMS = {
    "the less important": ([full("1", "a", priorityClassName="low"), full("2", "b")], important(), ["1"]),
    "as few as will do": (
        [full("1", "a", "2"), full("2", "a", "2", priorityClassName="low"), full("3", "b", "2"), full("4", "b", "2")],
        important("2"), ["2"],
    ),
    "those of the least sum": (
        [full("1", "a", "2"), full("2", "a", "2"), full("3", "b", "4")], important("4"), ["3"],
    ),
    "nobody as important": ([full("1", "a", priorityClassName="high"), full("2", "b", priorityClassName="high")], important(), []),
    "nobody where it is no use": ([full("1", "a"), full("2", "b")], important("8"), []),
    "nobody, by its policy": ([full("1", "a"), full("2", "b")], important(of="shy"), []),
}


@pytest.mark.parametrize("name", VICTIMS)
def test_who_has_to_go(cluster, name):
    there, wanted, victims = VICTIMS[name]
    nodes = cluster(node("a"), node("b"))
    nodes.add(HIGH, LOW, SHY)
    nodes.add(*there)
    nodes.add(wanted)
    gone = [each["metadata"]["name"] for each in there if nodes.pod(each["metadata"]["name"]) is None]
    assert gone == victims
    assert (nodes.where("p") is not None) is bool(victims)


def test_the_story_of_a_preemption(cluster):
    nodes = cluster(node("a"))
    nodes.add(HIGH, {
        "apiVersion": "minikctl.dev/v1alpha1", "kind": "ContainerBehavior", "metadata": {"name": "slow"},
        "spec": {"images": ["*"], "stop": {"after": "10s"}},
    })
    nodes.add(full("victim", "a"))
    preemptor = nodes.add(important("4"))
    victim = nodes.pod("victim")
    assert (preemptor["status"]["nominatedNodeName"], preemptor["spec"].get("nodeName")) == ("a", None)
    assert nodes.message("p") == "0/1 nodes are available: 1 Insufficient cpu."
    condition = next(each for each in victim["status"]["conditions"] if each["type"] == "DisruptionTarget")
    assert (condition["reason"], condition["message"]) == (
        "PreemptionByScheduler", "default-scheduler: preempting to accommodate a higher priority pod",
    )
    assert "deletionTimestamp" in victim["metadata"]
    events = [each["message"] for each in nodes.api.list("events", "default") if each["reason"] == "Preempted"]
    assert events == [f"Preempted by pod {preemptor['metadata']['uid']} on node a"]
    # What is as important does not get the room that others were sent away for.
    nodes.add({**important("1"), "metadata": {"name": "late"}}, {**pod(requests={"cpu": "1"}), "metadata": {"name": "later"}})
    assert (nodes.where("late"), nodes.where("later")) == (None, None)
    nodes.reconciler.advance_to(nodes.api.now() + 30)
    assert (nodes.pod("victim"), nodes.where("p"), "nominatedNodeName" in nodes.pod("p")["status"]) == (None, "a", False)


def test_disruption_budgets_are_spared_where_they_can_be(cluster):
    nodes = cluster(node("a"), node("b"))
    nodes.add(HIGH, {
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "keep"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "kept"}}},
    })
    kept = full("kept", "a")
    kept["metadata"]["labels"] = {"app": "kept"}
    nodes.add(kept, full("other", "b"), important())
    assert (nodes.where("kept"), nodes.where("p")) == ("a", "b")


def test_many_alike_are_spread_evenly(cluster):
    """One plan for all of them says the same as looking anew each time would."""
    nodes = cluster(*(node(f"n{number}", f"z{number % 3}", cpu="100") for number in range(6)))
    for number in range(30):
        nodes.api.create(pod(f"p{number:02}", "web", topologySpreadConstraints=[spread(HOST, "web"), spread(ZONE, "web")]))
    nodes.settle()
    found = [nodes.where(f"p{number:02}") for number in range(30)]
    assert sorted(found.count(f"n{number}") for number in range(6)) == [5] * 6


def test_hosts_are_shared_by_none_that_avoid_each_other(cluster):
    nodes = cluster()
    for number in range(5):
        nodes.api.create(pod(f"p{number}", "web", affinity=required("podAntiAffinity", near("web"))))
    nodes.settle()
    found = [nodes.where(f"p{number}") for number in range(5)]
    assert sorted(filter(None, found)) == ["a", "b", "c"]
    nodes.api.delete("pods", "default", "p0", grace_period=0)
    nodes.settle()
    with pytest.raises(NotFound):
        nodes.api.must_get("pods", "default", "p0")
    assert sorted(filter(None, (nodes.where(f"p{number}") for number in range(1, 5)))) == ["a", "b", "c"]
