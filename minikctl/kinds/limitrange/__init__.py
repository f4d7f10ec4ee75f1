"""LimitRange (v1): how much a container, Pod or claim may ask for, and what it gets where it does not.

Upstream: ``SetDefaults_LimitRangeItem`` and kubectl's ``describeLimitRange``. Rules stand in ``validation``; what the
limits do, in ``minikctl.api.admission.limit_ranger``.
"""

from __future__ import annotations

from minikctl.kinds.createdat import CreatedAtKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

_AMOUNTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


class LimitRangeKind(CreatedAtKind):
    """The hooks of LimitRanges."""

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: what containers get follows from the bounds where nothing else is said."""
        from minikctl.kinds.podspec.defaults import default_resource_list

        for item in obj.setdefault("spec", {}).setdefault("limits", []):
            for field in _AMOUNTS:
                default_resource_list(item.get(field) or {})
            if item.get("type") == "Container":
                _default_container(item)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.limitrange.validation import validate_limits

        return validate_limits(obj["spec"].get("limits") or (), "spec.limits")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``; there is no section of events."""
        from minikctl.kinds.namespacelimits import describe_limit_range_spec

        metadata = obj["metadata"]
        out.write(0, f"Name:\t{metadata['name']}\n")
        out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
        out.write(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n")
        out.write(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n")
        describe_limit_range_spec(out, obj.get("spec") or {}, "")


def _default_container(item: Obj) -> None:
    """The limit is the most that is allowed; the request is the limit, or else the least."""
    limits = {**(item.get("max") or {}), **(item.get("default") or {})}
    requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
    if limits:
        item["default"] = limits
    if requests:
        item["defaultRequest"] = requests


KIND = LimitRangeKind
