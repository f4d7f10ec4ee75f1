"""Objects out of words: stored, stored twice, made after another object."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

GENERATORS = [
    ("create configmap x", "configmap/x", 'error: failed to create configmap: configmaps "x" already exists'),
    ("create secret generic x", "secret/x", 'error: failed to create secret secrets "x" already exists'),
    (
        "create secret docker-registry x --docker-username=u --docker-password=p",
        "secret/x",
        'error: failed to create secret secrets "x" already exists',
    ),
    (
        "create serviceaccount x",
        "serviceaccount/x",
        'error: failed to create serviceaccount: serviceaccounts "x" already exists',
    ),
    (
        "create service clusterip x --tcp=80",
        "service/x",
        'error: failed to create ClusterIP service: services "x" already exists',
    ),
    (
        "create service nodeport x --tcp=80",
        "service/x",
        'error: failed to create NodePort service: services "x" already exists',
    ),
    (
        "create service loadbalancer x --tcp=80",
        "service/x",
        'error: failed to create LoadBalancer service: services "x" already exists',
    ),
    (
        "create service externalname x --external-name=a.b",
        "service/x",
        'error: failed to create ExternalName service: services "x" already exists',
    ),
    ("create quota x", "resourcequota/x", 'error: failed to create quota: resourcequotas "x" already exists'),
    (
        "create pdb x --selector=a=b --min-available=1",
        "poddisruptionbudget.policy/x",
        'error: failed to create poddisruptionbudgets: poddisruptionbudgets.policy "x" already exists',
    ),
    (
        "create pc x --value=1",
        "priorityclass.scheduling.k8s.io/x",
        'error: failed to create priorityclass: priorityclasses.scheduling.k8s.io "x" already exists',
    ),
    (
        "create ingress x --default-backend=a:80",
        "ingress.networking.k8s.io/x",
        'error: failed to create ingress: ingresses.networking.k8s.io "x" already exists',
    ),
    ("create job x --image=b", "job.batch/x", 'error: failed to create job: jobs.batch "x" already exists'),
    (
        "create cronjob x --image=b --schedule=@daily",
        "cronjob.batch/x",
        'error: failed to create cronjob: cronjobs.batch "x" already exists',
    ),
    (
        "create deployment x --image=b",
        "deployment.apps/x",
        'error: failed to create deployment: deployments.apps "x" already exists',
    ),
    ("create namespace x", "namespace/x", 'Error from server (AlreadyExists): namespaces "x" already exists'),
    (
        "create role x --verb=get --resource=pods",
        "role.rbac.authorization.k8s.io/x",
        'Error from server (AlreadyExists): roles.rbac.authorization.k8s.io "x" already exists',
    ),
    (
        "create clusterrole x --verb=get --resource=pods",
        "clusterrole.rbac.authorization.k8s.io/x",
        'Error from server (AlreadyExists): clusterroles.rbac.authorization.k8s.io "x" already exists',
    ),
    (
        "create rolebinding x --role=y",
        "rolebinding.rbac.authorization.k8s.io/x",
        'error: failed to create rolebinding: rolebindings.rbac.authorization.k8s.io "x" already exists',
    ),
    (
        "create clusterrolebinding x --clusterrole=y",
        "clusterrolebinding.rbac.authorization.k8s.io/x",
        'error: failed to create clusterrolebinding: clusterrolebindings.rbac.authorization.k8s.io "x" already exists',
    ),
]


@pytest.mark.parametrize(("line", "name", "again"), GENERATORS, ids=[line for line, _, _ in GENERATORS])
def test_created_once(cluster, line, name, again):
    words = line.split()
    assert cluster.ok(*words, "--dry-run=server") == f"{name} created (server dry run)\n"
    assert cluster("get", name).code == 1, "a dry run stores nothing"
    assert cluster.ok(*words) == f"{name} created\n"
    second = cluster(*words)
    assert (second.code, second.out, second.err) == (1, "", again + "\n")


def test_namespace_that_is_not_there(cluster):
    result = cluster("create", "configmap", "x", "-n", "nosuch")
    assert (result.code, result.err) == (1, 'error: failed to create configmap: namespaces "nosuch" not found\n')


def test_job_after_a_cronjob(cluster):
    cluster.ok("create", "cronjob", "nightly", "--image=b", "--schedule=0 3 * * *", "--", "run", "it")
    cluster.ok(
        "patch",
        "cronjob",
        "nightly",
        "-p",
        '{"spec":{"jobTemplate":{"metadata":{"labels":{"a":"b"},"annotations":{"c":"d"}}}}}',
    )
    job = json.loads(cluster.ok("create", "job", "now", "--from=cronjob/nightly", "--dry-run=client", "-o", "json"))
    uid = cluster.ok("get", "cronjob", "nightly", "-o", "jsonpath={.metadata.uid}")
    assert job["metadata"] == {
        "name": "now",
        "labels": {"a": "b"},
        "annotations": {"cronjob.kubernetes.io/instantiate": "manual", "c": "d"},
        "ownerReferences": [
            {"apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": uid, "controller": True},
        ],
    }
    assert job["spec"]["template"]["spec"]["containers"][0]["command"] == ["run", "it"]
    assert cluster.ok("create", "job", "now", "--from=cronjob/nightly") == "job.batch/now created\n"


def test_job_after_something_else(cluster):
    cluster.ok("create", "deployment", "web", "--image=b")
    result = cluster("create", "job", "now", "--from=deployment/web")
    assert (result.code, result.err) == (1, "error: unknown object type *v1.Deployment\n")


def test_container_names_that_had_to_be_changed_are_unique(cluster):
    text = cluster.ok("create", "deployment", "web", "--image=r.io/my_app.v2:1", "--dry-run=client", "-o", "json")
    name = json.loads(text)["spec"]["template"]["spec"]["containers"][0]["name"]
    assert name.startswith("my-app-v2-")
    assert len(name) == len("my-app-v2-") + 5


def test_what_is_stored_remembers_itself(cluster):
    cluster.ok("create", "configmap", "x", "--from-literal=a=1", "--save-config")
    annotation = cluster.ok(
        "get",
        "configmap",
        "x",
        "-o",
        r"jsonpath={.metadata.annotations.kubectl\.kubernetes\.io/last-applied-configuration}",
    )
    assert annotation == '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"x"},"data":{"a":"1"}}\n'


@pytest.mark.parametrize("family", ["create secret", "create service", "create svc", "set", "config"])
def test_family_without_a_verb_shows_its_help_and_fails(cluster, family):
    result = cluster(*family.split())
    assert (result.code, result.out) == (1, "")
    assert f"minikctl {family.replace('svc', 'service')}" in result.err


def test_family_with_an_unknown_verb(cluster):
    result = cluster("create", "secret", "nosuch", "x")
    assert (result.code, result.err) == (
        1,
        "error: unknown command \"nosuch x\"\nSee 'minikctl create secret -h' for help and examples\n",
    )


class TestCertificates:
    @pytest.fixture(autouse=True)
    def files(self, tmp_path, monkeypatch):
        openssl = shutil.which("openssl")
        if openssl is None:
            pytest.skip("there is no openssl here to make certificates with")
        monkeypatch.chdir(tmp_path)
        for name, key in (("one", "rsa:2048"), ("two", "rsa:2048")):
            subprocess.run(
                [
                    openssl,
                    "req",
                    "-x509",
                    "-newkey",
                    key,
                    "-nodes",
                    "-keyout",
                    f"{name}.key",
                    "-out",
                    f"{name}.crt",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=a",
                ],
                check=True,
                capture_output=True,
            )
        subprocess.run(
            [openssl, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ec.key"],
            check=True,
            capture_output=True,
        )

    @pytest.mark.parametrize(
        ("cert", "key", "error"),
        [
            ("one.crt", "two.key", "tls: private key does not match public key"),
            ("one.crt", "ec.key", "tls: private key type does not match public key type"),
            (
                "one.key",
                "one.crt",
                "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs "
                "may have been switched",
            ),
            ("one.crt", "one.crt", "tls: found a certificate rather than a key in the PEM for the private key"),
        ],
    )
    def test_pairs_that_are_none(self, cluster, cert, key, error):
        result = cluster("create", "secret", "tls", "x", f"--cert={cert}", f"--key={key}")
        assert (result.code, result.err) == (1, f"error: {error}\n")

    def test_pair(self, cluster):
        assert cluster.ok("create", "secret", "tls", "x", "--cert=one.crt", "--key=one.key") == "secret/x created\n"
        assert cluster.ok("get", "secret", "x", "-o", "jsonpath={.type}") == "kubernetes.io/tls"
