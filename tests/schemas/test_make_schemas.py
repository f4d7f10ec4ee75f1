"""The generator's own rules, on a small OpenAPI of its own."""

import importlib.util
import json
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "tools" / "make_schemas.py"
spec = importlib.util.spec_from_file_location("make_schemas", PATH)
make_schemas = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_schemas)

META = "io.k8s.apimachinery.pkg.apis.meta.v1."


def kind(group, version, name, **properties):
    return {
        "properties": {"metadata": {"$ref": f"#/$defs/{META}ObjectMeta"}, **properties},
        "type": ["object", "null"], "description": "Upstream's words.",
        "x-kubernetes-group-version-kind": [{"group": group, "version": version, "kind": name}],
    }


def ref(name):
    return {"$ref": f"#/$defs/io.k8s.api.{name}"}


DEFINITIONS = {
    META + "ObjectMeta": {"properties": {"name": {"type": ["string", "null"]}}, "type": ["object", "null"]},
    META + "Time": {"format": "date-time", "type": ["string", "null"]},
    "io.k8s.api.core.v1.Box": kind("", "v1", "Box", port=ref("core.v1.Port")),
    "io.k8s.api.core.v1.BoxList": kind("", "v1", "BoxList"),
    "io.k8s.api.core.v1.Port": {
        "properties": {
            "at": {"$ref": f"#/$defs/{META}Time"},
            "names": {
                "items": {"type": ["string", "null"]}, "type": ["array", "null"], "x-kubernetes-list-type": "set",
            },
            "number": {"format": "int32", "type": ["integer", "null"], "description": "Upstream's words."},
        },
        "required": ["number"], "type": ["object", "null"],
    },
    "io.k8s.api.net.v1.Crate": kind(
        "net.k8s.io", "v1", "Crate", box=ref("core.v1.Box"), port=ref("net.v1.Port"), only=ref("net.v1.Only"),
    ),
    "io.k8s.api.net.v1.Port": {"properties": {"number": {"type": ["string", "null"]}}, "type": ["object", "null"]},
    "io.k8s.api.net.v1.Only": {"type": ["object", "null"]},
    "io.k8s.api.net.v1beta1.Crate": kind("net.k8s.io", "v1beta1", "Crate"),
}


def test_each_kind_and_definition_has_its_place():
    tree = make_schemas.generate(DEFINITIONS, overlays=False)
    assert sorted(tree) == [
        "_common/ObjectMeta", "_common/Only", "_common/Port", "_common/Time", "_common/net.k8s.io_v1_Port",
        "core_v1/box", "net.k8s.io_v1/crate",
    ]
    assert tree["net.k8s.io_v1/crate"]["properties"] == {
        "box": {"$ref": "../core_v1/box.json"}, "metadata": {"$ref": "../_common/ObjectMeta.json"},
        "only": {"$ref": "../_common/Only.json"}, "port": {"$ref": "../_common/net.k8s.io_v1_Port.json"},
    }


def test_a_definition_keeps_what_matters():
    assert make_schemas.generate(DEFINITIONS, overlays=False)["_common/Port"] == {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Port", "type": "object",
        "additionalProperties": False, "required": ["number"],
        "properties": {
            "at": {"$ref": "Time.json"},
            "names": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
            "number": {"type": "integer", "format": "int32"},
        },
    }


def test_overlays_are_merged_and_slips_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(make_schemas, "OVERLAYS", tmp_path)
    folder = tmp_path / "descriptions"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps({"_common/Port": {
        "required": None,
        "properties": {"number": {"minimum": 1, "description": "Ours."}, "names": {"items": {"enum": ["a"]}}},
    }}))
    port = make_schemas.generate(DEFINITIONS)["_common/Port"]
    assert "required" not in port
    assert port["properties"]["number"] == {"type": "integer", "format": "int32", "minimum": 1, "description": "Ours."}
    assert port["properties"]["names"]["items"] == {"type": "string", "enum": ["a"]}
    for patch in ({"_common/Prot": {}}, {"_common/Port": {"properties": {"nmber": {"minimum": 1}}}}):
        (folder / "a.json").write_text(json.dumps(patch))
        with pytest.raises(SystemExit, match="there is no"):
            make_schemas.generate(DEFINITIONS)


RULES = "- types: '*/*'\n  fields: {kind: 'Always {kind}.', apiVersion: 'Version {api_version}.'}\n- types: P*\n  fields: {at: When.}\n"


@pytest.fixture
def described(tmp_path):
    (tmp_path / "rules.yaml").write_text(RULES)

    def describe(text):
        (tmp_path / "a.yaml").write_text(text)
        return make_schemas.describe(make_schemas.generate(DEFINITIONS, overlays=False), tmp_path)

    return describe


def test_descriptions_come_from_types_from_others_like_them_and_from_rules(described):
    texts = described(
        "Port: {_: A port., number: Its number.}\n"
        "net.k8s.io_v1_Port: {_: Another., _like: Port}\n"
        "core_v1/box: {port: Where it opens.}\n"
    )
    assert texts["_common"]["Port"] == {"_": "A port.", "number": "Its number.", "at": "When."}
    assert texts["_common"]["net.k8s.io_v1_Port"] == {"_": "Another.", "number": "Its number."}
    assert texts["core_v1"]["box"] == {"port": "Where it opens."}
    assert texts["_common"]["Only"] == {}


@pytest.mark.parametrize(("text", "complaint"), [
    ("Prot: {_: A port.}", "there is no schema _common/Prot"),
    ("Port: {nmber: Its number.}", "_common/Port has no field nmber"),
    ("Port: {number: 5}", "_common/Port.number is no text: 5"),
    ("Port: {_like: Prot}", "there is nothing like Prot"),
])
def test_slips_in_descriptions_are_found(described, text, complaint):
    with pytest.raises(SystemExit, match=complaint):
        described(text)
