"""``edit``: rounds in an editor. What it prints and what stands in the file is what the real kubectl did over a fake server."""

from __future__ import annotations

import os
import re
import shlex

import pytest

from minikctl.commands._editing import Results, _commented, plain, without_comments
from minikctl.commands._editor import editor_words
from minikctl.commands._resources import Target
from minikctl.errors import Conflict, FieldError, Invalid, NotFound, RequestInvalid
from minikctl.kinds import info_for

TWO = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: c1}
data: {a: "1", b: "2"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c2}
data: {a: "1"}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: m}
spec:
  selector: {matchLabels: {app: m}}
  template:
    metadata: {labels: {app: m}}
    spec: {containers: [{name: one, image: "one:1"}]}
"""
HEADER = """\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""


class Desk:
    """An editor that does one shell command a round with the file (``$1``), and keeps what each round began with."""

    def __init__(self, cluster, folder) -> None:
        self.cluster = cluster
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.script = folder / "editor"
        self.script.write_text(
            f'#!/bin/sh\ncd {folder}\nn=$(ls | grep -c "^seen")\nls -l "$1" | cut -c1-10 >mode\ncp "$1" "seen$n"\n'
            'if [ -f "round$n" ]; then . "./round$n"; fi\nexit 0\n'
        )
        self.script.chmod(0o755)

    def __call__(self, *argv: str, rounds: tuple[str, ...] = (), stdin: str = "", **environ: str):
        for name in os.listdir(self.folder):
            if re.match(r"seen|round", name):
                os.unlink(self.folder / name)
        for number, command in enumerate(rounds):
            (self.folder / f"round{number}").write_text(command + "\n")
        result = self.cluster(
            *argv, stdin=stdin,
            **{"PATH": os.environ["PATH"], "TMPDIR": str(self.temporary), "KUBE_EDITOR": str(self.script),
               "MINIKCTL_PROGRAM": "kubectl", **environ},
        )
        self.left = sorted(os.listdir(self.temporary))
        for text in ("out", "err"):
            setattr(result, text, re.sub(rf"{self.temporary}/kubectl-edit-\d+", "/tmp/kubectl-edit", getattr(result, text)))
        return result

    @property
    def seen(self) -> list[str]:
        """What each round's file began with."""
        names = sorted(name for name in os.listdir(self.folder) if name.startswith("seen"))
        return [(self.folder / name).read_bytes().decode() for name in names]


@pytest.fixture
def desk(cluster, tmp_path):
    cluster.ok("create", "-f", "-", stdin=TWO)
    return Desk(cluster, tmp_path)


def data_of(cluster, name="c1") -> str:
    return cluster.ok("get", "configmap", name, "-o", "jsonpath={.data}")


def test_a_change_is_stored(cluster, desk):
    result = desk("edit", "cm", "c1", rounds=('sed -i s/\\"1\\"/\\"9\\"/ $1',))
    assert (result.code, result.out, result.err) == (0, "configmap/c1 edited\n", "")
    assert data_of(cluster) == '{"a":"9","b":"2"}'
    assert desk.left == []
    (text,) = desk.seen
    uid = re.search("uid: (.*)", text).group(1)
    assert text == (
        HEADER + 'apiVersion: v1\ndata:\n  a: "1"\n  b: "2"\nkind: ConfigMap\nmetadata:\n'
        '  creationTimestamp: "2026-01-02T03:04:05Z"\n  name: c1\n  namespace: default\n'
        f'  resourceVersion: "{re.search("resourceVersion: .([0-9]+)", text).group(1)}"\n  uid: {uid}\n'
    )
    assert (desk.folder / "mode").read_text() == "-rw-------\n", "only its owner can read it"


@pytest.mark.parametrize("command", ["true", "echo '# a comment' >> $1", "sed -i 's/^kind:/kind:   /' $1"])
def test_nothing_changed(desk, command):
    result = desk("edit", "cm", "c1", rounds=(command,))
    assert (result.code, result.out, result.err) == (0, "", "Edit cancelled, no changes made.\n")
    assert desk.left == []


@pytest.mark.parametrize("command", ["> $1", "echo '# a' > $1"])
def test_an_empty_file_gives_up_unless_kubectl_checks_it_first(desk, command):
    result = desk("edit", "cm", "c1", "--validate=false", rounds=(command,))
    assert (result.code, result.err) == (0, "Edit cancelled, saved file was empty.\n")
    assert desk.left == []
    result = desk("edit", "cm", "c1", rounds=(command,))
    assert result.code == 1
    assert desk.seen[1] == HEADER + (
        '# configmaps "c1" was not valid:\n'
        '# * <nil>: Invalid value: "The edited file failed validation": invalid object to validate\n#\n'
    )


