"""Lease (coordination.k8s.io/v1): who leads, and until when; kubelets show by theirs that they live.

Upstream: ``pkg/apis/coordination/validation`` and ``printLease``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class LeaseKind(Kind):
    """The hooks of Leases."""

    columns = (Column("NAME"), Column("HOLDER"), Column("AGE"))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``. Upstream: ``ValidateLeaseSpec``."""
        from minikctl.errors import forbidden, invalid

        spec = obj.get("spec") or {}
        errors: list[FieldError] = []
        seconds, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
        if seconds is not None and seconds <= 0:
            errors.append(invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
        if transitions is not None and transitions < 0:
            errors.append(invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"))
        if spec.get("preferredHolder") and not spec.get("strategy"):
            errors.append(forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined"))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        holder = (obj.get("spec") or {}).get("holderIdentity", "")
        return metadata["name"], holder, age(metadata.get("creationTimestamp"), now)


KIND = LeaseKind
