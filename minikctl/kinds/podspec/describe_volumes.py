"""Volumes as ``describe`` shows them.

Upstream: kubectl's ``describe.go``: ``describeVolumes`` and the ``print*VolumeSource`` functions. PersistentVolumes
show most of these sources in the same words (``describe_source``).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from minikctl.kinds.base import Obj, Writer

    #: a line of a source: its label with what follows it, the field, what stands there when it is absent
    Line = tuple[str, str, Any]

_READ_ONLY: Line = ("ReadOnly:", "readOnly", False)
_FS_TYPE: Line = ("FSType:", "fsType", "")
_SECRET: Line = ("SecretRef:", "secretRef", None)

_ISCSI = "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)"
_EPHEMERAL = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"

#: (field, what it is, its lines), in the order in which kubectl looks for the source of a volume
_SOURCES: tuple[tuple[str, str, tuple[Line, ...]], ...] = (
    ("hostPath", "HostPath (bare host directory volume)", (
        ("Path:", "path", ""), ("HostPathType:", "type", "<none>"),
    )),
    ("emptyDir", "EmptyDir (a temporary directory that shares a pod's lifetime)", (
        ("Medium:", "medium", ""), ("SizeLimit:", "sizeLimit", "<unset>"),
    )),
    ("gcePersistentDisk", "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)", (
        ("PDName:", "pdName", ""), _FS_TYPE, ("Partition:", "partition", 0), _READ_ONLY,
    )),
    ("awsElasticBlockStore", "AWSElasticBlockStore (a Persistent Disk resource in AWS)", (
        ("VolumeID:", "volumeID", ""), _FS_TYPE, ("Partition:", "partition", 0), _READ_ONLY,
    )),
    ("gitRepo", "GitRepo (a volume that is pulled from git when the pod is created)", (
        ("Repository:", "repository", ""), ("Revision:", "revision", ""),
    )),
    ("secret", "Secret (a volume populated by a Secret)", (
        ("SecretName:", "secretName", ""), ("Optional:", "optional", False),
    )),
    ("configMap", "ConfigMap (a volume populated by a ConfigMap)", (
        ("Name:", "name", ""), ("Optional:", "optional", False),
    )),
    ("nfs", "NFS (an NFS mount that lasts the lifetime of a pod)", (
        ("Server:", "server", ""), ("Path:", "path", ""), _READ_ONLY,
    )),
    ("iscsi", _ISCSI, (
        ("TargetPortal:", "targetPortal", ""), ("IQN:", "iqn", ""), ("Lun:", "lun", 0),
        ("ISCSIInterface", "iscsiInterface", ""), _FS_TYPE, _READ_ONLY, ("Portals:", "portals", []),
        ("DiscoveryCHAPAuth:", "chapAuthDiscovery", False), ("SessionCHAPAuth:", "chapAuthSession", False), _SECRET,
        ("InitiatorName:", "initiatorName", "<none>"),
    )),
    ("glusterfs", "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)", (
        ("EndpointsName:", "endpoints", ""), ("Path:", "path", ""), _READ_ONLY,
    )),
    ("persistentVolumeClaim", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)", (
        ("ClaimName:", "claimName", ""), _READ_ONLY,
    )),
    ("ephemeral", _EPHEMERAL, ()),
    ("rbd", "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)", (
        ("CephMonitors:", "monitors", []), ("RBDImage:", "image", ""), _FS_TYPE, ("RBDPool:", "pool", ""),
        ("RadosUser:", "user", ""), ("Keyring:", "keyring", ""), _SECRET, _READ_ONLY,
    )),
    ("quobyte", "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)", (
        ("Registry:", "registry", ""), ("Volume:", "volume", ""), _READ_ONLY,
    )),
    ("downwardAPI", "DownwardAPI (a volume populated by information about the pod)", ()),
    ("azureDisk", "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)", (
        ("DiskName:", "diskName", ""), ("DiskURI:", "diskURI", ""), ("Kind: ", "kind", ""), _FS_TYPE,
        ("CachingMode:", "cachingMode", ""), _READ_ONLY,
    )),
    ("vsphereVolume", "vSphereVolume (a Persistent Disk resource in vSphere)", (
        ("VolumePath:", "volumePath", ""), _FS_TYPE, ("StoragePolicyName:", "storagePolicyName", ""),
    )),
    ("cinder", "Cinder (a Persistent Disk resource in OpenStack)", (
        ("VolumeID:", "volumeID", ""), _FS_TYPE, _READ_ONLY, _SECRET,
    )),
    ("photonPersistentDisk", "PhotonPersistentDisk (a Persistent Disk resource in photon platform)", (
        ("PdID:", "pdID", ""), _FS_TYPE,
    )),
    ("portworxVolume", "PortworxVolume (a Portworx Volume resource)", (("VolumeID:", "volumeID", ""),)),
    ("scaleIO", "ScaleIO (a persistent volume backed by a block device in ScaleIO)", (
        ("Gateway:", "gateway", ""), ("System:", "system", ""), ("Protection Domain:", "protectionDomain", ""),
        ("Storage Pool:", "storagePool", ""), ("Storage Mode:", "storageMode", ""), ("VolumeName:", "volumeName", ""),
        _FS_TYPE, _READ_ONLY,
    )),
    ("cephfs", "CephFS (a CephFS mount on the host that shares a pod's lifetime)", (
        ("Monitors:", "monitors", []), ("Path:", "path", ""), ("User:", "user", ""), ("SecretFile:", "secretFile", ""),
        _SECRET, _READ_ONLY,
    )),
    ("storageos", "StorageOS (a StorageOS Persistent Disk resource)", (
        ("VolumeName:", "volumeName", ""), ("VolumeNamespace:", "volumeNamespace", ""), _FS_TYPE, _READ_ONLY,
    )),
    ("fc", "FC (a Fibre Channel disk)", (
        ("TargetWWNs:", "targetWWNs", []), ("LUN:", "lun", "<none>"), _FS_TYPE, _READ_ONLY,
    )),
    ("azureFile", "AzureFile (an Azure File Service mount on the host and bind mount to the pod)", (
        ("SecretName:", "secretName", ""), ("ShareName:", "shareName", ""), _READ_ONLY,
    )),
    ("flexVolume", "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)", (
        ("Driver:", "driver", ""), _FS_TYPE, _SECRET, _READ_ONLY, ("Options:", "options", {}),
    )),
    ("flocker", "Flocker (a Flocker volume mounted by the Flocker agent)", (
        ("DatasetName:", "datasetName", ""), ("DatasetUUID:", "datasetUUID", ""),
    )),
    ("projected", "Projected (a volume that contains injected data from multiple sources)", ()),
    ("csi", "CSI (a Container Storage Interface (CSI) volume source)", (
        ("Driver:", "driver", ""), _FS_TYPE, _READ_ONLY,
    )),
    ("image", "Image (a container image or OCI artifact)", (
        ("Reference:", "reference", ""), ("PullPolicy:", "pullPolicy", ""),
    )),
)

_CSI = "CSI (a Container Storage Interface (CSI) volume source)"
_AZURE_FILE = "AzureFile (an Azure File Service mount on the host and bind mount to the pod)"
#: sources that PersistentVolumes show otherwise, or alone
_PERSISTENT_SOURCES: dict[str, tuple[str, tuple[Line, ...]]] = {
    "glusterfs": ("Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)", (
        ("EndpointsName:", "endpoints", ""), ("EndpointsNamespace:", "endpointsNamespace", "<unset>"),
        ("Path:", "path", ""), _READ_ONLY,
    )),
    "local": ("LocalVolume (a persistent volume backed by local storage on a node)", (("Path:", "path", ""),)),
    "azureFile": (_AZURE_FILE, (
        ("SecretName:", "secretName", ""), ("SecretNamespace:", "secretNamespace", ""), ("ShareName:", "shareName", ""),
        _READ_ONLY,
    )),
    "scaleIO": ("ScaleIO (a persistent volume backed by a block device in ScaleIO)", (
        ("Gateway:", "gateway", ""), ("System:", "system", ""), ("Protection Domain:", "protectionDomain", ""),
        ("Storage Pool:", "storagePool", ""), ("Storage Mode:", "storageMode", ""), ("VolumeName:", "volumeName", ""),
        ("SecretName:", "secretName", ""), ("SecretNamespace:", "secretNamespace", ""), _FS_TYPE, _READ_ONLY,
    )),
    "csi": (_CSI, (
        ("Driver:", "driver", ""), _FS_TYPE, ("VolumeHandle:", "volumeHandle", ""), _READ_ONLY,
    )),
}
#: the order in which kubectl looks for the source of a PersistentVolume
_PERSISTENT_ORDER = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "nfs", "iscsi", "glusterfs", "rbd", "quobyte",
    "vsphereVolume", "cinder", "azureDisk", "photonPersistentDisk", "portworxVolume", "scaleIO", "local", "cephfs",
    "storageos", "fc", "azureFile", "flexVolume", "flocker", "csi",
)


def describe_volumes(out: Writer, volumes: Sequence[Obj], *, space: str = "") -> None:
    """Write the volumes of a pod spec; ``space`` is what a template's section is indented by."""
    out.write(0, f"{space}Volumes:{'' if volumes else chr(9) + '<none>'}\n")
    for volume in volumes:
        out.write(1, f"{' ' if space else ''}{volume.get('name', '')}:\n")
        if not describe_source(out, volume):
            out.write(1, "<unknown>\n")


