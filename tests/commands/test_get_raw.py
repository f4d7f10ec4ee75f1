"""``get`` by paths of the API, by parts of objects, and without the API's columns."""

from __future__ import annotations

import json

import pytest

PODS = "/api/v1/namespaces/default/pods"


@pytest.fixture
def filled(cluster):
    cluster.ok("create", "deployment", "web", "--image=x", "--replicas=3")
    cluster.ok("create", "configmap", "c", "--from-literal=a=<b>&c")
    return cluster


def raw(cluster, path):
    return json.loads(cluster.ok("get", f"--raw={path}"))


def test_an_object_is_one_line(filled):
    out = filled.ok("get", "--raw=/api/v1/namespaces/default/configmaps/c")
    assert out.startswith('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c","namespace":"default","uid":"')
    assert '"data":{"a":"\\u003cb\\u003e\\u0026c"}' in out
    assert out.count("\n") == 1
    assert out.endswith("}\n")
    assert json.loads(out)["metadata"]["managedFields"][0]["manager"] == "kubectl-create"


def test_a_list_says_what_its_items_are(filled):
    found = raw(filled, PODS)
    assert list(found) == ["kind", "apiVersion", "metadata", "items"]
    assert (found["kind"], found["apiVersion"], len(found["items"])) == ("PodList", "v1", 3)
    assert all("kind" not in item for item in found["items"])
    assert found["metadata"] == {"resourceVersion": str(filled.revision())}
    assert raw(filled, "/api/v1/pods")["items"] == found["items"]
    assert raw(filled, f"{PODS}?labelSelector=app%3Dnope")["items"] == []
    assert len(raw(filled, f"{PODS}?labelSelector=app%3Dweb&fieldSelector=status.phase%3DRunning")["items"]) == 3


def test_pages_of_a_list(filled):
    names, token, left = [], "", []
    while True:
        page = raw(filled, f"/api/v1/pods?limit=2&continue={token}")
        names += [item["metadata"]["name"] for item in page["items"]]
        left.append(page["metadata"].get("remainingItemCount"))
        token = page["metadata"].get("continue")
        if not token:
            break
    assert names == [item["metadata"]["name"] for item in raw(filled, "/api/v1/pods")["items"]]
    assert left == [1, None]
    assert "remainingItemCount" not in raw(filled, "/api/v1/pods?limit=1&labelSelector=app")["metadata"]


def test_discovery_leads_to_every_kind(filled):
    assert raw(filled, "/api")["versions"] == ["v1"]
    versions = {"v1", *(each["groupVersion"] for group in raw(filled, "/apis")["groups"] for each in group["versions"])}
    assert versions == set(filled.ok("api-versions").split())
    for version in versions:
        path = f"/apis/{version}" if "/" in version else f"/api/{version}"
        assert path in raw(filled, "/")["paths"]
        for resource in raw(filled, path)["resources"]:
            if "/" not in resource["name"] and "list" in resource["verbs"]:
                assert raw(filled, f"{path}/{resource['name']}")["kind"] == resource["kind"] + "List"
    assert raw(filled, "/apis/apps")["preferredVersion"] == {"groupVersion": "apps/v1", "version": "v1"}
    names = [resource["name"] for resource in raw(filled, "/apis/apps/v1")["resources"]]
    assert names[-3:] == ["statefulsets", "statefulsets/scale", "statefulsets/status"]


def test_parts_of_objects(filled):
    path = "/apis/apps/v1/namespaces/default/deployments/web"
    assert raw(filled, f"{path}/status") == raw(filled, path)
    scale = raw(filled, f"{path}/scale")
    assert (scale["kind"], scale["spec"], scale["status"]) == ("Scale", {"replicas": 3}, {"replicas": 3, "selector": "app=web"})


def test_custom_resources(cluster):
    definition = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cars.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Car, plural: cars}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""
    cluster.ok("apply", "-f", "-", stdin=definition)
    cluster.settle()
    cluster.ok("apply", "-f", "-", stdin="apiVersion: example.com/v1\nkind: Car\nmetadata: {name: a}\n")
    found = raw(cluster, "/apis/example.com/v1/cars")
    assert (found["kind"], found["items"][0]["kind"], found["metadata"]["continue"]) == ("CarList", "Car", "")
    assert raw(cluster, "/apis/example.com/v1")["resources"][0]["kind"] == "Car"


@pytest.mark.parametrize(
    ("path", "out"),
    [
        ("/healthz", "ok"), ("/livez", "ok"), ("/readyz", "ok"), ("/livez/ping", "ok"),
        ("/readyz?verbose", "[+]ping ok\n[+]etcd ok\nreadyz check passed\n"),
    ],
)
def test_health(path, out, cluster):
    assert cluster.ok("get", f"--raw={path}") == out


