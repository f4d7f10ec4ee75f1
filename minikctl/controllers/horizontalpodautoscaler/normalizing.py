"""From what metrics ask for to what is done: limits, stabilization and scaling policies.

Upstream: ``normalizeDesiredReplicas`` and ``normalizeDesiredReplicasWithBehaviors`` in
``pkg/controller/podautoscaler/horizontal.go``.
"""

from __future__ import annotations

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.horizontalpodautoscaler.memory import Memory

    Obj = dict[str, Any]
    Events = list[tuple[int, float]]

#: without behavior: nothing goes down before it was wanted for so many seconds
DOWNSCALE_STABILIZATION = 300.0
#: without behavior: up to twice as many at once, and up to four from few
SCALE_UP_FACTOR, SCALE_UP_MINIMUM = 2.0, 4.0
_INT32 = 2**31
#: a recommendation counts still at the very end of the window
_SHORTLY = 0.001

READY = ("ReadyForNewScale", "recommended size matches current size")
SCALE_UP_STABILIZED = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)
SCALE_DOWN_STABILIZED = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
WITHIN_RANGE = ("DesiredWithinRange", "the desired count is within the acceptable range")
SCALE_UP_LIMIT = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
SCALE_DOWN_LIMIT = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")


class Normalized:
    """How many ``replicas`` there are to be, and why.

    ``able``: reason and message of AbleToScale; ``limit``: those of ScalingLimited, and ``is_limited``; ``again``: when
    time alone may make it another number.
    """

    __slots__ = ("able", "again", "is_limited", "limit", "replicas")

    def __init__(self) -> None:
        self.replicas = 0
        self.able = READY
        self.limit = WITHIN_RANGE
        self.is_limited = False
        self.again: list[float] = []


def normalize(spec: Obj, memory: Memory, current: int, desired: int, now: float) -> Normalized:
    """What becomes of ``desired`` replicas where there are ``current``; the recommendation is noted in ``memory``.

    ``spec`` is the autoscaler's, with its defaults.
    """
    result = Normalized()
    least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
    behavior = spec.get("behavior")
    if behavior is None:
        stabilized = _stabilize(result, memory, desired, now)
        result.replicas, result.limit = convert_desired_replicas(current, stabilized, least, most)
    else:
        stabilized = _stabilize_with_behavior(result, memory, behavior, current, desired, now)
        result.replicas, result.limit = _convert_with_behavior(
            result, memory, behavior, (least, most), current, stabilized, now
        )
    result.is_limited = result.replicas != stabilized
    return result


# -- without behavior ---------------------------------------------------------------------------------------------------


def _stabilize(result: Normalized, memory: Memory, desired: int, now: float) -> int:
    """The highest recommendation of the window (upstream: ``stabilizeRecommendation``)."""
    cutoff = now - DOWNSCALE_STABILIZATION
    recent = [each for each in memory.recommendations if each.last >= cutoff]
    memory.recommend(desired, now)
    stabilized = max([desired, *(each.replicas for each in recent)])
    if stabilized != desired:
        result.able = SCALE_DOWN_STABILIZED
        result.again += [
            each.last + DOWNSCALE_STABILIZATION + _SHORTLY for each in recent if each.replicas > desired
        ]
    return stabilized


def convert_desired_replicas(current: int, desired: int, least: int, most: int) -> tuple[int, tuple[str, str]]:
    """(replicas, (reason, message)) within minimum, maximum and the fastest growth.

    Upstream: ``convertDesiredReplicasWithRules``.
    """
    limit = int(max(SCALE_UP_FACTOR * float(current), SCALE_UP_MINIMUM))
    allowed, why = (limit, SCALE_UP_LIMIT) if most > limit else (most, TOO_MANY)
    if desired < least:
        return least, TOO_FEW
    if desired > allowed:
        return allowed, why
    return desired, WITHIN_RANGE


# -- with behavior --------------------------------------------------------------------------------------------------------


