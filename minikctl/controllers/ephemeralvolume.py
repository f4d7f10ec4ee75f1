"""The claims of generic ephemeral volumes: made with their Pod, owned by it (upstream: ``pkg/controller/volume/ephemeral``)."""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.refs import is_controlled_by, new_controller_ref
from minikctl.errors import StatusError
from minikctl.kinds.volumes import CLAIMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

COMPONENT = "ephemeral_volume"


class EphemeralVolumeController(Controller):
    """Keys are ``namespace/name`` of Pods with such volumes."""

    name = "ephemeralvolume"
    watches = ("pods",)

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:  # noqa: ARG002 - the hook
        """New Pods."""
        return verb == "create"

    def keys(self, change: Change, context: Context) -> Iterable[str]:  # noqa: ARG002 - as the base has it
        """A new Pod with a volume of this sort."""
        pod = change.after
        if pod is None or change.before is not None or not _templates(pod):
            return ()
        return (f"{change.namespace}/{change.name}",)

    def sync(self, context: Context, key: str) -> None:
        """Create the claims that are not there; one that is somebody else's is in the way."""
        namespace, _, name = key.partition("/")
        pod = context.get("pods", namespace, name)
        if pod is None or pod["metadata"].get("deletionTimestamp"):
            return
        for volume, template in _templates(pod):
            claim_name = f"{name}-{volume}"
            known = context.get(CLAIMS, namespace, claim_name)
            if known is not None:
                if not is_controlled_by(known, pod):
                    words = f'PVC "{namespace}/{claim_name}" was not created for pod "{namespace}/{name}" (pod is not owner)'
                    context.event(pod, "Warning", "FailedBinding", f"ephemeral volume {volume}: {words}", COMPONENT)
                continue
            meta: Obj = {
                key: dict(value) for key, value in (template.get("metadata") or {}).items()
                if key in ("labels", "annotations")
            }
            meta.update(name=claim_name, namespace=namespace, ownerReferences=[new_controller_ref(pod)])
            claim = {
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": dict(template["spec"]),
            }
            try:
                context.create(claim)
            except StatusError as error:
                words = f"ephemeral volume controller: create PVC {claim_name}: {error}"
                context.event(pod, "Warning", "FailedBinding", words, COMPONENT)
                raise


def _templates(pod: Obj) -> list[tuple[str, Obj]]:
    return [
        (volume["name"], volume["ephemeral"]["volumeClaimTemplate"]) for volume in pod["spec"].get("volumes") or ()
        if (volume.get("ephemeral") or {}).get("volumeClaimTemplate") is not None
    ]


CONTROLLER = EphemeralVolumeController