@pytest.mark.parametrize(
    ("argv", "command", "said", "reason"),
    [
        ([], 'echo "a: [" >> $1', 'error: configmaps "c1" is invalid\n',
         '# configmaps "c1" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": '
         "yaml: line 12: did not find expected node content\n#\n"),
        (["--validate=false"], 'echo "a: [" >> $1', "",
         "# The edited file had a syntax error: error parsing edited-file: error converting YAML to JSON: "
         "yaml: line 16: did not find expected node content\n#\n"),
        ([], "sed -i /^kind/d $1", 'error: configmaps "c1" is invalid\n',
         '# configmaps "c1" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": kind not set\n#\n'),
        ([], "sed -i '/^kind/d;/apiVersion/d' $1", 'error: configmaps "c1" is invalid\n',
         '# configmaps "c1" was not valid:\n# * <nil>: Invalid value: "The edited file failed validation": '
         "[apiVersion not set, kind not set]\n#\n"),
        ([], "sed -i 's/^kind: .*/kind: Foo/' $1", "",
         '# The edited file had a syntax error: resource mapping not found for name: "c1" namespace: "default" from '
         '"edited-file": no matches for kind "Foo" in version "v1"\n# ensure CRDs are installed first\n#\n'),
        ([], "sed -i 's/^data:/dat:/' $1", 'error: configmaps "c1" is invalid\n',
         '# configmaps "c1" was not valid:\n# * patch: Invalid value: "map[dat:map[a:1 b:2] data:<nil>]": '
         'strict decoding error: unknown field "dat"\n#\n'),
    ],
)
def test_what_is_wrong_stands_at_the_top_when_the_editor_opens_again(cluster, desk, argv, command, said, reason):
    result = desk("edit", "cm", "c1", *argv, rounds=(command,))
    assert result.code == 1
    assert result.err == (
        f'{said}A copy of your changes has been stored to "/tmp/kubectl-edit.yaml"\n'
        "error: Edit cancelled, no valid changes were saved.\n"
    )
    assert desk.seen[1].startswith(HEADER + reason)
    assert len(desk.left) == 1, "the text is kept, once"
    assert data_of(cluster) == '{"a":"1","b":"2"}'


def test_it_can_be_put_right_in_the_next_round(cluster, desk):
    cluster.ok("create", "-f", "-", stdin=DEPLOYMENT)
    result = desk(
        "edit", "deploy", "m",
        rounds=("sed -i 's/ replicas: 1/ replicas: -1/;s/app: m/app: r/' $1", "sed -i 's/replicas: -1/replicas: 3/;s/app: r/app: m/' $1"),
    )
    assert (result.code, result.out) == (0, "deployment.apps/m edited\n")
    assert result.err == 'error: deployments.apps "m" is invalid\n'
    assert desk.seen[1].startswith(
        HEADER + '# deployments.apps "m" was not valid:\n'
        "# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n"
        '# * spec.selector: Invalid value: {"matchLabels":{"app":"r"}}: field is immutable\n#\napiVersion: apps/v1\n'
    )
    assert cluster.ok("get", "deploy", "m", "-o", "jsonpath={.spec.replicas}") == "3"
    assert desk.left == []


@pytest.mark.parametrize(
    ("command", "err"),
    [
        ("sed -i 's/name: c1/name: c9/' $1", "error: At least one of apiVersion, kind and name was changed\n"),
        ("sed -i 's/namespace: default/namespace: other/' $1",
         'error: the namespace from the provided object "other" does not match the namespace "default". '
         "You must pass '--namespace=other' to perform this operation.\n"),
    ],
)
def test_an_object_stays_the_same_object(desk, command, err):
    result = desk("edit", "cm", "c1", rounds=(command,))
    assert (result.code, result.err) == (1, f'A copy of your changes has been stored to "/tmp/kubectl-edit.yaml"\n{err}')


