"""``certificate approve|deny``, and what the signers make of it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import yaml

from minikctl.controllers.csrsigning import KUBELET_CLIENT, KUBELET_SERVING, refusal
from minikctl.lib.pkcs10 import CertificateRequest

SAMPLE = Path(__file__).resolve().parents[3] / "samples/kinds/certificatesigningrequest.yaml"


@pytest.fixture
def request_for(cluster):
    def make(name, **spec):
        obj = yaml.safe_load(SAMPLE.read_text())
        obj["metadata"] = {"name": name}
        obj["spec"] |= {"signerName": "kubernetes.io/kube-apiserver-client", "usages": ["client auth"], **spec}
        cluster.ok("create", "-f", "-", stdin=json.dumps(obj))

    return make


def stored(cluster, name):
    return json.loads(cluster.ok("get", "csr", name, "-o", "json"))


def condition_of(cluster, name):
    return cluster.ok("get", "csr", name, "--no-headers").split()[-1]


def test_an_approved_request_is_signed(cluster, request_for):
    request_for("jane", expirationSeconds=86400)
    assert condition_of(cluster, "jane") == "Pending"
    said = cluster.ok("certificate", "approve", "jane")
    assert said == "certificatesigningrequest.certificates.k8s.io/jane approved\n"
    assert condition_of(cluster, "jane") == "Approved,Issued"
    status = stored(cluster, "jane")["status"]
    (condition,) = status["conditions"]
    assert condition["reason"] == "KubectlApprove"
    assert condition["message"] == "This CSR was approved by kubectl certificate approve."
    text = base64.b64decode(status["certificate"]).decode()
    assert text.startswith("-----BEGIN CERTIFICATE-----\n")
    body = base64.b64decode("".join(text.splitlines()[1:-1]))
    assert int.from_bytes(body[2:4], "big") == len(body) - 4, "the outermost value is as long as it says"
    assert b"kubernetes" in body
    revision = cluster.revision()
    assert cluster.ok("certificate", "approve", "jane") == said
    cluster.settle()
    assert cluster.revision() == revision


def test_a_denied_request_is_not(cluster, request_for):
    request_for("jane")
    assert cluster.ok("certificate", "deny", "jane") == "certificatesigningrequest.certificates.k8s.io/jane denied\n"
    assert condition_of(cluster, "jane") == "Denied"
    refused = cluster("certificate", "approve", "jane")
    assert (refused.code, refused.err) == (1, 'error: certificate signing request "jane" is already Denied\n')


def test_other_signers_are_not_there(cluster, request_for):
    request_for("jane", signerName="example.com/mine")
    cluster.ok("certificate", "approve", "jane")
    assert condition_of(cluster, "jane") == "Approved"


def test_a_request_that_a_signer_does_not_sign_fails(cluster, request_for):
    request_for("jane", usages=["server auth"])
    cluster.ok("certificate", "approve", "jane")
    assert condition_of(cluster, "jane") == "Approved,Failed"
    assert stored(cluster, "jane")["status"]["conditions"][1]["message"] == "invalid usage for client certificate: server auth"


@pytest.mark.parametrize(
    ("argv", "err"),
    [
        ([], "error: one or more CSRs must be specified as <name> or -f <filename>\n"),
        (["none"], 'Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "none" not found\n'),
    ],
)
def test_refused(cluster, argv, err):
    assert cluster("certificate", "approve", *argv).err == err


def test_old_requests_go(cluster, request_for):
    for name in ("approved", "denied", "pending"):
        request_for(name)
    cluster.ok("certificate", "approve", "approved")
    cluster.ok("certificate", "deny", "denied")
    cluster.ok("advance", "61m")
    assert cluster.ok("get", "csr", "-o", "name").split() == ["certificatesigningrequest.certificates.k8s.io/pending"]
    cluster.ok("advance", "23h")
    assert cluster.ok("get", "csr", "-o", "name") == ""


def test_approving_takes_a_right_of_its_own(cluster, request_for):
    request_for("jane")
    cluster.ok(
        "create", "clusterrole", "approver", "--verb=get,update",
        "--resource=certificatesigningrequests,certificatesigningrequests/approval",
    )
    cluster.ok("create", "clusterrolebinding", "approver", "--clusterrole=approver", "--user=joe")
    assert cluster("certificate", "approve", "jane", "--as=joe").err == (
        'Error from server (Forbidden): certificatesigningrequests.certificates.k8s.io "jane" is forbidden: user not permitted '
        'to approve requests with signerName "kubernetes.io/kube-apiserver-client"\n'
    )
    role = "system:certificates.k8s.io:kube-apiserver-client-approver"
    cluster.ok("create", "clusterrolebinding", "signers", f"--clusterrole={role}", "--user=joe")
    cluster.ok("certificate", "approve", "jane", "--as=joe")


def test_who_asks_stands_in_the_request(cluster):
    cluster.ok("create", "clusterrole", "asker", "--verb=create", "--resource=certificatesigningrequests")
    cluster.ok("create", "clusterrolebinding", "asker", "--clusterrole=asker", "--user=bob")
    obj = yaml.safe_load(SAMPLE.read_text())
    obj["metadata"] = {"name": "mine"}
    cluster.ok("create", "-f", "-", "--as=bob", stdin=json.dumps(obj))
    spec = stored(cluster, "mine")["spec"]
    assert (spec["username"], spec["groups"]) == ("bob", ["system:authenticated"])
    cluster.ok("delete", "csr", "mine")
    cluster.ok("create", "-f", "-", stdin=json.dumps(obj))
    assert stored(cluster, "mine")["spec"]["username"] == "kubernetes-admin"


def parsed(organization="system:nodes", name="system:node:a", **alternatives):
    request = CertificateRequest()
    request.subject = {"organization": [organization], "commonName": [name]}
    request.alternatives = alternatives
    return request


USAGES = ["key encipherment", "digital signature"]


@pytest.mark.parametrize(
    ("signer", "request_", "usages", "expected"),
    [
        (KUBELET_CLIENT, parsed(), [*USAGES, "client auth"], ""),
        (KUBELET_CLIENT, parsed(), ["digital signature", "client auth"], ""),
        (KUBELET_CLIENT, parsed(organization="x"), [], "subject organization is not system:nodes"),
        (KUBELET_CLIENT, parsed(name="x"), [], "subject common name does not begin with system:node: "),
        (KUBELET_CLIENT, parsed(dnsNames=["a"]), [], "DNS subjectAltNames are not allowed"),
        (KUBELET_CLIENT, parsed(), ["client auth"],
         "usages did not match [client auth digital signature key encipherment]"),
        (KUBELET_SERVING, parsed(), [], "DNS or IP subjectAltName is required"),
        (KUBELET_SERVING, parsed(dnsNames=["a"]), [*USAGES, "server auth"], ""),
    ],
)
def test_what_kubelets_may_ask_for(signer, request_, usages, expected):
    assert refusal(signer, request_, usages) == expected
