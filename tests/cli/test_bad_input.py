"""Bad input: one clear message on standard error, exit code 1, no traceback, and nothing half written."""

from __future__ import annotations

import sqlite3

import pytest

GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: w}
spec:
  selector: {matchLabels: {app: w}}
  template:
    metadata: {labels: {app: w}}
    spec: {containers: [{name: c, image: nginx}]}
"""

MANIFESTS = [
    ("wrong YAML", "a: [", "error: error parsing STDIN: error converting YAML to JSON: yaml: line 1: did not find expected node content\n"),
    (
        "wrong kind", "apiVersion: apps/v1\nkind: Deploymint\nmetadata: {name: x}\n",
        'error: resource mapping not found for name: "x" namespace: "" from "STDIN": no matches for kind "Deploymint" in version '
        '"apps/v1"\nensure CRDs are installed first\n',
    ),
    (
        "wrong field", DEPLOYMENT.replace("selector:", "replica: 3\n  selector:"),
        'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: '
        'strict decoding error: unknown field "spec.replica"\n',
    ),
    (
        "wrong type", DEPLOYMENT.replace("selector:", "replicas: three\n  selector:"),
        'Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: '
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32\n",
    ),
    (
        "missing namespace", GOOD.replace("name: good", "name: good, namespace: nowhere"),
        'Error from server (NotFound): error when creating "STDIN": namespaces "nowhere" not found\n',
    ),
    ("nothing", "", "error: no objects passed to apply\n"),
    (
        "a number in place of an object", "17\n",
        'error: error validating "STDIN": error validating data: invalid object to validate; if you choose to ignore these errors, '
        "turn validation off with --validate=false\n",
    ),
]


@pytest.mark.parametrize(("manifest", "message"), [case[1:] for case in MANIFESTS], ids=[case[0] for case in MANIFESTS])
def test_manifests(cluster, manifest, message):
    cluster.ok("get", "ns")
    before = cluster.revision()
    result = cluster("apply", "-f", "-", stdin=manifest)
    assert (result.code, result.out, result.err) == (1, "", message)
    assert cluster.revision() == before


@pytest.mark.parametrize("manifest", [case[1] for case in MANIFESTS if case[0] in ("wrong field", "wrong type", "missing namespace")])
def test_a_wrong_object_does_not_keep_the_others_from_landing(cluster, manifest):
    result = cluster("apply", "-f", "-", stdin=f"{manifest}---\n{GOOD}")
    assert (result.code, result.out) == (1, "configmap/good created\n")
    assert cluster.ok("get", "cm", "good", "-o", "name") == "configmap/good\n"
    assert cluster("get", "deploy,cm", "w").code == 1


LINES = [
    (["apply", "-f", "missing.yaml"], 'error: the path "missing.yaml" does not exist\n'),
    (["get", "deployment", "absent"], 'Error from server (NotFound): deployments.apps "absent" not found\n'),
    (["get", "nothing"], 'error: the server doesn\'t have a resource type "nothing"\n'),
    (["scale", "deployment/absent", "--replicas=1"], 'Error from server (NotFound): deployments.apps "absent" not found\n'),
    (["scale", "cm/kube-root-ca.crt", "--replicas=1"], "Error from server (NotFound): the server could not find the requested resource\n"),
    (["rollout", "status", "cm/kube-root-ca.crt"], "error: no status viewer has been implemented for ConfigMap\n"),
    (["set", "image", "cm/kube-root-ca.crt", "a=b"], "error: configmaps/kube-root-ca.crt the object is not a pod or does not have a pod template: *v1.ConfigMap\n"),
    (["label", "ns", '{"spec": 5}'], None),
    (["annotate", "ns", "{}"], None),
    (["get", "pods", "--nosuch"], "error: unknown flag: --nosuch\nSee 'minikctl get --help' for usage.\n"),
    (["scale", "deployment/x"], 'error: required flag(s) "replicas" not set\n'),
    (["advance"], "error: advance takes one duration, such as 90s, 10m or 24h\n"),
    (["advance", "ten"], 'error: time: invalid duration "ten"\n'),
    (["advance", "-1m"], None),
    (["--now", "yesterday", "get", "pods"], "error: --now must be a time such as 2026-01-02T15:04:05Z, not 'yesterday'\n"),
    (["get", "pods", "-k"], None),
    (["apply", "-k", "."], None),
    (["apply", "-f", "https://example.com/x.yaml"], None),
    (["get", "pods", "--context", "nowhere"], 'error: context "nowhere" does not exist\n'),
    (["init"], None),
]


@pytest.mark.parametrize(("words", "message"), LINES, ids=[" ".join(words) for words, _ in LINES])
def test_command_lines(cluster, words, message):
    cluster.ok("get", "ns")
    before = cluster.revision()
    result = cluster(*words)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(("error: ", "Error from server"))
    assert message is None or result.err == message
    assert cluster.revision() == before


NINES, ZEROS = "9" * 5000, "0" * 5000
#: Python converts no more than 4300 digits
DIGITS = [
    (["get", "nodes", "-o", f"jsonpath={{{ZEROS}}}"], 0), (["get", "nodes", "-o", f"jsonpath={{{NINES}}}"], 1), (["get", "nodes", "-o", f"jsonpath={{.items[{ZEROS}1].kind}}"], 0),
    (["get", "nodes", "-o", f"jsonpath={{.items[{NINES}]}}"], 1), (["get", "nodes", "-o", f"jsonpath={{.items[?({NINES})]}}"], 1), (["create", "service", "clusterip", "s", "--tcp", ZEROS + "80"], 1),
    (["create", "service", "clusterip", "s", "--tcp", NINES], 1), (["create", "poddisruptionbudget", "p", "--selector=a=b", f"--min-available={NINES}"], 1),
    (["create", "cronjob", "c", "--image=a", f"--schedule={NINES} * * * *"], 1), (["create", "cronjob", "c", "--image=a", f"--schedule={ZEROS} * * * *"], 0),
    (["patch", "ns", "default", "--type=json", "-p", f'[{{"op": "replace", "path": "/spec/finalizers/{NINES}", "value": 1}}]'], 1), (["advance", NINES + "s"], 1), ([NINES], 1),
]


@pytest.mark.parametrize(("words", "code"), DIGITS, ids=[" ".join(word[:20] for word in words) for words, _ in DIGITS])
def test_numbers_without_end(cluster, words, code):
    result = cluster(*words)
    assert result.code == code, result.err[:200]
    assert code == 0 or result.err


@pytest.mark.parametrize("digits", [NINES, ZEROS, "1" + ZEROS, "-" + NINES, NINES + ".5", "1e" + NINES], ids=lambda digits: digits[:3])
def test_texts_that_look_like_numbers_without_end(cluster, digits):
    """They come back as they were, in quotes or not, in each format."""
    cluster.ok("create", "configmap", "long", f"--from-literal=number={digits}")
    for output in ("yaml", "json", "kyaml"):
        assert digits in cluster.ok("get", "configmap", "long", "-o", output)
    stored = cluster.ok("get", "configmap", "long", "-o", "yaml")
    assert cluster.ok("apply", "-f", "-", stdin=stored).startswith("configmap/long ")
    assert cluster.ok("get", "configmap", "long", "-o", "jsonpath={.data.number}") == digits


OWN_KINDS = [
    ("LoadBalancerPool", "true", ['spec: Invalid value: "boolean": spec in body must be of type object: "boolean"']),
    ("LoadBalancerPool", "{addresses: true}", ['spec.addresses: Invalid value: "boolean": spec.addresses in body must be of type string: "boolean"']),
    ("SimulatedMetrics", "{external: [[]]}", ['spec.external[0]: Invalid value: "array": spec.external[0] in body must be of type object: "array"']),
    ("Fault", "[1]", ['spec: Invalid value: "array": spec in body must be of type object: "array"']),
    ("Fault", "{pod: 5}", ['spec.pod: Invalid value: "integer": spec.pod in body must be of type object: "integer"']),
    ("ContainerBehavior", "{images: 5}", ['spec.images: Invalid value: "integer": spec.images in body must be of type array: "integer"']),
]


@pytest.mark.parametrize(("kind", "spec", "expected"), OWN_KINDS)
def test_types_of_our_own_kinds(cluster, kind, spec, expected):
    """They are rules, as of custom kinds; the kinds' own rules are for objects whose types are right."""
    result = cluster("apply", "-f", "-", stdin=f"apiVersion: minikctl.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: x}}\nspec: {spec}\n")
    assert (result.code, result.out) == (1, "")
    assert result.err == f'The {kind} "x" is invalid: {expected[0]}\n'


