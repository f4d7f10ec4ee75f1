import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from minikctl.printing.yamlout import YamlError, YamlPrinter, dump
from minikctl.printing.yamlscalars import DOUBLE, LITERAL, PLAIN, SINGLE, style_of

DATA = Path(__file__).parent / "data"
#: [string, what kubectl 1.36 prints for a ConfigMap with it below the key k]
SCALARS = json.loads((DATA / "scalars.json").read_text())
#: objects, and what kubectl 1.36 prints of them (label --local -o yaml)
DOCUMENTS = [each for each in json.loads((DATA / "documents.json").read_text()) if "yaml" in each]


@pytest.mark.parametrize(("text", "printed"), SCALARS, ids=[ascii(text)[:30] for text, _ in SCALARS])
def test_strings_are_written_as_kubectl_writes_them(text, printed):
    obj = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "x"}, "data": {"k": text}}
    assert dump(obj) == f"apiVersion: v1\ndata:\n{printed}kind: ConfigMap\nmetadata:\n  name: x\n"


@pytest.mark.parametrize("document", DOCUMENTS, ids=[document["title"] for document in DOCUMENTS])
def test_objects_are_written_as_kubectl_writes_them(document):
    assert dump(document["object"]) == document["yaml"]


# A few of the above, to be read.
STYLES = [
    ("web", PLAIN), ("nginx:1.16", PLAIN), ("two words", PLAIN), ("a=b", PLAIN), ("=", PLAIN), ("<<", PLAIN),
    ("v1.2", PLAIN), ("100m", PLAIN), ("0 * * * *", PLAIN), ("http://x/y", PLAIN), ("é", PLAIN), ("-1a", PLAIN),
    ("1", DOUBLE), ("n", DOUBLE), ("yes", DOUBLE), ("off", DOUBLE), ("null", DOUBLE), ("~", DOUBLE), ("", DOUBLE),
    ("1_000", DOUBLE), ("0x1f", DOUBLE), ("1e3", DOUBLE), ("12:30", DOUBLE), ("2026-11-21", DOUBLE), (".5", DOUBLE),
    ("a\tb", DOUBLE), ("😀", DOUBLE), ("\x1b[0m", DOUBLE), ("a \nb", DOUBLE), ("a\nb ", DOUBLE),
    ("*", SINGLE), ("'a'", SINGLE), ("a: b", SINGLE), ("a #b", SINGLE), (" a", SINGLE), ("a ", SINGLE), ("- a", SINGLE),
    ("@a", SINGLE), ("%a", SINGLE), ("{}", SINGLE), ("a:", SINGLE), ("---a", SINGLE), ("# x", SINGLE),
    ("a\nb", LITERAL), ("a\n", LITERAL), ("\n", LITERAL), (" a\nb", LITERAL),
]


@pytest.mark.parametrize(("text", "style"), STYLES)
def test_styles(text, style):
    assert style_of(text) == style


def test_a_document_of_its_own():
    assert dump("text") == "text\n"
    assert dump("a\nb") == "|-\n  a\n  b\n"
    assert dump([]) == "[]\n"
    assert dump({}) == "{}\n"
    assert dump(None) == "null\n"
    assert dump(["a", ["b"]]) == "- a\n- - b\n"


def test_several_documents_are_set_apart():
    printer = YamlPrinter()
    assert [printer.print({"a": 1}), printer.print({"a": 2})] == ["a: 1\n", "---\na: 2\n"]


@pytest.mark.parametrize("text", ["a\x7fb", "\x80", "\x9f", "\uffff"])
def test_control_characters_are_refused_as_kubectl_does(text):
    for obj in ({"k": text}, {text: "k"}):
        with pytest.raises(YamlError) as caught:
            dump(obj)
        assert str(caught.value) == "yaml: control characters are not allowed"


def test_the_same_string_is_folded_by_where_it_stands():
    text = "word " * 15 + "end"
    assert dump({"k": text}) == f"k: {text}\n"
    # the first space after column 80
    assert dump({"a-long-key": text}) == f"a-long-key: {'word ' * 13}word\n  word end\n"


# U+0085 is folded away, and PyYAML cannot read what is not printable.
_characters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff")
_texts = st.one_of(
    st.text(_characters | st.sampled_from("\n\t\r -:#'"), max_size=20),
    st.sampled_from([text for text, _ in SCALARS if "\x85" not in text]),
)
_leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False), _texts
)
_json = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4), max_leaves=15
)


@given(_json)
def test_what_is_written_reads_back_the_same(value):
    # BaseLoader leaves every scalar a text: PyYAML and go-yaml do not agree on what looks like a number or a date
    assert_same(yaml.load(dump(value), Loader=yaml.BaseLoader), value)


def assert_same(read, value):
    if isinstance(value, dict):
        assert read.keys() == value.keys()
        for key in value:
            assert_same(read[key], value[key])
    elif isinstance(value, list):
        assert len(read) == len(value)
        for item, wanted in zip(read, value, strict=True):
            assert_same(item, wanted)
    elif isinstance(value, bool) or value is None:
        assert read == {True: "true", False: "false", None: "null"}[value]
    elif isinstance(value, str):
        assert read == value
    else:
        assert float(read) == float(value)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8))
def test_a_string_stays_a_string_for_other_readers(text):
    """Whatever go-yaml leaves plain is a text for PyYAML too, but for dates that no calendar has, and ``=``, ``<<``."""
    if style_of(text) is not PLAIN or text in {"=", "<<"} or text[:4].isdigit():
        return
    assert yaml.safe_load(dump({"k": text})) == {"k": text}
