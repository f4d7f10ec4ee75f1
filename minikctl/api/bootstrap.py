"""What a new state has in it: the namespaces, nodes and objects that a fresh cluster of three nodes shows.

Upstream: kube-apiserver's system namespaces and ``kubernetes`` Service controllers, and what kubelets register.
"""

from __future__ import annotations

from minikctl.api.rbac import policy
from minikctl.api.server import Api
from minikctl.kinds.priorityclass import SYSTEM_CLASSES, system_class
from minikctl.lib.times import format_time
from minikctl.store import API_SERVER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.env import Env
    from minikctl.store import Store

    Obj = dict[str, Any]

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
#: where nodes have their Leases
LEASE_NAMESPACE = "kube-node-lease"
#: nodes of a new state, unless ``init --nodes`` says otherwise
NODES = 3
#: what the simulated nodes call themselves
KUBELET_VERSION = "v1.36.2"
CONTAINER_RUNTIME = "containerd://2.0.0"
#: where the API server would listen
API_ADDRESS, API_PORT = "172.18.0.1", 16443
#: what ``init --load-balancer`` gives out: addresses that are kept for documentation (RFC 5737)
LOAD_BALANCER_ADDRESSES = "203.0.113.0/24"


def fill(store: Store, env: Env, nodes: int = NODES, *, load_balancer: str = "") -> None:
    """Write the objects of a new cluster into an empty store.

    ``load_balancer``: the range of which Services of type LoadBalancer get addresses; "": they get none.
    """
    api = Api(store, env)
    policy.fill(store, env, api.now())
    store.base = store.revision
    _leases(api, nodes, before=len(NAMESPACES) * 3 + len(SYSTEM_CLASSES))
    store.base = store.revision
    for name in NAMESPACES:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for name in SYSTEM_CLASSES:
        api.create(system_class(name))
    store.manager = "kube-controller-manager"
    for name in NAMESPACES:
        api.create(service_account("default", name))
        api.create(root_ca(name))
    store.manager = "kubelet"
    for number in range(1, nodes + 1):
        api.create(node(f"node-{number}", number, api.now()))
    store.manager = API_SERVER
    _service_cidr(api)
    _kubernetes_service(api)
    if load_balancer:
        api.create({
            "apiVersion": "minikctl.dev/v1alpha1", "kind": "LoadBalancerPool", "metadata": {"name": "default"},
            "spec": {"addresses": load_balancer},
        })


def _leases(api: Api, nodes: int, *, before: int) -> None:
    """The Leases of the nodes that are made later, ``before`` objects having been made first.

    They come before what controllers are shown, and draw from a sequence of their own.
    """
    store, draw = api.store, api.env.random("leases")
    api.drawn = [api.new_uid() for _ in range(before + nodes)]
    store.manager = "kubelet"
    for number, owner in enumerate(api.drawn[before:], 1):
        obj = lease(f"node-{number}", owner, api.now())
        digits = f"{draw.getrandbits(128):032x}"
        obj["metadata"]["uid"] = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
        obj["metadata"]["creationTimestamp"] = format_time(api.now())
        store.insert("leases.coordination.k8s.io", obj, api.now())
    store.manager = API_SERVER


def lease(name: str, uid: str, now: float) -> Obj:
    """By which the kubelet of a node (its name and UID) shows that it lives (upstream: ``pkg/kubelet/util/nodelease.go``)."""
    from minikctl.lib.times import format_micro_time

    return {
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {
            "name": name, "namespace": LEASE_NAMESPACE,
            "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": name, "uid": uid}],
        },
        "spec": {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": format_micro_time(now)},
    }


