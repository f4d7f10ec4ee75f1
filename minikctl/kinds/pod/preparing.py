"""What the API server sets in a Pod between defaulting and storing it.

Upstream: ``PrepareForCreate`` and ``PrepareForUpdate`` of ``pkg/registry/core/pod/strategy.go``.
"""

from __future__ import annotations

from minikctl.kinds.podspec.resources import compute_qos_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj

_TERM_LISTS = ("requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution")


def prepare_for_create(pod: Obj) -> None:
    """Give a new Pod its generation and status, and merge matchLabelKeys into the selectors beside them."""
    metadata, spec = pod["metadata"], pod["spec"]
    metadata["generation"] = 1
    pod["status"] = {"phase": "Pending", "qosClass": compute_qos_class(spec)}
    if spec.get("schedulingGates"):
        pod["status"]["conditions"] = [{
            "lastProbeTime": None,
            "lastTransitionTime": None,
            "message": "Scheduling is blocked due to non-empty scheduling gates",
            "observedGeneration": 1,
            "reason": "SchedulingGated",
            "status": "False",
            "type": "PodScheduled",
        }]
    labels = metadata.get("labels") or {}
    for constraint in spec.get("topologySpreadConstraints") or ():
        _merge_label_keys(constraint, labels)
    affinity = spec.get("affinity") or {}
    for field in ("podAffinity", "podAntiAffinity"):
        for terms in _TERM_LISTS:
            for term in (affinity.get(field) or {}).get(terms) or ():
                _merge_label_keys(term.get("podAffinityTerm", term), labels)


def _merge_label_keys(term: Obj, labels: dict[str, str]) -> None:
    """Add what the Pod's own labels say about the keys that a term names (``applyMatchLabelKeys...``)."""
    selector = term.get("labelSelector")
    if selector is None:
        return
    for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")):
        for key in term.get(field) or ():
            if key in labels:
                requirement = {"key": key, "operator": operator, "values": [labels[key]]}
                selector.setdefault("matchExpressions", []).append(requirement)


def prepare_for_update(pod: Obj, old: Obj) -> None:
    """Count a change of the spec in metadata.generation. Binding to a node is no such change."""
    spec, was = pod.get("spec") or {}, old.get("spec") or {}
    if spec == was:
        return
    if {**spec, "nodeName": None} != {**was, "nodeName": None}:
        pod["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
