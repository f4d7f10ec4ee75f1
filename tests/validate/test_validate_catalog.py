"""Kinds that are not built in: by their definitions, and by schemas in folders."""

from __future__ import annotations

import json

import pytest

from minikctl.api.validating.catalog import Catalog, DefinitionError
from minikctl.api.validating.running import Validation
from minikctl.errors import MinikctlError

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: fleets.example.com}
spec:
  group: example.com
  names: {kind: Fleet, plural: fleets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, maximum: 10}
              mode: {type: string, enum: [fast, slow]}
"""
FLEET = "apiVersion: example.com/v1\nkind: Fleet\nmetadata: {name: f}\nspec:\n  size: 3\n"
SCHEMA = {
    "type": "object",
    "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
}


def found(tmp_path, text, **settings):
    path = tmp_path / "x.yaml"
    path.write_text(text)
    return [
        f"{problem.line}:{problem.column} {problem.rule} {problem.suggestion}".rstrip()
        for problem in Validation([str(path)], **settings).run().problems()
    ]


WRONG = [
    (FLEET, []),
    (FLEET.replace("size: 3", "size: 30"), ["5:9 invalid-value"]),
    (FLEET.replace("size: 3", "size: many"), ["5:9 wrong-type"]),
    (FLEET.replace("  size: 3", "  size: 3\n  mode: fsat"), ["6:9 unsupported-value did you mean fast?"]),
    (FLEET.replace("size: 3", "siez: 3"), ["5:3 unknown-field did you mean size?"]),
    (FLEET.replace("  size: 3\n", "  mode: slow\n"), ["4:1 required-value"]),
    (FLEET.replace("{name: f}", "{name: F}"), ["3:18 invalid-value"]),
    (FLEET.replace("kind: Fleet", "kind: Fleets"), ["2:7 unknown-kind did you mean Fleet?"]),
    (FLEET.replace("example.com/v1", "example.com/v2"), ["1:13 unknown-kind Fleet is in example.com/v1"]),
]


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_a_definition_of_crd_validates_its_objects(tmp_path, text, expected):
    (tmp_path / "crd.yaml").write_text(CRD)
    assert found(tmp_path, text, crds=[str(tmp_path / "crd.yaml")]) == expected


def test_a_definition_among_the_files_counts_wherever_it_stands(tmp_path):
    wrong = FLEET.replace("size: 3", "size: 30")
    assert found(tmp_path, f"{wrong}---\n{CRD}") == ["5:9 invalid-value"]
    assert found(tmp_path, f"{CRD}---\n{wrong}") == [f"{CRD.count(chr(10)) + 6}:9 invalid-value"]
    assert found(tmp_path, wrong) == ["2:7 unknown-kind"]


def test_a_definition_reaches_other_processes(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("---\n".join([CRD, *[FLEET.replace("name: f", f"name: f{n}") for n in range(5000)], FLEET.replace("3", "30")]))
    [problem] = Validation([str(path)]).run(jobs=2).problems()
    assert problem.rule == "invalid-value"


def test_a_pattern_of_another_language_is_no_alarm(tmp_path):
    crd = CRD.replace("{type: string, enum: [fast, slow]}", r"{type: string, pattern: '^\p{L}+$'}")
    assert found(tmp_path, f"{crd}---\n{FLEET}") == []


BROKEN = [
    (CRD.replace("kind: Fleet, ", ""), "spec.names.kind"),
    (CRD.replace("type: integer, minimum: 1", "type: 5"), ""),
]


@pytest.mark.parametrize(("text", "path"), BROKEN)
def test_a_broken_definition_is_a_problem_and_no_crash(tmp_path, text, path):
    problems = found(tmp_path, f"{text}---\n{FLEET}")
    assert problems
    assert any(word in each for each in problems for word in ("required-value", "wrong-type", "invalid-definition"))
    (tmp_path / "crd.yaml").write_text(text)
    with pytest.raises(MinikctlError):
        found(tmp_path, FLEET, crds=[str(tmp_path / "crd.yaml")])


@pytest.mark.parametrize("name", ["example.com/fleet_v1.json", "example.com_v1/fleet.json", "fleet-example.com-v1.json"])
def test_schemas_in_folders_are_found_by_their_names(tmp_path, name):
    path = tmp_path / "schemas" / name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(SCHEMA))
    folders = [str(tmp_path / "schemas")]
    assert found(tmp_path, FLEET, schema_dirs=folders) == []
    assert found(tmp_path, FLEET.replace("3", "x"), schema_dirs=folders) == ["5:9 wrong-type"]
    assert found(tmp_path, FLEET.replace("size", "sise"), schema_dirs=folders) == ["5:3 unknown-field did you mean size?"]


def test_a_schema_may_take_the_place_of_a_built_in_one(tmp_path):
    folder = tmp_path / "schemas"
    folder.mkdir()
    schema = {
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "ConfigMap"}], "type": "object",
        "additionalProperties": False, "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"$ref": "meta.json"}},
    }
    (folder / "configmap.json").write_text(json.dumps(schema))
    (folder / "_meta.json").write_text("{}")
    with pytest.raises(DefinitionError):
        Catalog((), [str(folder)]).schema("v1", "ConfigMap")
    (folder / "meta.json").write_text(json.dumps({"type": "object"}))
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n"
    assert found(tmp_path, text, schema_dirs=[str(folder)]) == ["4:1 unknown-field"]
    assert found(tmp_path, text) == []


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "{}{}", '{"type": 5}'])
def test_a_schema_that_is_none_is_said(tmp_path, text):
    (tmp_path / "example.com").mkdir()
    (tmp_path / "example.com" / "fleet_v1.json").write_text(text)
    problems = found(tmp_path, FLEET, schema_dirs=[str(tmp_path)])
    assert problems == ["2:7 invalid-definition"]
