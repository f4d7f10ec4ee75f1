"""What the disruption controller and eviction have in common: which budgets a Pod has, and their condition.

Upstream: ``pkg/apis/policy/helper`` and client-go's ``GetPodPodDisruptionBudgets``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]

BUDGETS = "poddisruptionbudgets.policy"
CONDITION = "DisruptionAllowed"


def budgets_of(labels: dict[str, str], budgets: Iterable[Obj]) -> list[Obj]:
    """Those of ``budgets`` (of one namespace) that select a Pod with these labels; without a selector none does."""
    from minikctl.lib.labels import SelectorError, from_label_selector

    found = []
    for budget in budgets:
        try:
            selector = from_label_selector((budget.get("spec") or {}).get("selector"))
        except SelectorError:
            continue
        if selector.matches(labels):
            found.append(budget)
    return found


def set_condition(status: Obj, kind: str, value: str, reason: str, message: str, *, generation: int, now: float) -> None:
    """Put a condition of ``kind`` into ``status``; its time changes where its value does (``meta.SetStatusCondition``)."""
    from minikctl.lib.times import format_time

    conditions: list[Obj] = list(status.get("conditions") or ())
    condition = {
        "type": kind, "status": value, "reason": reason, "message": message, "observedGeneration": generation,
        "lastTransitionTime": format_time(now),
    }
    for index, old in enumerate(conditions):
        if old.get("type") == kind:
            if old.get("status") == value:
                condition["lastTransitionTime"] = old["lastTransitionTime"]
            conditions[index] = condition
            break
    else:
        conditions.append(condition)
    status["conditions"] = conditions


def update_condition(budget: Obj, now: float) -> None:
    """Let the condition of a budget say what its numbers say (upstream: ``UpdateDisruptionAllowedCondition``)."""
    status = budget["status"]
    allowed = status.get("disruptionsAllowed", 0) > 0
    set_condition(
        status, CONDITION, "True" if allowed else "False", "SufficientPods" if allowed else "InsufficientPods", "",
        generation=status.get("observedGeneration", 0), now=now,
    )
