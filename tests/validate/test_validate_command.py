"""The verb itself: what it takes, what it prints, how it ends."""

from __future__ import annotations

import io
import json
import os

import pytest

from minikctl.cli import main
from minikctl.env import Env

GOOD = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: good}
"""
BAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replica: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullPolicy: Always
      containers: [{name: web, image: 1.10}]
"""
LOOSE = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {serviceAccountName: robot, containers: [{name: c, image: nginx}]}
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("good.yaml", GOOD), ("bad.yaml", BAD), ("loose.yaml", LOOSE)):
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_problem_has_its_line_a_marker_and_what_was_meant(cluster, folder):
    result = cluster("validate", "-f", "bad.yaml")
    assert (result.code, result.err) == (1, "")
    assert result.out == """\
bad.yaml:6:3: error: deployment.apps/web: unknown field "spec.replica" [unknown-field]
    6 |   replica: 3
      |   ^^^^^^^ did you mean replicas?
bad.yaml:11:7: error: deployment.apps/web: unknown field "spec.template.spec.imagePullPolicy" [unknown-field]
   11 |       imagePullPolicy: Always
      |       ^^^^^^^^^^^^^^^ imagePullPolicy belongs under spec.template.spec.containers[0]
bad.yaml:12:39: error: deployment.apps/web: spec.template.spec.containers[0].image: must be a string, not the number 1.1 [wrong-type]
   12 |       containers: [{name: web, image: 1.10}]
      |                                       ^^^^ write "1.10": without quotes it is a number to YAML
1 document in 1 file: 3 errors
"""


def test_what_is_right_is_said_to_be_valid(cluster, folder):
    assert cluster.ok("validate", "-f", "good.yaml") == "1 document in 1 file: valid\n"
    assert cluster.ok("validate", "good.yaml") == "1 document in 1 file: valid\n"
    assert cluster.ok("validate", "-f", "-", stdin=f"{GOOD}---\n# nothing\n---\n{LOOSE.replace('robot', 'default')}") == (
        "2 documents in 1 file: valid\n"
    )
    (folder / "empty.yaml").write_text("# only words\n")
    assert cluster.ok("validate", "-f", "empty.yaml") == "no objects in 1 file\n"


def test_no_state_is_needed_and_none_is_made(cluster, folder):
    cluster("validate", "-f", ".")
    assert not os.path.exists(cluster.state)


def test_folders_are_read_and_their_folders_when_told_to(cluster, folder):
    (folder / "more").mkdir()
    (folder / "more" / "x.yaml").write_text(BAD)
    out = cluster("validate", "-f", ".", "-o", "json").out
    assert [each["file"] for each in json.loads(out)["documents"]] == ["bad.yaml", "good.yaml", "loose.yaml"]
    out = cluster("validate", "-R", "-f", ".", "-o", "json").out
    assert json.loads(out)["summary"] == {"files": 4, "documents": 4, "errors": 6, "warnings": 2}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-f", "good.yaml"], 0),
        (["-f", "bad.yaml"], 1),
        (["-f", "loose.yaml"], 0),
        (["-f", "loose.yaml", "--fail-on=warning"], 1),
        (["-f", "loose.yaml", "--fail-on=warning", "--disable=missing-serviceaccount"], 0),
        (["-f", "bad.yaml", "--disable=unknown-field,wrong-type"], 0),
        (["-f", "bad.yaml", "--disable=unknown-field"], 1),
        (["-f", "good.yaml", "-f", "bad.yaml"], 1),
        (["--list-rules"], 0),
    ],
)
def test_exit_codes(cluster, folder, words, code):
    assert cluster("validate", *words).code == code


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "error: must specify files, folders or - (standard input) with -f"),
        (["-f", "nosuch.yaml"], 'error: the path "nosuch.yaml" does not exist'),
        (["-f", "good.yaml", "-o", "jsn"], 'error: invalid value "jsn" for --output; did you mean json?'),
        (["-f", "good.yaml", "-o", "xml"], 'error: invalid value "xml" for --output; must be one of: text, json, junit, sarif, github, tap'),
        (["-f", "good.yaml", "--fail-on=never"], 'error: invalid value "never" for --fail-on; must be one of: error, warning'),
        (["-f", "good.yaml", "--disable=unknown-feild"], 'error: invalid value "unknown-feild" for --disable; did you mean unknown-field?'),
        (["-f", "good.yaml", "-j", "-1"], "error: --jobs must not be negative, not -1"),
        (["-f", "good.yaml", "--crd", "good.yaml"], "error: --crd: there is no CustomResourceDefinition in good.yaml"),
        (["-f", "good.yaml", "--schema-dir", "nosuch"], 'error: the folder "nosuch" does not exist'),
        (["--nosuch"], "error: unknown flag: --nosuch\nSee 'minikctl validate --help' for usage."),
        (["-j", "x"], None),
    ],
)
def test_a_wrong_command_line_ends_with_2(cluster, folder, words, message):
    result = cluster("validate", *words)
    assert (result.code, result.out) == (2, "")
    assert message is None or result.err == f"{message}\n"


