"""The volumes that a Pod wants: which nodes have them, and who is asked to make them.

Upstream: ``plugins/volumebinding`` (with its ``binder.go``), ``plugins/volumerestrictions`` and ``plugins/volumezone``.
A claim that is bound ties the Pod to the nodes from which its volume can be reached. One that waits for its first Pod
gets a volume of the node that the Pod is to go to: one that is there, or one that is made. Until it has it, the Pod
waits.
"""

from __future__ import annotations

from minikctl.controllers.persistentvolume.matching import find_matching_volume
from minikctl.controllers.persistentvolume.provisioning import NO_PROVISIONER, SELECTED_NODE, claim_reference
from minikctl.controllers.scheduler.filters import term_matches
from minikctl.kinds.pod import sums
from minikctl.kinds.volumes import CLAIMS, CLASSES, VOLUMES, class_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.scheduler.filters import Refusal
    from minikctl.controllers.scheduler.nodes import NodeInfo, PodRequest, Snapshot

    Obj = dict[str, Any]

UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
NOT_FOUND_TO_BIND = "node(s) didn't find available persistent volumes to bind"
OTHER_NODE = "node(s) didn't match PersistentVolume's node affinity"
GONE = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
OTHER_ZONE = "node(s) had no available volume zone"
IN_USE = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
#: labels of volumes that say where they are; several values have __ between them
ZONES = (
    "topology.kubernetes.io/zone", "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
)


