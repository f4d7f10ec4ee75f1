"""The endpoints controller: the Endpoints of every Service with a selector (upstream: ``pkg/controller/endpoint``)."""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.servicepods import (
    HEADLESS_LABEL,
    TRIGGER_TIME,
    addresses_of,
    endpoint_ports,
    is_headless,
    list_pods,
    pod_service_keys,
    service_families,
    should_pod_be_in_endpoints,
    should_set_hostname,
    target_ref,
    trigger_time,
)
from minikctl.controllers.subsets import repack_subsets
from minikctl.kinds.podspec.status import is_pod_ready

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

MANAGED_BY = "endpoints.kubernetes.io/managed-by"
CONTROLLER_NAME = "endpoint-controller"
#: endpoints beyond so many are left out, and this annotation says so
MAX_CAPACITY = 1000
OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"


class EndpointsController(Controller):
    """Keeps Endpoints as the Pods behind their Services are."""

    name = "endpoints"
    watches = ("services", "pods", "endpoints")

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """A Service's own key; for a Pod those of the Services it belongs or belonged to; for Endpoints that went."""
        if change.resource == "pods":
            return pod_service_keys(change, context)
        if change.resource == "endpoints" and change.after is not None:
            return ()
        return (f"{change.namespace}/{change.name}",)

    def sync(self, context: Context, key: str) -> None:
        """Write the Endpoints of the Service at ``key`` where they differ from what its Pods say."""
        namespace, _, name = key.partition("/")
        service = context.get("services", namespace, name)
        current = context.get("endpoints", namespace, name)
        if service is None:
            if current is not None:
                context.delete("endpoints", namespace, name, uid=current["metadata"]["uid"])
            return
        if service["spec"].get("type") == "ExternalName" or not service["spec"].get("selector"):
            # Endpoints of these are somebody else's to write.
            return
        pods = list_pods(context, service)
        subsets = calculate_subsets(service, pods)
        if current is None:
            context.create(new_endpoints(service, pods, subsets, None))
        elif not is_up_to_date(service, subsets, current):
            context.update(new_endpoints(service, pods, subsets, current))


def calculate_subsets(service: Obj, pods: Iterable[Obj]) -> list[Obj]:
    """The subsets for ``pods`` (all that the selector matches), in canonical form.

    A Pod that lacks a named port is in no subset with that port. With publishNotReadyAddresses every Pod is ready.
    """
    found: list[Obj] = []
    publish = bool(service["spec"].get("publishNotReadyAddresses"))
    without_ports = not service["spec"].get("ports")
    for pod in pods:
        if not should_pod_be_in_endpoints(pod, include_terminating=publish):
            continue
        address = endpoint_address(service, pod)
        if address is None:
            continue
        field = "addresses" if publish or is_pod_ready(pod) else "notReadyAddresses"
        if without_ports:
            if service["spec"].get("clusterIP") == "None":
                found.append({field: [address]})
            continue
        found += [
            {field: [address], "ports": [endpoint_port(port, number)]} for port, number in endpoint_ports(service, pod)
        ]
    return repack_subsets(found)


def endpoint_address(service: Obj, pod: Obj) -> Obj | None:
    """The Pod's address of the Service's first family as Endpoints have it; None where it has none of that family."""
    ips = addresses_of(pod, service_families(service)[0])
    if not ips:
        return None
    address: Obj = {"ip": ips[0], "targetRef": target_ref(pod)}
    if should_set_hostname(pod, service):
        address["hostname"] = pod["spec"]["hostname"]
    if pod["spec"].get("nodeName"):
        address["nodeName"] = pod["spec"]["nodeName"]
    return address


def endpoint_port(service_port: Obj, number: int) -> Obj:
    """A port of Endpoints: named as the Service's, with the Pod's number."""
    port: Obj = {"port": number, "protocol": service_port.get("protocol", "TCP")}
    if service_port.get("name"):
        port["name"] = service_port["name"]
    if service_port.get("appProtocol") is not None:
        port["appProtocol"] = service_port["appProtocol"]
    return port


def endpoints_labels(service: Obj) -> dict[str, str]:
    """The Service's labels, and those that say whose endpoints these are."""
    labels = dict(service["metadata"].get("labels") or {})
    labels.pop(HEADLESS_LABEL, None)
    if is_headless(service):
        labels[HEADLESS_LABEL] = ""
    labels[MANAGED_BY] = CONTROLLER_NAME
    return labels


def is_up_to_date(service: Obj, subsets: list[Obj], current: Obj) -> bool:
    """Whether the stored Endpoints need no write."""
    metadata = current["metadata"]
    over_capacity = OVER_CAPACITY in (metadata.get("annotations") or {})
    wanted, truncated = truncate(subsets)
    return (
        (current.get("subsets") or []) == wanted and over_capacity is truncated
        and (metadata.get("labels") or {}) == endpoints_labels(service)
    )


def new_endpoints(service: Obj, pods: Iterable[Obj], subsets: list[Obj], current: Obj | None) -> Obj:
    """The Endpoints to write: ``current`` (or a new object) with ``subsets``, its labels and annotations brought up."""
    metadata: Obj = {"name": service["metadata"]["name"], "namespace": service["metadata"].get("namespace", "")}
    if current is not None:
        metadata = dict(current["metadata"])
    annotations = dict(metadata.get("annotations") or {})
    time = trigger_time(service, pods, None if current is None else _published(current))
    if time:
        annotations[TRIGGER_TIME] = time
    else:
        annotations.pop(TRIGGER_TIME, None)
    subsets, truncated = truncate(subsets)
    annotations.pop(OVER_CAPACITY, None)
    if truncated:
        annotations[OVER_CAPACITY] = "truncated"
    metadata["labels"] = endpoints_labels(service)
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    obj: Obj = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
    if subsets:
        obj["subsets"] = subsets
    return obj


def _published(current: Obj) -> dict[str, bool]:
    """The Pods in stored Endpoints, and whether they are said to be ready (at any port)."""
    published: dict[str, bool] = {}
    for subset in current.get("subsets") or ():
        for field, ready in (("addresses", True), ("notReadyAddresses", False)):
            for address in subset.get(field) or ():
                name = (address.get("targetRef") or {}).get("name", "")
                published[name] = published.get(name, False) or ready
    return published


def truncate(subsets: list[Obj]) -> tuple[list[Obj], bool]:
    """Leave out what is over capacity, ready addresses last, each subset its share; and whether anything was.

    Upstream: ``truncateEndpoints``.
    """
    ready = sum(len(subset.get("addresses") or ()) for subset in subsets)
    not_ready = sum(len(subset.get("notReadyAddresses") or ()) for subset in subsets)
    if ready + not_ready <= MAX_CAPACITY:
        return subsets, False
    cut_ready = ready > MAX_CAPACITY
    field, total = ("addresses", ready) if cut_ready else ("notReadyAddresses", not_ready)
    room = left = MAX_CAPACITY if cut_ready else MAX_CAPACITY - ready
    cut = []
    for subset in subsets:
        kept = dict(subset)
        found = kept.pop(field, None) or []
        # The share is rounded up, so the last subset may get less than its own.
        share = min(left, -(-len(found) * room // total))
        if cut_ready:
            kept.pop("notReadyAddresses", None)
        if found[:share]:
            kept[field] = found[:share]
        left -= len(found[:share])
        cut.append(kept)
    return cut, True


CONTROLLER = EndpointsController
