"""Small things cost the same however much is stored: statements, steps of SQLite and objects read are counted, not seconds."""

from __future__ import annotations

import json

import pytest
from conftest import Cluster

import minikctl.store as store_module
from minikctl.store import reading, stored

PODS = 12
MANY = 10
SMALL = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: small, labels: {app: small}}
spec:
  replicas: 2
  selector: {matchLabels: {app: small}}
  template:
    metadata: {labels: {app: small}}
    spec: {nodeSelector: {for: small}, containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: small}
spec: {selector: {app: small}, ports: [{port: 80}]}
"""


def big(number: int) -> str:
    return SMALL.replace("for: small", "for: large").replace(": small", f": big-{number}").replace("replicas: 2", f"replicas: {PODS}")


@pytest.fixture(scope="module")
def clusters(tmp_path_factory):
    """The same small Deployment and Service beside one large Deployment, and beside ten."""
    found = []
    for count in (1, MANY):
        cluster = Cluster(tmp_path_factory.mktemp(f"of-{count}"))
        cluster.ok("init", "--nodes", "6")
        # What is on one node is read when a Pod comes to it: there are never more than some hundred.
        cluster.ok("label", "nodes", "node-1", "node-2", "for=small")
        cluster.ok("label", "nodes", "node-3", "node-4", "node-5", "node-6", "for=large")
        cluster.ok("apply", "-f", "-", stdin="---\n".join(big(number) for number in range(count)))
        (cluster.folder / "small.yaml").write_text(SMALL)
        cluster.ok("apply", "-f", str(cluster.folder / "small.yaml"))
        cluster.settle()
        found.append(cluster)
    return found


class Counts:
    """What a command line asks of the state."""

    def __init__(self):
        self.statements, self.steps, self.objects = 0, 0, 0

    def told(self):
        return {"statements": self.statements, "steps": self.steps, "objects": self.objects}


def counted(cluster, monkeypatch, *words):
    """Run a command line and count."""
    counts = Counts()
    attach, loads, decode = store_module.Store._attach, reading.decode, stored.decode

    def attached(self, connection):
        attach(self, connection)

        def statement(_):
            counts.statements += 1

        def step():
            counts.steps += 1

        connection.set_trace_callback(statement)
        connection.set_progress_handler(step, 10)

    def loaded(text):
        counts.objects += 1
        return loads(text)

    def decoded(text):
        counts.objects += 1
        return decode(text)

    with monkeypatch.context() as patch:
        patch.setattr(store_module.Store, "_attach", attached)
        patch.setattr(reading, "decode", loaded)
        patch.setattr(stored, "decode", decoded)
        cluster.ok(*words)
    return counts.told()


@pytest.mark.parametrize(
    "words",
    [
        ("get", "deployment", "small"),
        ("get", "pods", "-l", "app=small"),
        ("get", "pods", "-l", "app=small", "-o", "yaml"),
        ("get", "endpoints", "small"),
        ("describe", "service", "small"),
        ("describe", "deployment", "small"),
        ("apply", "-f", "small.yaml"),
        ("label", "deployment", "small", "a=b"),
        ("label", "deployment", "small", "a-"),
        ("scale", "deployment", "small", "--replicas=3"),
        ("scale", "deployment", "small", "--replicas=2"),
        ("set", "image", "deployment/small", "c=nginx:2"),
        ("rollout", "status", "deployment/small"),
        ("rollout", "history", "deployment/small"),
        ("reconcile", "--until-stable"),
        ("annotate", "service", "small", "a=b"),
        ("patch", "service", "small", "-p", '{"spec":{"selector":{"app":"small","tier":"none"}}}'),
        ("create", "configmap", "other"),
        ("advance", "1s"),
        ("delete", "deployment", "small"),
    ],
    ids=" ".join,
)
def test_costs_the_same_in_a_large_state(clusters, monkeypatch, words):
    few, many = (
        counted(cluster, monkeypatch, *[str(cluster.folder / word) if word.endswith(".yaml") else word for word in words])
        for cluster in clusters
    )
    assert many["objects"] == few["objects"], json.dumps([few, many])
    assert many["statements"] == few["statements"], json.dumps([few, many])
    # A look-up in a larger index may take a step more.
    assert many["steps"] <= few["steps"] * 1.1 + 5, json.dumps([few, many])
