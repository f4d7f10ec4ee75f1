"""What becomes of a recommendation: limits, windows and policies, with upstream's cases of ``horizontal_test.go``."""

from __future__ import annotations

import pytest

from minikctl.controllers.horizontalpodautoscaler.memory import Memory, Recommendation
from minikctl.controllers.horizontalpodautoscaler.normalizing import (
    convert_desired_replicas,
    normalize,
    scale_down_limit,
    scale_up_limit,
)

NOW = 1_780_315_200.0


@pytest.mark.parametrize(("current", "desired", "least", "most", "expected", "reason"), [
    (1, 0, 0, 10, 0, "DesiredWithinRange"), (5, 1, 2, 10, 2, "TooFewReplicas"), (5, 7, 2, 10, 7, "DesiredWithinRange"),
    (5, 11, 2, 10, 10, "TooManyReplicas"), (8, 12, 2, 10, 10, "TooManyReplicas"), (1, 10, 1, 100, 4, "ScaleUpLimit"),
    (3, 10, 1, 100, 6, "ScaleUpLimit"), (1, 2, 1, 100, 2, "DesiredWithinRange"),
])
def test_limits_without_behavior(current, desired, least, most, expected, reason):
    replicas, (found, _) = convert_desired_replicas(current, desired, least, most)
    assert (replicas, found) == (expected, reason)


def memory(*recommendations, ups=(), downs=()):
    """Recommendations as (replicas, seconds ago), scalings as (replicas, seconds ago)."""
    found = Memory()
    found.recommendations = [Recommendation(each, NOW - ago, NOW - ago) for each, ago in recommendations]
    found.ups = [(change, NOW - ago) for change, ago in ups]
    found.downs = [(change, NOW - ago) for change, ago in downs]
    return found


def spec(least=1, most=100, up=None, down=None):
    behavior = None
    if up is not None or down is not None:
        behavior = {
            "scaleUp": {"selectPolicy": "Max", "stabilizationWindowSeconds": 0, "policies": [
                {"type": "Pods", "value": 4, "periodSeconds": 15}, {"type": "Percent", "value": 100, "periodSeconds": 15},
            ], **(up or {})},
            "scaleDown": {"selectPolicy": "Max", "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 15},
            ], **(down or {})},
        }
    return {"minReplicas": least, "maxReplicas": most, **({"behavior": behavior} if behavior else {})}


@pytest.mark.parametrize(("recommendations", "desired", "expected"), [
    ((), 5, 5), (((4, 301), (5, 299)), 3, 5), (((10, 301), (9, 400)), 5, 5), (((10, 300), (9, 400)), 5, 10),
    (((7, 10), (9, 20)), 8, 9), (((3, 10),), 8, 8),
])
def test_nothing_goes_down_before_the_window_is_over(recommendations, desired, expected):
    noted = memory(*recommendations)
    result = normalize(spec(), noted, 10, desired, NOW)
    assert result.replicas == expected
    assert result.able[0] == ("ReadyForNewScale" if expected == desired else "ScaleDownStabilized")
    assert noted.recommendations[-1].replicas == desired


@pytest.mark.parametrize(("recommendations", "current", "desired", "up", "down", "expected", "reason"), [
    # upstream: TestNormalizeDesiredReplicasWithBehavior's stabilization cases
    ((), 100, 5, 0, 300, 5, "ReadyForNewScale"),
    (((10, 200), (8, 100)), 100, 5, 0, 300, 10, "ScaleDownStabilized"),
    (((10, 400), (8, 100)), 100, 5, 0, 300, 8, "ScaleDownStabilized"),
    (((10, 60), (8, 30)), 100, 5, 0, 60, 8, "ScaleDownStabilized"),
    (((2, 200), (5, 100)), 1, 9, 300, 300, 2, "ScaleUpStabilized"),
    (((2, 400), (5, 100)), 1, 9, 300, 300, 5, "ScaleUpStabilized"),
    (((2, 100), (9, 50)), 5, 7, 300, 300, 5, "ScaleUpStabilized"),
    (((9, 50), (3, 30)), 5, 4, 300, 300, 5, "ScaleDownStabilized"),
    (((3, 100),), 3, 3, 300, 300, 3, "ReadyForNewScale"),
])
def test_both_windows_of_a_behavior(recommendations, current, desired, up, down, expected, reason):
    rules = spec(
        up={"stabilizationWindowSeconds": up, "policies": [{"type": "Percent", "value": 10000, "periodSeconds": 15}]},
        down={"stabilizationWindowSeconds": down},
    )
    result = normalize(rules, memory(*recommendations), current, desired, NOW)
    assert (result.replicas, result.able[0]) == (expected, reason)


PODS_4, PERCENT_100 = {"type": "Pods", "value": 4, "periodSeconds": 60}, {"type": "Percent", "value": 100, "periodSeconds": 60}


