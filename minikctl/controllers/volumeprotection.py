"""Volumes and claims that are in use stay until they are not (upstream: ``pvcprotection`` and ``pvprotection``)."""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.kinds.volumes import CLAIMS, PV_PROTECTION, PVC_PROTECTION, VOLUMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]


class VolumeProtectionController(Controller):
    """Keys are ``namespace/name`` of claims and ``name`` of volumes."""

    name = "volumeprotection"
    watches = (CLAIMS, VOLUMES, "pods")

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:  # noqa: ARG002 - the hook
        """Of Pods those that go."""
        return resource != "pods" or verb == "delete"

    def keys(self, change: Change, context: Context) -> Iterable[str]:  # noqa: ARG002 - as the base has it
        """What is being deleted; the claims of a Pod that is gone."""
        if change.resource != "pods":
            after = change.after
            if after is None or not after["metadata"].get("deletionTimestamp"):
                return ()
            return (f"{change.namespace}/{change.name}",) if change.namespace else (change.name,)
        if change.before is None or change.after is not None:
            return ()
        return [f"{change.namespace}/{name}" for name in claim_names(change.before)]

    def sync(self, context: Context, key: str) -> None:
        """Take the finalizer away from what nobody uses."""
        namespace, slash, name = key.partition("/")
        obj = context.get(CLAIMS, namespace, name) if slash else context.get(VOLUMES, "", key)
        if obj is None or not obj["metadata"].get("deletionTimestamp"):
            return
        finalizer = PVC_PROTECTION if slash else PV_PROTECTION
        finalizers = obj["metadata"].get("finalizers") or []
        if finalizer not in finalizers or (_is_used(context, obj) if slash else _is_bound(obj)):
            return
        obj["metadata"]["finalizers"] = [each for each in finalizers if each != finalizer]
        if not obj["metadata"]["finalizers"]:
            del obj["metadata"]["finalizers"]
        context.update(obj)


def claim_names(pod: Obj) -> list[str]:
    """The claims that a Pod uses: those that it names, and those that are made for it."""
    names = []
    for volume in (pod.get("spec") or {}).get("volumes") or ():
        if volume.get("persistentVolumeClaim") is not None:
            names.append(volume["persistentVolumeClaim"].get("claimName", ""))
        elif volume.get("ephemeral") is not None:
            names.append(f"{pod['metadata']['name']}-{volume['name']}")
    return names


def _is_used(context: Context, claim: Obj) -> bool:
    """Whether a Pod on some node uses the claim. One that is on none yet will not be started with it."""
    meta = claim["metadata"]
    fields = ("metadata.name", "spec.nodeName", "spec.volumes")
    return any(
        (pod.get("spec") or {}).get("nodeName") and meta["name"] in claim_names(pod)
        for pod in context.list("pods", meta["namespace"], fields=fields)
    )


def _is_bound(volume: Obj) -> bool:
    return bool((volume.get("status") or {}).get("phase") == "Bound")


CONTROLLER = VolumeProtectionController