def test_an_object_is_known_by_its_uid(desk):
    result = desk("edit", "cm", "c1", rounds=("sed -i '/uid:/d;/creationT/d;/resourceV/d' $1",))
    assert result.code == 1
    assert result.err.endswith(
        'error: no original object found for &unstructured.Unstructured{Object:map[string]interface {}{"apiVersion":"v1", '
        '"data":map[string]interface {}{"a":"1", "b":"2"}, "kind":"ConfigMap", "metadata":map[string]interface {}{"name":"c1", '
        '"namespace":"default"}}}\n'
    )


def test_several_objects_are_one_list(cluster, desk):
    result = desk("edit", "-f", "-", rounds=("sed -i 's/\"2\"/\"5\"/' $1",), stdin=TWO)
    assert (result.code, result.out, result.err) == (0, "configmap/c1 edited\nconfigmap/c2 skipped\n", "")
    assert "apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n" in desk.seen[0]
    assert desk.seen[0].endswith("kind: List\nmetadata: {}\n")
    assert data_of(cluster) == '{"a":"1","b":"5"}'


def test_one_of_several_is_gone(cluster, desk):
    state = shlex.quote(cluster.state)
    delete = f"MINIKCTL_STATE={state} PYTHONPATH={os.getcwd()} {shlex.quote(os.sys.executable)} -m minikctl delete cm c1 >/dev/null"
    result = desk("edit", "cm", "c1", "c2", rounds=(f"sed -i 's/\"1\"/\"7\"/' $1; {delete}",), HOME=os.environ.get("HOME", "/"))
    assert (result.code, result.out) == (1, "configmap/c2 edited\n")
    assert result.err == (
        'error: configmaps "c1" could not be found on the server\n'
        'The edits you made on deleted resources have been saved to "/tmp/kubectl-edit.yaml"\n'
    )
    assert len(desk.left) == 1


def test_somebody_else_was_faster(desk):
    result = desk("edit", "cm", "c1", rounds=("""sed -i 's/resourceVersion: .*/resourceVersion: "1"/;s/"2"/"3"/' $1""",))
    assert result.code == 1
    assert result.err == (
        'error: configmaps "c1" could not be patched: Operation cannot be fulfilled on configmaps "c1": the object has been '
        "modified; please apply your changes to the latest version and try again\n"
        "You can run `kubectl replace -f /tmp/kubectl-edit.yaml` to try this update again.\n"
    )


def test_formats(cluster, desk):
    result = desk("edit", "cm", "c2", "-o", "json", rounds=("sed -i 's/\"1\"/\"2\"/' $1",))
    assert result.code == 0
    assert desk.seen[0].startswith('{\n    "apiVersion": "v1",\n    "data": {\n        "a": "1"\n'), "no header in JSON"
    assert result.out.startswith('{\n    "apiVersion": "v1",\n    "data": {\n        "a": "2"\n')
    result = desk("edit", "cm", "c2", "-o", "yaml", rounds=("sed -i 's/\"2\"/\"3\"/' $1",))
    assert result.out.startswith('apiVersion: v1\ndata:\n  a: "3"\n')
    for wrong in ("name", "foo", "jsonpath={.a}"):
        result = desk("edit", "cm", "c2", "-o", wrong)
        assert (result.code, result.err) == (
            1, f'error: unable to match a printer suitable for the output format "{wrong}", allowed formats are: json,kyaml,yaml\n',
        )


def test_the_patch_and_the_annotation(desk, cluster):
    result = desk("edit", "cm", "c2", "--output-patch", rounds=("sed -i 's/\"1\"/\"9\"/' $1",))
    assert result.out == 'Patch: {"data":{"a":"9"}}\nconfigmap/c2 edited\n'
    result = desk("edit", "cm", "c2", "--save-config", rounds=("sed -i 's/\"9\"/\"10\"/' $1",))
    assert result.out == "configmap/c2 edited\n"
    assert '"data":{"a":"10"}' in cluster.ok("get", "cm", "c2", "-o", "jsonpath={.metadata.annotations}").replace("\\", "")


def test_windows_line_endings(desk, cluster):
    result = desk("edit", "cm", "c2", "--windows-line-endings", rounds=("sed -i 's/\"1\"/\"9\"/' $1",))
    assert result.out == "configmap/c2 edited\n"
    assert all(line.endswith("\r") for line in desk.seen[0].split("\n")[:-1])
    assert data_of(cluster, "c2") == '{"a":"9"}'


