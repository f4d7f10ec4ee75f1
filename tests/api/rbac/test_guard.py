"""Requests of who may not do everything."""

from __future__ import annotations

import inspect

import pytest

from minikctl.api.rbac.guard import UNGUARDED, GuardedApi
from minikctl.api.server import Api


def test_every_method_of_the_api_is_guarded_or_said_to_need_no_guard():
    """A new one has to be thought of: as it is, who may not do everything could do it."""
    methods = {name for name, _ in inspect.getmembers(Api, inspect.isfunction) if not name.startswith("_")}
    assert methods == (methods & set(vars(GuardedApi))) | UNGUARDED


@pytest.fixture
def jane(cluster):
    """Jane may get and list Pods, and nothing else."""
    cluster.ok("create", "role", "r", "--verb=get,list", "--resource=pods")
    cluster.ok("create", "rolebinding", "rb", "--role=r", "--user=jane")
    cluster.ok("run", "x", "--image=nginx")
    return lambda *argv, **more: cluster(*argv, "--as=jane", **more)


POD = 'User "jane" cannot {} resource "{}" in API group "" in the namespace "default"\n'
CONFIG = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}'


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["get", "services"], "services is forbidden: " + POD.format("list", "services")),
        (["get", "svc", "kubernetes"], 'services "kubernetes" is forbidden: ' + POD.format("get", "services")),
        (["get", "nodes"], 'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope\n'),
        (["get", "pods", "-A"], 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope\n'),
        (
            ["get", "ns", "default"],
            'namespaces "default" is forbidden: ' + POD.format("get", "namespaces"),
        ),
        (["delete", "pod", "x"], 'pods "x" is forbidden: ' + POD.format("delete", "pods")),
        (["delete", "pod", "none"], 'pods "none" is forbidden: ' + POD.format("delete", "pods")),
        (["label", "pod", "x", "a=b"], 'pods "x" is forbidden: ' + POD.format("patch", "pods")),
        (["logs", "x"], 'pods "x" is forbidden: ' + POD.format("get", "pods/log")),
        (["run", "y", "--image=nginx"], "pods is forbidden: " + POD.format("create", "pods")),
    ],
)
def test_refused(jane, argv, expected):
    refused = jane(*argv)
    assert refused.code == 1
    assert refused.err == "Error from server (Forbidden): " + expected


def test_refused_in_files(jane, tmp_path):
    file = tmp_path / "c.json"
    file.write_text(CONFIG)
    what = POD.format("create", "configmaps")
    assert jane("create", "-f", str(file)).err == (
        f'Error from server (Forbidden): error when creating "{file}": configmaps is forbidden: {what}'
    )
    assert jane("apply", "-f", str(file)).err == (
        "Error from server (Forbidden): error when retrieving current configuration of:\n"
        'Resource: "/v1, Resource=configmaps", GroupVersionKind: "/v1, Kind=ConfigMap"\nName: "c", Namespace: "default"\n'
        f'from server for: "{file}": configmaps "c" is forbidden: {POD.format("get", "configmaps")}'
    )


def test_allowed(jane):
    assert jane("get", "pods").code == 0
    described = jane("describe", "pod", "x")
    assert described.code == 0
    assert "Events:" in described.out


def test_of_several_objects_each_is_refused(jane):
    assert jane("get", "svc", "a", "b").err.count("Forbidden") == 2


def test_what_the_cluster_does_of_its_own_accord_is_not_held_up(cluster):
    cluster.ok("create", "clusterrole", "deployer", "--verb=create,get", "--resource=deployments")
    cluster.ok("create", "rolebinding", "d", "--clusterrole=deployer", "--serviceaccount=default:default")
    account = "--as=system:serviceaccount:default:default"
    cluster.ok("create", "deployment", "web", "--image=nginx", "--replicas=2", account)
    assert cluster.ok("get", "pods", "-o", "name").count("pod/web") == 2
    assert cluster("get", "pods", account).code == 1


def test_a_role_that_is_not_there_is_told(cluster):
    cluster.ok("create", "rolebinding", "rb", "--role=gone", "--user=jane")
    assert cluster("get", "pods", "--as=jane").err.endswith(
        'in the namespace "default": RBAC: role.rbac.authorization.k8s.io "gone" not found\n'
    )
    assert cluster("auth", "can-i", "get", "pods", "--as=jane").out == (
        'no - RBAC: role.rbac.authorization.k8s.io "gone" not found\n'
    )


def test_groups_alone_are_refused(cluster):
    assert cluster("get", "pods", "--as-group=dev").err == (
        "error: requesting uid, groups or user-extra for  without impersonating a user\n"
    )
    assert cluster("get", "pods", "--as=x", "--as-group=system:masters").code == 0


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["top", "pod"], 'pods.metrics.k8s.io is forbidden: User "jane" cannot list resource "pods" in API group "metrics.k8s.io" '
                         'in the namespace "default"'),
        (["top", "node", "node-1"], 'nodes.metrics.k8s.io "node-1" is forbidden: User "jane" cannot get resource "nodes" in API '
                                    'group "metrics.k8s.io" at the cluster scope'),
        (["get", "pods", "-w"], 'pods is forbidden: User "jane" cannot watch resource "pods" in API group "" in the namespace '
                                '"default"'),
    ],
)
def test_other_requests_are_refused(jane, argv, expected):
    assert jane(*argv).err == f"Error from server (Forbidden): {expected}\n"


def test_scaling_is_a_part_of_its_own(cluster):
    cluster.ok("create", "deployment", "web", "--image=nginx")
    cluster.ok("create", "role", "s", "--verb=get", "--resource=deployments")
    cluster.ok("create", "rolebinding", "s", "--role=s", "--user=jane")
    refused = cluster("scale", "deployment", "web", "--replicas=2", "--as=jane")
    assert 'cannot patch resource "deployments/scale" in API group "apps"' in refused.err
    cluster.ok("create", "role", "t", "--verb=patch", "--resource=deployments/scale")
    cluster.ok("create", "rolebinding", "t", "--role=t", "--user=jane")
    cluster.ok("scale", "deployment", "web", "--replicas=2", "--as=jane")
