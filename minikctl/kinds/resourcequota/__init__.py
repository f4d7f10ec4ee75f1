"""ResourceQuota (v1): how much of what a namespace may have.

Upstream: ``pkg/registry/core/resourcequota/strategy.go``, ``printResourceQuota`` and kubectl's ``describeQuota``. Rules
stand in ``validation``; what is counted, and how, in ``minikctl.api.quota``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer


class ResourceQuotaKind(Kind):
    """The hooks of ResourceQuotas."""

    columns = (Column("NAME"), Column("REQUEST"), Column("LIMIT"), Column("AGE"))
    has_status = True
    rules_are_whole = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        from minikctl.kinds.podspec.defaults import default_resource_list

        default_resource_list(obj.setdefault("spec", {}).get("hard") or {})

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.resourcequota.validation import validate_spec

        return validate_spec(obj["spec"], "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: scopes stay."""
        from minikctl.errors import invalid

        errors = self.validate(obj)
        scopes = obj["spec"].get("scopes") or []
        if set(scopes) != set(old["spec"].get("scopes") or ()):
            errors.append(invalid("spec.scopes", scopes or None, "field is immutable"))
        return errors

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, status = obj["metadata"], obj.get("status") or {}
        used = status.get("used") or {}
        requests: list[str] = []
        limits: list[str] = []
        for name, hard in sorted((status.get("hard") or {}).items()):
            column = limits if name.startswith("limits.") else requests
            column.append(f"{name}: {used.get(name, '0')}/{hard}")
        return (
            metadata["name"], ", ".join(requests), ", ".join(limits), age(metadata.get("creationTimestamp"), now),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``; there is no section of events."""
        from minikctl.kinds.namespacelimits import describe_quota_scopes

        metadata, status = obj["metadata"], obj.get("status") or {}
        out.write(0, f"Name:\t{metadata['name']}\n")
        out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
        describe_quota_scopes(out, obj, 0, " *")
        out.write(0, "Resource\tUsed\tHard\n")
        out.write(0, "--------\t----\t----\n")
        used = status.get("used") or {}
        for name, hard in sorted((status.get("hard") or {}).items()):
            out.write(0, f"{name}\t{_in_family_of(hard, used.get(name, '0'))}\t{hard}\n")


def _in_family_of(hard: str, used: str) -> str:
    """What is used, with suffixes of the kind that the limit has: of ``1Gi`` not ``1048576k`` is used but ``1Gi``."""
    from minikctl.lib.quantity import Quantity, parse_quantity

    limit, amount = parse_quantity(hard), parse_quantity(used)
    if limit.format == amount.format:
        return str(amount)
    return str(Quantity.make(amount.value(), 0, limit.format))


KIND = ResourceQuotaKind