def _stabilize_with_behavior(
    result: Normalized, memory: Memory, behavior: Obj, current: int, desired: int, now: float
) -> int:
    """The recommendation that is nearest to ``current`` among those of both windows.

    Upstream: ``stabilizeRecommendationWithBehaviors``.
    """
    up_window = float(behavior["scaleUp"].get("stabilizationWindowSeconds") or 0)
    down = behavior["scaleDown"].get("stabilizationWindowSeconds")
    down_window = DOWNSCALE_STABILIZATION if down is None else float(down)
    low = min([desired, *(each.replicas for each in memory.recommendations if each.last > now - up_window)])
    high = max([desired, *(each.replicas for each in memory.recommendations if each.last > now - down_window)])
    stabilized = min(max(current, low), high)
    if stabilized != desired:
        result.able = SCALE_UP_STABILIZED if desired >= current else SCALE_DOWN_STABILIZED
        result.again += [
            each.last + window for window in (up_window, down_window) for each in memory.recommendations
            if each.replicas != desired and each.last > now - window
        ]
    memory.recommend(desired, now)
    return stabilized


def _convert_with_behavior(
    result: Normalized, memory: Memory, behavior: Obj, bounds: tuple[int, int], current: int, desired: int, now: float
) -> tuple[int, tuple[str, str]]:
    """(replicas, (reason, message)) within minimum, maximum and the policies.

    Upstream: ``convertDesiredReplicasWithBehaviorRate``.
    """
    least, most = bounds
    if desired > current:
        rules = behavior["scaleUp"]
        limit = max(current, scale_up_limit(current, memory.ups, memory.downs, rules, now))
        allowed, why = (limit, SCALE_UP_LIMIT) if most > limit else (most, TOO_MANY)
        if desired > allowed:
            result.again += _ends_of_periods(memory, rules, now)
            return allowed, why
    elif desired < current:
        rules = behavior["scaleDown"]
        limit = min(current, scale_down_limit(current, memory.ups, memory.downs, rules, now))
        allowed, why = (limit, SCALE_DOWN_LIMIT) if least < limit else (least, TOO_FEW)
        if desired < allowed:
            result.again += _ends_of_periods(memory, rules, now)
            return allowed, why
    return desired, WITHIN_RANGE


def scale_up_limit(current: int, ups: Events, downs: Events, rules: Obj, now: float) -> int:
    """The most replicas that the policies allow (upstream: ``calculateScaleUpLimitWithScalingRules``)."""
    select = rules.get("selectPolicy", "Max")
    if select == "Disabled":
        return current
    proposals: list[int] = []
    for policy in rules.get("policies") or ():
        start = _replicas_at_start(current, ups, downs, policy["periodSeconds"], now)
        if policy["type"] == "Pods":
            proposals.append(start + policy["value"])
        else:
            # Rounded up: else a small percentage of few replicas would never let them grow.
            proposals.append(math.ceil(float(start) * (1 + float(policy["value"]) / 100)))
    return min([_INT32 - 1, *proposals]) if select == "Min" else max([-_INT32, *proposals])


def scale_down_limit(current: int, ups: Events, downs: Events, rules: Obj, now: float) -> int:
    """The fewest replicas that the policies allow (upstream: ``calculateScaleDownLimitWithBehaviors``)."""
    select = rules.get("selectPolicy", "Max")
    if select == "Disabled":
        return current
    proposals: list[int] = []
    for policy in rules.get("policies") or ():
        start = _replicas_at_start(current, ups, downs, policy["periodSeconds"], now)
        if policy["type"] == "Pods":
            proposals.append(start - policy["value"])
        else:
            proposals.append(int(float(start) * (1 - float(policy["value"]) / 100)))
    return max([-_INT32, *proposals]) if select == "Min" else min([_INT32 - 1, *proposals])


def _replicas_at_start(current: int, ups: Events, downs: Events, period: int, now: float) -> int:
    return current - _change_within(ups, period, now) + _change_within(downs, period, now)


def _change_within(events: Events, period: int, now: float) -> int:
    """How many replicas came or went within a period (upstream: ``getReplicasChangePerPeriod``)."""
    return sum(change for change, when in events if when > now - period)


def _ends_of_periods(memory: Memory, rules: Obj, now: float) -> list[float]:
    """When scalings of late will no longer count for the policies."""
    if rules.get("selectPolicy") == "Disabled":
        return []
    return [
        when + policy["periodSeconds"] for policy in rules.get("policies") or ()
        for _, when in (*memory.ups, *memory.downs) if when + policy["periodSeconds"] > now
    ]
