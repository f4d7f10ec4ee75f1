"""Descriptions against what kubectl 1.36 itself printed of the same objects.

``described/objects.json`` holds the objects (one a line), ``described/KIND-NAME.txt`` what ``kubectl describe`` said
with a server that had them. To add a case: add the object, let kubectl describe it, keep its answer.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from minikctl.kinds.describing import (
    annotations_multiline,
    controlled_by,
    describe_generic,
    labels_multiline,
    smart_label,
)
from minikctl.kinds.pod.describe import describe_pod
from minikctl.kinds.podspec.describe import describe_pod_template
from minikctl.lib.times import parse_time
from minikctl.printing.describing import DescribeWriter

FOLDER = Path(__file__).parent / "described"
OBJECTS: list[dict[str, Any]] = json.loads((FOLDER / "objects.json").read_text(encoding="utf-8"))

#: when kubectl was asked
NOW = parse_time("2026-11-21T16:42:00Z")


class Clock:
    """The part of a Reader that the description of a Pod needs."""

    def now(self) -> float:
        return NOW


def cases(*kinds: str) -> list[Any]:
    found = [obj for obj in OBJECTS if obj["kind"] in kinds]
    assert found
    return [pytest.param(obj, id=obj["metadata"]["name"]) for obj in found]


def answer(obj: dict[str, Any]) -> str:
    path = FOLDER / f"{obj['kind'].lower()}-{obj['metadata']['name']}.txt"
    return path.read_text(encoding="utf-8")


def writer() -> DescribeWriter:
    return DescribeWriter(events=lambda _: [], now=NOW)


@pytest.mark.parametrize("pod", cases("Pod"))
def test_pods(pod: dict[str, Any]) -> None:
    out = writer()
    describe_pod(out, pod, Clock())  # type: ignore[arg-type]
    assert out.render() == answer(pod)


@pytest.mark.parametrize("obj", cases("Widget", "ContainerBehavior"))
def test_any_object(obj: dict[str, Any]) -> None:
    out = writer()
    describe_generic(out, obj)
    assert out.render() == answer(obj)


@pytest.mark.parametrize("deployment", cases("Deployment"))
def test_templates(deployment: dict[str, Any]) -> None:
    out = writer()
    describe_pod_template(out, deployment["spec"]["template"])
    section = re.search(r"^Pod Template:\n(  .*\n)+", answer(deployment), re.MULTILINE)
    assert section is not None
    # What stands around the section has a say in the width of its columns.
    assert squeeze(out.render()) == squeeze(section[0])


def squeeze(text: str) -> str:
    return re.sub(r"(?<=\S) {2,}", "\t", text)


def test_a_template_that_is_not_there() -> None:
    out = writer()
    describe_pod_template(out, None)
    assert out.render() == "Pod Template:\n  <unset>"


@pytest.mark.parametrize(("field", "label"), [
    ("apiVersion", "API Version"), ("podSelector", "Pod Selector"), ("uid", "UID"), ("podIPs", "Pod I Ps"),
    ("podCIDRs", "Pod CIDRs"), ("apiURLPath", "API URLPath"), ("AAAaaA", "AAAaa A"), ("myAPIs", "My APIs"),
    ("HTTPServer", "HTTPServer"), ("iOSApp", "I OSApp"), ("--A-", "--A -"), ("a--AAa", "A --A Aa"), ("-A", "- A"),
    ("kebab-case-url", "Kebab - Case - URL"), ("dots.in.name", "dots.in.name"), ("x1", "x1"), ("_x", "_x"), ("", ""),
    ("日本aB", "日本 A B"), ("日日日AAa", "日日日 A Aa"), ("ÉÉÉé", "ÉÉÉé"),
])
def test_labels_of_fields(field: str, label: str) -> None:
    assert smart_label(field) == label


@pytest.mark.parametrize(("labels", "text"), [
    (None, "Labels:  <none>\n"), ({}, "Labels:  <none>\n"),
    ({"b": "2", "a": ""}, "Labels:  a=\n         b=2\n"),
])
def test_labels(labels: dict[str, str] | None, text: str) -> None:
    out = writer()
    labels_multiline(out, "Labels", labels)
    assert out.render() == text


@pytest.mark.parametrize(("annotations", "text"), [
    ({"kubectl.kubernetes.io/last-applied-configuration": "{}"}, "A:  <none>\n"),
    ({"k": "v\n"}, "A:  k: v\n"),
    ({"k": "1\n2"}, "A:  k:\n      1\n      2\n"),
    ({"k": "x" * 137}, f"A:  k: {'x' * 137}\n"),
    ({"k": "x" * 138}, f"A:  k:\n      {'x' * 138}\n"),
    ({"k": "x" * 139}, f"A:  k:\n      {'x' * 138}...\n"),
])
def test_annotations(annotations: dict[str, str], text: str) -> None:
    out = writer()
    annotations_multiline(out, "A", annotations)
    assert out.render() == text


def test_who_controls() -> None:
    owner = {"kind": "ReplicaSet", "name": "web-1", "controller": True}
    assert controlled_by({"metadata": {"ownerReferences": [{"kind": "X", "name": "y"}, owner]}}) == "ReplicaSet/web-1"
    assert not controlled_by({"metadata": {"ownerReferences": [{"kind": "X", "name": "y"}]}})
    assert not controlled_by({"metadata": {}})
