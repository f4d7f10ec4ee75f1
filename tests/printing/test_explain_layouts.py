"""The layouts of explain, to the byte, over small schemas; and that both of them know every kind."""

import json
import re

import pytest

from minikctl import kinds
from minikctl.api.schemas import Registry, schema_for
from minikctl.errors import MinikctlError
from minikctl.printing.explain import openapiv2, plaintext
from minikctl.printing.explain.model import Model

GVK = ("example.com", "v1", "Boat")
SPEC = {
    "title": "BoatSpec", "type": "object", "additionalProperties": False, "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "colour": {"type": "string", "enum": ["", "blue", "green", "red", "yellow"]},
        "masts": {"type": "integer", "enum": [1, 2], "x-published-enum": []},
        "sails": {"type": "array", "items": {"$ref": "Sail.json"}},
        "ropes": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "dinghy": {"$ref": "BoatSpec.json"},
        "length": {"$ref": "Quantity.json"},
        "built": {"$ref": "Time.json"},
        "papers": {"x-kubernetes-preserve-unknown-fields": True, "title": "JSON"},
        "log": {"type": "object"},
    },
}
FILES = {
    "_common/BoatSpec": SPEC,
    "_common/Sail": {"title": "Sail", "type": "object", "properties": {"area": {"type": "number"}}},
    "_common/Quantity": {"title": "Quantity", "type": ["number", "string"]},
    "_common/Time": {"title": "Time", "type": "string", "format": "date-time"},
    "_common/ObjectMeta": {"title": "ObjectMeta", "type": "object", "properties": {"name": {"type": "string"}}},
    "example.com_v1/boat": {
        "title": "Boat", "type": "object", "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string", "enum": ["example.com/v1"]},
            "kind": {"type": "string", "enum": ["Boat"]},
            "spec": {"$ref": "../_common/BoatSpec.json"},
        },
        "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Boat"}],
    },
    "_descriptions/example.com_v1": {"boat": {
        "_": "Goes over the water.", "apiVersion": "Where it is from.", "kind": "What it is.",
        "spec": "What the boat is like, in so many words that they do not find room in a line of eighty columns.",
    }},
    "_descriptions/_common": {
        "BoatSpec": {
            "_": "A boat, part by part.", "name": "What is written at the bow.",
            "colour": "The paint.\nOne of:\n - blue as the sea", "sails": "Each sail.", "dinghy": "A smaller one.",
            "ropes": "Ropes by use.",
        },
        "Sail": {"_": "Takes the wind.", "area": "In square metres."},
        "Quantity": {"_": "An amount."},
    },
    "_descriptions/custom": {"object": {"apiVersion": "Version.", "kind": "Kind.", "metadata": "Metadata."}},
}


@pytest.fixture
def registry(tmp_path):
    for name, schema in FILES.items():
        path = tmp_path / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(schema))
    return Registry(str(tmp_path))


def explain(registry, *path, layout=plaintext, recursive=False):
    return layout.explain(Model(registry.schema_for("example.com/v1", "Boat")), GVK, path, recursive=recursive)


HEADING = "GROUP:      example.com\nKIND:       Boat\nVERSION:    v1\n\n"


def test_a_kind(registry):
    assert explain(registry) == HEADING + (
        "DESCRIPTION:\n    Goes over the water.\n    \n"
        "FIELDS:\n"
        "  apiVersion\t<string>\n    Where it is from.\n\n"
        "  kind\t<string>\n    What it is.\n\n"
        "  spec\t<BoatSpec> -required-\n"
        "    What the boat is like, in so many words that they do not find room in a line\n    of eighty columns.\n\n\n"
    )


def test_a_field_with_fields(registry):
    assert explain(registry, "spec") == HEADING + (
        "FIELD: spec <BoatSpec>\n\n\n"
        "DESCRIPTION:\n"
        "    What the boat is like, in so many words that they do not find room in a line\n    of eighty columns.\n"
        "    A boat, part by part.\n    \n"
        "FIELDS:\n"
        "  built\t<string>\n    <no description>\n\n"
        '  colour\t<string>\n  enum: "", blue, green, red, ....\n    The paint.\n    One of:\n     - blue as the sea\n\n'
        "  dinghy\t<BoatSpec>\n    A smaller one.\n\n"
        "  length\t<Quantity>\n    <no description>\n\n"
        "  log\t<Object>\n    <no description>\n\n"
        "  masts\t<integer>\n    <no description>\n\n"
        "  name\t<string> -required-\n    What is written at the bow.\n\n"
        "  papers\t<Object>\n    <no description>\n\n"
        "  ropes\t<map[string][]string>\n    Ropes by use.\n\n"
        "  sails\t<[]Sail>\n    Each sail.\n\n\n"
    )


