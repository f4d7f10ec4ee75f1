"""PersistentVolumeClaim (v1): what somebody wants of storage, and the volume that was found for it.

Upstream: ``SetDefaults_PersistentVolumeClaim``, ``pkg/registry/core/persistentvolumeclaim/strategy.go``,
``pkg/api/persistentvolumeclaim`` and ``printPersistentVolumeClaim``. Rules of updates and ``describe`` stand in the
modules beside this one, those of the spec in ``podspec.claims``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer


class PersistentVolumeClaimKind(Kind):
    """The hooks of PersistentVolumeClaims."""

    columns = (
        Column("NAME"), Column("STATUS"), Column("VOLUME"), Column("CAPACITY"), Column("ACCESS MODES"),
        Column("STORAGECLASS"), Column("VOLUMEATTRIBUTESCLASS"), Column("AGE"), Column("VOLUMEMODE", wide=True),
    )
    has_status = True
    ref_path = ("spec", "volumeName")

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        from minikctl.kinds.podspec.defaults import default_resource_list

        spec = obj.setdefault("spec", {})
        spec.setdefault("volumeMode", "Filesystem")
        resources = spec.setdefault("resources", {})
        for field in ("limits", "requests"):
            default_resource_list(resources.get(field) or {})
        _normalize_data_sources(spec)

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {"phase": "Pending"}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.podspec.claims import validate_claim_spec

        return validate_claim_spec(obj["spec"], "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``."""
        from minikctl.kinds.persistentvolumeclaim.validation import validate_claim_update

        return self.validate(obj) + validate_claim_update(obj, old)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        from minikctl.kinds.podspec.warnings import fraction_warnings
        from minikctl.kinds.volumes import BETA_CLASS

        found = []
        if BETA_CLASS in (obj["metadata"].get("annotations") or {}):
            found.append(
                f'metadata.annotations[{BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead'
            )
        resources = obj["spec"].get("resources") or {}
        for field in ("requests", "limits"):
            found += fraction_warnings(resources.get(field) or {}, f"spec.resources.{field}", ("storage",))
        return found

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.volumes import access_modes_text, class_of, storage_of
        from minikctl.lib.times import age

        metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
        volume = spec.get("volumeName", "")
        return (
            metadata["name"], "Terminating" if metadata.get("deletionTimestamp") else status.get("phase", ""), volume,
            storage_of(status.get("capacity")) if volume else "",
            access_modes_text(status.get("accessModes")) if volume else "", class_of(obj),
            spec.get("volumeAttributesClassName", "<unset>"), age(metadata.get("creationTimestamp"), now),
            spec.get("volumeMode", "<unset>"),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.persistentvolumeclaim.describe import describe_claim

        describe_claim(out, obj, read)


def _normalize_data_sources(spec: Obj) -> None:
    """Let dataSource and dataSourceRef say the same where only one is given (upstream: ``NormalizeDataSources``)."""
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None and reference is None:
        spec["dataSourceRef"] = dict(source)
    elif source is None and reference is not None and not reference.get("namespace"):
        spec["dataSource"] = {key: value for key, value in reference.items() if key != "namespace"}


KIND = PersistentVolumeClaimKind