def test_rules_can_be_listed(cluster):
    lines = cluster.ok("validate", "--list-rules").splitlines()
    assert lines[0].split() == ["RULE", "SEVERITY", "MEANING"]
    assert any(line.split()[:2] == ["service-without-pods", "warning"] for line in lines)


def test_rules_and_formats_are_completed(cluster):
    assert cluster.ok("__complete", "--", "validate", "--disable", "service-").splitlines()[0] == "service-without-pods"
    assert cluster.ok("__complete", "--", "validate", "-o", "s").splitlines()[0] == "sarif"


def test_a_file_that_cannot_be_read_is_a_problem_of_its_own(cluster, folder):
    os.symlink("nowhere", folder / "gone.yaml")
    result = cluster("validate", "-f", ".")
    assert result.code == 1
    assert "gone.yaml:1:1: error: open gone.yaml: no such file or directory [unreadable]\n" in result.out
    assert "bad.yaml:6:3: error" in result.out


def test_colours_are_for_terminals(folder, tmp_path):
    def run(**environ):
        out = Terminal()
        code = main(["validate", "-f", "bad.yaml"], Env(io.StringIO(), out, io.StringIO(), {"HOME": str(tmp_path), **environ}))
        assert code == 1
        return out.getvalue()

    assert "\x1b[31;1merror\x1b[0m" in run()
    assert "\x1b" not in run(NO_COLOR="1")


def test_many_processes_find_what_one_finds(cluster, folder):
    texts = [BAD.replace("name: web\nspec", f"name: web-{n}\nspec") if n % 7 == 0 else GOOD.replace("good", f"good-{n}") for n in range(3000)]
    (folder / "many.yaml").write_text("---\n".join(texts))
    (folder / "other.yaml").write_text(LOOSE)
    alone = cluster("validate", "-f", "many.yaml,other.yaml", "-j", "1")
    together = cluster("validate", "-f", "many.yaml,other.yaml", "-j", "3")
    assert (alone.code, alone.err) == (1, "")
    assert alone.out == together.out
    assert alone.out.endswith("3001 documents in 2 files: 1287 errors, 1 warning\n")


# ---------------------------------------------------------------------------------------------------------------------
# Below kubectl's own words
# ---------------------------------------------------------------------------------------------------------------------


def at_terminal(folder, *words, stdin=""):
    err = Terminal()
    environ = {"HOME": str(folder), "MINIKCTL_STATE": str(folder / "state.db"), "NO_COLOR": "1"}
    code = main(list(words), Env(io.StringIO(stdin), io.StringIO(), err, environ))
    return code, err.getvalue()


