"""``diff``: what apply would change, and the exit codes; the words are those of the real kubectl, asked over a fake server."""

from __future__ import annotations

import os
import re
import shutil

import pytest

from minikctl.commands._diffing import mask

pytestmark = pytest.mark.skipif(shutil.which("diff") is None, reason="diff is what shows the differences")

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: m, labels: {a: "1"}}
spec:
  replicas: 2
  selector: {matchLabels: {app: m}}
  template:
    metadata: {labels: {app: m}}
    spec: {containers: [{name: one, image: "one:1"}]}
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {a: YQ==, b: Yg==, c: Yw==}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: %s}\n"


@pytest.fixture
def diff(cluster, tmp_path):
    """Run diff on a manifest; folders and times in what it prints are replaced."""
    folders = tmp_path / "tmp"
    folders.mkdir()

    def run(manifest: str, *argv: str, external: str = "", path: str = os.environ["PATH"], **environ: str):
        result = cluster(
            "diff", "-f", "-", *argv, stdin=manifest, PATH=path, TMPDIR=str(folders), TZ="UTC", KUBECTL_EXTERNAL_DIFF=external,
            MINIKCTL_PROGRAM="kubectl", **environ,
        )
        assert list(folders.iterdir()) == [], "the folders are taken away"
        result.out = re.sub(rf"{folders}/(\w+)-\d+", r"/tmp/\1", result.out)
        result.out = re.sub(r"uid: \S+", "uid: <uid>", result.out)
        return result

    return run


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_it_shows_what_apply_would_change_and_ends_with_1(cluster, diff):
    cluster.ok("apply", "-f", "-", stdin=DEPLOYMENT)
    before = cluster.revision()
    result = diff(DEPLOYMENT.replace("one:1", "one:2"))
    assert (result.code, result.err) == (1, "")
    assert result.out.splitlines()[:3] == [
        "diff -u -N /tmp/LIVE/apps.v1.Deployment.default.m /tmp/MERGED/apps.v1.Deployment.default.m",
        "--- /tmp/LIVE/apps.v1.Deployment.default.m\t2026-01-02 03:04:05.000000000 +0000",
        "+++ /tmp/MERGED/apps.v1.Deployment.default.m\t2026-01-02 03:04:05.000000000 +0000",
    ]
    assert lines(result.out) == ["-  generation: 1", "+  generation: 2", "-      - image: one:1", "+      - image: one:2"]
    assert cluster.revision() == before, "nothing is stored"


def test_nothing_to_change_is_0_and_silent(cluster, diff):
    cluster.ok("apply", "-f", "-", stdin=DEPLOYMENT)
    result = diff(DEPLOYMENT)
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_new_object_has_no_resource_version_yet(diff):
    result = diff(CONFIG % "default")
    assert result.code == 1
    assert lines(result.out) == [
        "+apiVersion: v1", "+kind: ConfigMap", "+metadata:", '+  creationTimestamp: "2026-01-02T03:04:05Z"', "+  name: c",
        "+  namespace: default", "+  uid: <uid>",
    ]


@pytest.mark.parametrize(
    ("manifest", "argv", "err"),
    [
        ("a: [", [], "error: error parsing STDIN: error converting YAML to JSON: yaml: line 1: did not find expected node content\n"),
        (DEPLOYMENT, ["extra"], "error: Unexpected args: [extra]\nSee 'kubectl diff -h' for help and examples\n"),
        (DEPLOYMENT, ["--nope"], "error: unknown flag: --nope\nSee 'kubectl diff -h' for help and examples\n"),
        (DEPLOYMENT, ["--force-conflicts"], "error: --force-conflicts only works with --server-side\n"),
        (DEPLOYMENT, ["-l", "a=("], 'error: the provided selector "a=(" is not valid: unable to parse requirement: '
         "found '(', expected: identifier\n"),
        (CONFIG % "nowhere", [], 'Error from server (NotFound): namespaces "nowhere" not found\n'),
        (DEPLOYMENT.replace("name: m,", "generateName: m,"), [], "error: resource name may not be empty\n"),
        (DEPLOYMENT, ["--prune", "--prune-allowlist=v1/Secret"],
         "error: invalid GroupVersionKind format: v1/Secret, please follow <group/version/kind>\n"),
        (DEPLOYMENT, ["--prune", "--prune-allowlist=core/v1/Secrets"], 'error: no matches for kind "Secrets" in version "v1"\n'),
    ],
)
def test_errors_end_with_2(diff, manifest, argv, err):
    result = diff(manifest, *argv)
    assert (result.code, result.out, result.err) == (2, "", err)


def test_without_files_it_says_what_is_needed(cluster):
    result = cluster("diff")
    assert (result.code, result.err) == (2, "error: must specify one of -f and -k\n")


def test_what_the_api_would_refuse_is_refused(cluster, diff):
    cluster.ok("apply", "-f", "-", stdin=DEPLOYMENT)
    result = diff(DEPLOYMENT.replace("app: m", "app: q"))
    assert result.code == 2
    assert result.err.startswith('The Deployment "m" is invalid: spec.selector: Invalid value: ')