def test_a_field_with_an_enum(registry):
    assert explain(registry, "spec", "colour") == HEADING + (
        'FIELD: colour <string>\nENUM:\n    ""\n    blue\n    green\n    red\n    yellow\n\n'
        "DESCRIPTION:\n    The paint.\n    One of:\n     - blue as the sea\n    \n\n"
    )


def test_a_field_without_description(registry):
    assert explain(registry, "spec", "log") == HEADING + "FIELD: log <Object>\n\n\nDESCRIPTION:\n    <empty>\n\n"


def test_lists_and_maps_are_walked_through(registry):
    assert explain(registry, "spec", "sails", "area").startswith(HEADING + "FIELD: area <number>\n")
    assert explain(registry, "spec", "dinghy", "dinghy", "sails") == HEADING + (
        "FIELD: sails <[]Sail>\n\n\nDESCRIPTION:\n    Each sail.\n    Takes the wind.\n    \n"
        "FIELDS:\n  area\t<number>\n    In square metres.\n\n\n"
    )


def test_every_field_and_no_type_within_itself(registry):
    assert explain(registry, recursive=True) == HEADING + (
        "DESCRIPTION:\n    Goes over the water.\n    \n"
        "FIELDS:\n"
        "  apiVersion\t<string>\n"
        "  kind\t<string>\n"
        "  spec\t<BoatSpec> -required-\n"
        "    built\t<string>\n"
        '    colour\t<string>\n    enum: "", blue, green, red, ....\n'
        "    dinghy\t<BoatSpec>\n"
        "    length\t<Quantity>\n"
        "    log\t<Object>\n"
        "    masts\t<integer>\n"
        "    name\t<string> -required-\n"
        "    papers\t<Object>\n"
        "    ropes\t<map[string][]string>\n"
        "    sails\t<[]Sail>\n"
        "      area\t<number>\n"
        "\n"
    )


@pytest.mark.parametrize(("path", "missing"), [
    (["nosuch"], "nosuch"), (["spec", "nosuch"], "nosuch"), (["does", "not", "exist"], "exist"),
    (["spec", "name", "more"], "more"), (["spec", "sails", "nosuch"], "nosuch"), (["spec", "ropes", "x"], "x"),
])
def test_a_field_that_is_not_there_after_the_heading(registry, path, missing):
    with pytest.raises(MinikctlError, match=f'^field "{missing}" does not exist$') as caught:
        explain(registry, *path)
    assert caught.value.stdout == HEADING


def test_the_core_group_has_no_line(registry):
    model = Model(registry.schema_for("example.com/v1", "Boat"))
    assert plaintext.explain(model, ("", "v1", "Boat"), ()).startswith("KIND:       Boat\nVERSION:    v1\n\n")
    assert openapiv2.explain(model, ("", "v1", "Boat"), ()).startswith("KIND:     Boat\nVERSION:  v1\n\n")


OLDER = "KIND:     Boat\nVERSION:  example.com/v1\n\n"


def test_the_older_layout_of_a_kind(registry):
    assert explain(registry, layout=openapiv2) == OLDER + (
        "DESCRIPTION:\n     Goes over the water.\n\n"
        "FIELDS:\n"
        "   apiVersion\t<string>\n     Where it is from.\n\n"
        "   kind\t<string>\n     What it is.\n\n"
        "   spec\t<Object> -required-\n"
        "     What the boat is like, in so many words that they do not find room in a\n     line of eighty columns.\n\n"
    )


