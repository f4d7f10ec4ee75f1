import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.gojsonsyntax import JSONSyntaxError, scan

WRONG = [
    ('{"x":"\\q"}', 8, "invalid character 'q' in string escape code"),
    ('{"x":"\\u12g4"}', 11, "invalid character 'g' in \\u hexadecimal character escape"),
    ("{apiVersion: v1}", 2, "invalid character 'a' looking for beginning of object key string"),
    ('{"a": b: c}', 7, "invalid character 'b' looking for beginning of value"),
    ('{"a" "b"}', 6, "invalid character '\"' after object key"),
    ('{"a":1 "b":2}', 8, "invalid character '\"' after object key:value pair"),
    ('{"a":[1 2]}', 9, "invalid character '2' after array element"),
    ("{'a':1}", 2, "invalid character '\\'' looking for beginning of object key string"),
    ('{"a":-}', 7, "invalid character '}' in numeric literal"),
    ('{"a":1e}', 8, "invalid character '}' in exponent of numeric literal"),
    ('{"a":1.x}', 8, "invalid character 'x' after decimal point in numeric literal"),
    ('{"a":01}', 7, "invalid character '1' after object key:value pair"),
    ('{"a":truX}', 9, "invalid character 'X' in literal true (expecting 'e')"),
    ('{"a":nulx}', 9, "invalid character 'x' in literal null (expecting 'l')"),
    ('{"a":fals}', 10, "invalid character '}' in literal false (expecting 'e')"),
    ('{"a":\x01}', 6, "invalid character '\\x01' looking for beginning of value"),
    ('{"a":"\x01"}', 7, "invalid character '\\x01' in string literal"),
    ('{"a":"x\ny"}', 8, "invalid character '\\n' in string literal"),
    ('{"a":é}', 6, "invalid character 'Ã' looking for beginning of value"),
    ('{"a":1,}', 8, "invalid character '}' looking for beginning of object key string"),
    ('{"a":[1,]}', 9, "invalid character ']' looking for beginning of value"),
    ("[,1]", 2, "invalid character ',' looking for beginning of value"),
    ("]", 1, "invalid character ']' looking for beginning of value"),
    ("[}", 2, "invalid character '}' looking for beginning of value"),
    ("[[]", 0, "unexpected EOF"),
    ('{"a":"x', 0, "unexpected EOF"),
    ('{"a":tr', 0, "unexpected EOF"),
    ("", 0, "unexpected EOF"),
    ("--- ", 2, "invalid character '-' in numeric literal"),
    ("[" * 300, 201, "invalid character '[' exceeded max depth"),
    ('{"a":' * 300, 1001, "invalid character '{' exceeded max depth"),
]


@pytest.mark.parametrize(("text", "offset", "message"), WRONG)
def test_what_is_no_json_is_said_in_go_s_words(text, offset, message):
    with pytest.raises(JSONSyntaxError) as caught:
        scan(text.encode())
    assert (str(caught.value), caught.value.offset) == (message, offset)


def test_the_offset_counts_from_the_start_of_the_stream():
    with pytest.raises(JSONSyntaxError) as caught:
        scan(b'{"a":1}\n}', 7)
    assert caught.value.offset == 9


@pytest.mark.parametrize(
    "text", ["{}", "[]", "[[], [ ], {}]", '{"a": [1, -0.5e+3, true, false, null, "\\u00e9\\n"]}', " 1 "]
)
def test_json_is_read_to_its_end(text):
    assert scan(text.encode() + b"\nx") == len(text.rstrip())


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_json, st.sampled_from([None, 1]))
def test_whatever_python_writes_is_json(value, indent):
    text = json.dumps(value, indent=indent).encode()
    assert scan(text + b" ") == len(text)


@given(_json, st.data())
def test_python_and_go_refuse_the_same(value, data):
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    broken = text[:at] + data.draw(st.sampled_from([*'"{}[],:1-.ex', ""])) + text[at:]
    try:
        _, end = json.JSONDecoder().raw_decode(broken)
    except ValueError:
        end = -1
    try:
        read = scan(broken.encode())
    except JSONSyntaxError:
        read = -1
    # Python stops before a point or an exponent without digits and calls the rest another value
    assert read == end or (read == -1 and broken[end : end + 1] in {".", "e"})
