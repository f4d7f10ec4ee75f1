"""ServiceCIDR (networking.k8s.io/v1): a range that Services get their addresses from.

Upstream: ``pkg/apis/networking/validation``, ``printServiceCIDR`` and kubectl's ``ServiceCIDRDescriber``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer


class ServiceCIDRKind(Kind):
    """The hooks of ServiceCIDRs."""

    columns = (Column("NAME"), Column("CIDRS"), Column("AGE"))
    has_generation = True
    has_status = True

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import invalid, required
        from minikctl.lib.addresses import is_valid_cidr
        from minikctl.lib.ips import parse_cidr

        path, cidrs = "spec.cidrs", (obj.get("spec") or {}).get("cidrs") or []
        if not cidrs:
            return [required(path, "at least one CIDR required")]
        if len(cidrs) > 2:
            return [invalid(path, cidrs, "may only hold up to 2 values")]
        errors = [
            invalid(f"{path}[{index}]", cidr, message)
            for index, cidr in enumerate(cidrs) for message in is_valid_cidr(cidr)
        ]
        families = {parsed[0] for parsed in map(parse_cidr, cidrs) if parsed is not None}
        if not errors and len(cidrs) == 2 and len(families) == 1:
            errors.append(invalid(path, cidrs, (
                "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96"
            )))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: a range stays."""
        from minikctl.kinds.meta import validate_immutable_field

        now, was = ((each.get("spec") or {}).get("cidrs") for each in (obj, old))
        return validate_immutable_field(now, was, "spec.cidrs")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        cidrs = ",".join((obj.get("spec") or {}).get("cidrs") or ())
        return metadata["name"], cidrs, age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.describing import annotations_multiline, labels_multiline
        from minikctl.lib.times import describe_time

        metadata, status = obj["metadata"], obj.get("status") or {}
        out.write(0, f"Name:\t{metadata['name']}\n")
        labels_multiline(out, "Labels", metadata.get("labels"))
        annotations_multiline(out, "Annotations", metadata.get("annotations"))
        out.write(0, f"CIDRs:\t{', '.join((obj.get('spec') or {}).get('cidrs') or ())}\n")
        if status.get("conditions"):
            out.write(0, "Status:\n")
            out.write(0, "Conditions:\n")
            out.write(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage\n")
            out.write(1, "----\t------\t------------------\t------\t-------\n")
            for condition in status["conditions"]:
                out.write(1, "\t".join((
                    condition["type"], condition["status"], describe_time(condition.get("lastTransitionTime")),
                    condition.get("reason", ""), condition.get("message", ""),
                )) + "\n")
        out.events(obj)


KIND = ServiceCIDRKind
