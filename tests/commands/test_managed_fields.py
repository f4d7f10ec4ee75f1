"""``metadata.managedFields`` of what verbs and controllers write: shown when asked for, the same after every upkeep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Cluster
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

#: what a cluster has of such a Deployment, but for times
OF_A_NEW_DEPLOYMENT = {
    "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
    "f:spec": {
        "f:progressDeadlineSeconds": {}, "f:replicas": {}, "f:revisionHistoryLimit": {}, "f:selector": {},
        "f:strategy": {"f:rollingUpdate": {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}}, "f:type": {}},
        "f:template": {
            "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
            "f:spec": {
                "f:containers": {'k:{"name":"web"}': {
                    ".": {}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {}, "f:resources": {},
                    "f:terminationMessagePath": {}, "f:terminationMessagePolicy": {},
                }},
                "f:dnsPolicy": {}, "f:restartPolicy": {}, "f:schedulerName": {}, "f:securityContext": {},
                "f:terminationGracePeriodSeconds": {},
            },
        },
    },
}


def entries(cluster, *words):
    found = json.loads(cluster.ok("get", *words, "-o", "json", "--show-managed-fields"))["metadata"].get("managedFields", [])
    return {(each["manager"], each["operation"], each.get("subresource", "")): each["fieldsV1"] for each in found}


def test_of_a_deployment_and_what_follows_from_it(cluster):
    cluster.ok("create", "deployment", "web", "--image=web:1")
    found = entries(cluster, "deployment", "web")
    assert found["kubectl-create", "Update", ""] == OF_A_NEW_DEPLOYMENT
    status = found["kube-controller-manager", "Update", "status"]
    assert status["f:metadata"] == {"f:annotations": {".": {}, "f:deployment.kubernetes.io/revision": {}}}
    assert status["f:status"]["f:conditions"]['k:{"type":"Available"}'] == {
        ".": {}, "f:lastTransitionTime": {}, "f:lastUpdateTime": {}, "f:message": {}, "f:reason": {}, "f:status": {},
        "f:type": {},
    }
    pod = cluster.ok("get", "pods", "-o", "jsonpath={.items[0].metadata.name}")
    pods = entries(cluster, "pod", pod)
    assert set(pods) == {("kube-controller-manager", "Update", ""), ("kubelet", "Update", "status")}
    spec = pods["kube-controller-manager", "Update", ""]["f:spec"]
    assert not {"f:nodeName", "f:tolerations", "f:volumes", "f:serviceAccountName", "f:priority"} & set(spec)
    assert "f:generateName" in pods["kube-controller-manager", "Update", ""]["f:metadata"]


@pytest.mark.parametrize(("argv", "manager", "fields"), [
    (["label", "cm", "cm", "a=b"], "kubectl-label", {"f:metadata": {"f:labels": {".": {}, "f:a": {}}}}),
    (["annotate", "cm", "cm", "a=b"], "kubectl-annotate", {"f:metadata": {"f:annotations": {".": {}, "f:a": {}}}}),
    (["patch", "cm", "cm", "-p", '{"data":{"n":"1"}}'], "kubectl-patch", {"f:data": {"f:n": {}}}),
    (["patch", "cm", "cm", "-p", '{"data":{"n":"1"}}', "--field-manager=me"], "me", {"f:data": {"f:n": {}}}),
])
def test_the_verbs_names(cluster, argv, manager, fields):
    cluster.ok("create", "configmap", "cm", "--from-literal=k=v")
    cluster.ok(*argv)
    assert entries(cluster, "cm", "cm") == {
        (manager, "Update", ""): fields, ("kubectl-create", "Update", ""): {"f:data": {".": {}, "f:k": {}}},
    }


def test_others_names(cluster):
    cluster.ok("apply", "-f", "-", stdin="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n")
    cluster.ok("run", "p", "--image=p")
    cluster.ok("expose", "pod", "p", "--port=80")
    cluster.ok("create", "deployment", "d", "--image=d")
    cluster.ok("scale", "deployment", "d", "--replicas=2")
    cluster.ok("rollout", "restart", "deployment", "d")
    cluster.ok("taint", "node", "node-1", "a=b:NoSchedule")
    cluster.ok("cordon", "node-2")
    assert set(entries(cluster, "cm", "a")) == {("kubectl-client-side-apply", "Update", "")}
    assert ("kubectl-run", "Update", "") in entries(cluster, "pod", "p")
    assert entries(cluster, "service", "p") == {("kubectl-expose", "Update", ""): {
        "f:metadata": {"f:labels": {".": {}, "f:run": {}}},
        "f:spec": {
            "f:internalTrafficPolicy": {},
            "f:ports": {".": {}, 'k:{"port":80,"protocol":"TCP"}': {
                ".": {}, "f:port": {}, "f:protocol": {}, "f:targetPort": {},
            }},
            "f:selector": {}, "f:sessionAffinity": {}, "f:type": {},
        },
    }}
    deployment = entries(cluster, "deployment", "d")
    assert deployment["kubectl", "Update", "scale"] == {"f:spec": {"f:replicas": {}}}
    assert "f:annotations" in deployment["kubectl-rollout", "Update", ""]["f:spec"]["f:template"]["f:metadata"]
    assert ("kubectl-taint", "Update", "") in entries(cluster, "node", "node-1")
    assert entries(cluster, "node", "node-2")["kubectl", "Update", ""]["f:spec"]["f:unschedulable"] == {}


def test_they_are_shown_only_where_kubectl_shows_them(cluster):
    cluster.ok("create", "configmap", "cm", "--from-literal=k=v")
    for output in ("yaml", "json", "kyaml"):
        assert "managedFields" not in cluster.ok("get", "cm", "cm", "-o", output)
        assert "managedFields" in cluster.ok("get", "cm", "cm", "-o", output, "--show-managed-fields")
    assert cluster.ok("get", "cm", "cm", "-o", "jsonpath={.metadata.managedFields[0].manager}") == "kubectl-create"
    assert cluster.ok("get", "cm", "-o", "jsonpath={..manager}") == "kubectl-create kube-controller-manager"
    assert cluster.ok("get", "cm", "cm", "-o", "go-template={{range .metadata.managedFields}}{{.manager}}{{end}}") == (
        "kubectl-create"
    )
    columns = cluster.ok("get", "cm", "cm", "-o", "custom-columns=M:.metadata.managedFields[0].manager")
    assert columns == "M\nkubectl-create\n"
    error = cluster("get", "cm", "cm", "-o", "jsonpath={.nope}", "--allow-missing-template-keys=false").err
    assert '"managedFields":[]interface {}{' in error
    assert "managedFields" in cluster.ok("label", "cm", "cm", "a=b", "-o", "yaml", "--show-managed-fields")


def test_upkeep_does_not_change_them(cluster, tmp_path):
    cluster.ok("create", "deployment", "web", "--image=web:1", "--replicas=3")
    cluster.ok("apply", "--server-side", "-f", "-", stdin="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n")
    cluster.ok("label", "cm", "a", "x=y")
    cluster.ok("scale", "deployment", "web", "--replicas=1")
    cluster.settle()

    def everything():
        return cluster.ok("get", "all,cm,nodes,sa", "-A", "-o", "yaml", "--show-managed-fields")

    before = everything()
    assert "pruned" in cluster.ok("state", "vacuum")
    assert everything() == before
    cluster.ok("state", "backup", str(tmp_path / "b.db"))
    cluster.ok("label", "cm", "a", "x-")
    cluster.ok("state", "vacuum")
    assert entries(cluster, "cm", "a") == {("kubectl", "Apply", ""): {"f:data": {"f:k": {}}}}
    cluster.ok("state", "restore", str(tmp_path / "b.db"))
    assert everything() == before
    assert "is whole" in cluster.ok("state", "check")


def test_an_apply_that_is_taken_back_leaves_nothing(cluster):
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {k: v}\n"
    cluster.ok("apply", "--server-side", "-f", "-", stdin=manifest % "a", MINIKCTL_RECONCILE="off")
    cluster.ok("apply", "--server-side", "--dry-run=server", "-f", "-", stdin=manifest % "b")
    assert "is whole" in cluster.ok("state", "check")
    assert cluster.ok("state", "sql", "SELECT count(*) AS n FROM managed").split() == ["N", "1"]


def test_a_client_may_write_them_itself(cluster):
    cluster.ok("create", "configmap", "cm", "--from-literal=k=v")
    exported = cluster.ok("get", "cm", "cm", "-o", "yaml", "--show-managed-fields")
    cluster.ok("label", "cm", "cm", "a=b")
    lines = [line for line in exported.splitlines(keepends=True) if "resourceVersion" not in line]
    cluster.ok("replace", "-f", "-", stdin="".join(lines).replace("kubectl-create", "me"))
    assert entries(cluster, "cm", "cm") == {("me", "Update", ""): {"f:data": {".": {}, "f:k": {}}}}
    cluster.ok("patch", "cm", "cm", "--type=json", "-p", '[{"op":"replace","path":"/metadata/managedFields/0/manager","value":"you"}]')
    assert set(entries(cluster, "cm", "cm")) == {("you", "Update", "")}
    assert "no change" in cluster.ok("patch", "cm", "cm", "--type=merge", "-p", '{"metadata":{"managedFields":null}}')
    cluster.ok("patch", "cm", "cm", "--type=merge", "-p", '{"metadata":{"managedFields":[{}]}}')
    assert entries(cluster, "cm", "cm") == {}
    cluster.ok("label", "cm", "cm", "c=d")
    assert entries(cluster, "cm", "cm") == {}, "the account has ended"
    result = cluster("apply", "--server-side", "-f", "-", stdin="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {k: w}\n")
    assert 'conflict with "before-first-apply" using v1: .data.k' in result.err
    assert "is whole" in cluster.ok("state", "check")


def test_an_exported_object_can_be_created_again(cluster):
    cluster.ok("create", "configmap", "cm", "--from-literal=k=v")
    exported = cluster.ok("get", "cm", "cm", "-o", "yaml", "--show-managed-fields")
    cluster.ok("delete", "cm", "cm")
    lines = [line for line in exported.splitlines(keepends=True) if "resourceVersion" not in line and "uid" not in line]
    cluster.ok("create", "-f", "-", "--field-manager=again", stdin="".join(lines))
    assert set(entries(cluster, "cm", "cm")) == {("again", "Update", "")}


MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: '%s', b: '1'}\n"
#: a command line each; some of them fail now and then
STEPS = (
    ["label", "cm", "cm", "x=1", "--overwrite"], ["label", "cm", "cm", "x=2", "--overwrite"], ["label", "cm", "cm", "x-"],
    ["annotate", "cm", "cm", "n=1", "--overwrite"], ["patch", "cm", "cm", "-p", '{"data":{"a":"9"}}'],
    ["patch", "cm", "cm", "--type=json", "-p", '[{"op":"add","path":"/data/c","value":"1"}]'],
    ["patch", "cm", "cm", "-p", '{"data":{"c":null}}'],
    ["apply", "-f", "-", "1"], ["apply", "-f", "-", "2"],
    ["apply", "--server-side", "-f", "-", "1"], ["apply", "--server-side", "-f", "-", "2", "--force-conflicts"],
    ["apply", "--server-side", "--field-manager=other", "-f", "-", "3", "--force-conflicts"],
    ["replace", "-f", "-", "3"], ["delete", "cm", "cm"],
)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(STEPS), min_size=2, max_size=7), st.data())
def test_pruning_on_the_way_changes_nothing(tmp_path_factory, plan, data):
    kept, pruned = (Cluster(tmp_path_factory.mktemp("cluster")) for _ in range(2))
    for step in [["apply", "-f", "-", "1"], *plan]:
        words = [word for word in step if not word.isdigit()]
        value = next((word for word in step if word.isdigit()), "")
        for cluster in (kept, pruned):
            cluster(*words, stdin=MANIFEST % value)
        if data.draw(st.booleans()):
            pruned.ok("state", "vacuum")
    shown = ("get", "cm", "-A", "-o", "yaml", "--show-managed-fields")
    assert pruned.ok(*shown) == kept.ok(*shown)
    assert "is whole" in pruned.ok("state", "check")


def test_every_kind_can_be_applied_by_the_server_twice(cluster):
    environ = {"MINIKCTL_RECONCILE": "off"}
    for sample in sorted((Path(__file__).parents[2] / "samples" / "kinds").glob("*.yaml")):
        text = sample.read_text()
        if "Review" in text or "kind: Binding" in text:  # these are requests, not objects
            continue
        for flags in ([], ["--field-manager=other", "--force-conflicts"]):
            words = ("apply", "--server-side", "-f", "-", *flags)
            assert cluster(*words, stdin=text, **environ).code == 0, sample
            before = cluster.revision()
            assert cluster(*words, stdin=text, **environ).code == 0, sample
            assert cluster.revision() == before, sample
    assert "is whole" in cluster.ok("state", "check")


def test_what_the_server_adds_to_a_new_object_is_nobody_s(cluster):
    cluster.ok("create", "namespace", "n")
    assert entries(cluster, "namespace", "n") == {
        ("kubectl-create", "Update", ""): {"f:metadata": {"f:labels": {".": {}, "f:kubernetes.io/metadata.name": {}}}},
    }
    cluster.ok("create", "job", "j", "--image=j", MINIKCTL_RECONCILE="off")
    job = entries(cluster, "job", "j")["kubectl-create", "Update", ""]
    assert "f:selector" not in job["f:spec"]
    assert set(job["f:spec"]["f:template"]) == {"f:spec"}
    claim = (
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\n"
        "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n"
    )
    cluster.ok("create", "-f", "-", stdin=claim, MINIKCTL_RECONCILE="off")
    assert entries(cluster, "pvc", "c") == {("kubectl-create", "Update", ""): {"f:spec": {
        "f:accessModes": {}, "f:resources": {"f:requests": {".": {}, "f:storage": {}}}, "f:volumeMode": {},
    }}}
