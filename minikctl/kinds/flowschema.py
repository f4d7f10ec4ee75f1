"""FlowSchema (flowcontrol.apiserver.k8s.io/v1): which requests queue where. No request queues here.

Upstream: ``pkg/apis/flowcontrol/v1/defaults.go`` and ``printFlowSchema``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

DEFAULT_PRECEDENCE, LAST_PRECEDENCE = 1000, 10_000


class FlowSchemaKind(Kind):
    """The hooks of FlowSchemas."""

    columns = (
        Column("NAME"), Column("PRIORITYLEVEL"), Column("MATCHINGPRECEDENCE"), Column("DISTINGUISHERMETHOD"),
        Column("AGE"), Column("MISSINGPL"),
    )
    has_generation = True
    has_status = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        spec = obj.setdefault("spec", {})
        if not spec.get("matchingPrecedence"):
            spec["matchingPrecedence"] = DEFAULT_PRECEDENCE

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import invalid, required

        spec = obj["spec"]
        errors: list[FieldError] = []
        precedence = spec["matchingPrecedence"]
        if precedence <= 0:
            errors.append(invalid("spec.matchingPrecedence", precedence, "must be a positive value"))
        if precedence > LAST_PRECEDENCE:
            errors.append(invalid(
                "spec.matchingPrecedence", precedence, f"must not be greater than {LAST_PRECEDENCE}"
            ))
        if not (spec.get("priorityLevelConfiguration") or {}).get("name"):
            errors.append(required("spec.priorityLevelConfiguration.name", "must reference a priority level"))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        missing = next((
            condition.get("status", "") for condition in (obj.get("status") or {}).get("conditions") or ()
            if condition.get("type") == "Dangling"
        ), "?")
        return (
            metadata["name"], (spec.get("priorityLevelConfiguration") or {}).get("name", ""),
            str(spec.get("matchingPrecedence", 0)), (spec.get("distinguisherMethod") or {}).get("type", "<none>"),
            age(metadata.get("creationTimestamp"), now), missing,
        )


KIND = FlowSchemaKind
