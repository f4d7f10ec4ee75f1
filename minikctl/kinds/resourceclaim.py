"""ResourceClaim (resource.k8s.io/v1): devices that somebody wants. No driver gives any here.

Upstream: ``printResourceClaim``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class ResourceClaimKind(Kind):
    """The hooks of ResourceClaims."""

    columns = (Column("NAME"), Column("STATE"), Column("AGE"))
    has_status = True

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {}

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: what is claimed stays."""
        from minikctl.kinds.meta import validate_immutable_field

        return validate_immutable_field(obj.get("spec"), old.get("spec"), "spec")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, status = obj["metadata"], obj.get("status") or {}
        deleted = bool(metadata.get("deletionTimestamp"))
        states = ["deleted"] if deleted else []
        if status.get("allocation") is not None:
            states.append("allocated")
            if status.get("reservedFor"):
                states.append("reserved")
        elif not deleted:
            states.append("pending")
        return metadata["name"], ",".join(states), age(metadata.get("creationTimestamp"), now)


KIND = ResourceClaimKind
