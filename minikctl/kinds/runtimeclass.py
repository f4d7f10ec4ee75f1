"""RuntimeClass (node.k8s.io/v1): which container runtime a Pod is run by, and what that costs.

Upstream: ``pkg/apis/node/validation`` and ``printRuntimeClass``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class RuntimeClassKind(Kind):
    """The hooks of RuntimeClasses."""

    columns = (Column("NAME"), Column("HANDLER"), Column("AGE"))

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: amounts as the API writes them."""
        from minikctl.kinds.podspec.defaults import default_resource_list

        default_resource_list((obj.get("overhead") or {}).get("podFixed") or {})

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import duplicate
        from minikctl.kinds.meta import validate_labels
        from minikctl.kinds.podspec.resource_rules import validate_overhead
        from minikctl.kinds.podspec.rules import dns_label
        from minikctl.kinds.podspec.scheduling import validate_tolerations

        errors = dns_label(obj.get("handler", ""), "handler")
        if obj.get("overhead") is not None:
            errors += validate_overhead(obj["overhead"].get("podFixed") or {}, "overhead")
        scheduling = obj.get("scheduling")
        if scheduling is None:
            return errors
        errors += validate_labels(scheduling.get("nodeSelector"), "scheduling.nodeSelector")
        tolerations = scheduling.get("tolerations") or []
        errors += validate_tolerations(tolerations, "scheduling.tolerations")
        return errors + [
            duplicate(f"scheduling.tolerations[{index}]", toleration)
            for index, toleration in enumerate(tolerations) if toleration in tolerations[:index]
        ]

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: the runtime stays the same."""
        from minikctl.kinds.meta import validate_immutable_field

        return validate_immutable_field(obj.get("handler"), old.get("handler"), "handler")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        return metadata["name"], obj.get("handler", ""), age(metadata.get("creationTimestamp"), now)


KIND = RuntimeClassKind
