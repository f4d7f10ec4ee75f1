"""The EndpointSlice mirroring controller (upstream: ``pkg/controller/endpointslicemirroring``).

Endpoints that somebody wrote by hand, for a Service without a selector, are copied into EndpointSlices, where all
readers look. A label on the Endpoints says to leave them alone.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.endpointslice import SLICES, slice_service_keys, write_plan
from minikctl.controllers.refs import new_controller_ref
from minikctl.controllers.servicepods import TRIGGER_TIME
from minikctl.controllers.sliceplan import SERVICE_NAME, Plan, endpoint_key, equal_beyond_key, ports_key
from minikctl.controllers.subsets import repack_subsets
from minikctl.kinds.base import LAST_APPLIED
from minikctl.kinds.endpointslice import MANAGED_BY
from minikctl.lib.ips import format_ip, parse_ip
from minikctl.lib.labels import from_map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]
    GroupKey = tuple[str, tuple[str, ...]]

CONTROLLER_NAME = "endpointslicemirroring-controller.k8s.io"
SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror"
LEADER_ELECTION = "control-plane.alpha.kubernetes.io/leader"
#: annotations that are the Endpoints' own
OWN_ANNOTATIONS = (TRIGGER_TIME, LAST_APPLIED)
#: upstream's --mirroring-max-endpoints-per-subset
MAX_ENDPOINTS_PER_SUBSET = 1000


class EndpointSliceMirroringController(Controller):
    """Keeps EndpointSlices like the Endpoints that have no other controller."""

    name = "endpointslicemirroring"
    watches = ("services", "endpoints", SLICES)

    def keys(self, change: Change, context: Context) -> Iterable[str]:  # noqa: ARG002 - the contract's signature
        """The Endpoints that changed, or whose Service got or lost a selector, or whose slice was changed."""
        if change.resource == SLICES:
            return slice_service_keys(change, CONTROLLER_NAME)
        if change.resource == "endpoints":
            concerned = should_mirror(change.before) or should_mirror(change.after)
        else:
            selectors = (_has_selector(change.before), _has_selector(change.after))
            concerned = selectors[0] is not selectors[1] and False in selectors
        return (f"{change.namespace}/{change.name}",) if concerned else ()

    def sync(self, context: Context, key: str) -> None:
        """Bring the mirrored slices of the Endpoints at ``key`` to what these say, or take them away."""
        namespace, _, name = key.partition("/")
        existing = context.list(
            SLICES, namespace, selector=from_map({SERVICE_NAME: name, MANAGED_BY: CONTROLLER_NAME})
        )
        endpoints = context.get("endpoints", namespace, name)
        service = context.get("services", namespace, name)
        if endpoints is None or service is None or not should_mirror(endpoints) or _has_selector(service):
            planned = Plan()
            planned.delete = existing
        else:
            planned = plan_mirror(endpoints, existing)
        write_plan(context, planned)


def should_mirror(endpoints: Obj | None) -> bool:
    """Whether the Endpoints themselves do not speak against it."""
    if endpoints is None:
        return False
    metadata = endpoints["metadata"]
    return (metadata.get("labels") or {}).get(SKIP_MIRROR) != "true" and (
        LEADER_ELECTION not in (metadata.get("annotations") or {})
    )


def _has_selector(service: Obj | None) -> bool | None:
    """Whether the Service has a selector; None where there is no Service."""
    return None if service is None else bool(service["spec"].get("selector"))


def plan_mirror(endpoints: Obj, existing: Sequence[Obj]) -> Plan:
    """The writes that make ``existing`` slices mirror ``endpoints``: one slice for each subset and family."""
    result = Plan()
    existing_by_key: dict[GroupKey, list[Obj]] = {}
    for one in existing:
        existing_by_key.setdefault((one["addressType"], ports_key(one.get("ports"))), []).append(one)
    desired = _desired(endpoints)
    for key, (ports, wanted) in desired.items():
        found = existing_by_key.get(key, [])
        result.delete += found[1:]
        if found and _is_mirror(found[0], endpoints, wanted):
            continue
        mirrored = _new_mirror(endpoints, ports, key[0], wanted)
        if found:
            mirrored["metadata"]["name"] = found[0]["metadata"]["name"]
            result.update.append(mirrored)
        else:
            result.create.append(mirrored)
    for key, found in existing_by_key.items():
        if key not in desired:
            result.delete += found
    return _recycle(result)


def _desired(endpoints: Obj) -> dict[GroupKey, tuple[list[Obj], list[Obj]]]:
    """Ports and endpoints of each slice there should be. Addresses that are none are passed over."""
    desired: dict[GroupKey, tuple[list[Obj], list[Obj]]] = {}
    for subset in repack_subsets(endpoints.get("subsets") or ()):
        ports = [_slice_port(port) for port in subset.get("ports") or ()]
        room = MAX_ENDPOINTS_PER_SUBSET
        for field, ready in (("addresses", True), ("notReadyAddresses", False)):
            for address in subset.get(field) or ():
                parsed = parse_ip(address["ip"])
                if parsed is None or not room:
                    continue
                room -= 1
                family = f"IPv{parsed[0]}"
                group = desired.setdefault((family, ports_key(ports)), (ports, []))
                group[1].append(_slice_endpoint(address, format_ip(*parsed), ready=ready))
    return desired


def _slice_port(port: Obj) -> Obj:
    mirrored = {"name": port.get("name") or "", "port": port["port"], "protocol": port.get("protocol", "TCP")}
    if port.get("appProtocol") is not None:
        mirrored["appProtocol"] = port["appProtocol"]
    return mirrored


def _slice_endpoint(address: Obj, ip: str, *, ready: bool) -> Obj:
    endpoint: Obj = {"addresses": [ip], "conditions": {"ready": ready}}
    for field in ("hostname", "nodeName", "targetRef"):
        if address.get(field):
            endpoint[field] = address[field]
    return endpoint


def _is_mirror(existing: Obj, endpoints: Obj, wanted: list[Obj]) -> bool:
    """Whether the slice shows what it should, in whichever order."""
    shown = {endpoint_key(endpoint): endpoint for endpoint in existing.get("endpoints") or ()}
    metadata = existing["metadata"]
    return len(shown) == len(wanted) and all(
        endpoint_key(endpoint) in shown and equal_beyond_key(shown[endpoint_key(endpoint)], endpoint)
        for endpoint in wanted
    ) and (metadata.get("labels") or {}) == _mirror_labels(endpoints) and (
        (metadata.get("annotations") or {}) == _mirror_annotations(endpoints)
    )


def _mirror_labels(endpoints: Obj) -> dict[str, str]:
    metadata = endpoints["metadata"]
    return {**(metadata.get("labels") or {}), SERVICE_NAME: metadata["name"], MANAGED_BY: CONTROLLER_NAME}


def _mirror_annotations(endpoints: Obj) -> dict[str, str]:
    annotations = endpoints["metadata"].get("annotations") or {}
    return {key: value for key, value in annotations.items() if key not in OWN_ANNOTATIONS}


def _new_mirror(endpoints: Obj, ports: list[Obj], family: str, wanted: list[Obj]) -> Obj:
    metadata = endpoints["metadata"]
    owner = new_controller_ref({"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata})
    mirrored: Obj = {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{metadata['name']}-", "namespace": metadata.get("namespace", ""),
            "labels": _mirror_labels(endpoints), "ownerReferences": [owner],
        },
        "addressType": family, "endpoints": wanted, "ports": ports,
    }
    annotations = _mirror_annotations(endpoints)
    if annotations:
        mirrored["metadata"]["annotations"] = annotations
    return mirrored


def _recycle(planned: Plan) -> Plan:
    """Write new slices over those of the same family that would be deleted (upstream: ``recycleSlices``)."""
    kept = []
    for one in planned.delete:
        same = next((new for new in planned.create if new["addressType"] == one["addressType"]), None)
        if same is None:
            kept.append(one)
            continue
        planned.create.remove(same)
        same["metadata"]["name"] = one["metadata"]["name"]
        planned.update.append(same)
    planned.delete = kept
    return planned


CONTROLLER = EndpointSliceMirroringController
