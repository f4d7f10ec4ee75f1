"""What each source of a volume needs: a function a source, ``(source, path) -> errors``.

Upstream: the ``validate*VolumeSource`` functions of ``pkg/apis/core/validation``. PersistentVolumes have some of the
same sources and use the same rules.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, not_supported, required, too_long
from minikctl.kinds.podspec.rules import (
    descending_path,
    dns_label,
    file_mode,
    local_path,
    messages,
    path_without_backsteps,
    unsupported,
)
from minikctl.lib.names import is_dns1123_subdomain, range_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

HOST_PATH_TYPES = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)
_HOST_PORT = "must be a host:port pair or multiple pairs separated by commas"
_MANAGED_DISK = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
_BLOB_DISK = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
_ISCSI_FORMS = {
    "iqn": r"iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$",
    "eui": r"^eui.[A-Za-z0-9]{16}$",
    "naa": r"^naa.[A-Za-z0-9]{32}$",
}


def _need(source: Obj, path: str, *fields: str) -> list[FieldError]:
    return [required(f"{path}.{field}") for field in fields if not source.get(field)]


def _need_secret_name(source: Obj, path: str) -> list[FieldError]:
    secret_ref = source.get("secretRef")
    return [] if secret_ref is None else _need(secret_ref, f"{path}.secretRef", "name")


def _in_byte(source: Obj, field: str, low: int, path: str) -> list[FieldError]:
    """A number up to 255; upstream lets 0 pass for partitions though its words begin at 1."""
    value = source.get(field) or 0
    return [] if 0 <= value <= 255 else [invalid(f"{path}.{field}", value, range_error(low, 255))]


# ---------------------------------------------------------------------------------------------------------------------
# Of the node and of the cluster
# ---------------------------------------------------------------------------------------------------------------------


def empty_dir(source: Obj, path: str) -> list[FieldError]:
    """An empty folder for the Pod's life."""
    limit = source.get("sizeLimit")
    if limit is None:
        return []
    from minikctl.lib.quantity import QuantityError, parse_quantity

    try:
        negative = parse_quantity(limit).sign() < 0
    except QuantityError as error:
        return [invalid(f"{path}.sizeLimit", limit, str(error))]
    return [forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")] if negative else []


def host_path(source: Obj, path: str) -> list[FieldError]:
    """A path of the node."""
    where = source.get("path", "")
    if not where:
        return [required(f"{path}.path")]
    errors = path_without_backsteps(where, f"{path}.path")
    kind = source.get("type")
    if kind is not None and kind not in HOST_PATH_TYPES:
        errors.append(not_supported(f"{path}.type", kind, HOST_PATH_TYPES))
    return errors


def git_repo(source: Obj, path: str) -> list[FieldError]:
    """A clone."""
    return _need(source, path, "repository") + descending_path(source.get("directory", ""), f"{path}.directory")


def secret(source: Obj, path: str) -> list[FieldError]:
    """The keys of a Secret as files."""
    errors = _need(source, path, "secretName") + file_mode(source, "defaultMode", path)
    return errors + key_paths(source.get("items") or (), f"{path}.items")


def config_map(source: Obj, path: str) -> list[FieldError]:
    """The keys of a ConfigMap as files."""
    errors = _need(source, path, "name") + file_mode(source, "defaultMode", path)
    return errors + key_paths(source.get("items") or (), f"{path}.items")


def key_paths(items: Sequence[Obj], path: str) -> list[FieldError]:
    """Keys and the files they become."""
    errors: list[FieldError] = []
    for index, item in enumerate(items):
        errors += key_to_path(item, f"{path}[{index}]")
    return errors


def key_to_path(item: Obj, path: str) -> list[FieldError]:
    """One key and the file it becomes (upstream: ``validateKeyToPath``)."""
    errors = _need(item, path, "key", "path")
    return errors + local_path(item.get("path", ""), f"{path}.path") + file_mode(item, "mode", path)


def persistent_volume_claim(source: Obj, path: str) -> list[FieldError]:
    """A claim of the namespace."""
    return _need(source, path, "claimName")


def ephemeral(source: Obj, path: str) -> list[FieldError]:
    """A claim that comes and goes with the Pod."""
    template = source.get("volumeClaimTemplate")
    if template is None:
        return [required(f"{path}.volumeClaimTemplate")]
    from minikctl.kinds.podspec.claims import validate_claim_template

    return validate_claim_template(template, f"{path}.volumeClaimTemplate")


def image(source: Obj, path: str) -> list[FieldError]:
    """The files of an image; that a Pod has to name one is said by the caller."""
    policy = source.get("pullPolicy", "")
    if not policy:
        return [required(f"{path}.pullPolicy")]
    policies = ("Always", "IfNotPresent", "Never")
    return [] if policy in policies else [not_supported(f"{path}.pullPolicy", policy, policies)]


def csi(source: Obj, path: str) -> list[FieldError]:
    """A volume of a driver, for the Pod's life."""
    errors = csi_driver_name(source.get("driver", ""), f"{path}.driver")
    reference = source.get("nodePublishSecretRef")
    if reference is not None:
        name = reference.get("name", "")
        if name:
            errors += messages(f"{path}.name", name, is_dns1123_subdomain(name))
        else:
            errors.append(required(f"{path}.nodePublishSecretRef.name"))
    return errors


def csi_driver_name(name: str, path: str) -> list[FieldError]:
    """Upstream: ``ValidateCSIDriverName``."""
    if not name:
        return [required(path)]
    errors = [too_long(path, 63)] if len(name.encode()) > 63 else []
    return errors + messages(path, name, is_dns1123_subdomain(name.lower()))


# ---------------------------------------------------------------------------------------------------------------------
# Of the network
# ---------------------------------------------------------------------------------------------------------------------


def nfs(source: Obj, path: str) -> list[FieldError]:
    """A folder of an NFS server."""
    errors = _need(source, path, "server", "path")
    if not source.get("path", "").startswith("/"):
        errors.append(invalid(f"{path}.path", source.get("path", ""), "must be an absolute path"))
    return errors


def iscsi(source: Obj, path: str) -> list[FieldError]:
    """An iSCSI disk."""
    errors = _need(source, path, "targetPortal", "iqn")
    if source.get("iqn"):
        errors += _iscsi_name(source["iqn"], f"{path}.iqn")
    errors += _in_byte(source, "lun", 0, path)
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and source.get("secretRef") is None:
        errors.append(required(f"{path}.secretRef"))
    if source.get("initiatorName") is not None:
        errors += _iscsi_name(source["initiatorName"], f"{path}.initiatorname")
    return errors


def _iscsi_name(name: str, path: str) -> list[FieldError]:
    import re

    form = _ISCSI_FORMS.get(name[:3])
    if form is None:
        return [invalid(path, name, "must be valid format starting with iqn, eui, or naa")]
    return [] if re.search(form, name) else [invalid(path, name, "must be valid format")]


def fc(source: Obj, path: str) -> list[FieldError]:
    """A Fibre Channel disk."""
    targets, ids = source.get("targetWWNs") or (), source.get("wwids") or ()
    errors: list[FieldError] = []
    if not targets and not ids:
        errors.append(required(f"{path}.targetWWNs", "must specify either targetWWNs or wwids, but not both"))
    if targets and ids:
        errors.append(invalid(
            f"{path}.targetWWNs", list(targets), "targetWWNs and wwids can not be specified simultaneously"
        ))
    if targets:
        if source.get("lun") is None:
            errors.append(required(f"{path}.lun", "lun is required if targetWWNs is specified"))
        else:
            errors += _in_byte(source, "lun", 0, path)
    return errors


def glusterfs(source: Obj, path: str) -> list[FieldError]:
    """A Gluster volume."""
    return _need(source, path, "endpoints", "path")


def flocker(source: Obj, path: str) -> list[FieldError]:
    """A Flocker dataset."""
    name, uuid = source.get("datasetName", ""), source.get("datasetUUID", "")
    errors: list[FieldError] = []
    if not name and not uuid:
        errors.append(required(path, "one of datasetName and datasetUUID is required"))
    if name and uuid:
        errors.append(invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously"))
    if "/" in name:
        errors.append(invalid(f"{path}.datasetName", name, "must not contain '/'"))
    return errors


def rbd(source: Obj, path: str) -> list[FieldError]:
    """A Ceph block device."""
    return _need(source, path, "monitors", "image")


def cephfs(source: Obj, path: str) -> list[FieldError]:
    """A Ceph file system."""
    return _need(source, path, "monitors")


def quobyte(source: Obj, path: str) -> list[FieldError]:
    """A Quobyte volume."""
    registry = source.get("registry", "")
    errors: list[FieldError] = []
    if not registry:
        errors.append(required(f"{path}.registry", _HOST_PORT))
    elif len(source.get("tenant", "")) >= 65:
        errors.append(required(f"{path}.tenant", "must be a UUID and may not exceed a length of 64 characters"))
    else:
        wrong = [pair for pair in registry.split(",") if not _is_host_and_port(pair)]
        errors += [invalid(f"{path}.registry", registry, _HOST_PORT) for _ in wrong]
    return errors + _need(source, path, "volume")


def _is_host_and_port(pair: str) -> bool:
    host, colon, _ = pair.rpartition(":")
    return bool(colon) and (":" not in host or (host.startswith("[") and host.endswith("]")))


# ---------------------------------------------------------------------------------------------------------------------
# Of clouds and vendors
# ---------------------------------------------------------------------------------------------------------------------


def gce_persistent_disk(source: Obj, path: str) -> list[FieldError]:
    """A disk of Google's cloud."""
    return _need(source, path, "pdName") + _in_byte(source, "partition", 1, path)


def aws_elastic_block_store(source: Obj, path: str) -> list[FieldError]:
    """A disk of Amazon's cloud."""
    return _need(source, path, "volumeID") + _in_byte(source, "partition", 1, path)


def cinder(source: Obj, path: str) -> list[FieldError]:
    """A disk of OpenStack."""
    return _need(source, path, "volumeID") + _need_secret_name(source, path)


def flex_volume(source: Obj, path: str) -> list[FieldError]:
    """A volume of a FlexVolume driver."""
    errors = _need(source, path, "driver")
    for key in sorted(source.get("options") or ()):
        domain = "." + key.partition("/")[0].lower()
        if domain.endswith((".kubernetes.io", ".k8s.io")):
            errors.append(invalid(
                f"{path}.options[{key}]", key, "kubernetes.io and k8s.io namespaces are reserved"
            ))
    return errors


def azure_file(source: Obj, path: str) -> list[FieldError]:
    """A share of Azure."""
    return _need(source, path, "secretName", "shareName")


def azure_disk(source: Obj, path: str) -> list[FieldError]:
    """A disk of Azure."""
    errors = _need(source, path, "diskName", "diskURI")
    uri = source.get("diskURI", "")
    choices = (("cachingMode", ("None", "ReadOnly", "ReadWrite")), ("kind", ("Dedicated", "Managed", "Shared")))
    for field, supported in choices:
        if source.get(field) is not None and source[field] not in supported:
            errors.append(not_supported(f"{path}.{field}", source[field], supported))
    if source.get("kind") == "Managed":
        if not uri.startswith("/subscriptions/"):
            errors.append(unsupported(f"{path}.diskURI", uri, (_MANAGED_DISK,)))
    elif source.get("kind") is not None and not uri.startswith("https://"):
        errors.append(unsupported(f"{path}.diskURI", uri, (_BLOB_DISK,)))
    return errors


def vsphere_volume(source: Obj, path: str) -> list[FieldError]:
    """A disk of vSphere."""
    return _need(source, path, "volumePath")


def photon_persistent_disk(source: Obj, path: str) -> list[FieldError]:
    """A disk of Photon."""
    return _need(source, path, "pdID")


def portworx_volume(source: Obj, path: str) -> list[FieldError]:
    """A Portworx volume."""
    return _need(source, path, "volumeID")


def storageos(source: Obj, path: str) -> list[FieldError]:
    """A StorageOS volume."""
    name, namespace = source.get("volumeName", ""), source.get("volumeNamespace", "")
    errors = dns_label(name, f"{path}.volumeName") if name else [required(f"{path}.volumeName")]
    if namespace:
        errors += dns_label(namespace, f"{path}.volumeNamespace")
    return errors + _need_secret_name(source, path)


def scale_io(source: Obj, path: str) -> list[FieldError]:
    """A ScaleIO volume."""
    return _need(source, path, "gateway", "system", "volumeName")
