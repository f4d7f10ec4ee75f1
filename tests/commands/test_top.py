"""``top``: simulated figures in kubectl's tables, to the byte, and kubectl's words where there are none."""

from __future__ import annotations

import pytest

PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: big, labels: {app: x}}
spec:
  containers:
  - {name: b, image: i, resources: {requests: {cpu: 500m, memory: 1Gi}}}
  - {name: a, image: i, resources: {requests: {cpu: "1", memory: 64Mi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: idle, namespace: kube-system}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: small, labels: {app: x}}
spec: {containers: [{name: c, image: i, resources: {requests: {cpu: 10m}}}]}
"""


@pytest.fixture
def three(cluster):
    cluster.ok("apply", "-f", "-", stdin=PODS)
    return cluster


@pytest.mark.parametrize(("words", "out"), [
    ((), "NAME    CPU(cores)   MEMORY(bytes)   \nbig     750m         544Mi           \nsmall   5m           16Mi            \n"),
    (("small",), "NAME    CPU(cores)   MEMORY(bytes)   \nsmall   5m           16Mi            \n"),
    (("-A", "--sort-by=memory", "--no-headers"),
     "default       big     750m   544Mi   \ndefault       small   5m     16Mi    \nkube-system   idle    1m     16Mi    \n"),
    (("big", "--containers"),
     "POD   NAME   CPU(cores)   MEMORY(bytes)   \nbig   a      500m         32Mi            \n"
     "big   b      250m         512Mi           \n"),
    (("big", "--containers", "--sort-by=memory", "--no-headers"),
     "big   b     250m   512Mi   \nbig   a     500m   32Mi    \n"),
    (("-l", "app=x", "--sum"),
     "NAME    CPU(cores)   MEMORY(bytes)   \nbig     750m         544Mi           \nsmall   5m           16Mi            \n"
     "        ________     ________        \n        755m         560Mi           \n"),
    (("small", "--show-swap", "--no-headers"), "small   5m    16Mi   0Mi   \n"),
])
def test_pods(three, words, out):
    shown = three.ok("top", "pods", *words)
    assert shown == out


def test_nodes(three):
    names = three.ok("get", "pods", "-A", "-o", "jsonpath={.items[*].spec.nodeName}").split()
    assert sorted(names) == ["node-1", "node-2", "node-3"]
    node = names[0]
    assert three.ok("top", "node", node) == (
        "NAME     CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)   \n" + f"{node}   850m         10%      1056Mi          3%          \n"
    )
    assert three.ok("top", "nodes", "--sort-by", "cpu", "--no-headers").split()[0] == node
    assert [line.split()[0] for line in three.ok("top", "no").splitlines()] == ["NAME", "node-1", "node-2", "node-3"]
    three.ok("fault", "node", node, "down")
    three.ok("advance", "1m")
    assert three.ok("top", "node", "--no-headers").splitlines()[-1].split() == [node, *["<unknown>"] * 4]
    assert three("top", "node", node).err == f'Error from server (NotFound): nodemetrics.metrics.k8s.io "{node}" not found\n'


@pytest.mark.parametrize(("words", "code", "err"), [
    (("pod", "x"), 1, 'Error from server (NotFound): pods "x" not found\n'),
    (("pod", "done"), 1, 'Error from server (NotFound): podmetrics.metrics.k8s.io "default/done" not found\n'),
    (("pod", "-l", "app=done"), 1, "error: metrics not available yet\n"),
    (("pod", "-l", "app=y"), 0, "No resources found in default namespace.\n"),
    (("pod", "-l", "app=y", "-A"), 0, "No resources found\n"),
    (("pod", "a", "b"), 1, "error: pod [NAME | -l label]\nSee 'minikctl top pod -h' for help and examples\n"),
    (("pod", "a", "-l", "b"), 1, "error: only one of NAME or selector can be provided\n"),
    (("pod", "--sort-by=x"), 1, "error: --sort-by accepts only cpu or memory\n"),
    (("node", "x"), 1, 'Error from server (NotFound): nodes "x" not found\n'),
    (("node", "x", "-l", "y"), 1, "error: only one of NAME or --selector can be provided\n"),
    (("node", "-l", "y"), 1, "error: metrics not available yet\n"),
    (("nosuch",), 1, "error: unknown command \"nosuch\"\nSee 'minikctl top -h' for help and examples\n"),
])
def test_words(cluster, words, code, err):
    cluster.ok("run", "done", "--image=i", "--restart=Never", "--labels=app=done")
    result = cluster("top", *words)
    assert (result.code, result.out, result.err) == (code, "", err)


def test_old_pods_without_metrics_are_named(cluster):
    cluster.ok("run", "done", "--image=i", "--restart=Never")
    cluster.ok("advance", "10m")
    assert cluster("top", "pod").err == "error: Metrics not available for pod default/done, age: 10m0s\n"
