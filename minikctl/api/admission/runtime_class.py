"""Pods get what their RuntimeClass costs and where it runs (upstream: ``plugin/pkg/admission/runtimeclass``)."""

from __future__ import annotations

from minikctl.errors import Forbidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.admission import Request

    Obj = dict[str, Any]

CLASSES = "runtimeclasses.node.k8s.io"


def admit(request: Request) -> None:
    """Set the overhead, add node selector and tolerations. Raises Forbidden for a class that is not there."""
    spec = request.obj["spec"]
    name = spec.get("runtimeClassName")
    if name is None:
        if spec.get("overhead"):
            raise Forbidden(
                "pods", request.name, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"
            )
        return
    found = request.api.get(CLASSES, "", name)
    if found is None:
        raise Forbidden("pods", request.name, f'pod rejected: RuntimeClass "{name}" not found')
    overhead = (found.get("overhead") or {}).get("podFixed")
    if overhead is not None:
        if spec.get("overhead") and spec["overhead"] != overhead:
            raise Forbidden(
                "pods", request.name,
                "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
            )
        spec["overhead"] = dict(overhead)
    _merge_scheduling(request, spec, found.get("scheduling") or {})


def _merge_scheduling(request: Request, spec: Obj, scheduling: Obj) -> None:
    selector = spec.get("nodeSelector") or {}
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        if selector.get(key, value) != value:
            raise Forbidden("pods", request.name, (
                f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = "
                f"{selector[key]}"
            ))
        selector = {**selector, key: value}
    if selector:
        spec["nodeSelector"] = selector
    tolerations = spec.get("tolerations") or []
    new = [each for each in scheduling.get("tolerations") or () if each not in tolerations]
    if new:
        spec["tolerations"] = [*tolerations, *new]