def test_the_status_alone(desk, cluster):
    cluster.ok("create", "-f", "-", "--no-reconcile", stdin=DEPLOYMENT)
    result = desk(
        "edit", "deploy", "m", "--subresource=status", "--no-reconcile",
        rounds=("sed -i 's/^status: .*/status: {replicas: 7}/;s/  replicas: 1/  replicas: 4/' $1",),
    )
    assert (result.code, result.out) == (0, "deployment.apps/m edited\n")
    assert cluster.ok("get", "deploy", "m", "-o", "jsonpath={.spec.replicas} {.status}") == '1 {"replicas":7}'
    for resource, part in (("cm/c1", "status"), ("cm/c1", "scale"), ("deploy/m", "nope")):
        result = desk("edit", resource, f"--subresource={part}")
        assert result.err == "Error from server (NotFound): the server could not find the requested resource\n"


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        (["cm", "nope"], 'Error from server (NotFound): configmaps "nope" not found\n'),
        (["cm", "c1", "--validate=foo"],
         'error: invalid - validate option "foo"; must be one of: strict (or true), warn, ignore (or false)\n'),
        (["cm", "-f", "x"], "error: when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well\n"),
        (["cm/c1", "-f", "x"], "error: resource/name arguments cannot be provided when a path is specified\n"),
        (["jobs"], "error: edit cancelled, no objects found\n"),
    ],
)
def test_what_cannot_be_edited(desk, argv, err):
    result = desk("edit", *argv)
    assert (result.code, result.err) == (1, err)
    assert desk.seen == []


@pytest.mark.parametrize(
    ("editor", "err"),
    [
        ("nonexistent", 'error: unable to launch the editor "nonexistent"\n'),
        ("false", 'error: there was a problem with the editor "false"\n'),
        ("false 'a' b", "error: there was a problem with the editor \"/bin/sh -c false 'a' b\"\n"),
        ("/nonexistent", 'error: there was a problem with the editor "/nonexistent"\n'),
    ],
)
def test_no_editor(desk, editor, err):
    result = desk("edit", "cm", "c1", KUBE_EDITOR=editor, SHELL="/bin/sh")
    assert (result.code, result.err) == (1, err)
    assert desk.left == []


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, (["vi"], False)),
        ({"EDITOR": "nano"}, (["nano"], False)),
        ({"EDITOR": "nano", "KUBE_EDITOR": "code -w"}, (["code", "-w"], False)),
        ({"EDITOR": r"sed -i s/\"a\"/b/", "SHELL": "/bin/zsh"}, (["/bin/zsh", "-c", r"sed -i s/\"a\"/b/"], True)),
        ({"EDITOR": "'my editor'"}, (["/bin/bash", "-c", "'my editor'"], True)),
    ],
)
def test_editor_words(environ, words):
    assert editor_words(environ) == words


@pytest.mark.parametrize(
    ("text", "without"),
    [
        (b"", b""), (b"# a\nb\n", b"b\n"), (b"b\n  # c", b"b\n"), (b"#! x\n# y\na", b"#! x\na"), (b"a # b\n", b"a # b\n"),
    ],
)
def test_without_comments(text, without):
    assert without_comments(text) == without


def test_plain():
    assert plain(b"# x\nb: 1\na: [2]\n") == b'{"a":[2],"b":1}'
    assert plain(b"# x\na: [\n") == b"a: [\n"
    assert plain(b"") == b"null"


def test_commented():
    assert _commented("a\nb\n#c\nd\n") == "a\n# b\n#c\n# d\n"


def test_results():
    target = Target(info_for("deployments.apps"), "default", "web")
    results = Results("/tmp/x")
    error = Invalid("Deployment.apps", "web", [FieldError("Required value", "spec.selector")])
    assert results.add(error, target) == 'error: deployments.apps "web" is invalid'
    assert results.add(RequestInvalid("patch: Invalid value: x"), target) == 'error: deployments.apps "web" is invalid'
    assert results.add(NotFound("deployments.apps", "web"), target).endswith("could not be found on the server")
    assert results.add(Conflict("deployments.apps", "web", "x"), target) == (
        'error: deployments.apps "web" could not be patched: Operation cannot be fulfilled on deployments.apps "web": x'
    )
    assert (results.invalid, results.not_found, results.retryable) == (2, 1, 1)
    assert results.header() == (
        '# deployments.apps "web" was not valid:\n# * spec.selector: Required value\n#\n'
        '# deployments.apps "web" was not valid:\n# * patch: Invalid value: x\n#\n'
    )
