"""IPAddress (networking.k8s.io/v1): an address that somebody has.

Upstream: ``pkg/apis/networking/validation``, ``printIPAddress`` and kubectl's ``IPAddressDescriber``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer


class IPAddressKind(Kind):
    """The hooks of IPAddresses."""

    columns = (Column("NAME"), Column("PARENTREF"), Column("AGE"))
    has_generation = True

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import required

        path, reference = "spec.parentRef", (obj.get("spec") or {}).get("parentRef")
        if reference is None:
            return [required(path)]
        return [required(f"{path}.{field}") for field in ("resource", "name") if not reference.get(field)]

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: whose an address is stays."""
        from minikctl.kinds.meta import validate_immutable_field

        now, was = ((each.get("spec") or {}).get("parentRef") for each in (obj, old))
        return validate_immutable_field(now, was, "spec.parentRef")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, reference = obj["metadata"], (obj.get("spec") or {}).get("parentRef")
        text = "<none>"
        if reference is not None:
            group = f".{reference['group']}" if reference.get("group") else ""
            parts = (f"{reference.get('resource', '')}{group}".lower(), reference.get("namespace"), reference.get("name"))
            text = "/".join(part for part in parts if part)
        return metadata["name"], text, age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.describing import annotations_multiline, labels_multiline

        metadata, reference = obj["metadata"], (obj.get("spec") or {}).get("parentRef")
        out.write(0, f"Name:\t{metadata['name']}\n")
        labels_multiline(out, "Labels", metadata.get("labels"))
        annotations_multiline(out, "Annotations", metadata.get("annotations"))
        if reference is not None:
            out.write(0, "Parent Reference:\n")
            for title, field in (
                ("Group", "group"), ("Resource", "resource"), ("Namespace", "namespace"), ("Name", "name"),
            ):
                out.write(1, f"{title}:\t{reference.get(field, '')}\n")
        out.events(obj)


KIND = IPAddressKind
