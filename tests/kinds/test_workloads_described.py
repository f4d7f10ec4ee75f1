"""Nodes, workloads and their Pods as kubectl 1.36 itself described the same objects.

``described_workloads/objects.json`` holds the objects, ``described_workloads/KIND-NAME.txt`` what ``kubectl describe``
said with a server that had them (and no events): ``record_described.py`` wrote it down.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from minikctl import kinds
from minikctl.printing.describing import DescribeWriter

FOLDER = Path(__file__).parent / "described_workloads"
OBJECTS = json.loads((FOLDER / "objects.json").read_text(encoding="utf-8"))


class Reader:
    """The objects above, as describe reads others."""

    def now(self):
        return 0.0

    def get(self, resource, namespace, name):
        return next((obj for obj in self.list(resource, namespace) if obj["metadata"]["name"] == name), None)

    def list(self, resource, namespace=None, *, selector=None, owner=None, node=None):
        return [
            obj for obj in OBJECTS
            if kinds.info_for_object(obj["apiVersion"], obj["kind"]).resource == resource
            and namespace in (None, obj["metadata"].get("namespace", ""))
            and (selector is None or selector.matches(obj["metadata"].get("labels") or {}))
            and (owner is None or owner in [each["uid"] for each in obj["metadata"].get("ownerReferences") or ()])
            and (node is None or obj["spec"].get("nodeName") == node)
        ]


@pytest.fixture
def utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("obj", OBJECTS, ids=lambda obj: f"{obj['kind']}-{obj['metadata']['name']}")
def test_describe_writes_what_kubectl_writes(obj, utc):
    kind = kinds.load(kinds.info_for_object(obj["apiVersion"], obj["kind"]))
    out = DescribeWriter(lambda _: [], 0.0)
    kind.describe(out, obj, Reader())
    answer = FOLDER / f"{obj['kind'].lower()}-{obj['metadata']['name']}.txt"
    assert out.render() == answer.read_text(encoding="utf-8")
