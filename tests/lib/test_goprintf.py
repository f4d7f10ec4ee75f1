import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.lib.gofloat import format_float
from minikctl.lib.goprintf import sprint, sprintf, sprintln
from minikctl.lib.goquote import go_quote, quote_rune, show_rune, unquote
from minikctl.lib.gotypes import Byte, Int, basic_kind, type_name

RECORDED = json.loads((Path(__file__).parent / "data" / "printf_recorded.json").read_text())["cases"]

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def argument(recorded):
    return Int(recorded["int"]) if isinstance(recorded, dict) and set(recorded) == {"int"} else recorded


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["format"])
def test_as_kubectl_prints_it(case):
    assert sprintf(case["format"], [argument(arg) for arg in case["args"]]) == case["out"]


@pytest.mark.parametrize(
    ("template", "args", "expected"),
    [
        ("%05d|%-5d|%+d|% d|%x|%o|%b|%c|%U", [42, 42, 42, 42, 255, 8, 5, 65, 0x1F600], "00042|42   |+42| 42|ff|10|101|A|U+1F600"),
        ("%#x %#o %#b %O", [255, 8, 5, 8], "0xff 010 0b101 0o10"),
        ("%5.1f|%e|%g|%08.3f|%v", [3.14159, 1234.5678, 1e21, -2.5, 1e6], "  3.1|1.234568e+03|1e+21|-002.500|1e+06"),
        ("%s|%10s|%-10s|%.2s|%q|%x|% X", ["a", "b", "c", "héllo", 'q"', "hi", "hi"], 'a|         b|c         |hé|"q\\""|6869|68 69'),
        ("%t %v %T", [True, False, True], "true false bool"),
        ("%v %d %q", [[1, 2], [1, 2], ["a"]], '[1 2] [1 2] ["a"]'),
        ("%v %s", [{"b": 1, "a": None}, {"a": "x"}], "map[a:<nil> b:1] map[a:x]"),
        ("%#v", [{"a": [1, "x", None, True, 1.5]}], 'map[string]interface {}{"a":[]interface {}{1, "x", interface {}(nil), true, 1.5}}'),
        ("%T %T %T %T %T", [1, Int(1), 1.5, None, Byte(1)], "int64 int float64 <nil> uint8"),
        ("%d %s", ["hi", 5], "%!d(string=hi) %!s(int64=5)"),
        ("%d", [], "%!d(MISSING)"),
        ("%d", [Int(1), Int(2)], "1%!(EXTRA int=2)"),
        ("%!", [], "%!!(MISSING)"),
        ("%", [], "%!(NOVERB)"),
        ("%z", [1], "%!z(int64=1)"),
        ("%[2]d %[1]d", [1, 2], "2 1"),
        ("%[3]d", [1], "%!d(BADINDEX)"),
        ("%*d|%-*d", [Int(4), 7, Int(4), 7], "   7|7   "),
        ("100%%", [], "100%"),
        ("%6.2f%%", [12.3456], " 12.35%"),
        ("%s", [None], "%!s(<nil>)"),
        ("%v", [None], "<nil>"),
        ("%99999999d and all that", [1], "%!(NOVERB)%!(EXTRA int64=1)"),
        ("%*d", [Int(2000000), 1], "%!(BADWIDTH)1"),
    ],
)
def test_verbs(template, args, expected):
    assert sprintf(template, args) == expected


@given(st.text(alphabet="%#0+- .*[]123dvsqxXtTfgGeEcUoOpbwz é", max_size=12), st.lists(values, max_size=3))
@settings(max_examples=150)
def test_any_format_gives_a_text(template, args):
    assert isinstance(sprintf(template, args), str)


def test_print_puts_spaces_between_what_is_no_text():
    assert sprint([1, 2, "a", "b", 3, True, None]) == "1 2ab3 true <nil>"
    assert sprintln(["a", 1]) == "a 1\n"


@pytest.mark.parametrize(
    ("number", "verb", "precision", "expected"),
    [
        (1.5, "x", -1, "0x1.8p+00"), (0.1, "x", 3, "0x1.99ap-04"), (0.0, "x", -1, "0x0p+00"),
        (1.0, "b", -1, "4503599627370496p-52"), (-0.0, "e", -1, "-0e+00"), (123.456, "e", -1, "1.23456e+02"),
        (123.456, "f", -1, "123.456"), (1e21, "f", -1, "1000000000000000000000"), (1e-7, "f", -1, "0.0000001"),
        (123.456, "g", 3, "123"), (float("inf"), "g", -1, "+Inf"), (255.0, "X", -1, "0X1.FEP+07"),
    ],
)
def test_floats(number, verb, precision, expected):
    assert format_float(number, verb, precision) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_hexadecimal_floats_read_back(number):
    assert float.fromhex(format_float(number, "x", -1)) == number


@given(st.text())
def test_quotes_read_back(text):
    assert unquote(go_quote(text)[1:-1], '"') == text.encode("utf-8", "replace").decode() or "\\u" in go_quote(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\\n", "a\n"), ("\\x41\\101\\u0042", "AAB"), ("\\xc3\\xa9", "é"), ("\\xff", "\udcff"), ("plain", "plain")],
)
def test_unquote(text, expected):
    assert unquote(text, '"') == expected


@pytest.mark.parametrize("text", ["\\q", "\\", "\\x4", "\\'", 'a"b', "\\ud800", "\\U00110000", "\\400", "\\8"])
def test_unquote_refuses(text):
    with pytest.raises(ValueError, match=r"^.+$"):
        unquote(text, '"')


def test_runes():
    assert show_rune("#") == "U+0023 '#'"
    assert show_rune("\t") == "U+0009"
    assert quote_rune("'") == "'\\''"
    assert go_quote("é\udcff\u200b") == '"é\\xff\\u200b"'
    assert go_quote("é😀", ascii_only=True) == '"\\u00e9\\U0001f600"'


def test_types():
    assert [basic_kind(value) for value in (True, 1, 1.5, "a", Int(1), Byte(1), 1j, None, [], 1 << 64)] == [
        "bool", "int", "float", "string", "int", "uint", "complex", "", "", "float",
    ]
    assert type_name(1 << 64) == "float64"