class PodVolumes:
    """What a Pod's claims say."""

    def __init__(self, snapshot: Snapshot, request: PodRequest) -> None:
        self._context = snapshot.context
        self._request = request
        #: why no node can take the Pod
        self.problem = ""
        #: volumes of bound claims (None: there is none of that name), and claims that wait for their first Pod
        self._bound: list[Obj | None] = []
        self._to_bind: list[Obj] = []
        self._alone: list[str] = []
        self._available: list[Obj] | None = None
        names = sums.claim_names(request.pod)
        #: whether volumes can refuse any node
        self.matters = bool(names)
        unbound = False
        for name in names:
            claim = self._context.get(CLAIMS, request.namespace, name)
            self.problem = self.problem or self._problem_of(name, claim)
            if claim is None or self.problem:
                break
            if "ReadWriteOncePod" in (claim["spec"].get("accessModes") or ()):
                self._alone.append(name)
            if claim["spec"].get("volumeName") and _is_completed(claim):
                self._bound.append(self._context.get(VOLUMES, "", claim["spec"]["volumeName"]))
            elif self._waits_for_consumer(claim) and not claim["spec"].get("volumeName"):
                self._to_bind.append(claim)
            else:
                unbound = True
        if unbound and not self.problem:
            self.problem = UNBOUND
        used = self._context.sums(sums.claims_of(request.namespace)) if self._alone else {}
        self._in_use = any(name in claims for node, claims in used.items() if node for name in self._alone)

    def _problem_of(self, name: str, claim: Obj | None) -> str:
        """Why a claim keeps the Pod from going anywhere (upstream: ``podHasPVCs``)."""
        pod = self._request.pod
        own = {f"{pod['metadata']['name']}-{each['name']}" for each in self._request.spec["volumes"] if each.get("ephemeral")}
        if claim is None:
            if name in own:
                return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
            return f'persistentvolumeclaim "{name}" not found'
        if (claim.get("status") or {}).get("phase") == "Lost":
            volume = claim["spec"].get("volumeName", "")
            return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume}"'
        if claim["metadata"].get("deletionTimestamp"):
            return f'persistentvolumeclaim "{name}" is being deleted'
        owners = claim["metadata"].get("ownerReferences") or ()
        if name in own and not any(each.get("uid") == pod["metadata"].get("uid") for each in owners):
            where = f"{self._request.namespace}/{name}"
            return f"PVC {where} was not created for pod {self._request.key} (pod is not owner)"
        return ""

    def _waits_for_consumer(self, claim: Obj) -> bool:
        found = self._context.get(CLASSES, "", class_of(claim)) if class_of(claim) else None
        return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"

    # -- filtering ----------------------------------------------------------------------------------------------------

    def refusal(self, node: NodeInfo) -> Refusal | None:
        """Why the node cannot take the Pod; None where it can."""
        if self._in_use:
            return [IN_USE], True
        reasons = []
        if any(volume is None for volume in self._bound):
            reasons.append(GONE)
        elif not all(is_reachable(volume, node) for volume in self._bound if volume is not None):
            reasons.append(OTHER_NODE)
        if self._to_bind and self._match(node) is None:
            reasons.append(NOT_FOUND_TO_BIND)
        if reasons:
            return reasons, False
        if not all(_is_in_zone(volume, node) for volume in self._bound if volume is not None):
            return [OTHER_ZONE], False
        return None

    def _match(self, node: NodeInfo) -> list[tuple[Obj, Obj | None]] | None:
        """For each claim that is to be bound its volume, None for one that is to be made; None: the node cannot serve it.

        Upstream: ``findMatchingVolumes`` and ``checkVolumeProvisions``; small claims come first, so that large volumes
        are left for large ones.
        """
        if self._available is None:
            self._available = self._context.list(VOLUMES)
        found: list[tuple[Obj, Obj | None]] = []
        taken: set[str] = set()
        for claim in self._to_bind:
            selected = (claim["metadata"].get("annotations") or {}).get(SELECTED_NODE)
            if selected:
                # Somebody is making its volume already, for that node.
                if selected != node.name:
                    return None
                found.append((claim, None))
                continue
            volume = find_matching_volume(
                claim, self._available, fits_node=lambda volume: is_reachable(volume, node), taken=taken
            )
            if volume is not None:
                taken.add(volume["metadata"]["name"])
            elif not self._can_be_made(claim, node):
                return None
            found.append((claim, volume))
        return found

    def _can_be_made(self, claim: Obj, node: NodeInfo) -> bool:
        """Whether a volume for the claim can be made on the node."""
        storage_class = self._context.get(CLASSES, "", class_of(claim))
        if storage_class is None or storage_class.get("provisioner") in ("", None, NO_PROVISIONER):
            return False
        topologies = storage_class.get("allowedTopologies")
        return not topologies or any(
            all(node.labels.get(each["key"]) in (each.get("values") or ()) for each in term.get("matchLabelExpressions") or ())
            for term in topologies
        )

    # -- binding ------------------------------------------------------------------------------------------------------

    def bind(self, node: NodeInfo) -> bool:
        """Give the claims that wait their volumes on the node that was chosen, or have them made there.

        Returns whether the Pod has to wait for that (upstream: ``BindPodVolumes``).
        """
        for claim, volume in self._match(node) or ():
            if volume is not None:
                self._keep(volume, claim)
            elif (claim["metadata"].get("annotations") or {}).get(SELECTED_NODE) != node.name:
                claim["metadata"].setdefault("annotations", {})[SELECTED_NODE] = node.name
                self._context.update(claim)
        return bool(self._to_bind)

    def _keep(self, volume: Obj, claim: Obj) -> None:
        """Let a volume be for a claim; the volume controller does the rest."""
        reference = volume["spec"].get("claimRef") or {}
        if reference.get("uid") == claim["metadata"]["uid"]:
            return
        if not reference:
            volume["metadata"].setdefault("annotations", {})[BOUND_BY_CONTROLLER] = "yes"
        volume["spec"]["claimRef"] = claim_reference(claim)
        self._context.update(volume)


def _is_completed(claim: Obj) -> bool:
    """Whether the binding was written down on the claim's side."""
    return "pv.kubernetes.io/bind-completed" in (claim["metadata"].get("annotations") or {})


def is_reachable(volume: Obj, node: NodeInfo) -> bool:
    """Whether the volume's node affinity allows the node."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    return required is None or any(term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())


def _is_in_zone(volume: Obj, node: NodeInfo) -> bool:
    """Whether the volume is where the node is, as far as the volume's labels say."""
    labels = volume["metadata"].get("labels") or {}
    return all(
        node.labels.get(key) in labels[key].split("__")
        for key in ZONES if key in labels and any(zone in node.labels for zone in ZONES)
    )
