"""Containers get the defaults of their namespace's LimitRanges (upstream: ``plugin/pkg/admission/limitranger``).

The bounds are held to later, by ``limit_ranger_bounds``: upstream has one plugin for both, which it asks twice.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.admission import Request

    Obj = dict[str, Any]

LIMIT_RANGES = "limitranges"
#: notes on a Pod what was filled in
ANNOTATION = "kubernetes.io/limit-ranger"


def admit(request: Request) -> None:
    """Fill in the requests and limits that containers leave out."""
    for limit_range in request.api.list(LIMIT_RANGES, request.namespace):
        requests: dict[str, str] = {}
        limits: dict[str, str] = {}
        for item in (limit_range.get("spec") or {}).get("limits") or ():
            if item.get("type") == "Container":
                requests.update(item.get("defaultRequest") or {})
                limits.update(item.get("default") or {})
        if requests or limits:
            _merge(request.obj, requests, limits)


def _merge(pod: Obj, requests: dict[str, str], limits: dict[str, str]) -> None:
    """Upstream: ``mergePodResourceRequirements``."""
    notes: list[str] = []
    for field, what in (("containers", "container"), ("initContainers", "init container")):
        for container in pod["spec"].get(field) or ():
            resources = container.get("resources") or {}
            for kind, defaults, word in (("requests", requests, "request"), ("limits", limits, "limit")):
                given = resources.get(kind) or {}
                new = sorted(name for name in defaults if name not in given)
                if new:
                    resources[kind] = {**given, **{name: defaults[name] for name in new}}
                    notes.append(f"{', '.join(new)} {word} for {what} {container['name']}")
            if resources:
                container["resources"] = resources
    if notes:
        annotations = pod["metadata"].setdefault("annotations", {})
        annotations[ANNOTATION] = "LimitRanger plugin set: " + "; ".join(notes)
