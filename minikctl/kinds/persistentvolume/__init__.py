"""PersistentVolume (v1): a piece of storage of the cluster.

Upstream: ``SetDefaults_PersistentVolume``, ``pkg/registry/core/persistentvolume/strategy.go`` and
``printPersistentVolume``. Rules and ``describe`` stand in the modules beside this one.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer


class PersistentVolumeKind(Kind):
    """The hooks of PersistentVolumes."""

    columns = (
        Column("NAME"), Column("CAPACITY"), Column("ACCESS MODES"), Column("RECLAIM POLICY"), Column("STATUS"),
        Column("CLAIM"), Column("STORAGECLASS"), Column("VOLUMEATTRIBUTESCLASS"), Column("REASON"), Column("AGE"),
        Column("VOLUMEMODE", wide=True),
    )
    has_status = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        from minikctl.kinds.podspec.defaults import default_resource_list, default_volume_source

        spec = obj.setdefault("spec", {})
        spec.setdefault("persistentVolumeReclaimPolicy", "Retain")
        spec.setdefault("volumeMode", "Filesystem")
        default_resource_list(spec.get("capacity") or {})
        default_volume_source(spec)

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``: a new volume waits for the binder, since it was made."""
        obj["status"] = {"phase": "Pending", "lastPhaseTransitionTime": obj["metadata"]["creationTimestamp"]}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.persistentvolume.validation import validate_volume_spec

        return validate_volume_spec(obj["spec"], obj["metadata"].get("name", ""), "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``."""
        from minikctl.kinds.persistentvolume.validation import validate_volume_update

        return self.validate(obj) + validate_volume_update(obj["spec"], old["spec"])

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        from minikctl.kinds.volumes import BETA_CLASS

        found = []
        if BETA_CLASS in (obj["metadata"].get("annotations") or {}):
            found.append(
                f'metadata.annotations[{BETA_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead'
            )
        if obj["spec"]["persistentVolumeReclaimPolicy"] == "Recycle":
            found.append(
                "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended "
                "approach is to use dynamic provisioning."
            )
        return found

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.volumes import access_modes_text, class_of, storage_of
        from minikctl.lib.times import age

        metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
        claim = spec.get("claimRef")
        return (
            metadata["name"], storage_of(spec.get("capacity")), access_modes_text(spec.get("accessModes")),
            spec.get("persistentVolumeReclaimPolicy", ""),
            "Terminating" if metadata.get("deletionTimestamp") else status.get("phase", ""),
            f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim is not None else "", class_of(obj),
            spec.get("volumeAttributesClassName", "<unset>"), status.get("reason", ""),
            age(metadata.get("creationTimestamp"), now), spec.get("volumeMode", "<unset>"),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.persistentvolume.describe import describe_volume

        describe_volume(out, obj, read)


KIND = PersistentVolumeKind
