"""The rules of a PersistentVolume, in the order of ``ValidatePersistentVolumeSpec`` (``pkg/apis/core/validation``)."""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, not_supported, required
from minikctl.kinds.podspec import volume_sources as sources
from minikctl.kinds.podspec.claims import VOLUME_MODES, validate_access_modes
from minikctl.kinds.podspec.gostruct import as_struct, diff
from minikctl.kinds.podspec.rules import dns_subdomain, path_without_backsteps
from minikctl.kinds.podspec.scheduling import validate_node_selector
from minikctl.lib.quantity import QuantityError, parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Obj = dict[str, Any]
    Rule = Callable[[Obj, str], list[FieldError]]

RECLAIM_POLICIES = ("Delete", "Recycle", "Retain")
_INLINE = "in the context of inline volumes"


def _need(source: Obj, path: str, *fields: str) -> list[FieldError]:
    return [required(f"{path}.{field}") for field in fields if not source.get(field)]


def _secret_reference(source: Obj, field: str, path: str) -> list[FieldError]:
    """A Secret with its namespace, where the source names one."""
    reference = source.get(field)
    return [] if reference is None else _need(reference, f"{path}.{field}", "name", "namespace")


def _local(source: Obj, path: str) -> list[FieldError]:
    where = source.get("path", "")
    return path_without_backsteps(where, f"{path}.path") if where else [required(f"{path}.path")]


def _csi(source: Obj, path: str) -> list[FieldError]:
    errors = sources.csi_driver_name(source.get("driver", ""), f"{path}.driver")
    errors += _need(source, path, "volumeHandle")
    for field in (
        "controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef",
    ):
        errors += _secret_reference(source, field, path)
    return errors


def _azure_file(source: Obj, path: str) -> list[FieldError]:
    errors = sources.azure_file(source, path)
    if source.get("secretNamespace") == "":
        errors.append(required(f"{path}.secretNamespace"))
    return errors


#: (field, the path of what is wrong inside of it, its rule), in the order that decides which one is too many
_SOURCES: tuple[tuple[str, str, Rule], ...] = (
    ("hostPath", "hostPath", sources.host_path),
    ("gcePersistentDisk", "persistentDisk", sources.gce_persistent_disk),
    ("awsElasticBlockStore", "awsElasticBlockStore", sources.aws_elastic_block_store),
    ("glusterfs", "glusterfs", sources.glusterfs),
    ("flocker", "flocker", sources.flocker),
    ("nfs", "nfs", sources.nfs),
    ("rbd", "rbd", sources.rbd),
    ("quobyte", "quobyte", sources.quobyte),
    ("cephfs", "cephfs", sources.cephfs),
    ("iscsi", "iscsi", sources.iscsi),
    ("cinder", "cinder", sources.cinder),
    ("fc", "fc", sources.fc),
    ("flexVolume", "flexVolume", sources.flex_volume),
    ("azureFile", "azureFile", _azure_file),
    ("vsphereVolume", "vsphereVolume", sources.vsphere_volume),
    ("photonPersistentDisk", "photonPersistentDisk", sources.photon_persistent_disk),
    ("portworxVolume", "portworxVolume", sources.portworx_volume),
    ("azureDisk", "azureDisk", sources.azure_disk),
    ("scaleIO", "scaleIO", sources.scale_io),
    ("local", "local", _local),
    ("storageos", "storageos", sources.storageos),
    ("csi", "csi", _csi),
)


def validate_volume_spec(spec: Obj, name: str, path: str, *, inline: bool = False) -> list[FieldError]:
    """Every broken rule of the spec of the volume ``name``; ``inline``: it stands in a VolumeAttachment."""
    errors: list[FieldError] = []
    if inline:
        errors += [
            forbidden(f"{path}.{field}", f"may not be specified {_INLINE}") for field in ("claimRef", "capacity")
            if spec.get(field)
        ]
        if spec.get("csi") is None:
            errors.append(required(f"{path}.csi", f"has to be specified {_INLINE}"))
    modes = spec.get("accessModes") or ()
    if not modes:
        errors.append(required(f"{path}.accessModes"))
    errors += validate_access_modes(modes, f"{path}.accessModes")
    if not inline:
        errors += _validate_capacity(spec.get("capacity") or {}, f"{path}.capacity")
    errors += _validate_reclaim_policy(spec, path, inline=inline)
    errors += _validate_affinity(spec.get("nodeAffinity"), f"{path}.nodeAffinity", inline=inline)
    errors += _validate_source(spec, name, path)
    return errors + _validate_rest(spec, path, inline=inline)


def _validate_capacity(capacity: Obj, path: str) -> list[FieldError]:
    errors = [] if capacity else [required(path)]
    if "storage" not in capacity or len(capacity) > 1:
        errors.append(not_supported(path, capacity or None, ("storage",)))
    for name in sorted(capacity):
        where = f"{path}[{name}]"
        try:
            amount = parse_quantity(capacity[name])
        except QuantityError as error:
            errors.append(invalid(where, capacity[name], str(error)))
            continue
        if amount.sign() < 0:
            errors.append(invalid(where, amount.value(), "must be a valid resource quantity"))
        if amount.sign() <= 0:
            errors.append(invalid(where, str(amount), "must be greater than zero"))
    return errors


