"""Which names a definition of a kind gets, and which conditions say so."""

from __future__ import annotations

import pytest

from minikctl.controllers.crdnaming import accept_names, approval_condition
from minikctl.kinds.custom import Definitions, established_kinds

NAMES = {"plural": "tabs", "singular": "tab", "kind": "Tab", "listKind": "TabList", "shortNames": ["t"], "categories": ["all"]}


@pytest.mark.parametrize(("accepted", "resources", "kinds", "expected"), [
    ({}, set(), set(), (NAMES, "", "")),
    (NAMES, {"tabs", "tab", "t"}, {"Tab", "TabList"}, (NAMES, "", "")),
    ({}, {"tabs"}, set(), ({key: value for key, value in NAMES.items() if key != "plural"}, "PluralConflict", '"tabs" is already in use')),
    ({}, {"t"}, set(), ({key: value for key, value in NAMES.items() if key != "shortNames"}, "ShortNamesConflict", '"t" is already in use')),
    ({}, {"tabs"}, {"TabList"}, (
        {key: value for key, value in NAMES.items() if key not in ("plural", "listKind")}, "ListKindConflict", '"TabList" is already in use',
    )),
    ({**NAMES, "shortNames": ["old"]}, {"old", "tabs", "tab"}, {"Tab", "TabList"}, (NAMES, "", "")),
])
def test_names(accepted, resources, kinds, expected):
    assert accept_names(NAMES, accepted, resources, kinds) == expected


@pytest.mark.parametrize(("group", "annotation", "expected"), [
    ("example.com", None, None),
    ("gateway.networking.k8s.io", "https://github.com/x/pull/1", ("True", "ApprovedAnnotation", "approved in https://github.com/x/pull/1")),
    ("x.k8s.io", "unapproved, a test", ("False", "UnapprovedAnnotation", 'not approved: "unapproved, a test"')),
    ("k8s.io", None, ("False", "MissingAnnotation", 'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111')),
])
def test_approval(group, annotation, expected):
    annotations = {} if annotation is None else {"api-approved.kubernetes.io": annotation}
    assert approval_condition({"spec": {"group": group}, "metadata": {"annotations": annotations}}) == expected


def definition(plural, group, *versions, established=True, **names):
    return {
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {"group": group, "scope": "Namespaced", "names": {"plural": plural, "kind": plural.title(), **names}, "versions": [
            {"name": name, "served": served, "storage": index == 0} for index, (name, served) in enumerate(versions)
        ]},
        "status": {"conditions": [{"type": "Established", "status": str(established)}]},
    }


STORED = {each["metadata"]["name"]: each for each in (
    definition("tabs", "a.io", ("v1beta1", True), ("v1", True), ("v0", False), singular="tab", shortNames=["t"]),
    definition("tabs", "b.io", ("v1", True)),
    definition("hidden", "a.io", ("v1", False), ("v2", True)),
    definition("early", "a.io", ("v1", True), established=False),
)}


def test_a_version_that_only_stores_is_not_there_for_clients():
    assert [(info.version, info.served) for info in established_kinds(STORED["tabs.a.io"])] == [("v1", True), ("v1beta1", True)]
    assert [(info.version, info.served) for info in established_kinds(STORED["hidden.a.io"])] == [("v2", True), ("v1", False)]
    assert established_kinds(STORED["early.a.io"]) == []


@pytest.mark.parametrize(("name", "rest", "expected"), [
    ("tabs", "", "tabs.a.io v1"), ("tab", "", "tabs.a.io v1"), ("t", "", "tabs.a.io v1"), ("tabs", "b", "tabs.b.io v1"),
    ("tabs", "v1beta1.a.io", "tabs.a.io v1beta1"), ("tabs", "v0.a.io", None), ("hidden", "", "hidden.a.io v2"), ("early", "", None),
])
def test_words(name, rest, expected):
    found = Definitions(sorted(STORED), STORED.get).find(name, rest)
    assert (found and f"{found.resource} {found.version}") == expected


def test_only_what_a_question_needs_is_read():
    read = []

    def reading(name):
        read.append(name)
        return STORED[name]

    known = Definitions(sorted(STORED), reading)
    assert known.find("tabs", "b.io").resource == "tabs.b.io"
    assert read == ["tabs.a.io", "tabs.b.io"]
    assert known.by_kind("c.io/v1", "Tabs") is None
    assert known.by_kind("b.io/v1", "Tabs").plural == "tabs"
    assert read == ["tabs.a.io", "tabs.b.io"]
