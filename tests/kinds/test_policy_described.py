"""Quotas, policies, roles, networks and storage as kubectl 1.36 itself described the same objects.

``described_policy/objects.json`` holds the objects, ``described_policy/KIND-NAME.txt`` what ``kubectl describe`` said
with a server that had them (and no events).
"""

import json
from pathlib import Path

import pytest

from minikctl import kinds
from minikctl.printing.describing import DescribeWriter

FOLDER = Path(__file__).parent / "described_policy"
OBJECTS = json.loads((FOLDER / "objects.json").read_text(encoding="utf-8"))


def answer_of(obj):
    return FOLDER / f"{obj['kind'].lower()}-{obj['metadata']['name']}.txt"


class Reader:
    """The objects above, as describe reads others."""

    def now(self):
        return 0.0

    def get(self, resource, namespace, name):
        return next((obj for obj in self.list(resource, namespace) if obj["metadata"]["name"] == name), None)

    def list(self, resource, namespace, *, selector=None):
        found = [obj for obj in OBJECTS if kinds.info_for_object(obj["apiVersion"], obj["kind"]).resource == resource]
        return [
            obj for obj in found if obj["metadata"].get("namespace", "") == namespace
            and (selector is None or selector.matches(obj["metadata"].get("labels") or {}))
        ]


@pytest.mark.parametrize(
    "obj", [obj for obj in OBJECTS if answer_of(obj).exists()],
    ids=lambda obj: f"{obj['kind']}-{obj['metadata']['name']}",
)
def test_describe_writes_what_kubectl_writes(obj):
    kind = kinds.load(kinds.info_for_object(obj["apiVersion"], obj["kind"]))
    out = DescribeWriter(lambda _: [], 0.0)
    kind.describe(out, obj, Reader())
    assert out.render() == answer_of(obj).read_text(encoding="utf-8")
