"""``describe`` of Nodes (upstream: ``describeNode`` and ``describeNodeResource`` in ``kubectl/pkg/describe``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.node import find_node_roles
from minikctl.lib.quantity import Quantity, parse_quantity
from minikctl.lib.times import age, describe_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]
    Resources = dict[str, Quantity]

LEASE_NAMESPACE = "kube-node-lease"
_ZERO = Quantity(0)
_SYSTEM_INFO = (
    ("Machine ID", "machineID"), ("System UUID", "systemUUID"), ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"), ("OS Image", "osImage"), ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"), ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)


def describe_node(out: Writer, obj: Obj, read: Reader) -> None:
    """Write the Node ``obj`` with the Pods on it, what they take, and its events."""
    metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Roles:\t{','.join(find_node_roles(obj)) or '<none>'}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, f"CreationTimestamp:\t{describe_time(metadata.get('creationTimestamp'))}\n")
    _describe_taints(out, spec.get("taints") or ())
    out.write(0, f"Unschedulable:\t{'true' if spec.get('unschedulable') else 'false'}\n")
    _describe_lease(out, metadata["name"], read)
    _describe_conditions(out, status.get("conditions") or ())
    out.write(0, "Addresses:\n")
    for address in status.get("addresses") or ():
        out.write(1, f"{address['type']}:\t{address['address']}\n")
    for title, field in (("Capacity", "capacity"), ("Allocatable", "allocatable")):
        if status.get(field):
            out.write(0, f"{title}:\n")
            for name, amount in sorted(status[field].items()):
                out.write(1, f"{name}:\t{amount}\n")
    _describe_devices(out, metadata["name"], read)
    info = status.get("nodeInfo") or {}
    out.write(0, "System Info:\n")
    for title, field in _SYSTEM_INFO:
        out.write(1, f"{title}:\t{info.get(field, '')}\n")
    if spec.get("podCIDR"):
        out.write(0, f"PodCIDR:\t{spec['podCIDR']}\n")
    if spec.get("podCIDRs"):
        out.write(0, f"PodCIDRs:\t{','.join(spec['podCIDRs'])}\n")
    if spec.get("providerID"):
        out.write(0, f"ProviderID:\t{spec['providerID']}\n")
    _describe_pods(out, obj, read)
    out.events(obj)


def _describe_taints(out: Writer, taints: Sequence[Obj]) -> None:
    """Write the taints by effect and key, a line each."""
    texts = [
        taint_text(taint) for taint in sorted(taints, key=lambda taint: f"{taint.get('effect', '')},{taint['key']}")
    ]
    out.write(0, "Taints:\t" + "\n\t".join(texts or ["<none>"]) + "\n")


def taint_text(taint: Obj) -> str:
    """``key=value:effect``, without what is empty (upstream: ``Taint.ToString``)."""
    key, value, effect = taint["key"], taint.get("value", ""), taint.get("effect", "")
    if not effect:
        return f"{key}={value}:" if value else key
    return f"{key}={value}:{effect}" if value else f"{key}:{effect}"


def _describe_lease(out: Writer, name: str, read: Reader) -> None:
    from minikctl.kinds import find_kind

    lease = read.get("leases.coordination.k8s.io", LEASE_NAMESPACE, name) if find_kind("leases") else None
    if lease is None:
        out.write(0, f'Lease:\tFailed to get lease: leases.coordination.k8s.io "{name}" not found\n')
        return
    spec = lease.get("spec") or {}
    out.write(0, "Lease:\n")
    out.write(1, f"HolderIdentity:\t{spec.get('holderIdentity', '<unset>')}\n")
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        out.write(1, f"{title}:\t{describe_time(spec[field]) if spec.get(field) else '<unset>'}\n")


def _describe_conditions(out: Writer, conditions: Sequence[Obj]) -> None:
    if not conditions:
        return
    out.write(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n")
    out.write(1, "----\t------\t-----------------\t------------------\t------\t-------\n")
    for condition in conditions:
        times = [describe_time(condition.get(field)) for field in ("lastHeartbeatTime", "lastTransitionTime")]
        out.write(
            1,
            f"{condition['type']} \t{condition['status']} \t{times[0]} \t{times[1]} \t{condition.get('reason', '')} \t"
            f"{condition.get('message', '')}\n",
        )


def _describe_devices(out: Writer, name: str, read: Reader) -> None:
    """Write the pools of devices that are on this Node alone: how many slices each has, and devices in them."""
    pools: dict[tuple[str, str], tuple[int, int]] = {}
    for each in read.list("resourceslices.resource.k8s.io"):
        spec = each["spec"]
        if spec.get("nodeName") == name:
            pool = (spec["driver"], spec["pool"]["name"])
            slices, devices = pools.get(pool, (0, 0))
            pools[pool] = (slices + 1, devices + len(spec.get("devices") or ()))
    if pools:
        out.write(0, "Node-Local ResourceSlices:\n")
        out.write(1, "Driver\tPool\tSlices\tDevices\n")
        out.write(1, "------\t----\t------\t-------\n")
    for (driver, pool_name), (slices, devices) in sorted(pools.items()):
        out.write(1, f"{driver}\t{pool_name}\t{slices}\t{devices}\n")


def _describe_pods(out: Writer, node: Obj, read: Reader) -> None:
    """Write the Pods that still run, each with its share of the Node, and what they take together."""
    from minikctl.kinds.podspec.resources import pod_limits, pod_requests

    status = node.get("status") or {}
    room = status.get("allocatable") or status.get("capacity") or {}
    allocatable: Resources = {name: parse_quantity(amount) for name, amount in room.items()}
    pods = [
        pod for pod in read.list("pods", node=node["metadata"]["name"])
        if (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")
    ]
    out.write(0, f"Non-terminated Pods:\t({len(pods)} in total)\n")
    out.write(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n")
    out.write(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n")
    requests: Resources = {}
    limits: Resources = {}
    for pod in pods:
        asked, allowed = pod_requests(pod), pod_limits(pod)
        cells = "\t".join(
            _share(name, amounts, allocatable) for name in ("cpu", "memory") for amounts in (asked, allowed)
        )
        metadata = pod["metadata"]
        born = age(metadata.get("creationTimestamp"), read.now())
        out.write(1, f"{metadata['namespace']}\t{metadata['name']}\t\t{cells}\t{born}\n")
        _add(requests, asked)
        _add(limits, allowed)
    out.write(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n")
    out.write(1, "Resource\tRequests\tLimits\n")
    out.write(1, "--------\t--------\t------\n")
    huge_pages = sorted(name for name in allocatable if name.startswith("hugepages-"))
    for name in ("cpu", "memory", "ephemeral-storage", *huge_pages):
        out.write(1, f"{name}\t{_share(name, requests, allocatable)}\t{_share(name, limits, allocatable)}\n")
    for name in sorted(set(allocatable) - {"cpu", "memory", "ephemeral-storage", "pods", *huge_pages}):
        out.write(1, f"{name}\t{requests.get(name, _ZERO)}\t{limits.get(name, _ZERO)}\n")


def _share(name: str, amounts: Resources, allocatable: Resources) -> str:
    """``100m (1%)``: an amount and its part of what the Node has; ``0 (0%)`` of what it has not."""
    amount, whole = amounts.get(name, _ZERO), allocatable.get(name, _ZERO)
    part = int(_size(name, amount) / _size(name, whole) * 100) if not whole.is_zero() else 0
    return f"{amount} ({part}%)"


def _size(name: str, amount: Quantity) -> int:
    return amount.milli_value() if name == "cpu" else amount.value()


def _add(total: Resources, amounts: Resources) -> None:
    for name, amount in amounts.items():
        total[name] = total[name].add(amount) if name in total else amount