@pytest.mark.parametrize("verb", ["apply", "create"])
def test_a_terminal_is_shown_the_line_below_the_message(cluster, folder, verb):
    piped = cluster(verb, "-f", "bad.yaml")
    code, err = at_terminal(folder, verb, "-f", "bad.yaml")
    assert code == piped.code == 1
    assert piped.err.startswith("Error from server (BadRequest): error when creating")
    assert err == piped.err + """
bad.yaml:6:3: spec.replica
    6 |   replica: 3
      |   ^^^^^^^ did you mean replicas?

bad.yaml:11:7: spec.template.spec.imagePullPolicy
   11 |       imagePullPolicy: Always
      |       ^^^^^^^^^^^^^^^ imagePullPolicy belongs under spec.template.spec.containers[0]

bad.yaml:12:39: spec.template.spec.containers[0].image
   12 |       containers: [{name: web, image: 1.10}]
      |                                       ^^^^ write "1.10": without quotes it is a number to YAML
"""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kind: ConfigMap\n  x: 1\n", "STDIN:2:4: mapping values are not allowed in this context"),
        ("apiVersion: v1\nkind: ConfgMap\nmetadata: {name: x}\n", "STDIN:2:7: kind"),
        ("apiVersion: v1\nmetadata: {name: x}\n", "STDIN:1:1: kind is not set"),
        ("just text\n", 'STDIN:1:1: a manifest is an object with apiVersion and kind, not the string "just text"'),
        ("apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec:\n  ports: [{port: 0}]\n", "STDIN:5:18: spec.ports[0].port"),
        (f"{GOOD}---\n{GOOD.replace('good', 'Bad')}", "STDIN:7:18: metadata.name"),
        ("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pdo, metadata: {name: x}}\n", "STDIN:4:26: kind"),
    ],
)
def test_every_kind_of_error_of_a_manifest_has_its_place(folder, text, place):
    code, err = at_terminal(folder, "apply", "-f", "-", stdin=text)
    assert code == 1
    assert f"\n\n{place}\n" in err


def test_errors_of_an_update_have_their_places(folder):
    web = BAD.replace("  replica: 3\n", "").replace("      imagePullPolicy: Always\n", "").replace("1.10", "nginx")
    assert at_terminal(folder, "apply", "-f", "-", stdin=web) == (0, "")
    _, err = at_terminal(folder, "apply", "-f", "-", stdin=web.replace("app: web}", "app: w}"))
    assert "field is immutable" in err
    assert "\n\nSTDIN:6:3: spec.selector\n    6 |   selector: {matchLabels: {app: w}}\n" in err


@pytest.mark.parametrize("words", [["create", "-f", "good.yaml"], ["apply", "-f", "good.yaml", "-n", "nowhere"], ["get", "pods", "x"]])
def test_what_is_no_fault_of_the_manifest_has_no_frame(cluster, folder, words):
    at_terminal(folder, "create", "-f", "good.yaml")
    _, err = at_terminal(folder, *words)
    assert err.startswith("Error from server")
    assert err.count("\n") == 1


PLANTED = "hunter2"
SECRETS = {
    "a value of another type": "stringData: {a: 8765309, password: hunter2}",
    "a value that is no base64": 'data: {password: "hunter2%%"}',
    "a folded value": "stringData:\n  x: 1\n  password: >-\n    hunter2\n    and more",
    "a wrong field beside it": "dato: {}\nstringData: {password: hunter2}",
    "all of it is text": "stringData: hunter2",
    "a list": "data: [hunter2]",
    "a key that is none": 'stringData: {"pass word": hunter2, on: hunter2}',
    "a quote that does not end": 'stringData:\n  password: "hunter2\n  x: y',
    "a tab": "stringData:\n\tpassword: hunter2",
    "a bracket that does not end": "stringData: {password: hunter2",
    "a wrong name": "stringData: {password: hunter2}\nmetadata: {name: A_}",
}


@pytest.mark.parametrize("about", SECRETS)
@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "github", "tap"])
def test_what_a_secret_says_is_not_repeated(cluster, folder, about, form):
    manifest = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{SECRETS[about]}\n"
    result = cluster("validate", "-o", form, "-f", "-", stdin=manifest)
    assert result.code == 1
    for text in (PLANTED, "8765309"):
        assert text not in result.out + result.err, result
    if form == "text":
        _, err = at_terminal(folder, "apply", "-f", "-", stdin=manifest)
        for text in (PLANTED, "8765309"):
            assert text not in err


def test_the_line_of_a_secret_keeps_its_shape(cluster):
    manifest = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: 8765309, password: hunter2}\n"
    assert cluster("validate", "-f", "-", stdin=manifest).out.startswith("""\
STDIN:4:17: error: secret/s: stringData[a]: must be a string [wrong-type]
    4 | stringData: {a: *******, password: *******}
      |                 ^^^^^^^ write it in quotes
""")
