"""PriorityLevelConfiguration (flowcontrol.apiserver.k8s.io/v1): how long the queues of requests are.

Upstream: ``pkg/apis/flowcontrol/v1/defaults.go`` and ``printPriorityLevelConfiguration``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

_QUEUES = (("handSize", 8), ("queues", 64), ("queueLengthLimit", 50))


class PriorityLevelConfigurationKind(Kind):
    """The hooks of PriorityLevelConfigurations."""

    columns = (
        Column("NAME"), Column("TYPE"), Column("NOMINALCONCURRENCYSHARES"), Column("QUEUES"), Column("HANDSIZE"),
        Column("QUEUELENGTHLIMIT"), Column("AGE"),
    )
    has_generation = True
    has_status = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        spec = obj.setdefault("spec", {})
        limited, exempt = spec.get("limited"), spec.get("exempt")
        if limited is not None:
            limited.setdefault("nominalConcurrencyShares", 30)
            limited.setdefault("lendablePercent", 0)
            queuing = (limited.get("limitResponse") or {}).get("queuing")
            if queuing is not None:
                for field, value in _QUEUES:
                    if not queuing.get(field):
                        queuing[field] = value
        if exempt is not None:
            exempt.setdefault("nominalConcurrencyShares", 0)
            exempt.setdefault("lendablePercent", 0)

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import forbidden, required

        spec = obj["spec"]
        errors: list[FieldError] = []
        if spec.get("type") == "Limited":
            if spec.get("exempt") is not None:
                errors.append(forbidden("spec.exempt", "must be nil if the type is Limited"))
            if spec.get("limited") is None:
                errors.append(required("spec.limited", "must not be empty when type is Limited"))
        elif spec.get("type") == "Exempt" and spec.get("limited") is not None:
            errors.append(forbidden("spec.limited", "must be nil if the type is not Limited"))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        limited = spec.get("limited") or {}
        queuing = (limited.get("limitResponse") or {}).get("queuing") or {}
        return (
            metadata["name"], spec.get("type", ""), str(limited.get("nominalConcurrencyShares", "<none>")),
            *(str(queuing.get(field, "<none>")) for field in ("queues", "handSize", "queueLengthLimit")),
            age(metadata.get("creationTimestamp"), now),
        )


KIND = PriorityLevelConfigurationKind
