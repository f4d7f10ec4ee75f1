"""Draining: which Pods go, what keeps them, and how long it is tried, in simulated time."""

from __future__ import annotations

import pytest

KEPT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: kept}
spec:
  replicas: 2
  selector: {matchLabels: {app: kept}}
  template:
    metadata: {labels: {app: kept}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: keep}
spec: {minAvailable: 2, selector: {matchLabels: {app: kept}}}
"""


def nodes_of(cluster, label):
    return cluster.ok("get", "pods", "-l", label, "-o", "jsonpath={.items[*].spec.nodeName}").split()


def test_pods_of_a_controller_go_elsewhere(cluster):
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=3")
    cluster.settle()
    assert set(nodes_of(cluster, "app=web")) == {"node-1", "node-2", "node-3"}
    out = cluster.ok("drain", "node-2").splitlines()
    assert out[0] == "node/node-2 cordoned"
    assert out[1].startswith("evicting pod default/web-")
    assert out[2].startswith("pod/web-")
    assert out[2].endswith(" evicted")
    assert out[3:] == ["node/node-2 drained"]
    cluster.settle()
    assert len(nodes_of(cluster, "app=web")) == 3
    assert "node-2" not in nodes_of(cluster, "app=web")


@pytest.fixture
def budget(cluster):
    cluster.ok("cordon", "node-2", "node-3")
    cluster.ok("apply", "-f", "-", stdin=KEPT)
    cluster.settle()
    return cluster


def test_a_budget_keeps_pods_until_the_time_is_up(budget):
    result = budget("drain", "node-1", "--timeout=12s")
    assert result.code == 1
    assert result.out.count("evicting pod default/kept-") == 8, (
        "two Pods, tried after 0, 5 and 10 s, and too late after 15"
    )
    assert (
        result.err.count("(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.")
        == 6
    )
    assert "global timeout reached: 12s" in result.err
    assert result.err.count("There are pending pods in node") == 1
    assert len(nodes_of(budget, "app=kept")) == 2


def test_without_a_timeout_it_gives_up_in_the_end(budget):
    """kubectl would go on for ever."""
    result = budget("drain", "node-1")
    assert result.code == 1
    assert result.err.splitlines()[-1].endswith("gave up after 10m0s")


def test_a_budget_that_allows_one_after_the_other(budget):
    budget.ok("uncordon", "node-2")
    budget.ok("patch", "pdb", "keep", "-p", '{"spec":{"minAvailable":1}}')
    budget.settle()
    result = budget("drain", "node-1", "--timeout=1m")
    assert result.code == 0, result
    assert result.err.count("will retry after 5s") == 1
    assert set(nodes_of(budget, "app=kept")) == {"node-2"}


def test_budgets_are_passed_over_by_deletion(budget):
    result = budget("drain", "node-1", "--disable-eviction")
    assert (result.code, result.err) == (0, "")
    assert result.out.count(" deleted\n") == 2


def test_a_dry_run_changes_nothing(budget):
    before = budget.revision()
    out = budget.ok("drain", "node-1", "--dry-run=server")
    assert out.startswith("node/node-1 cordoned (server dry run)\nevicting pod default/kept-")
    assert budget.revision() == before


def test_pods_that_stop_slowly_are_waited_for(cluster):
    cluster.ok(
        "apply",
        "-f",
        "-",
        stdin="apiVersion: minikctl.dev/v1alpha1\nkind: ContainerBehavior\nmetadata: {name: slow}\nspec: {stop: {after: 9s}}\n",
    )
    cluster.ok("cordon", "node-2", "node-3")
    cluster.ok("run", "bare", "--image=nginx")
    cluster.settle()
    late = cluster("drain", "node-1", "--force", "--timeout=3s")
    assert late.code == 1
    assert "to terminate: global timeout reached: 3s" in late.err
    assert cluster.ok("drain", "node-1", "--force").endswith("pod/bare evicted\nnode/node-1 drained\n")
