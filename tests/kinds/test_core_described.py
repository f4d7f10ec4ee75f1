"""Services, endpoints and the core data kinds as kubectl 1.36 itself described the same objects.

``described_core/objects.json`` holds the objects (one a line), ``described_core/KIND-NAME.txt`` what ``kubectl
describe`` said with a server that had them (and no events).
"""

import json
from pathlib import Path

import pytest

from minikctl import kinds
from minikctl.printing.describing import DescribeWriter

FOLDER = Path(__file__).parent / "described_core"
OBJECTS = json.loads((FOLDER / "objects.json").read_text(encoding="utf-8"))


class Reader:
    """The objects above, as describe reads others."""

    def list(self, resource, namespace, *, selector):
        found = [obj for obj in OBJECTS if kinds.info_for_object(obj["apiVersion"], obj["kind"]).resource == resource]
        return [
            obj for obj in found
            if obj["metadata"]["namespace"] == namespace and selector.matches(obj["metadata"].get("labels") or {})
        ]


@pytest.mark.parametrize("obj", OBJECTS, ids=[f"{obj['kind']}-{obj['metadata']['name']}" for obj in OBJECTS])
def test_describe_writes_what_kubectl_writes(obj):
    kind = kinds.load(kinds.info_for_object(obj["apiVersion"], obj["kind"]))
    out = DescribeWriter(lambda _: [], 0.0)
    kind.describe(out, obj, Reader())
    answer = FOLDER / f"{obj['kind'].lower()}-{obj['metadata']['name']}.txt"
    assert out.render() == answer.read_text(encoding="utf-8")
