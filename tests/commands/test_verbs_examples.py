"""The examples in the help of the verbs that look at a cluster and at the program: each of them does what it says."""

from __future__ import annotations

import shlex

import pytest

from minikctl.commands import COMMANDS

#: the verbs, with the exit code of their examples
VERBS = {
    "events": 0, "logs": 0, "debug": 0, "top pod": 0, "top node": 0, "cluster-info": 0, "cluster-info dump": 0, "options": 0,
    "api-resources": 0, "api-versions": 0, "shim": 0, "kuberc set": 0, "kuberc view": 0, "plugin list": 0,
    "exec": 1, "attach": 1, "cp": 1, "port-forward": 1, "proxy": 1,
}
EXAMPLES = [
    pytest.param(line, VERBS[" ".join(ref.words)], id=line)
    for ref in COMMANDS if " ".join(ref.words) in VERBS for _, line in ref.load().examples
]
CRASHING = """\
apiVersion: minikctl.dev/v1alpha1
kind: ContainerBehavior
metadata: {name: crashing}
spec: {images: [crashing], exit: {after: 10s, code: 1}}
"""


@pytest.fixture
def filled(cluster, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cluster.ok("apply", "-f", "-", stdin=CRASHING)
    cluster.ok("create", "deployment", "web", "--image=x", "--replicas=2")
    cluster.ok("expose", "deployment", "web", "--port=80")
    cluster.ok("run", "web", "--image=crashing")
    cluster.ok("create", "job", "migrate", "--image=x")
    cluster.ok("advance", "10s")
    (tmp_path / "minikctl-foo").touch(mode=0o755)
    (tmp_path / "preferences").write_text("apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n")
    cluster.environ["PATH"] = str(tmp_path)
    return cluster


@pytest.mark.parametrize(("line", "code"), EXAMPLES)
def test_example(filled, line, code):
    result = filled(*shlex.split(line))
    assert result.code == code, result
    assert ("is not possible in a simulated cluster" in result.err) == bool(code)