@pytest.mark.parametrize(("current", "ups", "downs", "policies", "select", "expected"), [
    (1, (), (), [PODS_4], "Max", 5), (1, (), (), [PERCENT_100], "Max", 2), (1, (), (), [PODS_4, PERCENT_100], "Max", 5),
    (1, (), (), [PODS_4, PERCENT_100], "Min", 2), (10, (), (), [PODS_4, PERCENT_100], "Max", 20),
    (7, ((2, 30),), (), [PODS_4], "Max", 9), (7, ((2, 60),), (), [PODS_4], "Max", 11), (7, ((4, 1), (2, 59)), (), [PODS_4], "Max", 5),
    (7, ((2, 30),), ((3, 10),), [PODS_4], "Max", 12), (3, (), (), [{**PERCENT_100, "value": 10}], "Max", 4),
    (6, ((1, 5),), (), [{**PERCENT_100, "value": 200}], "Max", 15), (5, (), (), [PODS_4], "Disabled", 5),
])
def test_the_most_that_policies_allow(current, ups, downs, policies, select, expected):
    noted = memory(ups=ups, downs=downs)
    assert scale_up_limit(current, noted.ups, noted.downs, {"policies": policies, "selectPolicy": select}, NOW) == expected


@pytest.mark.parametrize(("current", "ups", "downs", "policies", "select", "expected"), [
    (10, (), (), [PODS_4], "Max", 6), (10, (), (), [PERCENT_100], "Max", 0), (10, (), (), [PODS_4, {**PERCENT_100, "value": 10}], "Max", 6),
    (10, (), (), [PODS_4, {**PERCENT_100, "value": 10}], "Min", 9), (10, (), ((3, 30),), [PODS_4], "Max", 9),
    (10, (), ((3, 60),), [PODS_4], "Max", 6), (10, ((2, 10),), (), [PODS_4], "Max", 4),
    (5, (), (), [{**PERCENT_100, "value": 50}], "Max", 2), (3, (), (), [PODS_4], "Max", -1), (5, (), (), [PODS_4], "Disabled", 5),
])
def test_the_fewest_that_policies_allow(current, ups, downs, policies, select, expected):
    noted = memory(ups=ups, downs=downs)
    assert scale_down_limit(current, noted.ups, noted.downs, {"policies": policies, "selectPolicy": select}, NOW) == expected


@pytest.mark.parametrize(("current", "desired", "most", "ups", "downs", "expected", "reason"), [
    (3, 5, 100, (), (), 5, "DesiredWithinRange"), (3, 50, 100, (), (), 7, "ScaleUpLimit"), (3, 50, 5, (), (), 5, "TooManyReplicas"),
    (7, 50, 100, ((6, 30),), (), 7, "ScaleUpLimit"), (20, 19, 100, (), (), 19, "DesiredWithinRange"),
    (20, 2, 100, (), (), 16, "ScaleDownLimit"), (20, 2, 100, (), ((9, 30),), 20, "ScaleDownLimit"),
    (4, 1, 100, (), (), 2, "TooFewReplicas"), (5, 5, 100, (), (), 5, "DesiredWithinRange"),
])
def test_policies_and_bounds_together(current, desired, most, ups, downs, expected, reason):
    rules = spec(2, most, up={"policies": [PODS_4]}, down={"policies": [PODS_4], "stabilizationWindowSeconds": 0})
    result = normalize(rules, memory(ups=ups, downs=downs), current, desired, NOW)
    assert (result.replicas, result.limit[0], result.is_limited) == (expected, reason, expected != desired)


def test_it_says_when_a_window_or_a_period_is_over():
    assert normalize(spec(), memory((9, 100), (7, 50), (2, 10)), 9, 3, NOW).again == [
        pytest.approx(NOW + 200, abs=0.01), pytest.approx(NOW + 250, abs=0.01),
    ]
    rules = spec(up={"policies": [PODS_4]}, down={})
    assert normalize(rules, memory(ups=((4, 10),)), 5, 9, NOW).again == [NOW + 50]
    rules = spec(up={"policies": [PODS_4], "selectPolicy": "Disabled"}, down={})
    assert normalize(rules, memory(ups=((4, 10),)), 5, 9, NOW).again == []
    assert normalize(spec(), memory(), 5, 5, NOW).again == []


def test_a_recommendation_goes_on_while_nothing_changes_and_only_then():
    noted = memory((5, 1000))
    noted.go_on(NOW - 15)
    assert noted.recommendations[-1].last == NOW - 1000
    noted.steady = True
    noted.go_on(NOW - 15)
    assert noted.recommendations[-1].last == NOW - 15
    assert normalize(spec(), noted, 5, 2, NOW).replicas == 5


def test_what_is_written_is_read_again_without_what_is_too_old():
    noted = memory((5, 4000), (6, 10), ups=((2, 5),), downs=((1, 3700), (3, 1)))
    noted.steady, noted.until = True, NOW + 60
    again = Memory.read(noted.write(NOW))
    assert [(each.replicas, each.first, each.last) for each in again.recommendations] == [(6, NOW - 10, NOW - 10)]
    assert (again.ups, again.downs, again.steady, again.until) == ([(2, NOW - 5)], [(3, NOW - 1)], True, NOW + 60)
    assert Memory.read("").recommendations == []
