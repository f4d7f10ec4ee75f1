"""PodDisruptionBudgets: their numbers, and what eviction makes of them."""

import pytest
from builders import deployment, pod
from fakes import FakeContext, run
from realcluster import Cluster

from minikctl.api.disruption import BUDGETS
from minikctl.api.eviction import evict
from minikctl.controllers.disruption import DELETION_TIMEOUT, DisruptionController
from minikctl.errors import InternalError, TooManyRequests

VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget."


def budget(name="keep", app="web", **spec):
    return {
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": app}}, **spec},
    }


def numbers(context, name="keep"):
    status = context.get(BUDGETS, "default", name)["status"]
    return tuple(status[field] for field in ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"))


@pytest.mark.parametrize(("spec", "ready", "unready", "expected"), [
    ({"minAvailable": 1}, 3, 0, (2, 3, 1, 3)),
    ({"minAvailable": 3}, 2, 1, (0, 2, 3, 3)),
    ({"minAvailable": 1}, 0, 0, (0, 0, 1, 0)),
    ({"minAvailable": "50%"}, 4, 0, (2, 4, 2, 4)),
    ({"minAvailable": "50%"}, 3, 1, (1, 3, 2, 4)),
    ({"maxUnavailable": 1}, 4, 0, (1, 4, 3, 4)),
    ({"maxUnavailable": "50%"}, 3, 0, (1, 3, 2, 4)),
    ({}, 3, 0, (0, 3, 0, 0)),
])
def test_numbers(spec, ready, unready, expected):
    web = deployment(replicas=4)
    context = FakeContext(web, budget(**spec))
    owner = context.one("deployments.apps")
    for number in range(ready):
        context.create(pod(f"r{number}", {"app": "web"}, owner=owner))
    for number in range(unready):
        context.create(pod(f"u{number}", {"app": "web"}, owner=owner, ready=False))
    context.create(pod("other", {"app": "db"}))
    run(context, DisruptionController())
    assert numbers(context) == expected
    (condition,) = context.get(BUDGETS, "default", "keep")["status"]["conditions"]
    allowed = expected[0] > 0
    assert (condition["type"], condition["status"], condition["reason"]) == (
        "DisruptionAllowed", str(allowed), "SufficientPods" if allowed else "InsufficientPods",
    )


def test_a_pod_without_a_known_controller_fails_safe():
    context = FakeContext(budget(maxUnavailable=1))
    orphan = pod("p", {"app": "web"})
    orphan["metadata"]["ownerReferences"] = [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "gone", "uid": "x", "controller": True},
    ]
    context.create(orphan)
    run(context, DisruptionController())
    status = context.get(BUDGETS, "default", "keep")["status"]
    assert status["disruptionsAllowed"] == 0
    assert status["conditions"][0]["reason"] == "SyncFailed"
    assert context.messages("CalculateExpectedPodCountFailed") == [
        'Failed to calculate the number of expected pods: found no controllers for pod "p"',
    ]


def test_unmanaged_pods_are_told_of():
    context = FakeContext(budget(minAvailable="50%"), pod("p", {"app": "web"}))
    run(context, DisruptionController())
    assert context.messages("UnmanagedPods")[0].startswith("Pods selected by this PodDisruptionBudget (selector: app=web)")


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    return Cluster(tmp_path, monkeypatch)


def pods_of(cluster):
    return [p for p in cluster.api.list("pods") if not p["metadata"].get("deletionTimestamp")]


def test_evictions_of_one_command_keep_to_the_budget(cluster):
    cluster.api.create(deployment(replicas=3))
    cluster.api.create(budget(minAvailable=2))
    cluster.settle()
    first, second, _ = pods_of(cluster)
    evict(cluster.api, first)
    with pytest.raises(TooManyRequests, match=VIOLATES):
        evict(cluster.api, second)
    assert numbers(cluster.api)[0] == 0
    cluster.settle()
    assert len(pods_of(cluster)) == 3
    assert numbers(cluster.api) == (1, 3, 2, 3)
    assert "disruptedPods" not in cluster.api.get(BUDGETS, "default", "keep")["status"]


def test_an_evicted_pod_says_why_it_goes(cluster):
    cluster.api.create({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "slow", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "slow"}]},
    })
    cluster.settle()
    evict(cluster.api, cluster.api.get("pods", "default", "slow"))
    gone = cluster.api.get("pods", "default", "slow")
    assert gone["metadata"]["deletionTimestamp"]
    condition = gone["status"]["conditions"][-1]
    assert (condition["type"], condition["reason"], condition["message"]) == (
        "DisruptionTarget", "EvictionByEvictionAPI", "Eviction API: evicting",
    )


def test_a_budget_that_was_not_looked_at_yet_allows_nothing(cluster):
    cluster.api.create(deployment(replicas=3))
    cluster.settle()
    cluster.api.create(budget(minAvailable=1))
    with pytest.raises(TooManyRequests, match=VIOLATES):
        evict(cluster.api, pods_of(cluster)[0])


def test_two_budgets_are_too_many(cluster):
    cluster.api.create(deployment(replicas=3))
    for name in ("a", "b"):
        cluster.api.create(budget(name, minAvailable=1))
    cluster.settle()
    with pytest.raises(InternalError, match="more than one PodDisruptionBudget"):
        evict(cluster.api, pods_of(cluster)[0])


@pytest.mark.parametrize(("policy", "goes"), [(None, False), ("IfHealthyBudget", False), ("AlwaysAllow", True)])
def test_pods_that_are_not_ready(cluster, policy, goes):
    web = deployment(replicas=2, image="slow:1")
    cluster.api.create(web)
    cluster.api.create(budget(minAvailable=1, **({"unhealthyPodEvictionPolicy": policy} if policy else {})))
    cluster.settle()
    target = pods_of(cluster)[0]
    if goes:
        evict(cluster.api, target)
        assert len(pods_of(cluster)) == 1
    else:
        with pytest.raises(TooManyRequests):
            evict(cluster.api, target)


def test_a_dry_run_changes_nothing(cluster):
    cluster.api.create(deployment(replicas=2))
    cluster.api.create(budget(minAvailable=1))
    cluster.settle()
    before = cluster.store.revision
    evict(cluster.api, pods_of(cluster)[0], dry_run=True)
    assert cluster.store.revision == before


def test_an_eviction_that_does_not_happen_is_forgotten():
    context = FakeContext(budget(minAvailable=1), pod("p", {"app": "web"}), pod("q", {"app": "web"}))
    run(context, DisruptionController())
    obj = context.get(BUDGETS, "default", "keep")
    obj["status"].update(disruptionsAllowed=0, disruptedPods={"p": "2026-05-28T20:26:40Z"})
    context.update_status(obj)
    context.clock = 1_780_000_000.0
    controller = DisruptionController()
    controller.sync(context, "default/keep")
    assert numbers(context)[0] == 0
    assert context.requeued[-1] == ("default/keep", DELETION_TIMEOUT)
    context.clock += DELETION_TIMEOUT + 1
    controller.sync(context, "default/keep")
    assert numbers(context)[0] == 1
    assert context.messages("NotDeleted") == ["Pod was expected by PDB default/keep to be deleted but it wasn't"]