def describe_source(out: Writer, volume: Obj) -> bool:
    """Write the source of a volume; returns whether there is one that kubectl knows."""
    for field, what, lines in _SOURCES:
        if volume.get(field) is not None:
            _describe_source(out, field, what, lines, volume[field])
            return True
    return False


def describe_persistent_source(out: Writer, spec: Obj) -> bool:
    """Write the source of a PersistentVolume; returns whether there is one that kubectl knows."""
    lines_of = {field: (what, lines) for field, what, lines in _SOURCES} | _PERSISTENT_SOURCES
    for field in _PERSISTENT_ORDER:
        if spec.get(field) is not None:
            what, lines = lines_of[field]
            source = spec[field]
            secret = source.get("secretRef")
            if secret is not None:
                named = {"secretName": secret.get("name", ""), "secretNamespace": secret.get("namespace", "")}
                source = {**named, **source, "secretRef": {"namespace": "", **secret}}
            _describe_source(out, field, what, lines, source)
            return True
    return False


def _describe_source(out: Writer, field: str, what: str, lines: Sequence[Line], source: Obj) -> None:
    out.write(2, f"Type:\t{what}\n")
    for label, name, default in lines:
        out.write(2, f"{label}\t{_text(field, name, source.get(name, default))}\n")
    more = _MORE.get(field)
    if more is not None:
        more(out, source)


