"""PersistentVolumeClaims of a StatefulSet: made from its templates, and deleted with Pods or set where it says so.

Who goes with whom is said by ownerReferences, and done by the garbage collector:

    whenScaled  whenDeleted   owner of a Pod's claims
    Retain      Retain        nobody
    Retain      Delete        the set
    Delete      Retain        the Pod, once its number is no longer wanted
    Delete      Delete        the set; the Pod instead, once its number is no longer wanted

Upstream: ``stateful_pod_control.go`` and the ownerReference functions of ``stateful_set_utils.go``.
"""

from __future__ import annotations

import json

from minikctl.controllers.refs import is_deleting, new_controller_ref
from minikctl.controllers.statefulset.identity import claim_name, claims_of, get_ordinal, ordinals
from minikctl.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

CLAIMS = "persistentvolumeclaims"
COMPONENT = "statefulset-controller"


class Claims:
    """The claims of one StatefulSet."""

    def __init__(self, context: Context, stateful_set: Obj) -> None:
        self.context = context
        self.set = stateful_set
        policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
        self.delete_when_scaled = policy.get("whenScaled") == "Delete"
        self.delete_when_deleted = policy.get("whenDeleted") == "Delete"
        self.templates: list[Obj] = stateful_set["spec"].get("volumeClaimTemplates") or []

    def create_missing(self, pod: Obj) -> str | None:
        """Create the claims that a Pod lacks. Returns what went wrong (``createPersistentVolumeClaims``)."""
        problems = []
        for claim in claims_of(self.set, get_ordinal(pod)).values() if self.templates else ():
            metadata = claim["metadata"]
            name = metadata["name"]
            known = self.context.get(CLAIMS, metadata["namespace"], name)
            if known is not None:
                if is_deleting(known):
                    problems.append(f"pvc {name} is being deleted")
                continue
            what = f"Create Claim {name}"
            try:
                self.context.create(json.loads(json.dumps(claim)))
            except StatusError as error:
                problems.append(f"failed to create PVC {name}: {error}")
                self._event("Warning", "FailedCreate", f"{what} for Pod", pod, f"failed error: {error}")
            else:
                self._event("Normal", "SuccessfulCreate", f"{what} Pod", pod, "success")
        if not problems:
            return None
        return problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"

    def _event(self, kind: str, reason: str, what: str, pod: Obj, how: str) -> None:
        words = f"{what} {pod['metadata']['name']} in StatefulSet {self.set['metadata']['name']} {how}"
        self.context.event(self.set, kind, reason, words, COMPONENT)

    def are_stale(self, pod: Obj) -> bool:
        """Whether a claim still belongs to an earlier Pod of this name and will go with it (``PodClaimIsStale``)."""
        return self.delete_when_scaled and any(_has_stale_ref(claim, pod, "v1", "Pod") for claim in self._known(pod))

    def _known(self, pod: Obj) -> Iterator[Obj]:
        """The claims of a Pod that there are."""
        namespace, ordinal = self.set["metadata"]["namespace"], get_ordinal(pod)
        for template in self.templates:
            claim = self.context.get(CLAIMS, namespace, claim_name(self.set, template, ordinal))
            if claim is not None:
                yield claim

    def update_owners(self, pod: Obj) -> None:
        """Make the ownerReferences of a Pod's claims what the policy wants (``UpdatePodClaimForRetentionPolicy``)."""
        for claim in self._known(pod):
            if has_unexpected_controller(claim, self.set, pod) and (
                self.delete_when_scaled or self.delete_when_deleted
            ):
                self.context.event(
                    self.set, "Warning", "ConflictingController",
                    f"PersistentVolumeClaim {claim['metadata']['name']} has a conflicting OwnerReference that acts as "
                    "a manging controller, the retention policy is ignored for this claim", COMPONENT,
                )
                wanted = [r for r in _refs(claim) if not _is_ours(r, self.set, pod)]
            elif _has_stale_ref(claim, self.set, "apps/v1", "StatefulSet") or _has_stale_ref(claim, pod, "v1", "Pod"):
                continue  # an earlier set or Pod of this name owns it, and it will go with that
            else:
                wanted = self._wanted_refs(claim, pod)
            if wanted != _refs(claim):
                metadata = {**claim["metadata"], "ownerReferences": wanted}
                if not wanted:
                    del metadata["ownerReferences"]
                self.context.update({**claim, "metadata": metadata})

    def _wanted_refs(self, claim: Obj, pod: Obj) -> list[Obj]:
        """Others' references, then ours by the table above (``updateClaimOwnerRefForSetAndPod``)."""
        kept = [reference for reference in _refs(claim) if not _is_ours(reference, self.set, pod)]
        condemned = get_ordinal(pod) not in ordinals(self.set)
        if self.delete_when_scaled and condemned:
            return [*kept, new_controller_ref(pod)]
        return [*kept, new_controller_ref(self.set)] if self.delete_when_deleted else kept


def has_unexpected_controller(claim: Obj, stateful_set: Obj, pod: Obj) -> bool:
    """Tell whether somebody else controls a claim, an earlier set or Pod of the same name included."""
    uids = {stateful_set["metadata"]["uid"], pod["metadata"].get("uid")}
    return any(
        reference["uid"] not in uids and (reference.get("controller") or _is_ours(reference, stateful_set, pod))
        for reference in _refs(claim)
    )


def _refs(claim: Obj) -> list[Obj]:
    found: list[Obj] = claim["metadata"].get("ownerReferences") or []
    return found


def _is_ours(reference: Obj, stateful_set: Obj, pod: Obj) -> bool:
    return _names(reference, stateful_set, "apps/v1", "StatefulSet") or _names(reference, pod, "v1", "Pod")


def _names(reference: Obj, obj: Obj, api_version: str, kind: str) -> bool:
    """Whether a reference means ``obj`` by its name (upstream: ``matchesRef``)."""
    return (reference["apiVersion"], reference["kind"], reference["name"]) == (
        api_version, kind, obj["metadata"]["name"],
    )


def _has_stale_ref(claim: Obj, obj: Obj, api_version: str, kind: str) -> bool:
    """Whether a reference means an earlier object of the same name (upstream: ``hasStaleOwnerRef``)."""
    return any(
        _names(reference, obj, api_version, kind) and reference["uid"] != obj["metadata"].get("uid")
        for reference in _refs(claim)
    )
