"""PodDisruptionBudget (policy/v1): how many Pods of a selection may be taken away at a time.

Upstream: ``pkg/registry/policy/poddisruptionbudget/strategy.go``, ``pkg/apis/policy/validation``,
``printPodDisruptionBudget`` and kubectl's ``describePodDisruptionBudgetV1``. The numbers of its status are worked out
by ``minikctl.controllers.disruption``, and held to by ``minikctl.api.eviction``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


class PodDisruptionBudgetKind(Kind):
    """The hooks of PodDisruptionBudgets."""

    columns = (
        Column("NAME"), Column("MIN AVAILABLE"), Column("MAX UNAVAILABLE"), Column("ALLOWED DISRUPTIONS"), Column("AGE"),
    )
    has_generation = True
    has_status = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        obj.setdefault("spec", {})

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``: these numbers are always written."""
        obj["status"] = dict.fromkeys(("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"), 0)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``. Upstream: ``ValidatePodDisruptionBudgetSpec``."""
        from minikctl.errors import invalid, not_supported
        from minikctl.kinds.deployment.validation import (
            validate_not_more_than_100_percent,
            validate_positive_int_or_percent,
        )
        from minikctl.kinds.meta import validate_label_selector

        spec = obj["spec"]
        errors: list[FieldError] = []
        if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
            shown = {
                name: spec.get(field) for name, field in (
                    ("MinAvailable", "minAvailable"), ("Selector", "selector"), ("MaxUnavailable", "maxUnavailable"),
                    ("UnhealthyPodEvictionPolicy", "unhealthyPodEvictionPolicy"),
                )
            }
            errors.append(invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set"))
        for field in ("minAvailable", "maxUnavailable"):
            if spec.get(field) is not None:
                errors += validate_positive_int_or_percent(spec[field], f"spec.{field}")
                errors += validate_not_more_than_100_percent(spec[field], f"spec.{field}")
        policy = spec.get("unhealthyPodEvictionPolicy")
        if policy is not None and policy not in EVICTION_POLICIES:
            errors.append(not_supported("spec.unhealthyPodEvictionPolicy", policy, EVICTION_POLICIES))
        return errors + validate_label_selector(spec.get("selector"), "spec.selector")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again; nothing is immutable."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        return (
            metadata["name"], str(spec.get("minAvailable", "N/A")), str(spec.get("maxUnavailable", "N/A")),
            str((obj.get("status") or {}).get("disruptionsAllowed", 0)), age(metadata.get("creationTimestamp"), now),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.lib.labels import format_label_selector

        metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
        out.write(0, f"Name:\t{metadata['name']}\n")
        out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
        if spec.get("minAvailable") is not None:
            out.write(0, f"Min available:\t{spec['minAvailable']}\n")
        elif spec.get("maxUnavailable") is not None:
            out.write(0, f"Max unavailable:\t{spec['maxUnavailable']}\n")
        selector = spec.get("selector")
        out.write(0, f"Selector:\t{'<unset>' if selector is None else format_label_selector(selector)}\n")
        out.write(0, "Status:\n")
        for title, field in (
            ("Allowed disruptions", "disruptionsAllowed"), ("Current", "currentHealthy"), ("Desired", "desiredHealthy"),
            ("Total", "expectedPods"),
        ):
            out.write(2, f"{title}:\t{status.get(field, 0)}\n")
        out.events(obj)

    def selector(self, obj: Obj) -> Obj | None:
        """See ``Kind.selector``."""
        found: Obj | None = (obj.get("spec") or {}).get("selector")
        return found


KIND = PodDisruptionBudgetKind
