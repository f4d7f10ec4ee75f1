"""Volumes that are made for claims, and what becomes of a volume when its claim is gone.

The simulated provisioner makes volumes for classes with the provisioner ``minikctl.dev/simulated``, and for every class
that is a default one: a manifest of a real cluster then works without its storage system. Upstream: ``provisionClaim`` and
``reclaimVolume`` in ``pkg/controller/volume/persistentvolume``, and ``sig-storage-lib-external-provisioner``.
"""

from __future__ import annotations

from minikctl.kinds.storageclasses import is_default_class
from minikctl.kinds.volumes import CLAIMS, CLASSES, VOLUMES, class_of, storage_of
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

COMPONENT = "persistentvolume-controller"
SIMULATED = "minikctl.dev/simulated"
NO_PROVISIONER = "kubernetes.io/no-provisioner"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
#: say on a claim who is to make its volume, and for which node
STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
BETA_STORAGE_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
#: the only host paths that the host path plugin deletes
DELETABLE_PATHS = "/tmp/"  # noqa: S108 - upstream's own rule, no file is written
_RECYCLABLE = ("hostPath", "nfs")


def is_simulated(storage_class: Obj | None) -> bool:
    """Whether volumes of this class are made, resized and deleted here."""
    return storage_class is not None and storage_class.get("provisioner") != NO_PROVISIONER and (
        storage_class.get("provisioner") == SIMULATED or is_default_class(storage_class)
    )


def waits_for_consumer(context: Context, claim: Obj) -> bool:
    """Whether the claim is to be bound when a Pod wants it (upstream: ``IsDelayBindingMode``)."""
    name = class_of(claim)
    found = context.get(CLASSES, "", name) if name else None
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def provision(context: Context, claim: Obj) -> None:
    """Make a volume for a claim, or say who has to."""
    name = class_of(claim)
    storage_class = context.get(CLASSES, "", name)
    if storage_class is None:
        words = f'storageclass.storage.k8s.io "{name}" not found'
        context.event(claim, "Warning", "ProvisioningFailed", words, COMPONENT)
        return
    provisioner = storage_class.get("provisioner", "")
    if provisioner == NO_PROVISIONER:
        return
    claim = _note_provisioner(context, claim, provisioner)
    if not is_simulated(storage_class):
        context.event(
            claim, "Normal", "ExternalProvisioning",
            f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the "
            "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
            "correctly registered.", COMPONENT,
        )
        return
    meta = claim["metadata"]
    where = f"{meta['namespace']}/{meta['name']}"
    words = f'External provisioner is provisioning volume for claim "{where}"'
    context.event(claim, "Normal", "Provisioning", words, provisioner)
    volume = new_volume(claim, storage_class)
    if context.get(VOLUMES, "", volume["metadata"]["name"]) is None:
        context.create(volume)
    words = f"Successfully provisioned volume {volume['metadata']['name']}"
    context.event(claim, "Normal", "ProvisioningSucceeded", words, provisioner)


def _note_provisioner(context: Context, claim: Obj, provisioner: str) -> Obj:
    annotations = claim["metadata"].setdefault("annotations", {})
    annotations[STORAGE_PROVISIONER] = annotations[BETA_STORAGE_PROVISIONER] = provisioner
    return context.update(claim)


def new_volume(claim: Obj, storage_class: Obj) -> Obj:
    """The volume that a provisioner makes for a claim: of the size that is asked for, and kept for this claim."""
    spec, provisioner = claim["spec"], storage_class["provisioner"]
    name = f"pvc-{claim['metadata']['uid']}"
    volume: Obj = {
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {PROVISIONED_BY: provisioner}},
        "spec": {
            "capacity": {"storage": storage_of(spec["resources"].get("requests"))},
            "accessModes": list(spec.get("accessModes") or ()), "claimRef": claim_reference(claim),
            "csi": {"driver": provisioner, "volumeHandle": name},
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "storageClassName": storage_class["metadata"]["name"], "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
    }
    if storage_class.get("mountOptions"):
        volume["spec"]["mountOptions"] = list(storage_class["mountOptions"])
    if spec.get("volumeAttributesClassName"):
        volume["spec"]["volumeAttributesClassName"] = spec["volumeAttributesClassName"]
    terms = _topology_terms(storage_class.get("allowedTopologies") or ())
    if terms:
        volume["spec"]["nodeAffinity"] = {"required": {"nodeSelectorTerms": terms}}
    return volume


