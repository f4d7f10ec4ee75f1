"""Which EndpointSlices a Service should have, and the fewest writes that lead there from those it has.

Upstream: ``k8s.io/endpointslice/reconciler.go``, ``utils.go`` and ``trafficdist``. Pure functions: ``plan`` looks at
nothing but its arguments. Where upstream takes endpoints in the random order of a map, they are taken here in the order
in which they are given.
"""

from __future__ import annotations

from minikctl.controllers.refs import new_controller_ref
from minikctl.controllers.servicepods import (
    HEADLESS_LABEL,
    TRIGGER_TIME,
    addresses_of,
    endpoint_ports,
    is_headless,
    service_families,
    should_set_hostname,
    target_ref,
)
from minikctl.kinds.endpointslice import CONTROLLER_NAME, MANAGED_BY
from minikctl.kinds.podspec.status import is_pod_ready
from minikctl.lib.fnv import fnv1a_128

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Obj = dict[str, Any]
    PortsKey = tuple[str, ...]

SERVICE_NAME = "kubernetes.io/service-name"
#: labels of slices that are not the Service's to set
RESERVED_LABELS = (SERVICE_NAME, MANAGED_BY, HEADLESS_LABEL)
#: upstream's --max-endpoints-per-slice
MAX_ENDPOINTS_PER_SLICE = 100
#: values of spec.trafficDistribution that put hints on endpoints
HINTED_DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
TOPOLOGY_ANNOTATIONS = ("service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode")


class Plan:
    """What to write: new slices (without a name), changed ones, and those to delete."""

    __slots__ = ("create", "delete", "update")

    def __init__(self) -> None:
        self.create: list[Obj] = []
        self.update: list[Obj] = []
        self.delete: list[Obj] = []

    def __add__(self, other: Plan) -> Plan:
        total = Plan()
        for name in self.__slots__:
            setattr(total, name, getattr(self, name) + getattr(other, name))
        return total


# ---------------------------------------------------------------------------------------------------------------------
# Endpoints and ports
# ---------------------------------------------------------------------------------------------------------------------


def pod_to_endpoint(pod: Obj, node: Obj | None, service: Obj, family: str) -> Obj:
    """The endpoint of a Pod. One that is on its way out may serve still, but is not ready, unless all are published."""
    serving, terminating = is_pod_ready(pod), pod["metadata"].get("deletionTimestamp") is not None
    published = bool(service["spec"].get("publishNotReadyAddresses"))
    endpoint: Obj = {
        "addresses": addresses_of(pod, family),
        "conditions": {
            "ready": published or (serving and not terminating), "serving": serving, "terminating": terminating,
        },
        "targetRef": target_ref(pod),
    }
    if pod["spec"].get("nodeName"):
        endpoint["nodeName"] = pod["spec"]["nodeName"]
    zone = ((node or {}).get("metadata", {}).get("labels") or {}).get("topology.kubernetes.io/zone")
    if zone:
        endpoint["zone"] = zone
    if should_set_hostname(pod, service):
        endpoint["hostname"] = pod["spec"]["hostname"]
    return endpoint


def pod_ports(service: Obj, pod: Obj) -> list[Obj]:
    """The ports of the slice that a Pod belongs into: those of the Service that the Pod has."""
    ports = []
    for service_port, number in endpoint_ports(service, pod):
        port = {
            "name": service_port.get("name") or "", "port": number, "protocol": service_port.get("protocol", "TCP"),
        }
        if service_port.get("appProtocol") is not None:
            port["appProtocol"] = service_port["appProtocol"]
        ports.append(port)
    return sorted(ports, key=_port_hash) if len(ports) > 1 else ports


def _port_hash(port: Obj) -> int:
    """Upstream's order of ports: by the hash of what spew prints of them (see ``subsets``)."""
    number, protocol = port.get("port"), port.get("appProtocol")
    return fnv1a_128(
        f"(v1.EndpointPort){{Name:(*string){port.get('name') or ''} Protocol:(*v1.Protocol){port.get('protocol', '')} "
        f"Port:(*int32){'<nil>' if number is None else number} "
        f"AppProtocol:(*string){'<nil>' if protocol is None else protocol}}}"
    )


def ports_key(ports: Iterable[Obj] | None) -> PortsKey:
    """What is the same for slices of the same ports."""
    return tuple(sorted(repr(sorted(port.items())) for port in ports or ()))


def endpoint_key(endpoint: Obj) -> tuple[Any, ...]:
    """What makes two endpoints the same one in two states (upstream: ``hashEndpoint``)."""
    target = endpoint.get("targetRef") or {}
    return tuple(endpoint["addresses"]), endpoint.get("hostname"), target.get("namespace"), target.get("name")


def equal_beyond_key(first: Obj, second: Obj) -> bool:
    """Whether two states of an endpoint are the same, hints aside (upstream: ``EndpointsEqualBeyondHash``)."""
    return all(
        first.get(field) == second.get(field) for field in ("conditions", "nodeName", "targetRef", "zone")
    )


