"""What PersistentVolumes and their claims have in common: access modes, classes, finalizers.

Upstream: ``component-helpers/storage`` and kubectl's ``util/storage``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]

CLAIMS = "persistentvolumeclaims"
VOLUMES = "persistentvolumes"
CLASSES = "storageclasses.storage.k8s.io"
#: where the class of a claim or volume stood before it had a field
BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
#: as long as it is there, a deleted claim (volume) that is in use does not go
PVC_PROTECTION, PV_PROTECTION = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"
_MODES = (("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"))


def access_modes_text(modes: Iterable[str] | None) -> str:
    """``RWO,RWX``: access modes as tables and ``describe`` show them, each once."""
    given = set(modes or ())
    return ",".join(short for mode, short in _MODES if mode in given)


def class_of(obj: Obj) -> str:
    """The StorageClass that a claim or volume names, "" for none (upstream: ``GetPersistentVolumeClaimClass``)."""
    annotations = obj["metadata"].get("annotations") or {}
    if BETA_CLASS in annotations:
        beta: str = annotations[BETA_CLASS]
        return beta
    return obj["spec"].get("storageClassName") or ""


def storage_of(amounts: Obj | None) -> str:
    """The amount of storage of a list of resources, "0" where there is none."""
    return str((amounts or {}).get("storage", "0"))


def quoted_list(items: Iterable[str] | None) -> str:
    """``[a b]``: a list of texts as Go's ``%v`` writes it."""
    return f"[{' '.join(items or ())}]"