def _topology_terms(topologies: Any) -> list[Obj]:
    return [
        {"matchExpressions": [
            {"key": each["key"], "operator": "In", "values": list(each.get("values") or ())}
            for each in topology.get("matchLabelExpressions") or ()
        ]}
        for topology in topologies
    ]


def claim_reference(claim: Obj) -> Obj:
    """How a volume refers to its claim."""
    meta = claim["metadata"]
    return {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": meta["name"], "namespace": meta["namespace"],
        "resourceVersion": meta["resourceVersion"], "uid": meta["uid"],
    }


def set_phase(context: Context, volume: Obj, phase: str, message: str = "") -> Obj:
    """Write down what a volume is now (upstream: ``updateVolumePhase``)."""
    status = volume.get("status") or {}
    if status.get("phase") == phase and status.get("message", "") == message:
        return volume
    volume["status"] = {"phase": phase, "lastPhaseTransitionTime": status.get("lastPhaseTransitionTime")}
    if status.get("phase") != phase or not status.get("lastPhaseTransitionTime"):
        volume["status"]["lastPhaseTransitionTime"] = format_time(context.now())
    if message:
        volume["status"]["message"] = message
    return context.update_status(volume)


def reclaim(context: Context, volume: Obj) -> None:
    """Do with a released volume what its policy says (upstream: ``reclaimVolume``)."""
    policy = volume["spec"].get("persistentVolumeReclaimPolicy")
    if policy == "Delete":
        _delete(context, volume)
    elif policy == "Recycle":
        _recycle(context, volume)


def _delete(context: Context, volume: Obj) -> None:
    if volume["metadata"].get("deletionTimestamp"):
        return
    provisioner = (volume["metadata"].get("annotations") or {}).get(PROVISIONED_BY)
    if provisioner is not None:
        # A driver that is not here would have to do it; what was simulated goes.
        storage_class = context.get(CLASSES, "", class_of(volume))
        if provisioner == SIMULATED or (is_simulated(storage_class) and _was_made_here(volume)):
            context.delete(VOLUMES, "", volume["metadata"]["name"])
        return
    host_path = volume["spec"].get("hostPath")
    if host_path is None:
        name = volume["metadata"]["name"]
        problem = f'error getting deleter volume plugin for volume "{name}": no deletable volume plugin matched'
    elif host_path.get("path", "").startswith(DELETABLE_PATHS):
        context.delete(VOLUMES, "", volume["metadata"]["name"])
        return
    else:
        problem = f"host_path deleter only supports {DELETABLE_PATHS}.+ but received provided {host_path.get('path', '')}"
    if (volume.get("status") or {}).get("message") != problem:
        context.event(volume, "Warning", "VolumeFailedDelete", problem, COMPONENT)
    set_phase(context, volume, "Failed", problem)


def _was_made_here(volume: Obj) -> bool:
    csi = volume["spec"].get("csi") or {}
    return bool(csi.get("volumeHandle") == volume["metadata"]["name"])


def _recycle(context: Context, volume: Obj) -> None:
    """Empty the volume and offer it again, where its plugin can do that."""
    if not any(volume["spec"].get(field) is not None for field in _RECYCLABLE):
        problem = "No recycler plugin found for the volume!"
        if (volume.get("status") or {}).get("message") != problem:
            context.event(volume, "Warning", "VolumeFailedRecycle", problem, COMPONENT)
        set_phase(context, volume, "Failed", problem)
        return
    context.event(volume, "Normal", "VolumeRecycled", "Volume recycled", COMPONENT)
    volume["spec"].pop("claimRef", None)
    annotations = volume["metadata"].get("annotations") or {}
    annotations.pop("pv.kubernetes.io/bound-by-controller", None)
    set_phase(context, context.update(volume), "Available")


def claim_of(context: Context, volume: Obj) -> Obj | None:
    """The claim that a volume refers to, if it is the very one that the volume was bound to."""
    reference = volume["spec"]["claimRef"]
    claim = context.get(CLAIMS, reference.get("namespace", ""), reference.get("name", ""))
    if claim is None or (reference.get("uid") and claim["metadata"]["uid"] != reference["uid"]):
        return None
    return claim
