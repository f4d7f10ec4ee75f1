"""Which nodes a DaemonSet's Pods go to, and how each is tied to its own.

Pure functions over plain objects. Upstream: ``NodeShouldRunDaemonPod`` in ``daemon_controller.go`` and
``pkg/controller/daemon/util``.
"""

from __future__ import annotations

from minikctl.controllers.podcontrol import pod_from_template
from minikctl.controllers.scheduler.filters import term_matches, tolerates
from minikctl.kinds.daemonset import template_generation
from minikctl.kinds.revisions import POD_REVISION_LABEL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

GENERATION_LABEL = "pod-template-generation"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
#: what daemons put up with: (key of the taint, effect)
TOLERATIONS = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
HOST_NETWORK_TOLERATION = ("node.kubernetes.io/network-unavailable", "NoSchedule")


class DaemonNode:
    """What is looked at of a node: ``labels`` and ``name`` by node selector terms, ``taints`` by tolerations."""

    __slots__ = ("labels", "name", "taints")

    def __init__(self, node: Obj) -> None:
        self.name: str = node["metadata"]["name"]
        self.labels: dict[str, str] = node["metadata"].get("labels") or {}
        self.taints: list[Obj] = (node.get("spec") or {}).get("taints") or []

    def same_as(self, other: DaemonNode) -> bool:
        """Whether nothing that is looked at differs."""
        return self.labels == other.labels and self.taints == other.taints


def node_should_run(daemon_set: Obj, node: DaemonNode) -> tuple[bool, bool]:
    """Tell whether a node shall get a Pod, and whether one that is there may stay (``NodeShouldRunDaemonPod``)."""
    spec = daemon_set["spec"]["template"].get("spec") or {}
    if spec.get("nodeName") and spec["nodeName"] != node.name:
        return False, False
    if not _fits_node_affinity(spec, node):
        return False, False
    tolerations = daemon_tolerations(spec)
    against = [
        taint for taint in node.taints
        if taint.get("effect") in ("NoSchedule", "NoExecute") and not tolerates(tolerations, taint)
    ]
    return not against, not any(taint["effect"] == "NoExecute" for taint in against)


def _fits_node_affinity(spec: Obj, node: DaemonNode) -> bool:
    """spec.nodeSelector and the required terms of the node affinity (upstream: ``GetRequiredNodeAffinity``)."""
    selector = spec.get("nodeSelector") or {}
    if any(node.labels.get(key) != value for key, value in selector.items()):
        return False
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(_REQUIRED)
    if required is None:
        return True
    return any(term_matches(term, node) for term in required.get("nodeSelectorTerms") or ())  # type: ignore[arg-type]


def daemon_tolerations(spec: Obj) -> list[Obj]:
    """Return the tolerations of a pod spec with those of daemons (upstream: ``AddOrUpdateDaemonPodTolerations``)."""
    found: list[Obj] = list(spec.get("tolerations") or ())
    wanted = (*TOLERATIONS, HOST_NETWORK_TOLERATION) if spec.get("hostNetwork") else TOLERATIONS
    for key, effect in wanted:
        toleration = {"key": key, "operator": "Exists", "effect": effect}
        for index, known in enumerate(found):
            if _same_toleration(known, toleration):
                found[index] = toleration
                break
        else:
            found.append(toleration)
    return found


def _same_toleration(one: Obj, other: Obj) -> bool:
    """Whether two tolerations differ in nothing but their seconds (upstream: ``MatchToleration``)."""
    return all((one.get(field) or "") == (other.get(field) or "") for field in ("key", "effect", "operator", "value"))


def pod_template(daemon_set: Obj, letters: str) -> Obj:
    """Return the template of new Pods; ``letters`` is the hash of the revision (upstream: ``CreatePodTemplate``)."""
    template = daemon_set["spec"]["template"]
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    labels = {**(metadata.get("labels") or {})}
    generation = template_generation(daemon_set)
    if generation is not None:
        labels[GENERATION_LABEL] = str(generation)
    labels[POD_REVISION_LABEL] = letters
    return {"metadata": {**metadata, "labels": labels}, "spec": {**spec, "tolerations": daemon_tolerations(spec)}}


def pod_for_node(daemon_set: Obj, template: Obj, node: str) -> Obj:
    """Return the Pod of ``template`` for a node; its affinity leaves the scheduler no other choice.

    Required terms that the template has are replaced: the node was chosen by them.
    """
    affinity = template["spec"].get("affinity") or {}
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    node_affinity = {**(affinity.get("nodeAffinity") or {}), _REQUIRED: {"nodeSelectorTerms": [term]}}
    spec = {**template["spec"], "affinity": {**affinity, "nodeAffinity": node_affinity}}
    return pod_from_template(daemon_set, {**template, "spec": spec})


def target_node(pod: Obj) -> str | None:
    """Return the node that a daemon's Pod is on or wants to be on, None for a Pod that names none.

    Upstream: ``GetTargetNodeName``.
    """
    spec = pod["spec"]
    if spec.get("nodeName"):
        name: str = spec["nodeName"]
        return name
    required = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(_REQUIRED) or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if (field["key"], field["operator"]) == ("metadata.name", "In") and len(field.get("values") or ()) == 1:
                wanted: str = field["values"][0]
                return wanted
    return None
