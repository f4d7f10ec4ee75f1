"""``--raw`` of create, replace and delete; ``create --edit``. kubectl's own checks are in its words."""

from __future__ import annotations

import json
import os

import pytest

BODY = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"r"},"data":{"a":"1"}}'
CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
TWO = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: c1}
data: {a: "1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c2}
data: {b: "2"}
"""


def test_an_object_comes_changes_and_goes(cluster):
    out = cluster.ok("create", "--raw", CONFIGMAPS, "-f", "-", stdin=BODY)
    assert out.startswith('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"')
    assert out.endswith("\n")
    made = json.loads(out)
    assert made["metadata"]["managedFields"][0]["operation"] == "Update"
    out = cluster.ok("replace", "--raw", f"{CONFIGMAPS}/r", "-f", "-", stdin=BODY.replace('"1"', '"2"'))
    assert json.loads(out)["data"] == {"a": "2"}
    out = cluster.ok("delete", "--raw", f"{CONFIGMAPS}/r")
    assert out == (
        '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"r","kind":"configmaps",'
        f'"uid":"{made["metadata"]["uid"]}"}}}}\n'
    )
    assert cluster("get", "cm", "r").code == 1


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        (["create", "--raw=/api"], "error: must specify one of -f and -k\n"),
        (["create", "--raw=/api", "--edit", "-f", "-"], "error: --raw and --edit are mutually exclusive\n"),
        (["create", "--raw=/api", "-f", "a", "-f", "b"], "error: --raw can only use a single local file or stdin\n"),
        (["create", "--raw=/api", "-f", "http://x/y"], "error: --raw cannot read from a url\n"),
        (["create", "--raw=/api", "-f", "-", "-R"], "error: --raw and --recursive are mutually exclusive\n"),
        (["create", "--raw=/api", "-f", "-", "-l", "a=b"], "error: --raw and --selector (-l) are mutually exclusive\n"),
        (["create", "--raw=/api", "-f", "-", "-o", "yaml"], "error: --raw and --output are mutually exclusive\n"),
        (["replace", "--raw=foo", "-f", "-"], 'error: --raw must be a valid URL path: parse "foo": invalid URI for request\n'),
        (["delete", "--raw=foo"], 'error: --raw must be a valid URL path: parse "foo": invalid URI for request\n'),
        (["delete", "--raw=/nope/x"], "Error from server (NotFound): the server could not find the requested resource\n"),
        (["delete", f"--raw={CONFIGMAPS}/nope"], 'Error from server (NotFound): configmaps "nope" not found\n'),
        (["delete", f"--raw={CONFIGMAPS}"],
         "Error from server (MethodNotAllowed): the server does not allow this method on the requested resource\n"),
        (["create", "--raw=/apis/apps/v1/namespaces/default/deployments", "-f", "-"],
         "Error from server (BadRequest): the API version in the data (v1) does not match the expected API version (apps/v1)\n"),
        (["create", "--raw=/api/v1/namespaces/other/configmaps", "-f", "-"], 'Error from server (NotFound): namespaces "other" not found\n'),
        (["create", "--raw=/api/v1/configmaps", "-f", "-"], "Error from server (NotFound): the server could not find the requested resource\n"),
        (["replace", f"--raw={CONFIGMAPS}/x", "-f", "-"],
         "Error from server (BadRequest): the name of the object (r) does not match the name on the URL (x)\n"),
        (["replace", f"--raw={CONFIGMAPS}/r/scale", "-f", "-"],
         "Error from server (NotFound): the server could not find the requested resource\n"),
    ],
)
def test_what_cannot_be_asked(cluster, argv, err):
    result = cluster(*argv, stdin=BODY)
    assert (result.code, result.out, result.err) == (1, "", err)


def test_a_body_that_is_no_json(cluster):
    result = cluster("create", "--raw", CONFIGMAPS, "-f", "-", stdin=TWO)
    assert result.err == (
        "Error from server (BadRequest): the object provided is unrecognized (must be of type ConfigMap): couldn't get "
        "version/kind; json parse error: invalid character 'a' looking for beginning of value "
        "(61706956657273696f6e3a2076310a6b696e643a20436f6e6669674d6170 ...)\n"
    )


def test_create_edit_creates_what_was_changed(cluster):
    def create(*argv: str, editor: str):
        return cluster("create", "--edit", "-f", "-", *argv, stdin=TWO, PATH=os.environ["PATH"], KUBE_EDITOR=editor, SHELL="/bin/sh")

    result = create(editor="sed -i 's/\"1\"/\"9\"/'")
    assert (result.code, result.out, result.err) == (0, "configmap/c1 created\n", "Edit cancelled, no changes made.\n")
    assert cluster.ok("get", "cm", "c1", "-o", "jsonpath={.data}") == '{"a":"9"}'
    result = create(editor="sed -i 's/\"[12]\"/\"9\"/'")
    assert (result.code, result.out) == (1, "configmap/c2 created\n")
    assert "A copy of your changes has been stored to" in result.err
    assert result.err.endswith('Error from server (AlreadyExists): configmaps "c1" already exists\n')
    result = create("-o", "name", editor="true")
    line = 'unable to match a printer suitable for the output format "name", allowed formats are: json,kyaml,yaml\n'
    assert (result.code, result.err) == (1, line * 2)


def test_create_edit_can_remember_the_object(cluster):
    cluster.ok(
        "create", "--edit", "--save-config", "-f", "-", stdin=TWO, PATH=os.environ["PATH"], KUBE_EDITOR="sed -i 's/\"1\"/\"9\"/'",
        SHELL="/bin/sh",
    )
    assert '"data":{"a":"9"}' in cluster.ok("get", "cm", "c1", "-o", "jsonpath={.metadata.annotations}").replace("\\", "")


def test_deletes_of_force_can_be_made_to_fail(cluster):
    cluster.ok("create", "-f", "-", stdin=TWO)
    cluster.ok("fault", "api", "--error=internal", "--verb=delete", "--times=1")
    result = cluster("replace", "--force", "-f", "-", stdin=TWO)
    assert result.code == 1
    assert result.err.startswith("Error from server (InternalError): ")
