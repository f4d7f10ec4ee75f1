"""Claims that name no class get the default one (upstream: ``plugin/pkg/admission/storage/storageclass/setdefault``)."""

from __future__ import annotations

from minikctl.kinds.storageclasses import default_class
from minikctl.kinds.volumes import BETA_CLASS, CLASSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.admission import Request


def admit(request: Request) -> None:
    """Set spec.storageClassName where nothing is said; ``""`` is something: no class."""
    claim = request.obj
    annotations = claim["metadata"].get("annotations") or {}
    if claim["spec"].get("storageClassName") is not None or BETA_CLASS in annotations:
        return
    chosen = default_class(request.api.list(CLASSES))
    if chosen is not None:
        claim["spec"]["storageClassName"] = chosen["metadata"]["name"]
