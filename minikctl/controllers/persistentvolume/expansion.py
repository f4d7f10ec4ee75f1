"""Claims that ask for more than they have (upstream: ``pkg/controller/volume/expand`` and the external resizer)."""

from __future__ import annotations

from minikctl.controllers.persistentvolume.matching import capacity, requested_size
from minikctl.controllers.persistentvolume.provisioning import is_simulated
from minikctl.kinds.volumes import CLAIMS, CLASSES, VOLUMES, class_of, storage_of
from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

COMPONENT = "volume_expand"


def expand(context: Context, namespace: str, name: str) -> None:
    """Make the volume of a bound claim as large as the claim wants, or say who has to."""
    claim = context.get(CLAIMS, namespace, name)
    if claim is None or (claim.get("status") or {}).get("phase") != "Bound":
        return
    volume = context.get(VOLUMES, "", claim["spec"].get("volumeName", ""))
    if volume is None:
        return
    claim = _apply_attributes(context, claim, volume)
    size = requested_size(claim)
    if size <= parse_quantity(storage_of((claim.get("status") or {}).get("capacity"))):
        return
    storage_class = context.get(CLASSES, "", class_of(claim))
    if not is_simulated(storage_class):
        context.event(
            claim, "Normal", "ExternalExpanding",
            "waiting for an external controller to expand this PVC", COMPONENT,
        )
        return
    assert storage_class is not None
    resizer = f"external-resizer {storage_class['provisioner']}"
    context.event(claim, "Normal", "Resizing", f"External resizer is resizing volume {volume['metadata']['name']}", resizer)
    if capacity(volume) < size:
        volume["spec"]["capacity"] = {**volume["spec"]["capacity"], "storage": str(size)}
        context.update(volume)
    claim["status"] = {**claim["status"], "capacity": {**claim["status"]["capacity"], "storage": str(size)}}
    context.update_status(claim)
    context.event(claim, "Normal", "VolumeResizeSuccessful", "Resize volume succeeded", resizer)


def _apply_attributes(context: Context, claim: Obj, volume: Obj) -> Obj:
    """Give the volume the class of attributes that the claim names now."""
    wanted = claim["spec"].get("volumeAttributesClassName")
    if not wanted or (claim.get("status") or {}).get("currentVolumeAttributesClassName") == wanted:
        return claim
    if volume["spec"].get("csi") is not None and is_simulated(context.get(CLASSES, "", class_of(claim))):
        volume["spec"]["volumeAttributesClassName"] = wanted
        volume.update(context.update(volume))
        claim["status"] = {**claim["status"], "currentVolumeAttributesClassName": wanted}
        return context.update_status(claim)
    return claim
