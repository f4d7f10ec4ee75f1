"""Conditions of Jobs. Upstream: ``newCondition`` and ``ensureJobConditionStatus`` in ``job_controller.go``."""

from __future__ import annotations

from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

COMPLETE = "Complete"
FAILED = "Failed"
FAILURE_TARGET = "FailureTarget"
SUCCESS_CRITERIA_MET = "SuccessCriteriaMet"
SUSPENDED = "Suspended"


def new_condition(kind: str, reason: str, message: str, now: float, status: str = "True") -> Obj:
    """Return a condition as it starts at ``now`` (seconds since the epoch)."""
    time = format_time(now)
    return {
        "type": kind, "status": status, "lastProbeTime": time, "lastTransitionTime": time, "reason": reason,
        "message": message,
    }


def find_condition(status: Obj, kind: str) -> Obj | None:
    """Return the condition of this type where it is True, else None."""
    for condition in status.get("conditions") or ():
        if condition["type"] == kind and condition["status"] == "True":
            found: Obj = condition
            return found
    return None


def is_finished(job: Obj) -> bool:
    """Tell whether the Job has ended, well or not (upstream: ``IsJobFinished``)."""
    status = job.get("status") or {}
    return find_condition(status, COMPLETE) is not None or find_condition(status, FAILED) is not None


def ensure_condition(status: Obj, condition: Obj) -> bool:
    """Put ``condition`` into ``status``, in the place of the one of its type; says whether anything changed.

    One that is False is not put where there is none: from nothing to False means nothing.
    """
    conditions = status.get("conditions") or []
    for index, old in enumerate(conditions):
        if old["type"] == condition["type"]:
            fields = ("status", "reason", "message")
            if all(old.get(field) == condition[field] for field in fields):
                return False
            status["conditions"] = [*conditions[:index], condition, *conditions[index + 1:]]
            return True
    if condition["status"] == "False":
        return False
    status["conditions"] = [*conditions, condition]
    return True
