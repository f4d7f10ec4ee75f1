"""Pods get a priority from their PriorityClass (upstream: ``plugin/pkg/admission/priority``)."""

from __future__ import annotations

from minikctl.errors import Forbidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.admission import Request

#: the classes that every cluster has
SYSTEM_CLASSES = {"system-cluster-critical": 2000000000, "system-node-critical": 2000001000}
#: the resource of priority classes
CLASSES = "priorityclasses.scheduling.k8s.io"


def admit(request: Request) -> None:
    """Set spec.priority and spec.preemptionPolicy. Raises Forbidden for an unknown class or another priority."""
    spec = request.obj["spec"]
    name = spec.get("priorityClassName") or ""
    if name in SYSTEM_CLASSES:
        value, policy = SYSTEM_CLASSES[name], "PreemptLowerPriority"
    elif name:
        found = request.api.get(CLASSES, "", name)
        if found is None:
            raise Forbidden("pods", request.name, f"no PriorityClass with name {name} was found")
        value, policy = int(found.get("value", 0)), found.get("preemptionPolicy", "PreemptLowerPriority")
    else:
        name, value, policy = _default_class(request)
        if name:
            spec["priorityClassName"] = name
    if spec.get("priority") is not None and spec["priority"] != value:
        raise Forbidden(
            "pods", request.name,
            f"the integer value of priority ({spec['priority']}) must not be provided in pod spec; "
            f"priority admission controller computed {value} from the given PriorityClass name",
        )
    spec["priority"] = value
    spec.setdefault("preemptionPolicy", policy)


def _default_class(request: Request) -> tuple[str, int, str]:
    """The PriorityClass with globalDefault (the lowest of several), or priority 0."""
    defaults = [c for c in request.api.settings(CLASSES) if c.get("globalDefault")]
    if not defaults:
        return "", 0, "PreemptLowerPriority"
    chosen = min(defaults, key=lambda c: int(c.get("value", 0)))
    return chosen["metadata"]["name"], int(chosen.get("value", 0)), chosen.get("preemptionPolicy", "PreemptLowerPriority")
