"""``patch --subresource=scale``: the Scale of what can be scaled is patched and printed."""

from __future__ import annotations

import json

import pytest

PATCH = '{"spec":{"replicas":3}}'


@pytest.mark.parametrize("words", [
    ("-p", PATCH), ("--type=merge", "-p", PATCH),
    ("--type=json", "-p", '[{"op":"replace","path":"/spec/replicas","value":3}]'),
])
def test_patching(cluster, words):
    cluster.ok("create", "deployment", "web", "--image=x")
    line = ("patch", "deployment", "web", "--subresource=scale", *words)
    assert cluster.ok(*line) == "scale.autoscaling/web patched\n"
    assert cluster.ok(*line) == "scale.autoscaling/web patched (no change)\n"
    assert cluster.ok("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}") == "3"
    assert len(cluster.ok("get", "pods", "--no-headers").splitlines()) == 3


def test_the_scale_is_printed(cluster):
    cluster.ok("create", "deployment", "web", "--image=x", "--replicas=2")
    scale = json.loads(cluster.ok("patch", "deployment", "web", "--subresource=scale", "-p", PATCH, "-o", "json"))
    assert (scale["kind"], scale["spec"], scale["status"]) == ("Scale", {"replicas": 3}, {"replicas": 2, "selector": "app=web"})


@pytest.mark.parametrize(("words", "err"), [
    (("node", "node-1", "-p", PATCH), "Error from server (NotFound): the server could not find the requested resource\n"),
    (("deployment", "web", "-p", '{"spec":{"replicas":-1}}'),
     'The Scale "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n'),
])
def test_words(cluster, words, err):
    cluster.ok("create", "deployment", "web", "--image=x")
    result = cluster("patch", "--subresource=scale", *words)
    assert (result.code, result.out, result.err) == (1, "", err)


@pytest.mark.parametrize("words", [
    ("patch", "cm", "kube-root-ca.crt", "--subresource=status", "-p", '{"status":{"a":1}}'),
    ("patch", "cm", "kube-root-ca.crt", "--subresource=status", "-p", "{}"),
    ("patch", "ns", "default", "--subresource=resize", "-p", "{}"),
])
def test_part_that_the_kind_does_not_have(cluster, words):
    result = cluster(*words)
    assert (result.code, result.err) == (
        1, "Error from server (NotFound): the server could not find the requested resource\n",
    )


@pytest.mark.parametrize("part", ["status", "scale", "other"])
def test_replaced_part_that_the_kind_does_not_have(cluster, part):
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt}}"
    assert cluster("replace", "-f", "-", f"--subresource={part}", stdin=text).err == (
        'Error from server (NotFound): error when replacing "STDIN": the server could not find the requested resource\n'
    )
