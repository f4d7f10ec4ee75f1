"""CSIStorageCapacity (storage.k8s.io/v1): how much room a class of storage has in a part of the cluster.

Upstream: ``pkg/apis/storage/validation`` and ``printCSIStorageCapacity``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class CSIStorageCapacityKind(Kind):
    """The hooks of CSIStorageCapacities."""

    columns = (Column("NAME"), Column("STORAGECLASSNAME"), Column("CAPACITY"))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import invalid
        from minikctl.kinds.meta import validate_label_selector
        from minikctl.kinds.podspec.rules import NOT_NEGATIVE, dns_subdomain
        from minikctl.lib.quantity import parse_quantity

        errors = validate_label_selector(obj.get("nodeTopology"), "nodeTopology")
        errors += dns_subdomain(obj.get("storageClassName", ""), "storageClassName")
        capacity = obj.get("capacity")
        if capacity is not None and parse_quantity(capacity).sign() < 0:
            errors.append(invalid("capacity", capacity, NOT_NEGATIVE))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: what was asked for stays."""
        from minikctl.errors import invalid

        return [
            invalid(field, obj.get(field), "field is immutable") for field in ("nodeTopology", "storageClassName")
            if obj.get(field) != old.get(field)
        ]

    def row(self, obj: Obj, now: float) -> Sequence[str]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.row``."""
        capacity = obj.get("capacity")
        return (
            obj["metadata"]["name"], obj.get("storageClassName", ""), "<unset>" if capacity is None else str(capacity),
        )


KIND = CSIStorageCapacityKind
