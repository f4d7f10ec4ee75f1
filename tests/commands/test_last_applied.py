"""``apply view-last-applied``, ``set-last-applied``, ``edit-last-applied``, in the real kubectl's words."""

from __future__ import annotations

import os

import pytest

ONE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: c1}
data: {a: "1", b: "2"}
"""
BARE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bare}\n"
ANNOTATION = r"jsonpath={.metadata.annotations.kubectl\.kubernetes\.io/last-applied-configuration}"
APPLIED = """\
apiVersion: v1
data:
  a: "1"
  b: "2"
kind: ConfigMap
metadata:
  annotations: {}
  name: c1
  namespace: default
"""
NAME_RESOURCES = (
    "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n"
    "   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'\n"
)


@pytest.fixture
def applied(cluster):
    cluster.environ["MINIKCTL_PROGRAM"] = "kubectl"
    cluster.ok("apply", "-f", "-", stdin=ONE)
    cluster.ok("create", "-f", "-", stdin=BARE)
    return cluster


@pytest.mark.parametrize(
    ("argv", "stdin", "code", "out", "err"),
    [
        (["cm/c1"], "", 0, APPLIED, ""),
        (["cm", "c1"], "", 0, APPLIED, ""),
        (["cm/c1", "cm/bare"], "", 0, APPLIED, ""),
        (["cm", "--all"], "", 0, APPLIED, ""),
        (["-f", "-"], ONE, 0, APPLIED, ""),
        (["cm", "-l", "a=b"], "", 0, "", ""),
        (["cm/c1", "-o", "json"], "", 0,
         '{\n  "apiVersion": "v1",\n  "data": {\n    "a": "1",\n    "b": "2"\n  },\n  "kind": "ConfigMap",\n  "metadata": {\n'
         '    "annotations": {},\n    "name": "c1",\n    "namespace": "default"\n  }\n}\n', ""),
        (["-f", "-"], BARE, 1, "",
         'error: error when no last-applied-configuration annotation found on resource: bare\n "STDIN": <nil>\n'),
        (["cm"], "", 1, "", "error: resource(s) were provided, but no name was specified\n"),
        (["cm/nope"], "", 1, "", 'Error from server (NotFound): configmaps "nope" not found\n'),
        (["cm/c1", "-o", "wide"], "", 1, "", "error: Unexpected -o output mode: wide, the flag 'output' must be one of yaml|json\n"
         "See 'kubectl apply view-last-applied -h' for help and examples\n"),
        ([], "", 1, "", NAME_RESOURCES),
    ],
)
def test_view(applied, argv, stdin, code, out, err):
    result = applied("apply", "view-last-applied", *argv, stdin=stdin)
    assert (result.code, result.out, result.err) == (code, out, err)


def test_set_changes_the_annotation_alone(applied):
    before = applied.ok("get", "cm", "c1", "-o", "jsonpath={.data}")
    result = applied("apply", "set-last-applied", "-f", "-", stdin=ONE.replace('b: "2"', 'c: "3"'))
    assert (result.code, result.out, result.err) == (0, "configmap/c1 configured\n", "")
    assert applied.ok("get", "cm", "c1", "-o", "jsonpath={.data}") == before
    assert applied.ok("get", "cm", "c1", "-o", ANNOTATION) == (
        '{"apiVersion":"v1","data":{"a":"1","c":"3"},"kind":"ConfigMap","metadata":{"name":"c1","namespace":"default"}}\n'
    )
    # What was "applied last" has no b: the next apply leaves it alone, and takes c away.
    applied.ok("apply", "-f", "-", stdin=ONE.replace(', b: "2"', ""))
    assert applied.ok("get", "cm", "c1", "-o", "jsonpath={.data}") == '{"a":"1","b":"2"}'


def test_set_creates_the_annotation_only_when_asked(applied):
    def run(*argv: str):
        result = applied("apply", "set-last-applied", "-f", "-", *argv, stdin=BARE)
        return result.code, result.out, result.err

    assert run() == (
        1, "", "error: no last-applied-configuration annotation found on resource: bare, to create the annotation, run the "
        "command with --create-annotation\n",
    )
    revision = applied.revision()
    assert run("--create-annotation", "--dry-run=client") == (0, "configmap/bare configured (dry run)\n", "")
    assert run("--create-annotation", "--dry-run=server", "-o", "name") == (0, "configmap/bare\n", "")
    assert applied.revision() == revision
    assert run("--create-annotation") == (0, "configmap/bare configured\n", "")
    assert run("--create-annotation") == (0, "set-last-applied bare: no changes required.\n", "")


@pytest.mark.parametrize(
    ("argv", "stdin", "err"),
    [
        ([], "", NAME_RESOURCES),
        (["x"], "", NAME_RESOURCES),
        (["-f", "-"], ONE.replace("c1", "nope"), 'Error from server (NotFound): configmaps "nope" not found\n'),
        (["-f", "-"], ONE.replace("c1", "c1, namespace: nowhere"), 'Error from server (NotFound): namespaces "nowhere" not found\n'),
        (["-f", "-"], "a: [", "error: error parsing STDIN: error converting YAML to JSON: yaml: line 1: did not find expected node content\n"),
        (["-f", "-"], ONE.replace("name:", "generateName:"),
         'error: error when retrieving current configuration of:\nResource: "/v1, Resource=configmaps", GroupVersionKind: '
         '"/v1, Kind=ConfigMap"\nName: "", Namespace: "default"\nfrom server for: "STDIN": resource name may not be empty\n'),
    ],
)
def test_what_cannot_be_set(applied, argv, stdin, err):
    result = applied("apply", "set-last-applied", *argv, stdin=stdin)
    assert (result.code, result.out, result.err) == (1, "", err)


def test_edit(applied, tmp_path):
    def edit(*argv: str, editor: str):
        return applied("apply", "edit-last-applied", *argv, PATH=os.environ["PATH"], KUBE_EDITOR=editor, SHELL="/bin/sh")

    result = edit("cm/c1", editor=f"f() {{ cp $1 {tmp_path}/seen; sed -i 's/\"2\"/\"5\"/' $1; }}; f")
    assert (result.code, result.out, result.err) == (0, "configmap/c1 edited\n", "")
    assert (tmp_path / "seen").read_text() == (
        "# Please edit the 'last-applied-configuration' annotations below.\n"
        "# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\n" + APPLIED
    )
    assert applied.ok("apply", "view-last-applied", "cm/c1") == APPLIED.replace('"2"', '"5"')
    assert applied.ok("get", "cm", "c1", "-o", "jsonpath={.data.b}") == "2"
    assert edit("cm/c1", editor="true").err == "Edit cancelled, no changes made.\n"
    result = edit("cm/bare", editor="true")
    assert (result.code, result.err) == (
        1, "error: no last-applied-configuration annotation found on resources, to create the annotation, use command "
        "`kubectl apply set-last-applied --create-annotation`\n",
    )
    result = edit("cm/c1", editor="sed -i 's/name: c1/name: c9/'")
    assert result.code == 1
    assert result.err.endswith('Error from server (NotFound): configmaps "c9" not found\n')