# ---------------------------------------------------------------------------------------------------------------------
# Slices
# ---------------------------------------------------------------------------------------------------------------------


def slice_labels(service: Obj) -> dict[str, str]:
    """The Service's labels, and those that say whose slice this is."""
    labels = {
        key: value for key, value in (service["metadata"].get("labels") or {}).items() if key not in RESERVED_LABELS
    }
    if is_headless(service):
        labels[HEADLESS_LABEL] = ""
    return {**labels, SERVICE_NAME: service["metadata"]["name"], MANAGED_BY: CONTROLLER_NAME}


def _labels_differ(existing: Obj, service: Obj) -> bool:
    """Whether the Service's own labels changed; changes of the reserved ones alone are left alone, as upstream does."""
    def own(labels: dict[str, str] | None) -> dict[str, str]:
        return {key: value for key, value in (labels or {}).items() if key not in RESERVED_LABELS}

    return own(existing["metadata"].get("labels")) != own(service["metadata"].get("labels"))


def new_slice(service: Obj, ports: list[Obj], family: str) -> Obj:
    """A slice without endpoints, to be named by the API."""
    metadata = service["metadata"]
    prefix = f"{metadata['name']}-"
    return {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {
            "generateName": prefix, "namespace": metadata.get("namespace", ""), "labels": slice_labels(service),
            "ownerReferences": [new_controller_ref({"apiVersion": "v1", "kind": "Service", "metadata": metadata})],
        },
        "addressType": family, "endpoints": [], "ports": ports,
    }


def is_owned_by(endpoint_slice: Obj, service: Obj) -> bool:
    """Whether the slice belongs to this very Service and not to a namesake from before."""
    return any(
        owner.get("uid") == service["metadata"]["uid"] and owner.get("kind") == "Service"
        for owner in endpoint_slice["metadata"].get("ownerReferences") or ()
    )


def plan(
    service: Obj, pods: Sequence[tuple[Obj, Obj | None]], existing: Sequence[Obj], time: str = "",
    most: int = MAX_ENDPOINTS_PER_SLICE,
) -> Plan:
    """The writes that make ``existing`` (the Service's slices) right for ``pods`` (each with its node).

    ``pods`` are those that should be endpoints. ``time`` is the trigger time of whatever is written; ``most`` is how
    many endpoints a slice may have. The objects of ``existing`` are left as they are.
    """
    families = service_families(service)
    total = Plan()
    for family in families:
        mine = [one for one in existing if one["addressType"] == family]
        total += _finalize(_plan_family(service, pods, mine, family, most), service)
    total.delete += [one for one in existing if one["addressType"] not in families]
    for one in (*total.create, *total.update):
        _set_trigger_time(one, time)
    return total


def _plan_family(
    service: Obj, pods: Sequence[tuple[Obj, Obj | None]], existing: list[Obj], family: str, most: int
) -> Plan:
    """Upstream: ``reconcileByAddressType``."""
    total = Plan()
    existing_by_ports: dict[PortsKey, list[Obj]] = {}
    for one in existing:
        if is_owned_by(one, service):
            existing_by_ports.setdefault(ports_key(one.get("ports")), []).append(one)
        else:
            total.delete.append(one)
    ports_by_key: dict[PortsKey, list[Obj]] = {}
    desired_by_ports: dict[PortsKey, dict[tuple[Any, ...], Obj]] = {}
    for pod, node in pods:
        endpoint = pod_to_endpoint(pod, node, service, family)
        ports = pod_ports(service, pod)
        key = ports_key(ports)
        ports_by_key.setdefault(key, ports)
        desired = desired_by_ports.setdefault(key, {})
        if endpoint["addresses"]:
            desired[endpoint_key(endpoint)] = endpoint
    for key, desired in desired_by_ports.items():
        empty = new_slice(service, ports_by_key[key], family)
        total += _plan_ports(service, existing_by_ports.get(key, []), desired, empty, most)
    for key, slices in existing_by_ports.items():
        if key not in desired_by_ports:
            total.delete += slices
    _keep_placeholder(total, service, existing, family)
    _plan_hints(total, service, existing)
    return total


def _keep_placeholder(total: Plan, service: Obj, existing: list[Obj], family: str) -> None:
    """A Service without endpoints has one slice without any, so that its readers see that there are none."""
    if total.create or len(total.delete) != len(existing):
        return
    placeholder = new_slice(service, [], family)
    if len(total.delete) == 1 and _is_same_placeholder(total.delete[0], placeholder):
        total.delete = []
    else:
        total.create.append(placeholder)


def _is_same_placeholder(existing: Obj, placeholder: Obj) -> bool:
    return not existing.get("ports") and not existing.get("endpoints") and (
        (existing["metadata"].get("labels") or {}) == placeholder["metadata"]["labels"]
        and existing["metadata"].get("ownerReferences") == placeholder["metadata"]["ownerReferences"]
    )