def test_unknown_fields_are_warned_about(cluster, diff):
    cluster.ok("apply", "-f", "-", stdin=DEPLOYMENT)
    result = diff(DEPLOYMENT.replace("replicas:", "replica:"))
    assert (result.code, result.err) == (1, 'Warning: unknown field "spec.replica"\n')
    assert "-  replicas: 2" in lines(result.out)


def test_only_what_the_selector_matches(cluster, diff):
    cluster.ok("apply", "-f", "-", stdin=DEPLOYMENT)
    changed = DEPLOYMENT.replace("one:1", "one:2")
    assert diff(changed, "-l", "a=2").code == 0
    assert diff(changed, "-l", "a=1").code == 1


def test_values_of_secrets_are_hidden(cluster, diff):
    cluster.ok("create", "-f", "-", stdin=SECRET)
    changed = SECRET.replace("b: Yg==, c: Yw==", "b: Yjk=, d: ZA==")
    assert lines(diff(changed).out) == ["-  b: '*** (before)'", "+  b: '*** (after)'", "+  d: '***'"]
    assert lines(diff(changed, "--show-secrets").out) == ["-  b: Yg==", "+  b: Yjk=", "+  d: ZA=="]


def test_a_new_secret_stands_against_null_as_in_kubectl(diff):
    assert lines(diff(SECRET).out)[:3] == ["-null", "+apiVersion: v1", "+data:"]


def test_what_prune_would_delete_is_shown_as_deleted(cluster, diff):
    cluster.ok("apply", "-f", "-", stdin=SECRET)
    cluster.ok("create", "configmap", "mine")
    cluster.ok("apply", "-f", "-", stdin=DEPLOYMENT)
    result = diff(DEPLOYMENT, "--prune")
    assert result.code == 1
    assert result.err.startswith("Warning: Deprecated: kubectl apply will no longer prune non-namespaced resources")
    assert re.findall(r"^diff -u -N (\S+)", result.out, re.MULTILINE) == ["/tmp/LIVE/v1.Secret.default.s"]
    assert "-  a: '***'" in lines(result.out)
    assert diff(DEPLOYMENT, "--prune", "-l", "a=1").code == 0
    assert diff(DEPLOYMENT, "--prune", "--prune-allowlist=core/v1/ConfigMap").err == ""


def test_another_program_gets_its_words_after_the_folders(cluster, diff):
    result = diff(CONFIG % "default", external="echo -x a;b a/b c=d --foo")
    assert (result.code, result.out) == (0, "/tmp/LIVE /tmp/MERGED -x c=d --foo\n")


@pytest.mark.parametrize(
    ("external", "code", "err"),
    [
        ("true", 0, ""),
        ("false", 1, ""),
        ("nodiff", 2, 'error: failed to run "nodiff": executable file not found in $PATH\n'),
        ("ls -9", 2, 'error: failed to run "ls": exit status 2\n'),
    ],
)
def test_the_programs_exit_code_tells(diff, external, code, err):
    result = diff(CONFIG % "default", external=external)
    assert result.code == code
    assert result.err.endswith(err)


def test_without_diff_it_says_so(diff, tmp_path):
    result = diff(CONFIG % "default", path=str(tmp_path))
    assert (result.code, result.err) == (2, 'error: failed to run "diff": executable file not found in $PATH\n')


def test_a_folder_for_temporary_files_that_is_not_there(cluster):
    result = cluster("diff", "-f", "-", stdin=CONFIG % "default", TMPDIR="/nonexistent")
    assert (result.code, result.err) == (2, "error: stat /nonexistent: no such file or directory\n")


@pytest.mark.parametrize(
    ("live", "merged", "shown"),
    [
        (None, {"data": {"a": "1"}}, (None, {"data": {"a": "***"}})),
        ({"data": {"a": "1"}}, None, ({"data": {"a": "***"}}, None)),
        ({"x": 1}, {"x": 1}, ({"x": 1}, {"x": 1})),
        (
            {"data": {"a": "1", "b": "2", "c": "3"}}, {"data": {"a": "1", "b": "9", "d": "4"}},
            ({"data": {"a": "***", "b": "*** (before)", "c": "***"}}, {"data": {"a": "***", "b": "*** (after)", "d": "***"}}),
        ),
    ],
)
def test_mask(live, merged, shown):
    assert mask(live, merged) == shown


def test_the_server_side(cluster, diff):
    cluster.ok("apply", "-f", "-", stdin=CONFIG % "default" + "data: {a: '1'}\n")
    changed = CONFIG % "default" + "data: {a: '2'}\n"
    result = diff(changed, "--server-side", "--field-manager=other")
    assert result.code == 2
    assert "Apply failed with 1 conflict" in result.err
    result = diff(changed, "--server-side", "--field-manager=other", "--force-conflicts")
    assert (result.code, result.err) == (1, "")
    assert lines(result.out)[:2] == ['-  a: "1"', '+  a: "2"']


def test_managed_fields_are_compared_when_asked_for(cluster, diff):
    cluster.ok("apply", "-f", "-", stdin=CONFIG % "default" + "data: {a: '1'}\n")
    changed = CONFIG % "default" + "data: {a: '1', b: '2'}\n"
    assert "+        f:b: {}" not in lines(diff(changed).out)
    assert "+        f:b: {}" in lines(diff(changed, "--show-managed-fields").out)
