"""The rules of volumes: names, exactly one source, and what each source needs.

Upstream: ``ValidateVolumes`` and ``validateVolumeSource`` in ``pkg/apis/core/validation``. The sources stand in
upstream's order, which decides which of several is the one too many; upstream's odd paths (``persistentDisk``,
``downwarAPI``) are kept.
"""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, forbidden, invalid, required
from minikctl.kinds.podspec import volume_sources as sources
from minikctl.kinds.podspec.projected import validate_downward_api, validate_projected
from minikctl.kinds.podspec.rules import dns_label
from minikctl.lib.names import is_dns1123_subdomain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Obj = dict[str, Any]
    Rule = Callable[[Obj, str], list[FieldError]]

#: (field, the path of what is wrong inside of it, its rule)
_SOURCES: tuple[tuple[str, str, Rule], ...] = (
    ("emptyDir", "emptyDir", sources.empty_dir),
    ("hostPath", "hostPath", sources.host_path),
    ("gitRepo", "gitRepo", sources.git_repo),
    ("gcePersistentDisk", "persistentDisk", sources.gce_persistent_disk),
    ("awsElasticBlockStore", "awsElasticBlockStore", sources.aws_elastic_block_store),
    ("secret", "secret", sources.secret),
    ("nfs", "nfs", sources.nfs),
    ("iscsi", "iscsi", sources.iscsi),
    ("glusterfs", "glusterfs", sources.glusterfs),
    ("flocker", "flocker", sources.flocker),
    ("persistentVolumeClaim", "persistentVolumeClaim", sources.persistent_volume_claim),
    ("rbd", "rbd", sources.rbd),
    ("cinder", "cinder", sources.cinder),
    ("cephfs", "cephfs", sources.cephfs),
    ("quobyte", "quobyte", sources.quobyte),
    ("downwardAPI", "downwardAPI", validate_downward_api),
    ("fc", "fc", sources.fc),
    ("flexVolume", "flexVolume", sources.flex_volume),
    ("configMap", "configMap", sources.config_map),
    ("azureFile", "azureFile", sources.azure_file),
    ("vsphereVolume", "vsphereVolume", sources.vsphere_volume),
    ("photonPersistentDisk", "photonPersistentDisk", sources.photon_persistent_disk),
    ("portworxVolume", "portworxVolume", sources.portworx_volume),
    ("azureDisk", "azureDisk", sources.azure_disk),
    ("storageos", "storageos", sources.storageos),
    ("projected", "projected", validate_projected),
    ("scaleIO", "scaleIO", sources.scale_io),
    ("csi", "csi", sources.csi),
    ("ephemeral", "ephemeral", sources.ephemeral),
    ("image", "image", sources.image),
)
#: fields whose path is another one when they are one too many
_PATHS_OF_TOO_MANY = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}


def validate_volumes(
    volumes: Sequence[Obj], path: str, *, pod_name: str = "", is_pod: bool = False
) -> tuple[dict[str, Obj], list[FieldError]]:
    """Return the volumes that are in order, by name, and every broken rule.

    ``pod_name`` is the Pod's own, "" in a template: generic ephemeral volumes make claims with names out of it.
    """
    made_claims = {
        f"{pod_name}-{volume.get('name', '')}"
        for volume in volumes
        if pod_name and volume.get("ephemeral") is not None
    }
    good: dict[str, Obj] = {}
    errors: list[FieldError] = []
    for index, volume in enumerate(volumes):
        where = f"{path}[{index}]"
        name = volume.get("name", "")
        wrong = _validate_source(volume, where, pod_name, is_pod=is_pod)
        wrong += dns_label(name, f"{where}.name") if name else [required(f"{where}.name")]
        if name in good:
            wrong.append(duplicate(f"{where}.name", name))
        if not wrong:
            good[name] = volume
        errors += wrong
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName", "")
        if claim in made_claims:
            errors.append(invalid(
                f"{where}.persistentVolumeClaim.claimName", claim,
                "must not reference a PVC that gets created for an ephemeral volume",
            ))
    return good, errors


def _validate_source(volume: Obj, path: str, pod_name: str, *, is_pod: bool) -> list[FieldError]:
    """Exactly one source; of several, the first is judged and the others are too many."""
    errors: list[FieldError] = []
    found = False
    for field, inner, rule in _SOURCES:
        source = volume.get(field)
        if source is None:
            continue
        if found:
            errors.append(forbidden(
                f"{path}.{_PATHS_OF_TOO_MANY.get(field, field)}", "may not specify more than 1 volume type"
            ))
        else:
            found = True
            errors += rule(source, f"{path}.{inner}")
            if field == "ephemeral":
                errors += _validate_claim_name(volume.get("name", ""), pod_name, path)
            elif field == "image" and is_pod and not source.get("reference"):
                errors.insert(0, required(f"{path}.image.reference"))
        if field == "iscsi":
            errors += _validate_iscsi_name(volume, path)
    return errors if found else [required(path, "must specify a volume type")]


def _validate_iscsi_name(volume: Obj, path: str) -> list[FieldError]:
    source, name = volume["iscsi"], volume.get("name", "")
    if source.get("initiatorName") is None or len(f"{name}:{source.get('targetPortal', '')}") <= 64:
        return []
    return [invalid(
        f"{path}.name", name,
        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is "
        "specified.",
    )]


def _validate_claim_name(name: str, pod_name: str, path: str) -> list[FieldError]:
    """The claim of a generic ephemeral volume is named after the Pod and the volume."""
    if not pod_name or not name:
        return []
    from minikctl.errors import quote

    claim = f"{pod_name}-{name}"
    return [
        invalid(f"{path}.name", name, f"PVC name {quote(claim)}: {message}") for message in is_dns1123_subdomain(claim)
    ]
