"""CSIDriver (storage.k8s.io/v1): what a storage driver of the cluster can do and wants to know.

Upstream: ``pkg/apis/storage/v1/defaults.go``, ``pkg/apis/storage/validation`` and ``printCSIDriver``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

_DEFAULTS = (
    ("attachRequired", True), ("podInfoOnMount", False), ("storageCapacity", False),
    ("fsGroupPolicy", "ReadWriteOnceWithFSType"), ("requiresRepublish", False), ("seLinuxMount", False),
)
FS_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
LIFECYCLE_MODES = ("Persistent", "Ephemeral")
#: seconds
SHORTEST_TOKEN, LONGEST_TOKEN = 600, 1 << 32


class CSIDriverKind(Kind):
    """The hooks of CSIDrivers."""

    columns = (
        Column("NAME"), Column("ATTACHREQUIRED"), Column("PODINFOONMOUNT"), Column("STORAGECAPACITY"),
        Column("TOKENREQUESTS"), Column("REQUIRESREPUBLISH"), Column("MODES"), Column("AGE"),
    )

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        spec = obj.setdefault("spec", {})
        for field, value in _DEFAULTS:
            spec.setdefault(field, value)
        if not spec.get("volumeLifecycleModes"):
            spec["volumeLifecycleModes"] = ["Persistent"]

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import duplicate, invalid, not_supported
        from minikctl.kinds.podspec.rules import unsupported

        spec = obj["spec"]
        errors: list[FieldError] = []
        if spec["fsGroupPolicy"] not in FS_GROUP_POLICIES:
            errors.append(not_supported("spec.fsGroupPolicy", spec["fsGroupPolicy"], FS_GROUP_POLICIES))
        audiences = set()
        for index, request in enumerate(spec.get("tokenRequests") or ()):
            path = f"spec.tokenRequests[{index}]"
            audience, seconds = request.get("audience", ""), request.get("expirationSeconds")
            if audience in audiences:
                errors.append(duplicate(f"{path}.audience", audience))
                continue
            audiences.add(audience)
            where = f"{path}.expirationSeconds"
            if seconds is not None and seconds < SHORTEST_TOKEN:
                errors.append(invalid(where, seconds, "may not specify a duration less than 10 minutes"))
            if seconds is not None and seconds > LONGEST_TOKEN:
                errors.append(invalid(where, seconds, "may not specify a duration larger than 2^32 seconds"))
        errors += [
            unsupported("spec.volumeLifecycleModes", mode, LIFECYCLE_MODES)
            for mode in spec["volumeLifecycleModes"] if mode not in LIFECYCLE_MODES
        ]
        period = spec.get("nodeAllocatableUpdatePeriodSeconds")
        if period is not None and period < 10:
            path = "spec.nodeAllocatableUpdatePeriodSeconds"
            errors.append(invalid(path, period, "must be greater than or equal to 10 seconds"))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``; upstream's path of attachRequired is misspelt."""
        from minikctl.kinds.meta import validate_immutable_field

        spec, was = obj["spec"], old["spec"]
        errors = self.validate(obj)
        errors += validate_immutable_field(spec["attachRequired"], was["attachRequired"], "spec.attachedRequired")
        return errors + validate_immutable_field(
            spec["volumeLifecycleModes"], was["volumeLifecycleModes"], "spec.volumeLifecycleModes"
        )

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj["spec"]
        tokens = ",".join(request.get("audience", "") for request in spec.get("tokenRequests") or ())
        flags = ["true" if spec.get(field, value) else "false" for field, value in _DEFAULTS if isinstance(value, bool)]
        return (
            metadata["name"], *flags[:3], tokens if spec.get("tokenRequests") else "<unset>", flags[3],
            ",".join(spec.get("volumeLifecycleModes") or ()) or "<none>", age(metadata.get("creationTimestamp"), now),
        )


KIND = CSIDriverKind
