"""The EndpointSlice controller (upstream: ``pkg/controller/endpointslice``). What to write says ``sliceplan``."""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.servicepods import (
    list_pods,
    node_service_keys,
    pod_service_keys,
    should_pod_be_in_endpoints,
    trigger_time,
)
from minikctl.controllers.sliceplan import SERVICE_NAME, Plan, plan
from minikctl.kinds.endpointslice import CONTROLLER_NAME, MANAGED_BY
from minikctl.lib.labels import from_map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

SLICES = "endpointslices.discovery.k8s.io"


class EndpointSliceController(Controller):
    """Keeps the EndpointSlices of every Service with a selector as its Pods are."""

    name = "endpointslice"
    watches = ("services", "pods", "nodes", SLICES)

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """The Services that the change concerns; of slices only those of this controller, changed behind its back."""
        if change.resource == "pods":
            return pod_service_keys(change, context)
        if change.resource == "nodes":
            return node_service_keys(change, context)
        if change.resource == SLICES:
            return slice_service_keys(change, CONTROLLER_NAME)
        return (f"{change.namespace}/{change.name}",)

    def sync(self, context: Context, key: str) -> None:
        """Bring the slices of the Service at ``key`` to what its Pods say; those of one that went are garbage."""
        namespace, _, name = key.partition("/")
        service = context.get("services", namespace, name)
        if service is None or service["spec"].get("type") == "ExternalName" or not service["spec"].get("selector"):
            return
        pods = list_pods(context, service)
        existing = [
            one for one in context.list(
                SLICES, namespace, selector=from_map({SERVICE_NAME: name, MANAGED_BY: CONTROLLER_NAME})
            )
            if "deletionTimestamp" not in one["metadata"]
        ]
        time = trigger_time(service, pods, _published(existing) if existing else None)
        write_plan(context, plan(service, _with_nodes(context, service, pods), existing, time))


def slice_service_keys(change: Change, controller: str) -> Iterator[str]:
    """The Services (or Endpoints) of a slice of ``controller`` that changed or went; none for one that was made."""
    before, after = change.before, change.after
    if before is None or (after is not None and _content(before) == _content(after)):
        return
    for labels in [_labels(obj) for obj in (before, after) if obj is not None]:
        if labels.get(MANAGED_BY) == controller and labels.get(SERVICE_NAME):
            yield f"{change.namespace}/{labels[SERVICE_NAME]}"


def _labels(obj: Obj) -> dict[str, str]:
    labels: dict[str, str] = obj["metadata"].get("labels") or {}
    return labels


def _content(obj: Obj) -> tuple[Any, ...]:
    return _labels(obj), obj.get("endpoints"), obj.get("ports")


def _with_nodes(context: Context, service: Obj, pods: Iterable[Obj]) -> list[tuple[Obj, Obj | None]]:
    """The Pods that are endpoints, each with its node. One whose node is gone is left out, unless all are published."""
    nodes: dict[str, Obj | None] = {}
    found = []
    for pod in pods:
        if not should_pod_be_in_endpoints(pod, include_terminating=True):
            continue
        name = pod["spec"].get("nodeName") or ""
        if name not in nodes:
            nodes[name] = context.get("nodes", "", name) if name else None
        if nodes[name] is not None or service["spec"].get("publishNotReadyAddresses"):
            found.append((pod, nodes[name]))
    return found


def _published(slices: Iterable[Obj]) -> dict[str, bool]:
    """The Pods in stored slices, and whether these say that they serve."""
    return {
        (endpoint.get("targetRef") or {}).get("name", ""): bool(endpoint["conditions"].get("serving"))
        for one in slices for endpoint in one.get("endpoints") or ()
    }


def write_plan(context: Context, planned: Plan) -> None:
    """Create, update and delete as planned."""
    for one in planned.create:
        context.create(one)
    for one in planned.update:
        context.update(one)
    for one in planned.delete:
        metadata = one["metadata"]
        context.delete(SLICES, metadata.get("namespace", ""), metadata["name"], uid=metadata["uid"])


CONTROLLER = EndpointSliceController
