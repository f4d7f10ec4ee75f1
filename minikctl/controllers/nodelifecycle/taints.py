"""The taints that follow from what a node is (upstream: ``nodeConditionToTaintKeyStatusMap``)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

_PREFIX = "node.kubernetes.io/"
NOT_READY, UNREACHABLE, UNSCHEDULABLE = f"{_PREFIX}not-ready", f"{_PREFIX}unreachable", f"{_PREFIX}unschedulable"
#: (condition, status, key): keeps new Pods away
CONDITION_TAINTS = (
    ("Ready", "False", NOT_READY), ("Ready", "Unknown", UNREACHABLE),
    ("MemoryPressure", "True", f"{_PREFIX}memory-pressure"), ("DiskPressure", "True", f"{_PREFIX}disk-pressure"),
    ("NetworkUnavailable", "True", f"{_PREFIX}network-unavailable"), ("PIDPressure", "True", f"{_PREFIX}pid-pressure"),
)
#: those of them that Pods have to leave as well
EVICTING = (NOT_READY, UNREACHABLE)


def with_taints(node: Obj, time: str) -> list[Obj]:
    """The node's taints with those that its conditions and its cordon ask for, and without those that they do not.

    ``time`` is when a new one was added, as the API writes it.
    """
    wanted = _wanted(node)
    managed = {(key, "NoSchedule") for _, _, key in CONDITION_TAINTS} | {(key, "NoExecute") for key in EVICTING}
    managed.add((UNSCHEDULABLE, "NoSchedule"))
    kept = [
        each for each in node["spec"].get("taints") or ()
        if (each["key"], each["effect"]) not in managed or (each["key"], each["effect"]) in wanted
    ]
    there = {(each["key"], each["effect"]) for each in kept}
    return kept + [
        {"key": key, "effect": effect, "timeAdded": time} for key, effect in wanted if (key, effect) not in there
    ]


def _wanted(node: Obj) -> list[tuple[str, str]]:
    states = {each["type"]: each["status"] for each in (node.get("status") or {}).get("conditions") or ()}
    wanted = []
    if node["spec"].get("unschedulable"):
        wanted.append((UNSCHEDULABLE, "NoSchedule"))
    for kind, status, key in CONDITION_TAINTS:
        if states.get(kind) == status:
            wanted.append((key, "NoSchedule"))
            if key in EVICTING:
                wanted.append((key, "NoExecute"))
    return wanted
