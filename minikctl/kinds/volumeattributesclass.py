"""VolumeAttributesClass (storage.k8s.io/v1): attributes of volumes that may change while they are in use.

Upstream: ``pkg/apis/storage/validation`` and ``printVolumeAttributesClass``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

_DEFAULT_ANNOTATION = "volumeattributesclass.alpha.kubernetes.io/is-default-class"


class VolumeAttributesClassKind(Kind):
    """The hooks of VolumeAttributesClasses."""

    columns = (Column("NAME"), Column("DRIVERNAME"), Column("AGE"))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.storageclasses import validate_parameters, validate_provisioner

        errors = validate_provisioner(obj.get("driverName", ""), "driverName")
        return errors + validate_parameters(obj.get("parameters"), "parameters", may_be_empty=False)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: a class says the same for ever."""
        from minikctl.errors import forbidden

        errors = [
            forbidden(field, f"updates to {field} are forbidden.") for field in ("driverName", "parameters")
            if (obj.get(field) or "") != (old.get(field) or "")
        ]
        return errors + self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        default = (metadata.get("annotations") or {}).get(_DEFAULT_ANNOTATION) == "true"
        name = metadata["name"] + (" (default)" if default else "")
        return name, obj.get("driverName", ""), age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.lib.labels import format_labels

        metadata = obj["metadata"]
        out.write(0, f"Name:\t{metadata['name']}\n")
        out.write(0, f"Annotations:\t{format_labels(metadata.get('annotations'))}\n")
        out.write(0, f"DriverName:\t{obj.get('driverName', '')}\n")
        out.write(0, f"Parameters:\t{format_labels(obj.get('parameters'))}\n")
        out.events(obj)


KIND = VolumeAttributesClassKind
