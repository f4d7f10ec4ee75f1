"""Every example in the help of every verb is run, on a state where it makes sense."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest
from conftest import Cluster
from test_verbs_examples import VERBS

from minikctl.commands import COMMANDS

#: verbs whose examples have a test of their own (here and in ``test_explain``, ``test_kustomize``)
ELSEWHERE = {*VERBS, "explain", "kustomize"}
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web, tier: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.16"}]}
"""
DATABASE = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: app, image: "db:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
"""
SHOP = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  rules:
  - host: shop.example.com
    http: {paths: [{path: /cart, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""
SAMPLES = Path(__file__).parents[2] / "samples" / "kinds"
REQUEST = (SAMPLES / "certificatesigningrequest.yaml").read_text()
RBAC = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n"
#: made for this test, of nothing and for nobody
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUW6lAhSw/8MDnN4qLxG3PHganlOMwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEc2l0ZTAgFw0yNjExMjEyMDM4MTZaGA8yMTI2MTAyODIwMzgx
NlowDzENMAsGA1UEAwwEc2l0ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPXT
6GNzqLH0/L625KFX4BLGjFaXB4hHKOriDQH2BEpy59bnlxQL+lB33gxQkZ5LqsHI
I5DUV4y1y4CNX/RLXQ+jUzBRMB0GA1UdDgQWBBQSM6s5Ysus2JmF3JgnMdO+kQn3
TjAfBgNVHSMEGDAWgBQSM6s5Ysus2JmF3JgnMdO+kQn3TjAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIQCBaDG7Anrt2DsZIIzVHFJR9aVZ4pdIo0f7
5Q0ky+bojgIgUwJ/tOQnDCqpJw8Dui327PdZvuOn7Ux78fdMxCSkXn4=
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIOp7WCJuSbQToMIuTs9SQX4v9JTeQbQAS8Ky+JbNqTXeoAoGCCqGSM49
AwEHoUQDQgAE9dPoY3OosfT8vrbkoVfgEsaMVpcHiEco6uINAfYESnLn1ueXFAv6
UHfeDFCRnkuqwcgjkNRXjLXLgI1f9EtdDw==
-----END EC PRIVATE KEY-----
"""
FILES = {
    "web.yaml": WEB, "manifests/web.yaml": WEB, "service.yaml": SERVICE, "rbac.yaml": RBAC, "app.yaml": WEB, "crds/crd.yaml": (SAMPLES / "customresourcedefinition.yaml").read_text(),
    "site.crt": CERTIFICATE, "site.key": KEY, "ann.crt": CERTIFICATE,
    "overlays/production/kustomization.yaml": "resources: [web.yaml]\n", "overlays/production/web.yaml": WEB,
}
#: command lines before an example, by the example or by its verb
BEFORE = {
    "create deployment": ["delete deployment web --wait=false"],
    "expose": ["delete service web"],
    "create rolebinding": ["create role pod-reader --verb=get --resource=pods"],
    "set subject": ["create rolebinding admin --clusterrole=admin --user=x", "create clusterrolebinding view --clusterrole=view --user=x"],
    "set serviceaccount": ["create sa robot"],
    "rollout undo": ["set image deployment/web nginx=nginx:2", "reconcile --until-stable"],
    "rollout resume": ["rollout pause deployment/web"],
    "set env deployment/web COLOR-": ["set env deployment/web COLOR=red"],
    "taint node node-1 dedicated-": ["taint node node-1 dedicated=x:NoSchedule"],
    "fault clear node-node-2-down": ["fault node node-2 down"],
    "fault node node-2 up": ["fault node node-2 down"],
    "state restore": ["state backup before-upgrade.db"],
    "config use-context": ["config set-context staging"],
    "config delete-context": ["config set-context staging"],
    "config delete-cluster": ["config set-cluster staging --server=minikctl:///x"],
    "config delete-user": ["config set-credentials joe --token=x"],
    "rollout restart deployment -l tier=web": [],
    "wait --for=delete pod/web-0 --timeout=1m": ["delete statefulset web"],
    "create -f web.yaml": ["delete deployment web"],
    "create -f web.yaml --dry-run=server -o yaml": ["delete deployment web"],
}
#: examples that end otherwise, each because of what it says
CODES = {
    "diff -f web.yaml": 0, "validate -f - -o github": 0, "auth can-i list pods --as=system:serviceaccount:default:default": 1,
}
STDIN = {"apply -f -": WEB, "validate -f - -o github": WEB}
EXAMPLES = [
    pytest.param(" ".join(ref.words), line, id=line)
    for ref in COMMANDS if " ".join(ref.words) not in ELSEWHERE for _, line in ref.load().examples
]


def write_files(folder):
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A state with what the examples speak of."""
    folder = tmp_path_factory.mktemp("filled")
    cluster = Cluster(folder)
    for text in (WEB, DATABASE, SHOP, REQUEST):
        cluster.ok("apply", "-f", "-", stdin=text)
    cluster.settle()
    return cluster.state


@pytest.mark.parametrize(("verb", "line"), EXAMPLES)
def test_example(verb, line, filled, cluster, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    shutil.copy(filled, cluster.state)
    cluster.environ |= {"PATH": os.environ["PATH"], "KUBE_EDITOR": "true", "SHELL": "/bin/sh"}
    for before in BEFORE.get(line, BEFORE.get(verb, [])):
        cluster.ok(*shlex.split(before))
    result = cluster(*shlex.split(line), stdin=STDIN.get(line, ""))
    assert result.code == CODES.get(line, 0), result
