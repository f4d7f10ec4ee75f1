"""Claims find their volumes: matching, binding, making and reclaiming them.

A claim has its volume in spec.volumeName, a volume its claim in spec.claimRef; annotations say which of the two the
controller wrote, so that what a user wrote is never taken back. Upstream: ``pkg/controller/volume/persistentvolume``
(``syncClaim``, ``syncVolume``). Which volume fits is in ``matching``; new volumes and released ones are in ``provisioning``,
growing ones in ``expansion``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.persistentvolume import provisioning
from minikctl.controllers.persistentvolume.expansion import expand
from minikctl.controllers.persistentvolume.matching import find_matching_volume, is_bound_to, mismatch
from minikctl.controllers.persistentvolume.provisioning import COMPONENT, claim_of, claim_reference, set_phase
from minikctl.kinds.volumes import CLAIMS, CLASSES, VOLUMES, class_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"


class PersistentVolumeController(Controller):
    """Keys are ``namespace/name`` of claims and ``name`` of volumes."""

    name = "persistentvolume"
    watches = (CLAIMS, VOLUMES, CLASSES)

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """The object itself and its other half; for a volume or class that may be what claims wait for, those."""
        if change.resource == CLAIMS:
            volumes = {(each["spec"].get("volumeName") or "") for each in (change.before, change.after) if each is not None}
            # Volumes first: a new one has to be available before a claim can have it.
            return [*sorted(volumes - {""}), f"{change.namespace}/{change.name}"]
        if change.resource == CLASSES:
            return _waiting_claims(context, change.name) if change.after is not None else ()
        found = [change.name]
        for each in (change.before, change.after):
            reference = None if each is None else each["spec"].get("claimRef")
            if reference is not None:
                found.append(f"{reference.get('namespace', '')}/{reference.get('name', '')}")
        if change.after is not None and change.after["spec"].get("claimRef") is None:
            found += _waiting_claims(context, class_of(change.after))
        return dict.fromkeys(found)

    def sync(self, context: Context, key: str) -> None:
        """Bring a claim or a volume one step nearer to its other half."""
        namespace, slash, name = key.partition("/")
        if slash:
            claim = context.get(CLAIMS, namespace, name)
            if claim is not None:
                self._sync_claim(context, claim)
            return
        volume = context.get(VOLUMES, "", namespace)
        if volume is not None:
            self._sync_volume(context, volume)

    # -- claims -----------------------------------------------------------------------------------------------------

    def _sync_claim(self, context: Context, claim: Obj) -> None:
        annotations = claim["metadata"].get("annotations") or {}
        if BIND_COMPLETED in annotations:
            self._sync_bound_claim(context, claim)
        elif claim["metadata"].get("deletionTimestamp"):
            return
        elif claim["spec"].get("volumeName"):
            self._sync_claim_with_wish(context, claim)
        else:
            self._sync_unbound_claim(context, claim)

    def _sync_unbound_claim(self, context: Context, claim: Obj) -> None:
        """Find a volume, or have one made (upstream: ``syncUnboundClaim``)."""
        annotations = claim["metadata"].get("annotations") or {}
        delayed = (
            provisioning.SELECTED_NODE not in annotations and provisioning.waits_for_consumer(context, claim)
        )
        volume = find_matching_volume(claim, context.list(VOLUMES), delayed=delayed)
        if volume is not None:
            self._bind(context, volume, claim)
        elif delayed:
            _tell_of_waiting(context, claim)
        elif class_of(claim):
            provisioning.provision(context, claim)
            self._bind_new_volume(context, claim)
        else:
            words = "no persistent volumes available for this claim and no storage class is set"
            context.event(claim, "Normal", "FailedBinding", words, COMPONENT)

    def _bind_new_volume(self, context: Context, claim: Obj) -> None:
        """Bind to the volume that was just made, if one was."""
        meta = claim["metadata"]
        volume = context.get(VOLUMES, "", f"pvc-{meta['uid']}")
        current = context.get(CLAIMS, meta["namespace"], meta["name"])
        if volume is not None and current is not None and is_bound_to(volume, current):
            self._bind(context, volume, current)

    def _sync_claim_with_wish(self, context: Context, claim: Obj) -> None:
        """The claim names a volume itself."""
        name = claim["spec"]["volumeName"]
        volume = context.get(VOLUMES, "", name)
        if volume is None:
            return
        if volume["spec"].get("claimRef") is None:
            problem = mismatch(volume, claim)
            if problem:
                words = f'Cannot bind to requested volume "{name}": {problem}'
                context.event(claim, "Warning", "VolumeMismatch", words, COMPONENT)
                return
            self._bind(context, volume, claim)
        elif is_bound_to(volume, claim):
            self._bind(context, volume, claim)
        else:
            words = f'volume "{name}" already bound to a different claim.'
            context.event(claim, "Warning", "FailedBinding", words, COMPONENT)

    def _sync_bound_claim(self, context: Context, claim: Obj) -> None:
        """See that the claim still has its volume (upstream: ``syncBoundClaim``)."""
        name, uid = claim["spec"].get("volumeName"), claim["metadata"]["uid"]
        if not name:
            words = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
            self._lose(context, claim, "ClaimLost", words)
            return
        volume = context.get(VOLUMES, "", name)
        if volume is None:
            words = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
            self._lose(context, claim, "ClaimLost", words)
            return
        reference = volume["spec"].get("claimRef")
        if reference is None or reference.get("uid") in (None, "", uid):
            self._bind(context, volume, claim)
            expand(context, claim["metadata"]["namespace"], claim["metadata"]["name"])
        else:
            words = "Two claims are bound to the same volume, this one is bound incorrectly"
            self._lose(context, claim, "ClaimMisbound", words)

    @staticmethod
    def _lose(context: Context, claim: Obj, reason: str, message: str) -> None:
        if (claim.get("status") or {}).get("phase") == "Lost":
            return
        claim["status"] = {"phase": "Lost"}
        context.update_status(claim)
        context.event(claim, "Warning", reason, message, COMPONENT)

    # -- binding ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _bind(context: Context, volume: Obj, claim: Obj) -> None:
        """Let the two point at each other, in upstream's order: volume, its phase, claim, its status (``bind``)."""
        meta = claim["metadata"]
        reference = volume["spec"].get("claimRef")
        if reference is None:
            volume["metadata"].setdefault("annotations", {})[BOUND_BY_CONTROLLER] = "yes"
        if reference is None or reference.get("uid") != meta["uid"]:
            volume["spec"]["claimRef"] = {**(reference or {}), **claim_reference(claim)}
            volume = context.update(volume)
        volume = set_phase(context, volume, "Bound")
        annotations = dict(meta.get("annotations") or {})
        if not claim["spec"].get("volumeName"):
            claim["spec"]["volumeName"] = volume["metadata"]["name"]
            annotations[BOUND_BY_CONTROLLER] = "yes"
        annotations.setdefault(BIND_COMPLETED, "yes")
        if annotations != meta.get("annotations"):
            meta["annotations"] = annotations
            claim = context.update(claim)
        status = dict(claim.get("status") or {})
        if status.get("phase") != "Bound":
            status.update(capacity=dict(volume["spec"].get("capacity") or {}))
        status.update(phase="Bound", accessModes=list(volume["spec"].get("accessModes") or ()))
        if claim["spec"].get("volumeAttributesClassName"):
            status.setdefault("currentVolumeAttributesClassName", claim["spec"]["volumeAttributesClassName"])
        claim["status"] = status
        context.update_status(claim)

    # -- volumes ----------------------------------------------------------------------------------------------------

    def _sync_volume(self, context: Context, volume: Obj) -> None:
        """Let the phase of a volume say what became of its claim (upstream: ``syncVolume``)."""
        reference = volume["spec"].get("claimRef")
        if reference is None or not reference.get("uid"):
            set_phase(context, volume, "Available")
            if reference is not None:
                claim = claim_of(context, volume)
                if claim is not None:
                    self._sync_claim(context, claim)
            return
        claim = claim_of(context, volume)
        if claim is None:
            if (volume.get("status") or {}).get("phase") not in ("Released", "Failed"):
                volume = set_phase(context, volume, "Released")
            provisioning.reclaim(context, volume)
        elif not claim["spec"].get("volumeName"):
            self._sync_claim(context, claim)
        elif claim["spec"]["volumeName"] == volume["metadata"]["name"]:
            set_phase(context, volume, "Bound")
        else:
            self._unbind(context, volume)

    @staticmethod
    def _unbind(context: Context, volume: Obj) -> None:
        """The claim has another volume: give this one up (upstream: ``unbindVolume``), or delete what was made for it."""
        meta = volume["metadata"]
        annotations = meta.get("annotations") or {}
        if provisioning.PROVISIONED_BY in annotations and (
            volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
        ):
            provisioning.reclaim(context, set_phase(context, volume, "Released"))
            return
        if BOUND_BY_CONTROLLER in annotations:
            del volume["spec"]["claimRef"], annotations[BOUND_BY_CONTROLLER]
            if not annotations:
                del meta["annotations"]
        else:
            for field in ("uid", "resourceVersion"):
                volume["spec"]["claimRef"].pop(field, None)
        set_phase(context, context.update(volume), "Available")


def _waiting_claims(context: Context, class_name: str) -> list[str]:
    """The claims without a volume that are of a class."""
    return [
        f"{claim['metadata']['namespace']}/{claim['metadata']['name']}" for claim in context.list(CLAIMS, node="")
        if class_of(claim) == class_name
    ]


def _tell_of_waiting(context: Context, claim: Obj) -> None:
    """Say for what a claim waits: for a Pod, or for the Pod's node (``emitEventForUnboundDelayBindingClaim``)."""
    meta = claim["metadata"]
    for pod in context.list(
        "pods", meta["namespace"], node="", fields=("metadata.name", "metadata.namespace", "spec.volumes"),
    ):
        if any(
            (volume.get("persistentVolumeClaim") or {}).get("claimName") == meta["name"]
            for volume in pod.get("spec", {}).get("volumes") or ()
        ):
            words = f"waiting for pod {pod['metadata']['name']} to be scheduled"
            context.event(claim, "Normal", "WaitForPodScheduled", words, COMPONENT)
            return
    words = "waiting for first consumer to be created before binding"
    context.event(claim, "Normal", "WaitForFirstConsumer", words, COMPONENT)


CONTROLLER = PersistentVolumeController
