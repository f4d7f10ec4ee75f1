"""Volumes and claims are held while they are in use (upstream: ``storageobjectinuseprotection``)."""

from __future__ import annotations

from minikctl.kinds.volumes import CLAIMS, PV_PROTECTION, PVC_PROTECTION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.admission import Request


def admit(request: Request) -> None:
    """Add the finalizer that a controller takes away when nobody uses the object any more."""
    finalizer = PVC_PROTECTION if request.info.resource == CLAIMS else PV_PROTECTION
    finalizers = request.obj["metadata"].get("finalizers") or []
    if finalizer not in finalizers:
        request.obj["metadata"]["finalizers"] = [*finalizers, finalizer]
