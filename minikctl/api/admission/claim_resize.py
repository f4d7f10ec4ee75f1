"""Only some claims may grow (upstream: ``plugin/pkg/admission/storage/persistentvolume/resize``)."""

from __future__ import annotations

from minikctl.errors import Forbidden
from minikctl.kinds.volumes import CLAIMS, CLASSES, class_of, storage_of
from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.admission import Request


def admit(request: Request) -> None:
    """Raise Forbidden for a larger request of a claim that is not bound, or whose class does not let it grow."""
    claim, old = request.obj, request.old
    assert old is not None  # it sees updates alone
    size, old_size = (
        parse_quantity(storage_of((each["spec"].get("resources") or {}).get("requests"))) for each in (claim, old)
    )
    if size <= old_size:
        return
    if (old.get("status") or {}).get("phase") != "Bound":
        raise Forbidden(CLAIMS, request.name, "Only bound persistent volume claims can be expanded")
    name = class_of(claim)
    found = request.api.get(CLASSES, "", name) if name else None
    if found is None or not found.get("allowVolumeExpansion") or name != class_of(old):
        raise Forbidden(
            CLAIMS, request.name,
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support "
            "resize",
        )
