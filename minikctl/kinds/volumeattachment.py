"""VolumeAttachment (storage.k8s.io/v1): that a volume is to be attached to a node. Nothing is attached here.

Upstream: ``pkg/apis/storage/validation`` and ``printVolumeAttachment``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

_EXACTLY_ONE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


class VolumeAttachmentKind(Kind):
    """The hooks of VolumeAttachments."""

    columns = (
        Column("NAME"), Column("ATTACHER"), Column("PV"), Column("NODE"), Column("ATTACHED"), Column("AGE"),
    )
    has_status = True

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {"attached": False}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import forbidden, required
        from minikctl.kinds.podspec.rules import dns_subdomain
        from minikctl.kinds.podspec.volume_sources import csi_driver_name

        spec = obj.get("spec") or {}
        source = spec.get("source") or {}
        inline, volume = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
        errors: list[FieldError] = [] if spec.get("attacher") else [required("spec.attacher")]
        path = "spec.source"
        if inline is None and volume is None:
            errors.append(required(path, _EXACTLY_ONE))
        elif inline is not None and volume is not None:
            errors.append(forbidden(path, _EXACTLY_ONE))
        elif volume == "":
            errors.append(required(f"{path}.persistentVolumeName", "must specify non empty persistentVolumeName"))
        elif inline is not None:
            from minikctl.kinds.persistentvolume.validation import validate_volume_spec

            errors += validate_volume_spec(inline, "", f"{path}.inlineVolumeSpec", inline=True)
        errors += dns_subdomain(spec.get("nodeName", ""), "spec.nodeName")
        errors += csi_driver_name(spec.get("attacher", ""), "spec.attacher")
        return errors + (dns_subdomain(volume, f"{path}.persistentVolumeName") if volume is not None else [])

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: what is attached to what does not change."""
        from minikctl.errors import invalid

        errors = self.validate(obj)
        if obj.get("spec") != old.get("spec"):
            errors.append(invalid("spec", obj.get("spec"), "field is immutable"))
        return errors

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        return (
            metadata["name"], spec.get("attacher", ""), (spec.get("source") or {}).get("persistentVolumeName", ""),
            spec.get("nodeName", ""), "true" if (obj.get("status") or {}).get("attached") else "false",
            age(metadata.get("creationTimestamp"), now),
        )


KIND = VolumeAttachmentKind