def test_a_state_file_that_is_not_one(cluster, tmp_path):
    path = tmp_path / "state.db"
    path.write_text("not a database " * 50)
    result = cluster("apply", "-f", "-", stdin=GOOD)
    assert (result.code, result.out, result.err) == (1, "", f"error: {path} is not a minikctl state file\n")
    assert path.read_text() == "not a database " * 50


def test_a_state_file_of_a_newer_version(cluster, tmp_path):
    cluster.ok("get", "ns")
    with sqlite3.connect(tmp_path / "state.db") as raw:
        raw.execute("PRAGMA user_version = 999")
    result = cluster("get", "ns")
    assert (result.code, result.out) == (1, "")
    assert "was written by a newer minikctl" in result.err


def test_a_state_that_is_being_written_for_too_long(cluster, tmp_path):
    cluster.ok("get", "ns")
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = cluster("create", "namespace", "late", MINIKCTL_LOCK_TIMEOUT="50ms")
    assert (result.code, result.out) == (1, "")
    assert "is in use: another minikctl has been writing to it for more than 0.05s" in result.err
    assert cluster.ok("get", "ns", "-o", "name").count("\n") == 4, "reading goes on meanwhile"
    other.execute("ROLLBACK")
    cluster.ok("create", "namespace", "late", MINIKCTL_LOCK_TIMEOUT="50ms")


def test_a_full_disk(cluster, monkeypatch):
    """A full disk, played by SQLite's own limit on a file's pages."""
    cluster.ok("get", "ns")
    from minikctl.store import opening

    connect = opening._connect

    def small(path, lock_timeout):
        connection = connect(path, lock_timeout)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    before = cluster.revision()
    monkeypatch.setattr(opening, "_connect", small)
    big = GOOD + "data: {a: " + "x" * 500_000 + "}\n"
    result = cluster("create", "-f", "-", stdin=big)
    assert (result.code, result.out) == (1, "")
    assert "is full; nothing was changed" in result.err
    monkeypatch.setattr(opening, "_connect", connect)
    assert cluster.revision() == before