def test_version_and_pretty(filled):
    assert raw(filled, "/version")["gitVersion"].startswith("v1.36.")
    out = filled.ok("get", "--raw=/api/v1/namespaces/default?pretty=true")
    assert out.startswith('{\n  "kind": "Namespace",')


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        (["--raw=/api", "pods"], "error: arguments may not be passed when --raw is specified\n"),
        (["--raw=/api", "-w"],
         "error: --raw may not be specified with other flags that filter the server request or alter the output\n"),
        (["--raw=/api", "-l", "a=b"],
         "error: --raw may not be specified with other flags that filter the server request or alter the output\n"),
        (["--raw=/api", "-o", "yaml"], "error: --raw and --output are mutually exclusive\n"),
        (["--raw=foo"], 'error: --raw must be a valid URL path: parse "foo": invalid URI for request\n'),
        (["--raw=/%zz"], 'error: --raw must be a valid URL path: parse "/%zz": invalid URL escape "%zz"\n'),
        (["--raw=/api", "--output-watch-events"],
         "error: --output-watch-events option can only be used with --watch or --watch-only\n"),
        (["--raw=/nope"], "Error from server (NotFound): the server could not find the requested resource\n"),
        (["--raw=/apis/nope/v1"], "Error from server (NotFound): the server could not find the requested resource\n"),
        (["--raw=/api/v1/pods/x"], "Error from server (NotFound): the server could not find the requested resource\n"),
        ([f"--raw={PODS}/x"], 'Error from server (NotFound): pods "x" not found\n'),
        ([f"--raw={PODS}/x/nope"], "Error from server (NotFound): the server could not find the requested resource\n"),
        ([f"--raw={PODS}?limit=x"], 'Error from server (BadRequest): strconv.ParseInt: parsing "x": invalid syntax\n'),
        ([f"--raw={PODS}?watch=true"], "error: --raw with watch=true is not supported: use --watch\n"),
        (["--raw=/openapi/v2"],
         "error: --raw /openapi/v2 is not possible in a simulated cluster: explain shows what the fields of a kind are\n"),
        (["--raw=/metrics"], "error: --raw /metrics is not possible in a simulated cluster: top shows simulated figures\n"),
        (["deploy", "--subresource=scale"], "error: subresource cannot be used when bulk resources are specified\n"),
        (["cm", "kube-root-ca.crt", "--subresource=status"],
         "Error from server (NotFound): the server could not find the requested resource\n"),
        (["ns", "default", "--subresource=scale"],
         "Error from server (NotFound): the server could not find the requested resource\n"),
        (["ns", "default", "-w", "--subresource=status"], "error: --subresource is not supported together with --watch\n"),
    ],
)
def test_what_cannot_be_got(argv, err, cluster):
    result = cluster("get", *argv)
    assert (result.code, result.out, result.err) == (1, "", err)


def test_who_may_not_get_may_not_by_a_path(filled):
    result = filled("get", f"--raw={PODS}", "--as=jane")
    assert result.err.startswith('Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods"')
    filled.ok("create", "role", "r", "--verb=get", "--resource=deployments.apps")
    filled.ok("create", "rolebinding", "r", "--role=r", "--user=jane")
    result = filled("get", "deploy", "web", "--subresource=scale", "--as=jane")
    assert 'cannot get resource "deployments/scale" in API group "apps"' in result.err


def test_a_scale_has_columns_of_its_own(filled):
    filled.environ["MINIKCTL_NOW"] = "2026-01-02T03:04:15Z"
    assert filled.ok("get", "deploy", "web", "--subresource=scale") == (
        "NAME   DESIRED   AVAILABLE   AGE\nweb    3         3           10s\n"
    )
    assert filled.ok("get", "deploy", "web", "--subresource=scale", "-o", "jsonpath={.spec}") == '{"replicas":3}'
    assert filled.ok("get", "deploy", "web", "--subresource=status") == filled.ok("get", "deploy", "web")
    assert filled.ok("get", "deploy", "web", "--subresource=status", "-o", "name") == "deployment.apps/web\n"


def test_without_the_columns_of_the_api(filled):
    filled.environ["MINIKCTL_NOW"] = "2026-01-02T03:04:15Z"
    assert filled.ok("get", "deploy,cm", "--server-print=false") == (
        "NAME                  AGE\ndeployment.apps/web   10s\n\nNAME                         AGE\nconfigmap/c                  10s\n"
        "configmap/kube-root-ca.crt   10s\n"
    )
    assert filled.ok("get", "deploy", "-A", "--server-print=false", "-o", "wide", "--show-labels") == (
        "NAMESPACE   NAME   AGE   LABELS\ndefault     web    10s   app=web\n"
    )
    assert filled.ok("get", "events", "--server-print=false").startswith("NAME ")
