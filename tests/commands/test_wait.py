"""Waiting passes in simulated time: what comes later is waited for at once, and a timeout moves the clock."""

from __future__ import annotations

import pytest

SLOW = """\
apiVersion: minikctl.dev/v1alpha1
kind: ContainerBehavior
metadata: {name: slow}
spec:
  images: ["slow*"]
  ready: {after: 20s}
  stop: {after: 5s}
"""


@pytest.fixture
def slow(cluster):
    cluster.ok("apply", "-f", "-", stdin=SLOW)
    cluster.ok("run", "web", "--image=slow", "--labels=app=web")
    return cluster


def seconds_since_start(cluster):
    cluster.ok("create", "configmap", "clock")
    return int(cluster.ok("get", "configmap", "clock", "-o", "jsonpath={.metadata.creationTimestamp}")[17:19]) - 5


def test_what_comes_later_is_waited_for(slow):
    assert slow.ok("wait", "--for=condition=Ready", "pod/web", "--timeout=1m") == "pod/web condition met\n"
    assert 20 <= seconds_since_start(slow) <= 21


def test_a_timeout_moves_the_clock(slow):
    result = slow("wait", "--for=condition=Ready", "pod/web", "--timeout=10s")
    assert (result.code, result.out, result.err) == (1, "", "error: timed out waiting for the condition on pods/web\n")
    assert seconds_since_start(slow) == 10


def test_one_deadline_for_all(slow):
    slow.ok("run", "other", "--image=slow", "--labels=app=web")
    result = slow("wait", "--for=condition=Ready", "pod", "-l", "app=web", "--timeout=10s")
    assert result.err == (
        "timed out waiting for the condition on pods/other\ntimed out waiting for the condition on pods/web\n"
    )
    assert seconds_since_start(slow) == 10


def test_a_deletion_is_waited_for(slow):
    slow.ok("wait", "--for=condition=Ready", "pod/web")
    slow.ok("delete", "pod", "web", "--wait=false")
    assert slow.ok("get", "pod", "web", "-o", "name") == "pod/web\n"
    assert slow.ok("wait", "--for=delete", "pod/web", "--timeout=30s") == "pod/web condition met\n"
    assert slow("get", "pod", "web").code == 1


def test_without_passes_it_says_what_is_so_now(slow):
    result = slow("wait", "--for=condition=Ready", "pod/web", "--no-reconcile")
    assert (result.code, result.err) == (1, "error: timed out waiting for the condition on pods/web\n")
    assert seconds_since_start(slow) == 0