def _plan_ports(service: Obj, existing: list[Obj], desired: dict[tuple[Any, ...], Obj], empty: Obj, most: int) -> Plan:
    """Place ``desired`` in slices of the same ports (upstream: ``reconcileByPortMapping``). ``desired`` is used up."""
    result = Plan()
    unchanged: list[Obj] = []
    for one in existing:
        kept, changed = [], _labels_differ(one, service)
        was = one.get("endpoints") or []
        for endpoint in was:
            wanted = desired.pop(endpoint_key(endpoint), None)
            if wanted is None:
                changed = True
            else:
                if "hints" in endpoint:
                    wanted["hints"] = endpoint["hints"]
                kept.append(wanted)
                changed = changed or not equal_beyond_key(wanted, endpoint)
        if was and not kept:
            result.delete.append(one)
        elif changed:
            result.update.append(_with_endpoints(one, kept, service))
        else:
            unchanged.append(one)
    # Slices that are written anyhow are filled up first, the fullest before the others.
    for one in sorted(result.update, key=lambda one: -len(one["endpoints"])):
        _fill(one, desired, most)
    while desired:
        chosen = _slice_to_fill(unchanged, len(desired), most) if len(desired) < most else None
        if chosen is None:
            target = {**empty, "metadata": dict(empty["metadata"]), "endpoints": []}
            result.create.append(target)
        else:
            unchanged.remove(chosen)
            target = _with_endpoints(chosen, [dict(endpoint) for endpoint in chosen.get("endpoints") or ()], service)
            result.update.append(target)
        _fill(target, desired, most)
    return result


def _with_endpoints(existing: Obj, endpoints: list[Obj], service: Obj) -> Obj:
    metadata = {**existing["metadata"], "labels": slice_labels(service)}
    return {**existing, "metadata": metadata, "endpoints": endpoints}


def _fill(target: Obj, desired: dict[tuple[Any, ...], Obj], most: int) -> None:
    for key in list(desired)[: most - len(target["endpoints"])]:
        target["endpoints"].append(desired.pop(key))


def _slice_to_fill(slices: list[Obj], count: int, most: int) -> Obj | None:
    """The slice that ``count`` more endpoints fill best, or None where there is no room for them."""
    fitting = [one for one in slices if len(one.get("endpoints") or ()) + count <= most]
    return max(fitting, key=lambda one: len(one.get("endpoints") or ()), default=None)


def _finalize(total: Plan, service: Obj) -> Plan:
    """Write new slices over those that would be deleted (upstream: ``finalize``), and none for a Service that goes."""
    kept = []
    for one in total.delete:
        if total.create and is_owned_by(one, service):
            replacement = total.create.pop()
            metadata = {**replacement["metadata"], "name": one["metadata"]["name"]}
            total.update.append({**replacement, "metadata": metadata})
        else:
            kept.append(one)
    total.delete = kept
    if service["metadata"].get("deletionTimestamp") is not None:
        total.create = []
    return total


def _set_trigger_time(one: Obj, time: str) -> None:
    annotations = {key: text for key, text in (one["metadata"].get("annotations") or {}).items() if key != TRIGGER_TIME}
    if time:
        annotations[TRIGGER_TIME] = time
    one["metadata"].pop("annotations", None)
    if annotations:
        one["metadata"]["annotations"] = annotations


# ---------------------------------------------------------------------------------------------------------------------
# Hints
# ---------------------------------------------------------------------------------------------------------------------


def _plan_hints(total: Plan, service: Obj, existing: list[Obj]) -> None:
    """Say on ready endpoints which zone or node should use them, where the Service asks for it, and nowhere else."""
    touched = {one["metadata"].get("name") for one in (*total.update, *total.delete)}
    for one in existing:
        if one["metadata"]["name"] not in touched:
            endpoints = [dict(endpoint) for endpoint in one.get("endpoints") or ()]
            hinted = {**one, "metadata": dict(one["metadata"]), "endpoints": endpoints}
            _set_hints(hinted, service)
            if endpoints != (one.get("endpoints") or []):
                total.update.append(hinted)
    for one in (*total.create, *total.update):
        _set_hints(one, service)


def _set_hints(one: Obj, service: Obj) -> None:
    for endpoint in one["endpoints"]:
        hints = hints_for(endpoint, service)
        if hints is not None:
            endpoint.pop("hints", None)
            if hints:
                endpoint["hints"] = hints


def hints_for(endpoint: Obj, service: Obj) -> Obj | None:
    """The hints that an endpoint should have; empty for none, None to leave them alone (upstream: ``trafficdist``)."""
    distribution = service["spec"].get("trafficDistribution")
    annotations = service["metadata"].get("annotations") or {}
    by_annotation = any(annotations.get(name) in ("Auto", "auto") for name in TOPOLOGY_ANNOTATIONS)
    if distribution not in HINTED_DISTRIBUTIONS or by_annotation:
        return {}
    if not endpoint["conditions"].get("ready"):
        return None
    hints: Obj = {}
    if endpoint.get("zone"):
        hints["forZones"] = [{"name": endpoint["zone"]}]
    if distribution == "PreferSameNode" and endpoint.get("nodeName"):
        hints["forNodes"] = [{"name": endpoint["nodeName"]}]
    return hints