def _validate_reclaim_policy(spec: Obj, path: str, *, inline: bool) -> list[FieldError]:
    policy = spec.get("persistentVolumeReclaimPolicy")
    where = f"{path}.persistentVolumeReclaimPolicy"
    if not policy:
        return []
    if inline:
        return [] if policy == "Retain" else [forbidden(where, f"may only be Retain {_INLINE}")]
    return [] if policy in RECLAIM_POLICIES else [not_supported(where, policy, RECLAIM_POLICIES)]


def _validate_affinity(affinity: Obj | None, path: str, *, inline: bool) -> list[FieldError]:
    if affinity is None:
        return []
    if inline:
        return [forbidden(path, f"may not be specified {_INLINE}")]
    if affinity.get("required") is None:
        return [required(f"{path}.required", "must specify required node constraints")]
    return validate_node_selector(affinity["required"], f"{path}.required")


def _validate_source(spec: Obj, name: str, path: str) -> list[FieldError]:
    """Exactly one source (a FlexVolume does not look for others)."""
    errors: list[FieldError] = []
    found = False
    for field, inner, rule in _SOURCES:
        source = spec.get(field)
        if source is None:
            continue
        if found and field != "flexVolume":
            shown = "cephFS" if field == "cephfs" else field
            errors.append(forbidden(f"{path}.{shown}", "may not specify more than 1 volume type"))
            continue
        found = True
        errors += rule(source, f"{path}.{inner}")
        if field == "iscsi" and source.get("initiatorName") is not None:
            errors += _validate_iscsi_name(source, name)
        if field == "local" and not spec.get("nodeAffinity"):
            errors.append(required(f"{path}.nodeAffinity", "Local volume requires node affinity"))
    if not found:
        errors.append(required(path, "must specify a volume type"))
    host_path = (spec.get("hostPath") or {}).get("path", "")
    if host_path and not host_path.strip("/.") and spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        errors.append(forbidden(
            f"{path}.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'"
        ))
    return errors


def _validate_iscsi_name(source: Obj, name: str) -> list[FieldError]:
    if len(f"{name}:{source.get('targetPortal', '')}") <= 64:
        return []
    return [invalid(
        "metadata.name", name,
        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is "
        "specified.",
    )]


def _validate_rest(spec: Obj, path: str, *, inline: bool) -> list[FieldError]:
    """Class, mode and attributes."""
    errors: list[FieldError] = []
    class_name, mode, attributes = (
        spec.get(field) for field in ("storageClassName", "volumeMode", "volumeAttributesClassName")
    )
    if class_name and inline:
        errors.append(forbidden(f"{path}.storageClassName", f"may not be specified {_INLINE}"))
    elif class_name:
        errors += dns_subdomain(class_name, f"{path}.storageClassName")
    if mode is not None and inline and mode != "Filesystem":
        errors.append(forbidden(f"{path}.volumeMode", f"may not specify volumeMode other than Filesystem {_INLINE}"))
    elif mode is not None and not inline and mode not in VOLUME_MODES:
        errors.append(not_supported(f"{path}.volumeMode", mode, VOLUME_MODES))
    if attributes is not None:
        where = f"{path}.volumeAttributesClassName"
        errors += dns_subdomain(attributes, where) if attributes else [required(where, "an empty string is disallowed")]
        if spec.get("csi") is None:
            errors.append(required(f"{path}.csi", "has to be specified when using volumeAttributesClassName"))
    return errors


def validate_volume_update(spec: Obj, old: Obj) -> list[FieldError]:
    """What a volume is stays as it was made (upstream: ``ValidatePersistentVolumeUpdate``)."""
    from minikctl.kinds.meta import validate_immutable_field

    errors: list[FieldError] = []
    source = {field: spec[field] for field, _, _ in _SOURCES if spec.get(field) is not None}
    was = {field: old[field] for field, _, _ in _SOURCES if old.get(field) is not None}
    if "controllerExpandSecretRef" not in (was.get("csi") or {}) and "csi" in source and "csi" in was:
        source["csi"] = {key: value for key, value in source["csi"].items() if key != "controllerExpandSecretRef"}
    if source != was:
        before, after = as_struct(was, "PersistentVolumeSource"), as_struct(source, "PersistentVolumeSource")
        errors.append(forbidden(
            "spec.persistentvolumesource",
            f"spec.persistentvolumesource is immutable after creation\n{diff(before, after)}",
        ))
    errors += validate_immutable_field(spec.get("volumeMode"), old.get("volumeMode"), "volumeMode")
    if old.get("nodeAffinity") is not None:
        errors += validate_immutable_field(spec.get("nodeAffinity"), old["nodeAffinity"], "nodeAffinity")
    if old.get("volumeAttributesClassName") is not None and spec.get("volumeAttributesClassName") is None:
        errors.append(forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden"))
    return errors
