"""``apply --server-side`` as kubectl and the API server answer it."""

from __future__ import annotations

import json
import os
import shutil

import pytest

CM = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cm}}\ndata: {data}\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: "web:1"
        env: [{name: A, value: "1"}]
"""
WAYS_OUT = """
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
"""


def cm(**data):
    return CM.format(data=json.dumps(data))


@pytest.fixture
def apply(cluster):
    def run(manifest, *flags, **environ):
        return cluster("apply", "--server-side", "-f", "-", *flags, stdin=manifest, **environ)

    return run


def managers(cluster, *words):
    entries = json.loads(cluster.ok("get", *words, "-o", "json", "--show-managed-fields"))["metadata"].get("managedFields")
    return {(each["manager"], each["operation"], each.get("subresource", "")): each["fieldsV1"] for each in entries or ()}


def test_it_creates_and_then_changes_nothing(cluster, apply):
    assert apply(cm(a="1")).out == "configmap/cm serverside-applied\n"
    version = cluster.ok("get", "cm", "cm", "-o", "jsonpath={.metadata.resourceVersion}")
    assert apply(cm(a="1")).out == "configmap/cm serverside-applied\n"
    assert cluster.ok("get", "cm", "cm", "-o", "jsonpath={.metadata.resourceVersion}") == version
    assert managers(cluster, "cm", "cm") == {("kubectl", "Apply", ""): {"f:data": {"f:a": {}}}}


def test_a_field_of_another_manager_is_a_conflict(cluster, apply):
    cluster.ok("create", "configmap", "cm", "--from-literal=a=1")
    result = apply(cm(a="2"))
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        'error: Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .data.a' + WAYS_OUT
    )
    assert apply(cm(a="2"), "--force-conflicts").out == "configmap/cm serverside-applied\n"
    assert cluster.ok("get", "cm", "cm", "-o", "jsonpath={.data.a}") == "2"
    assert managers(cluster, "cm", "cm") == {
        ("kubectl", "Apply", ""): {"f:data": {"f:a": {}}},
        ("kubectl-create", "Update", ""): {"f:data": {}},
    }


def test_conflicts_of_several_managers(cluster, apply):
    assert apply(DEPLOYMENT).code == 0
    cluster.ok("scale", "deployment", "web", "--replicas=3")
    cluster.ok("set", "image", "deployment/web", "web=web:2")
    assert apply(DEPLOYMENT).err == (
        'error: Apply failed with 2 conflicts: conflicts with "kubectl" with subresource "scale" using apps/v1:\n'
        '- .spec.replicas\nconflicts with "kubectl-set" using apps/v1:\n'
        '- .spec.template.spec.containers[name="web"].image' + WAYS_OUT
    )


def test_another_manager_by_name_and_co_owners(cluster, apply):
    apply(cm(a="1", b="1"))
    assert apply(cm(b="1"), "--field-manager=other").code == 0
    assert apply(cm(a="1")).code == 0
    assert cluster.ok("get", "cm", "cm", "-o", "jsonpath={.data}") == '{"a":"1","b":"1"}'
    assert managers(cluster, "cm", "cm") == {
        ("kubectl", "Apply", ""): {"f:data": {"f:a": {}}}, ("other", "Apply", ""): {"f:data": {"f:b": {}}},
    }
    apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\n", "--field-manager=other")
    assert cluster.ok("get", "cm", "cm", "-o", "jsonpath={.data}") == '{"a":"1"}'


def test_elements_that_are_no_longer_applied_go_and_defaults_come_back(cluster, apply):
    apply(DEPLOYMENT)
    apply(DEPLOYMENT.replace('        env: [{name: A, value: "1"}]\n', "").replace("  replicas: 2\n", ""))
    spec = json.loads(cluster.ok("get", "deployment", "web", "-o", "json"))["spec"]
    assert "env" not in spec["template"]["spec"]["containers"][0]
    assert spec["replicas"] == 1


def test_from_client_side_apply(cluster, apply):
    manifest = DEPLOYMENT.replace("replicas: 2", "replicas: 3")
    assert cluster.ok("apply", "-f", "-", stdin=DEPLOYMENT) == "deployment.apps/web created\n"
    result = apply(manifest)  # no conflict: what kubectl applied before, kubectl goes on with
    assert (result.out, result.err) == ("deployment.apps/web serverside-applied\n", "")
    found = managers(cluster, "deployment", "web")
    assert sorted(name for name, _, _ in found) == ["kube-controller-manager", "kubectl", "kubectl-last-applied"]
    note = "f:kubectl.kubernetes.io/last-applied-configuration"
    assert found["kubectl-last-applied", "Apply", ""] == {"f:metadata": {"f:annotations": {note: {}}}}
    live = json.loads(cluster.ok("get", "deployment", "web", "-o", "json"))
    assert json.loads(live["metadata"]["annotations"][note[2:]])["spec"]["replicas"] == 3
    # What was dropped from the file since client-side apply goes, too.
    apply(manifest.replace('        env: [{name: A, value: "1"}]\n', ""))
    assert "env" not in cluster.ok("get", "deployment", "web", "-o", "yaml").partition("spec:")[2]


def test_another_manager_has_conflicts_with_client_side_apply(cluster, apply):
    cluster.ok("apply", "-f", "-", stdin=cm(a="1"))
    result = apply(cm(a="2"), "--field-manager=other")
    assert 'conflict with "kubectl-client-side-apply" using v1: .data.a' in result.err


def test_a_configuration_that_does_not_fit(cluster, apply):
    result = apply(DEPLOYMENT.replace("  replicas: 2", "  replicas: 2\n  foo: 1"))
    assert result.err == (
        "Error from server: failed to create typed patch object (default/web; apps/v1, Kind=Deployment): "
        ".spec.foo: field not declared in schema\n"
    )
    result = apply(DEPLOYMENT.replace("  replicas: 2", "  replicas: x\n  foo: 1"))
    assert result.err == (
        "Error from server: failed to create typed patch object (default/web; apps/v1, Kind=Deployment): errors:\n"
        "  .spec.foo: field not declared in schema\n"
        "  .spec.replicas: expected numeric (int or float), got string\n"
    )
    assert cluster("get", "deployments").err == "No resources found in default namespace.\n"


def test_rules_hold_and_namespaces_have_to_be_there(cluster, apply):
    assert apply(DEPLOYMENT.replace("replicas: 2", "replicas: -1")).err == (
        'The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n'
    )
    assert apply(cm(a="1"), "-n", "nope").err == 'Error from server (NotFound): namespaces "nope" not found\n'
    assert apply(cm(a="1").replace("name: cm", "name: cm, managedFields: []")).err == (
        "Error from server (BadRequest): metadata.managedFields must be nil\n"
    )
    assert apply(cm(a="1"), "--field-manager=").err == (
        'The PatchOptions "" is invalid: fieldManager: Required value: is required for apply patch\n'
    )


def test_a_dry_run_stores_nothing(cluster, apply):
    apply(cm(a="1"))
    before = cluster.revision()
    assert apply(cm(a="2"), "--dry-run=server").out == "configmap/cm serverside-applied (server dry run)\n"
    shown = apply(cm(a="2", b="1"), "--dry-run=server", "-o", "json", "--show-managed-fields").out
    entry = json.loads(shown)["metadata"]["managedFields"][0]
    assert entry["fieldsV1"] == {"f:data": {"f:a": {}, "f:b": {}}}
    assert cluster.revision() == before


def test_objects_are_printed_as_one_or_as_a_list(cluster, apply):
    one = json.loads(apply(cm(a="1"), "-o", "json").out)
    assert (one["kind"], "managedFields" in one["metadata"]) == ("ConfigMap", False)
    both = cm(a="1") + "---\n" + cm(a="1").replace("name: cm", "name: two")
    assert [item["metadata"]["name"] for item in json.loads(apply(both, "-o", "json").out)["items"]] == ["cm", "two"]
    assert apply(cm(a="1"), "-o", "name").out == "configmap/cm\n"


def test_the_status_by_its_subresource(cluster, apply):
    apply(DEPLOYMENT)
    status = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nstatus: {conditions: "
        "[{type: Mine, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', lastUpdateTime: '2026-01-01T00:00:00Z'}]}\n"
    )
    assert apply(status, "--subresource=status", "--field-manager=me", MINIKCTL_RECONCILE="off").code == 0
    found = managers(cluster, "deployment", "web")["me", "Apply", "status"]
    assert list(found["f:status"]["f:conditions"]) == ['k:{"type":"Mine"}']


@pytest.mark.parametrize(("flags", "words"), [
    (["--force-conflicts"], "--force-conflicts only works with --server-side"),
    (["--server-side", "--dry-run=client"],
     "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)"),
    (["--server-side", "--force"], "--force cannot be used with --server-side"),
    (["--force", "--dry-run=server"], "--dry-run=server cannot be used with --force"),
    (["--subresource=status"], "--subresource can only be specified for --server-side"),
    (["--all", "-l", "a=b"], "cannot set --all and --selector at the same time"),
    (["--server-side", "--prune", "--all"],
     "--prune is in alpha and doesn't currently work on objects created by server-side apply"),
    (["--force", "--prune", "--all"], "--force cannot be used with --prune"),
])
def test_flags_that_do_not_go_together(cluster, flags, words):
    assert cluster("apply", "-f", "-", *flags, stdin=cm(a="1")).err == f"error: {words}\n"


def test_atomic_lists_are_one_field(cluster, apply):
    slices = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: %s}, ports: [{port: 80}]}\n"
    apply(slices % "one")
    result = apply(slices % "two", "--field-manager=other")
    assert 'conflict with "kubectl": .spec.selector' in result.err


def test_who_may_patch_and_create_need_not_read(cluster, apply):
    cluster.ok("create", "role", "r", "--verb=patch", "--resource=configmaps")
    cluster.ok("create", "rolebinding", "b", "--role=r", "--user=eve")
    assert apply(cm(a="1"), "--as=eve").err == (
        'Error from server (Forbidden): configmaps "cm" is forbidden: User "eve" cannot create resource "configmaps" in API '
        'group "" in the namespace "default"\n'
    )
    apply(cm(a="1"))
    assert apply(cm(a="1"), "--as=eve", "--field-manager=eve").out == "configmap/cm serverside-applied\n"
    assert apply(cm(a="1"), "--as=mallory").err.startswith(
        'Error from server (Forbidden): configmaps "cm" is forbidden: User "mallory" cannot patch resource "configmaps"'
    )


CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: things, singular: thing, kind: Thing}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer}
              tags: {type: array, items: {type: string}, x-kubernetes-list-type: set}
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [port, protocol]
                items:
                  type: object
                  required: [port]
                  properties: {port: {type: integer}, protocol: {type: string, default: UDP}, name: {type: string}}
"""
THING = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {size: 1, tags: [a], ports: [{port: 1, name: p}]}\n"