def service_account(name: str, namespace: str) -> Obj:
    """A ServiceAccount as the service account controller makes it."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}


def root_ca(namespace: str) -> Obj:
    """The ConfigMap that Pods mount beside their token (upstream: rootcacertpublisher)."""
    certificate = (
        "-----BEGIN CERTIFICATE-----\n"
        "bWluaWtjdGwgc2ltdWxhdGVzIGEgY2x1c3RlcjogdGhpcyBpcyBubyBjZXJ0aWZpY2F0ZS4=\n"
        "-----END CERTIFICATE-----\n"
    )
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "kube-root-ca.crt",
            "namespace": namespace,
            "annotations": {
                "kubernetes.io/description": (
                    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints "
                    "such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across "
                    "distributions of Kubernetes clusters."
                ),
            },
        },
        "data": {"ca.crt": certificate},
    }


def node(name: str, number: int, now: float) -> Obj:
    """A Node as its kubelet registers it; ``number`` (from 1) gives its addresses."""
    time = format_time(now)
    resources = {"cpu": "8", "memory": "32Gi", "pods": "110"}
    conditions = [
        _condition(
            "MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", time
        ),
        _condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", time),
        _condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", time),
        _condition("Ready", "True", "KubeletReady", "kubelet is posting ready status", time),
    ]
    cidr = f"10.{244 + number // 256}.{number % 256}.0/24"
    address = 1 + number
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "beta.kubernetes.io/arch": "amd64",
                "beta.kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
            },
        },
        "spec": {"podCIDR": cidr, "podCIDRs": [cidr]},
        "status": {
            "addresses": [
                {
                    "type": "InternalIP",
                    "address": f"172.{18 + address // 65536}.{address // 256 % 256}.{address % 256}",
                },
                {"type": "Hostname", "address": name},
            ],
            "allocatable": dict(resources),
            "capacity": dict(resources),
            "conditions": conditions,
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "architecture": "amd64",
                "bootID": "",
                "containerRuntimeVersion": CONTAINER_RUNTIME,
                "kernelVersion": "",
                "kubeProxyVersion": "",
                "kubeletVersion": KUBELET_VERSION,
                "machineID": "",
                "operatingSystem": "linux",
                "osImage": "minikctl",
                "systemUUID": "",
            },
        },
    }


def _condition(kind: str, status: str, reason: str, message: str, time: str) -> Obj:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "lastHeartbeatTime": time,
        "lastTransitionTime": time,
    }


def _service_cidr(api: Api) -> None:
    """The range of Services' addresses (upstream: ``defaultservicecidr`` and the ServiceCIDR controller)."""
    from minikctl.api.admission.service_addresses import SERVICE_CIDR

    created = api.create({
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR",
        "metadata": {"name": "kubernetes", "finalizers": ["networking.k8s.io/service-cidr-finalizer"]},
        "spec": {"cidrs": [SERVICE_CIDR]},
    })
    created["status"] = {"conditions": [{
        "type": "Ready", "status": "True", "reason": "", "message": "Kubernetes Service CIDR is ready",
        "lastTransitionTime": format_time(api.now()),
    }]}
    api.update_status(created)


def _kubernetes_service(api: Api) -> None:
    for obj in kubernetes_service():
        api.create(obj)


def kubernetes_service() -> tuple[Obj, Obj, Obj]:
    """The Service ``kubernetes`` and what leads to it, which no selector does: its Endpoints and its EndpointSlice."""
    meta = {"name": "kubernetes", "namespace": "default"}
    return (
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {**meta, "labels": {"component": "apiserver", "provider": "kubernetes"}},
            "spec": {
                "type": "ClusterIP",
                "clusterIP": "10.96.0.1",
                "clusterIPs": ["10.96.0.1"],
                "sessionAffinity": "None",
                "ipFamilies": ["IPv4"],
                "ipFamilyPolicy": "SingleStack",
                "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": API_PORT}],
            },
        },
        {
            "apiVersion": "v1",
            "kind": "Endpoints",
            "metadata": {**meta, "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
            "subsets": [
                {"addresses": [{"ip": API_ADDRESS}], "ports": [{"name": "https", "port": API_PORT, "protocol": "TCP"}]}
            ],
        },
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {**meta, "labels": {"kubernetes.io/service-name": "kubernetes"}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [API_ADDRESS], "conditions": {"ready": True}}],
            "ports": [{"name": "https", "port": API_PORT, "protocol": "TCP"}],
        },
    )
