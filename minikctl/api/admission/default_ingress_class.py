"""Ingresses that name no class get the default one (upstream: ``plugin/pkg/admission/network/defaultingressclass``)."""

from __future__ import annotations

from minikctl.kinds.ingress import CLASS_ANNOTATION
from minikctl.kinds.ingressclass import DEFAULT_ANNOTATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.admission import Request


def admit(request: Request) -> None:
    """Set spec.ingressClassName where neither it nor the old annotation says anything."""
    ingress = request.obj
    annotations = ingress["metadata"].get("annotations") or {}
    if ingress["spec"].get("ingressClassName") is not None or CLASS_ANNOTATION in annotations:
        return
    defaults = [
        each for each in request.api.list("ingressclasses.networking.k8s.io")
        if (each["metadata"].get("annotations") or {}).get(DEFAULT_ANNOTATION) == "true"
    ]
    if defaults:
        newest = max(each["metadata"]["creationTimestamp"] for each in defaults)
        ingress["spec"]["ingressClassName"] = next(
            each["metadata"]["name"] for each in defaults if each["metadata"]["creationTimestamp"] == newest
        )