def test_custom_resources_merge_as_their_definition_says(cluster, apply):
    cluster.ok("apply", "-f", "-", stdin=CRD)
    assert apply(THING).out == "thing.example.com/t serverside-applied\n"
    assert managers(cluster, "thing", "t")["kubectl", "Apply", ""]["f:spec"] == {
        "f:ports": {'k:{"port":1,"protocol":"UDP"}': {".": {}, "f:name": {}, "f:port": {}}},
        "f:size": {}, "f:tags": {'v:"a"': {}},
    }
    other = THING.replace("[a]", "[b]").replace("name: p}", "name: q}")
    assert 'conflict with "kubectl": .spec.ports[port=1,protocol="UDP"].name' in apply(other, "--field-manager=o").err
    assert apply(other.replace("name: q}", "name: p}"), "--field-manager=o").code == 0
    assert cluster.ok("get", "thing", "t", "-o", "jsonpath={.spec.tags}") == '["a","b"]'
    assert ".spec.more: field not declared in schema" in apply(THING.replace("size: 1", "more: 1")).err


def test_diff_shows_what_it_would_change(cluster, apply):
    if shutil.which("diff") is None:
        pytest.skip("diff is what shows the differences")

    def diff(*flags, stdin):
        return cluster("diff", "--server-side", "-f", "-", *flags, stdin=stdin, PATH=os.environ["PATH"])

    apply(cm(a="1"))
    cluster.ok("patch", "cm", "cm", "-p", '{"data":{"b":"1"}}')
    result = diff(stdin=cm(a="2"))
    assert (result.code, [line for line in result.out.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]) == (
        1, ['-  a: "1"', '+  a: "2"'],
    )
    assert diff(stdin=cm(a="1")).code == 0
    refused = diff(stdin=cm(b="2"))
    assert (refused.code, refused.err) == (
        2, 'Error from server (Conflict): Apply failed with 1 conflict: conflict with "kubectl-patch" using v1: .data.b\n'
    )
    assert diff("--force-conflicts", stdin=cm(b="2")).code == 1
