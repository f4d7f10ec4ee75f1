"""``auth can-i``, ``auth whoami`` and ``create token``."""

from __future__ import annotations

import base64
import json

import pytest

ROBOT = "--as=system:serviceaccount:default:robot"


@pytest.fixture
def robot(cluster):
    cluster.ok("create", "sa", "robot")
    cluster.ok("create", "role", "r", "--verb=get,list", "--resource=pods,pods/log")
    cluster.ok("create", "rolebinding", "rb", "--role=r", "--serviceaccount=default:robot")
    return cluster


@pytest.mark.parametrize(
    ("words", "out", "err"),
    [
        (["list", "pods"], "yes\n", ""),
        (["list", "po"], "yes\n", ""),
        (["delete", "pods"], "no\n", ""),
        (["list", "pods", "-A"], "no\n", ""),
        (["list", "pods", "-n", "kube-system"], "no\n", ""),
        (["get", "pods", "--subresource=log"], "yes\n", ""),
        (["get", "pods", "--subresource=status"], "no\n", ""),
        (["get", "/api"], "yes\n", ""),
        (["get", "/logs"], "no\n", ""),
        (["list", "pods", "-q"], "", ""),
        (["get", "nodes"], "no\n", "Warning: resource 'nodes' is not namespace scoped\n\n"),
        (
            ["get", "clusterroles"], "no\n",
            "Warning: resource 'clusterroles' is not namespace scoped in group 'rbac.authorization.k8s.io'\n\n",
        ),
        (["get", "foo"], "no\n", "Warning: the server doesn't have a resource type 'foo'\n\n"),
        (["get", "foo.bar"], "no\n", "Warning: the server doesn't have a resource type 'foo' in group 'bar'\n\n"),
        (["frob", "pods"], "no\n", "Warning: verb 'frob' is not a known verb\n\n"),
        (["impersonate", "users"], "no\n", ""),
        (["*", "*"], "no\n", ""),
    ],
)
def test_can_i(robot, words, out, err):
    said = robot("auth", "can-i", *words, ROBOT)
    assert (said.out, said.err) == (out, err)
    assert said.code == (0 if out == "yes\n" or "-q" in words else 1)


@pytest.mark.parametrize(
    ("words", "err"),
    [
        (["get"], "error: you must specify two arguments: verb resource or verb resource/resourceName.\n"
                  "See 'minikctl auth can-i -h' for help and examples.\n"),
        (["--list", "get"], "error: list option must be specified with no arguments\n"),
        (["--list", "-q"],
         "error: list option can't be specified with neither quiet, all-namespaces nor subresource options\n"),
        (["get", "/x", "--subresource=y"], "error: --subresource can not be used with NonResourceURL\n"),
        (["get", "pods", "--no-headers"], "error: --no-headers cannot be set without --list specified\n"),
    ],
)
def test_can_i_refuses(cluster, words, err):
    assert cluster("auth", "can-i", *words).err == err


def test_the_administrator_may_do_everything(cluster):
    assert cluster.ok("auth", "can-i", "*", "*", "-A") == "yes\n"
    assert cluster.ok("auth", "can-i", "--list").splitlines()[:3] == [
        "Resources                                       Non-Resource URLs   Resource Names   Verbs",
        "*.*                                             []                  []               [*]",
        "                                                [*]                 []               [*]",
    ]


def test_list_of_one_who_may_little(robot):
    lines = robot.ok("auth", "can-i", "--list", "--no-headers", ROBOT).splitlines()
    assert ["pods", "[]", "[]", "[get", "list]"] in [line.split() for line in lines]
    assert not any(line.startswith("Resources") for line in lines)


def test_whoami(cluster):
    assert cluster.ok("auth", "whoami") == (
        "ATTRIBUTE   VALUE\nUsername    kubernetes-admin\nGroups      [system:masters system:authenticated]\n"
    )
    assert cluster.ok(
        "auth", "whoami", "--as=jane", "--as-uid=7", "--as-group=dev", "--as-user-extra=reason=test"
    ) == (
        "ATTRIBUTE       VALUE\nUsername        jane\nUID             7\nGroups          [dev system:authenticated]\n"
        "Extra: reason   [test]\n"
    )
    review = json.loads(cluster.ok("auth", "whoami", "-o", "json"))
    assert review["status"]["userInfo"]["username"] == "kubernetes-admin"
    assert review["kind"] == "SelfSubjectReview"


def claims(token):
    head, body, signature = token.split(".")
    assert len(base64.urlsafe_b64decode(signature + "==")) == 256
    assert json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "RS256"
    return json.loads(base64.urlsafe_b64decode(body + "=="))


def test_create_token(robot):
    found = claims(robot.ok("create", "token", "robot"))
    assert found["exp"] - found["iat"] == 3600
    assert found["sub"] == "system:serviceaccount:default:robot"
    assert found["aud"] == ["https://kubernetes.default.svc.cluster.local"]
    robot.ok("run", "x", "--image=nginx", '--overrides={"spec":{"serviceAccountName":"robot"}}')
    found = claims(robot.ok(
        "create", "token", "robot", "--duration=10m", "--audience=a", "--audience=b", "--bound-object-kind=Pod",
        "--bound-object-name=x",
    ))
    assert (found["exp"] - found["iat"], found["aud"]) == (600, ["a", "b"])
    assert set(found["kubernetes.io"]) == {"namespace", "serviceaccount", "pod", "node"}


@pytest.mark.parametrize(
    ("words", "err"),
    [
        (["default", "--dry-run=client"], "unknown flag: --dry-run\nSee 'minikctl create token --help' for usage."),
        ([], "exactly one NAME is required, got 0\nSee 'minikctl create token -h' for help and examples"),
        (["none"], 'failed to create token: serviceaccounts "none" not found'),
        (["default", "--duration=-1s"], "--duration must be greater than or equal to 0"),
        (["default", "--duration=1500ms"], "--duration cannot be expressed in units less than seconds"),
        (["default", "--duration=5m"],
         'failed to create token: TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: '
         "300: may not specify a duration less than 10 minutes"),
        (["default", "--bound-object-name=x"], "--bound-object-name can only be set if --bound-object-kind is provided"),
        (["default", "--bound-object-kind=Job"], "supported --bound-object-kind values are Node, Pod, Secret"),
        (["default", "--bound-object-kind=Pod"], "--bound-object-name is required if --bound-object-kind is provided"),
        (["default", "--bound-object-kind=Pod", "--bound-object-name=x"], 'failed to create token: pods "x" not found'),
        (["default", "--audience="], "--audience must not be an empty string"),
    ],
)
def test_create_token_refuses(cluster, words, err):
    said = cluster("create", "token", *words)
    assert (said.code, said.err) == (1, f"error: {err}\n")
