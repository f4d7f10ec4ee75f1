import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from minikctl.printing import make_printer
from minikctl.printing.kyamlout import dump, needs_quotes
from minikctl.printing.yamlout import YamlError

#: objects, and what kubectl 1.36 prints of them (label --local -o kyaml)
DOCUMENTS = json.loads((Path(__file__).parent / "data" / "documents.json").read_text())


@pytest.mark.parametrize("document", DOCUMENTS, ids=[document["title"] for document in DOCUMENTS])
def test_objects_are_written_as_kubectl_writes_them(document):
    assert dump(document["object"]) == document["kyaml"]


# create service clusterip s --tcp=80 --dry-run=client -o kyaml, and a text of several lines
SERVICE = {
    "kind": "Service", "apiVersion": "v1", "metadata": {"name": "s", "annotations": {"note": "one\n  two\n"}},
    "spec": {"ports": [{"name": "80", "port": 80}, {"name": "http"}], "externalIPs": ["10.0.0.1"], "selector": {}},
}


def test_what_a_client_makes_keeps_its_order():
    printer = make_printer("kyaml", keep_order=True)
    assert printer.print(SERVICE) == r"""---
{
  kind: "Service",
  apiVersion: "v1",
  metadata: {
    name: "s",
    annotations: {
      note: "\
         one\n\
        \  two\n\
        ",
    },
  },
  spec: {
    ports: [{
      name: "80",
      port: 80,
    }, {
      name: "http",
    }],
    externalIPs: [
      "10.0.0.1",
    ],
    selector: {},
  },
}
"""


@pytest.mark.parametrize("key", ["app", "a.b/c", "a-b", "_x", "1.2.3", "é", "日本", "a1", "1a"])
def test_keys_that_cannot_be_misread_have_no_quotes(key):
    assert not needs_quotes(key)


@pytest.mark.parametrize(
    "key",
    ["", "y", "No", "TRUE", "t", "null", "1", "1.5", "0x1f", "1_000", "1e3", "_1", "2026-11-21", "inf", "NaN", "a b",
     "a:", "-a", "a-", "/a", ".a", "a.", "a\n", "~", "*", "017"],
)
def test_other_keys_have(key):
    assert needs_quotes(key)


def test_control_characters_are_refused_as_kubectl_does():
    with pytest.raises(YamlError) as caught:
        dump({"a": "\x7f"})
    assert str(caught.value) == "error decoding: yaml: control characters are not allowed"


_characters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff")
_texts = st.text(_characters | st.sampled_from('\n\t\r \\"'), max_size=20)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


@given(_json)
def test_every_reader_of_yaml_reads_the_same(value):
    assert yaml.safe_load(dump(value)) == value