def _text(source: str, field: str, value: Any) -> str:
    """A value as Go's ``%v`` writes it, with the few that kubectl itself words."""
    if field == "secretRef":
        # The text of a generated API type; a reference with a namespace is another type.
        if value is None:
            return "nil"
        if "namespace" in value:
            return f"&SecretReference{{Name:{value.get('name', '')},Namespace:{value['namespace']},}}"
        return f"&LocalObjectReference{{Name:{value.get('name', '')},}}"
    if field == "sizeLimit":
        return str(value) if value == "<unset>" or _is_positive(value) else "<unset>"
    if source == "fc" and field == "targetWWNs":
        return ", ".join(value)
    from minikctl.lib.gofmt import value as go_value

    return go_value(value)


def _is_positive(quantity: Any) -> bool:
    from minikctl.lib.quantity import parse_quantity

    return parse_quantity(quantity).sign() > 0


def _describe_downward(out: Writer, source: Obj) -> None:
    out.write(2, "Items:\n")
    for item in source.get("items") or ():
        if item.get("fieldRef") is not None:
            out.write(3, f"{item['fieldRef'].get('fieldPath', '')} -> {item.get('path', '')}\n")
        if item.get("resourceFieldRef") is not None:
            out.write(3, f"{item['resourceFieldRef'].get('resource', '')} -> {item.get('path', '')}\n")


