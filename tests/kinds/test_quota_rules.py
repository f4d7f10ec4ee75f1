"""The rules of quotas, limit ranges and disruption budgets: in upstream's words and order."""

from __future__ import annotations

import pytest
from rule_cases import errors, made, update_errors


def quota(**spec):
    return made("v1", "ResourceQuota", name="q", spec={"hard": {"pods": "2"}, **spec})


def in_scope(name, operator, *values):
    return {"scopeSelector": {"matchExpressions": [{"scopeName": name, "operator": operator, "values": list(values)}]}}


QUOTAS = [
    ({}, []),
    ({"hard": {"count/x.y": "1"}}, []),
    ({"hard": {"foo": "1"}}, [
        'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
        'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota',
    ]),
    ({"hard": {"pods": "-1"}}, ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0']),
    ({"hard": {"pods": "1.5"}}, ['spec.hard[pods]: Invalid value: "1500m": must be an integer']),
    ({"scopes": ["X"]}, ['spec.scopes: Invalid value: ["X"]: unsupported scope']),
    ({"scopes": ["BestEffort", "NotBestEffort"]},
     ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes']),
    ({"hard": {"services": "1"}, "scopes": ["BestEffort"]},
     ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource']),
    (in_scope("PriorityClass", "In"), [
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or "
        "'NotIn' for scope selector",
    ]),
    (in_scope("Terminating", "In", "x"), [
        "spec.scopeSelector.matchExpressions.operator: Invalid value: \"In\": must be 'Exists' when scope is any of "
        "ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
        "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
    ]),
]


@pytest.mark.parametrize(("spec", "expected"), QUOTAS)
def test_quotas(spec, expected):
    assert errors(quota(**spec)) == expected


def test_the_scopes_of_a_quota_stay():
    assert update_errors(quota(scopes=["BestEffort"]), quota()) == [
        'spec.scopes: Invalid value: ["BestEffort"]: field is immutable',
    ]
    assert update_errors(quota(hard={"pods": "3"}), quota()) == []


def limits(*items):
    return made("v1", "LimitRange", name="l", spec={"limits": list(items)})


def container(**fields):
    return {"type": "Container", **{field: {"cpu": amount} for field, amount in fields.items()}}


AT = "spec.limits[0]"
LIMITS = [
    ([container(max="1")], []),
    ([{"type": "Foo"}], [f'{AT}.type: Invalid value: "Foo": must be a standard limit type or fully qualified']),
    ([{"type": "PersistentVolumeClaim"}],
     [f"{AT}.limits: Required value: either minimum or maximum storage value is required, but neither was provided"]),
    ([{"type": "Pod", "default": {"cpu": "1"}}], [f"{AT}.default: Forbidden: may not be specified when `type` is 'Pod'"]),
    ([container(min="2", max="1")], [
        f'{AT}.min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
        f'{AT}.defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
        f'{AT}.default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
    ]),
    ([container(min="1", max="2", default="3", defaultRequest="500m")], [
        f'{AT}.defaultRequest[cpu]: Invalid value: "500m": min value 1 is greater than default request value 500m',
        f'{AT}.default[cpu]: Invalid value: "2": default value 3 is greater than max value 2',
    ]),
    ([container(default="1", defaultRequest="2")],
     [f'{AT}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1']),
    ([container(maxLimitRequestRatio="500m")], [f'{AT}.maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1']),
    ([container(min="1", max="2", maxLimitRequestRatio="3")],
     [f'{AT}.maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000']),
    ([container(max="1"), container(max="1")], ['spec.limits[1].type: Duplicate value: "Container"']),
]


@pytest.mark.parametrize(("items", "expected"), LIMITS)
def test_limit_ranges(items, expected):
    assert errors(limits(*items)) == expected


def budget(**spec):
    return made("policy/v1", "PodDisruptionBudget", spec={"selector": {"matchLabels": {"a": "b"}}, **spec})


BUDGETS = [
    ({"minAvailable": 1}, []),
    ({"maxUnavailable": "50%"}, []),
    ({"minAvailable": 1, "maxUnavailable": 1}, [
        'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"a":"b"}},"MaxUnavailable":1,'
        '"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ]),
    ({"minAvailable": -1}, ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"]),
    ({"minAvailable": "110%"}, ['spec.minAvailable: Invalid value: "110%": must not be greater than 100%']),
    ({"maxUnavailable": "x"}, [
        "spec.maxUnavailable: Invalid value: \"x\": a valid percent string must be a numeric string followed by an ending '%' "
        "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ]),
    ({"minAvailable": 1, "unhealthyPodEvictionPolicy": "X"},
     ['spec.unhealthyPodEvictionPolicy: Unsupported value: "X": supported values: "AlwaysAllow", "IfHealthyBudget"']),
]


@pytest.mark.parametrize(("spec", "expected"), BUDGETS)
def test_disruption_budgets(spec, expected):
    assert errors(budget(**spec)) == expected