def test_the_older_layout_of_fields(registry):
    assert explain(registry, "spec", "sails", layout=openapiv2) == OLDER + (
        "RESOURCE: sails <[]Object>\n\nDESCRIPTION:\n     Each sail.\n\n     Takes the wind.\n\n"
        "FIELDS:\n   area\t<number>\n     In square metres.\n\n"
    )
    assert explain(registry, "spec", "colour", layout=openapiv2) == OLDER + (
        "FIELD:    colour <string>\n\nDESCRIPTION:\n     The paint. One of:\n     - blue as the sea\n"
    )
    assert explain(registry, "spec", "name", "more", layout=openapiv2).startswith(OLDER + "FIELD:    more <string>\n")
    assert explain(registry, "spec", "papers", layout=openapiv2) == OLDER + "DESCRIPTION:\n     <empty>\n"
    with pytest.raises(MinikctlError, match=r'^field "nosuch" does not exist$') as caught:
        explain(registry, "spec", "sails", "nosuch", layout=openapiv2)
    assert caught.value.stdout == ""


def test_the_older_layout_of_every_field(registry):
    assert explain(registry, "spec", layout=openapiv2, recursive=True).partition("FIELDS:\n")[2] == (
        "   built\t<string>\n"
        "   colour\t<string>\n"
        "   dinghy\t<Object>\n"
        "      built\t<string>\n"
        "      colour\t<string>\n"
        "      dinghy\t<Object>\n"
        "      length\t<string>\n"
        "      log\t<map[string]>\n"
        "      masts\t<integer>\n"
        "      name\t<string>\n"
        "      papers\t<>\n"
        "      ropes\t<map[string][]string>\n"
        "      sails\t<[]Object>\n"
        "         area\t<number>\n"
        "   length\t<string>\n"
        "   log\t<map[string]>\n"
        "   masts\t<integer>\n"
        "   name\t<string>\n"
        "   papers\t<>\n"
        "   ropes\t<map[string][]string>\n"
        "   sails\t<[]Object>\n"
        "      area\t<number>\n"
    )


CUSTOM = {
    "type": "object", "description": "A buoy.",
    "externalDocs": {"description": "The chart.", "url": "https://example.com/chart"},
    "properties": {"spec": {
        "type": "object", "description": "Where it lies.", "required": ["at"],
        "properties": {
            "at": {"type": "string", "description": "The place.", "externalDocs": {"url": "https://example.com/at"}},
            "chain": {"type": "object", "properties": {"links": {"type": "integer", "description": "How many."}}},
            "depth": {"x-kubernetes-int-or-string": True},
        },
    }},
}


def test_a_custom_kind_with_its_own_words(registry):
    schema = registry.add("sea.example.com/v1", "Buoy", CUSTOM, custom=True)
    gvk = ("sea.example.com", "v1", "Buoy")
    assert plaintext.explain(Model(schema), gvk, ()).partition("\n\n")[2] == (
        "DESCRIPTION:\n    A buoy.\n    \n\n"
        "EXTERNAL DOCS:\n    The chart.\n    URL: https://example.com/chart\n"
        "FIELDS:\n"
        "  apiVersion\t<string>\n    Version.\n\n"
        "  kind\t<string>\n    Kind.\n\n"
        "  metadata\t<ObjectMeta>\n    Metadata.\n\n"
        "  spec\t<Object>\n    Where it lies.\n\n\n"
    )
    assert plaintext.explain(Model(schema), gvk, ("spec",)).partition("FIELDS:\n")[2] == (
        "  at\t<string> -required-\n    The place.\n\n    EXTERNAL DOCS:\n      URL: https://example.com/at\n\n"
        "  chain\t<Object>\n    <no description>\n\n"
        "  depth\t<Object>\n    <no description>\n\n\n"
    )
    assert "FIELD: links <integer>" in plaintext.explain(Model(schema), gvk, ("spec", "chain", "links"))


@pytest.mark.parametrize("info", list(kinds.all_kinds()), ids=lambda info: info.resource)
def test_every_kind_and_field_can_be_explained(info):
    schema = schema_for(info.api_version, info.kind)
    gvk = (info.group, info.version, info.kind)
    for layout in (plaintext, openapiv2):
        text = layout.explain(Model(schema), gvk, (), recursive=True)
        for name, field in schema.properties.items():
            assert re.search(rf"^ +{name}\t<", text, re.MULTILINE), name
            for path in ((name,), *((name, inner) for inner in field.properties)):
                assert "DESCRIPTION:\n" in layout.explain(Model(schema), gvk, path)
                assert f"FIELD: {path[-1]} <" in plaintext.explain(Model(schema), gvk, path)
    whole = plaintext.explain(Model(schema), gvk, ())
    assert max(map(len, whole.splitlines())) <= 80
    assert "no description" not in whole