def _describe_projected(out: Writer, source: Obj) -> None:
    for projection in source.get("sources") or ():
        if projection.get("secret") is not None:
            _describe_keys(out, "SecretName", projection["secret"])
        elif projection.get("downwardAPI") is not None:
            out.write(2, "DownwardAPI:\ttrue\n")
        elif projection.get("configMap") is not None:
            _describe_keys(out, "ConfigMapName", projection["configMap"])
        elif projection.get("serviceAccountToken") is not None:
            seconds = projection["serviceAccountToken"].get("expirationSeconds", 0)
            out.write(2, f"TokenExpirationSeconds:\t{seconds}\n")


def _describe_keys(out: Writer, title: str, source: Obj) -> None:
    out.write(2, f"{title}:\t{source.get('name', '')}\n")
    out.write(2, f"Optional:\t{'true' if source.get('optional') else 'false'}\n")


def _describe_attributes(out: Writer, source: Obj) -> None:
    """The attributes of a CSI volume, by name, a line each (upstream indents the lines after the first once more)."""
    from minikctl.kinds.describing import MAX_ANNOTATION

    attributes = source.get("volumeAttributes") or {}
    lines = []
    for key in sorted(attributes):
        line = f"{key}={attributes[key]}"
        lines.append(line[:MAX_ANNOTATION] + "..." if len(line) > MAX_ANNOTATION else line)
    if not lines:
        out.write(2, "VolumeAttributes:\t<none>\n")
        return
    out.write(2, "VolumeAttributes:\t")
    for index, line in enumerate(lines):
        if index:
            out.write(2, "")
            out.write(2, "\t")
        out.write(2, f"{line}\n")


def _describe_ephemeral(out: Writer, source: Obj) -> None:
    template = source.get("volumeClaimTemplate")
    if template is None:
        return
    from minikctl.kinds.describing import annotations_multiline, labels_multiline

    nested = _Nested(out, 2)
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    nested.write(0, f"StorageClass:\t{spec.get('storageClassName') or ''}\n")
    nested.write(0, f"Volume:\t{spec.get('volumeName', '')}\n")
    labels_multiline(nested, "Labels", metadata.get("labels"))
    annotations_multiline(nested, "Annotations", metadata.get("annotations"))
    # Size and access modes are those of a claim's status, of which a template has none.
    nested.write(0, f"Capacity:\t{0 if spec.get('volumeName') else ''}\n")
    nested.write(0, "Access Modes:\t\n")
    if spec.get("volumeMode") is not None:
        nested.write(0, f"VolumeMode:\t{spec['volumeMode']}\n")
    if spec.get("dataSource") is not None:
        nested.write(0, "DataSource:\n")
        for field, title in (("apiGroup", "APIGroup"), ("kind", "Kind"), ("name", "Name")):
            if field != "apiGroup" or spec["dataSource"].get(field) is not None:
                nested.write(1, f"{title}:\t{spec['dataSource'].get(field, '')}\n")


class _Nested:
    """A writer that indents what another one writes (upstream: ``NewNestedPrefixWriter``)."""

    __slots__ = ("_level", "_out")

    def __init__(self, out: Writer, level: int) -> None:
        self._out = out
        self._level = level

    def write(self, level: int, text: str) -> None:
        """Write ``text`` further in."""
        self._out.write(level + self._level, text)

    def events(self, obj: Obj) -> None:
        """A part of an object has no events."""


#: sources with something to say that is not one line a field
_MORE: dict[str, Callable[[Writer, Obj], None]] = {
    "downwardAPI": _describe_downward,
    "projected": _describe_projected,
    "csi": _describe_attributes,
    "ephemeral": _describe_ephemeral,
}
