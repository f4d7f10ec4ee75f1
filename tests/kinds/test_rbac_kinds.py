import pytest
from rule_cases import cells, errors, made, update_errors

from minikctl.kinds.rbacrules import compact_rules

V1 = "rbac.authorization.k8s.io/v1"
GROUP = "rbac.authorization.k8s.io"
USER = {"kind": "User", "name": "jane"}


@pytest.mark.parametrize(("rule", "kind", "expected"), [
    ({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}, "Role", []),
    ({}, "Role", [
        "rules[0].verbs: Required value: verbs must contain at least one value",
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        "rules[0].resources: Required value: resource rules must supply at least one resource",
    ]),
    ({"nonResourceURLs": ["/x"], "verbs": ["get"]}, "Role", [
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
    ]),
    ({"nonResourceURLs": ["/x"], "verbs": ["get"]}, "ClusterRole", []),
    ({"nonResourceURLs": ["/x"], "resources": ["pods"], "verbs": ["get"]}, "ClusterRole", [
        ('rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and '
         "non-resource URLs"),
    ]),
])
def test_rules_of_roles(rule, kind, expected):
    assert errors(made(V1, kind, rules=[rule])) == expected


def test_an_aggregation_selects_something():
    role = made(V1, "ClusterRole", aggregationRule={})
    assert errors(role) == [
        "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if "
        "aggregationRule is non-nil",
    ]


@pytest.mark.parametrize(("kind", "ref", "subjects", "expected"), [
    ("RoleBinding", {"kind": "Role", "name": "r"}, [USER], []),
    ("RoleBinding", {"kind": "ClusterRole", "name": "r"}, [], []),
    ("ClusterRoleBinding", {"kind": "Role", "name": "r"}, [], [
        'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    ]),
    ("RoleBinding", {"apiGroup": "x", "kind": "No"}, [], [
        f'roleRef.apiGroup: Unsupported value: "x": supported values: "{GROUP}"',
        'roleRef.kind: Unsupported value: "No": supported values: "Role", "ClusterRole"',
        "roleRef.name: Required value",
    ]),
    ("RoleBinding", {"kind": "Role", "name": "a/b"}, [{"kind": "Robot", "name": "r"}], [
        'roleRef.name: Invalid value: "a/b": may not contain \'/\'',
        'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
    ]),
    ("ClusterRoleBinding", {"kind": "ClusterRole", "name": "r"}, [{"kind": "ServiceAccount", "name": "r"}, {"kind": "Group"}], [
        "subjects[0].namespace: Required value", "subjects[1].name: Required value",
    ]),
])
def test_rules_of_bindings(kind, ref, subjects, expected):
    assert errors(made(V1, kind, roleRef=ref, subjects=subjects)) == expected


def test_defaults_name_the_group():
    binding = made(V1, "RoleBinding", roleRef={"kind": "Role", "name": "r"}, subjects=[
        USER, {"kind": "ServiceAccount", "name": "robot"},
    ])
    assert binding["roleRef"]["apiGroup"] == GROUP
    assert [subject.get("apiGroup") for subject in binding["subjects"]] == [GROUP, None]


def test_a_binding_keeps_its_role():
    old = made(V1, "RoleBinding", roleRef={"kind": "Role", "name": "r"})
    new = made(V1, "RoleBinding", roleRef={"kind": "Role", "name": "other"})
    assert update_errors(old, old) == []
    assert update_errors(new, old) == [
        f'roleRef: Invalid value: {{"APIGroup":"{GROUP}","Kind":"Role","Name":"other"}}: cannot change roleRef',
    ]


def test_columns():
    binding = made(V1, "RoleBinding", "rb", roleRef={"kind": "Role", "name": "r"}, subjects=[
        USER, {"kind": "User", "name": "joe"}, {"kind": "ServiceAccount", "name": "robot", "namespace": "x"},
    ])
    assert cells(binding) == {
        "NAME": "rb", "ROLE": "Role/r", "AGE": "<unknown>", "USERS": "jane, joe", "GROUPS": "", "SERVICEACCOUNTS": "x/robot",
    }
    role = made(V1, "Role", "r")
    role["metadata"]["creationTimestamp"] = "2026-11-21T14:57:01Z"
    assert cells(role) == {"NAME": "r", "CREATED AT": "2026-11-21T14:57:01Z"}


def test_rules_are_taken_apart_and_put_together_by_resource():
    rules = [
        {"apiGroups": ["", "apps"], "resources": ["a"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["a"], "verbs": ["watch"]},
    ]
    assert compact_rules(rules) == [
        {"apiGroups": [""], "resources": ["a"], "verbs": ["get", "list", "watch"]},
        {"apiGroups": ["apps"], "resources": ["a"], "verbs": ["get", "list"]},
    ]
