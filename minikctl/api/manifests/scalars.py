"""What a YAML scalar means: the types that ``sigs.k8s.io/yaml`` (go-yaml v2) gives to plain and tagged text.

This is YAML 1.1 with go-yaml's own turns: ``y``, ``n``, ``on`` and ``off`` are booleans, ``0777`` and ``0o777`` are
octal, underscores may stand in numbers, ``1:30`` and dates are strings, and so is a number that float64 cannot hold.
What comes out is what the API server would see after kubectl turned the YAML into JSON: 1.0 and 1e3 are integers,
integers beyond 64 bits are floats.
Upstream: go-yaml v2 ``resolve.go``, ``sigs.k8s.io/yaml`` ``convertToJSONableObject``.
"""

from __future__ import annotations

import re

from minikctl.lib import gofmt, gojson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
#: only text that starts so can be something else than a string (go-yaml's resolveTable)
_HINTS = frozenset("+-0123456789yYnNtTfFoO~.")
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"([Tt]([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9]([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})"
    r"|[ ]([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9]([.,][0-9]+)?)?\Z"
)

_PREFIX = "tag:yaml.org,2002:"
_INT_MAX = 9223372036854775807
_INT_MIN = -9223372036854775808
_UINT_MAX = 18446744073709551615


class ScalarError(ValueError):
    """The text is not what its tag says; ``str()`` has go-yaml's words."""


def typed(text: str) -> Any:
    """Return what the plain scalar ``text`` means to go-yaml, before ``as_json``."""
    return _typed(text)[0]


def resolve(text: str) -> Any:
    """Return what the plain scalar ``text`` means: str, int, float, bool or None. Raises ScalarError for ``.inf``."""
    if text and text[0] not in _HINTS:
        return text
    return as_json(_typed(text)[0])


def as_json(value: Any) -> Any:
    """Return a scalar as it is after a way through JSON and Go: whole floats become int, too large ints float.

    Upstream: ``json.Marshal`` prints float64(1) as ``1``; reading prefers int64 and falls back to float64. Raises
    ScalarError for what JSON has no word for.
    """
    if isinstance(value, float):
        if not value.is_integer():
            if value - value != 0:
                raise ScalarError(f"json: unsupported value: {gofmt.general(value)}")
        elif abs(value) < 1 << 53:
            return int(value)
        elif abs(value) < 1e20:
            # Go prints the shortest digits and fills up with zeros: that is the integer which is read again.
            printed = int(gojson.number(value))
            return printed if _INT_MIN <= printed <= _INT_MAX else value
    elif isinstance(value, int) and not _INT_MIN <= value <= _INT_MAX:
        return float(value)
    return value


def resolve_tagged(tag: str, text: str) -> Any:
    """Return what ``text`` means under ``tag`` (in its long form, as the parser hands it out), before ``as_json``.

    Tags that nobody knows leave a string. Raises ScalarError where the text does not fit the tag.
    """
    if not tag.startswith(_PREFIX):
        return text
    name = tag[len(_PREFIX):]
    if name == "binary":
        return _binary(text)
    if name not in {"bool", "int", "float", "null", "timestamp"}:
        return text
    if name == "timestamp" and _is_timestamp(text):
        return text
    value, found = _typed(text)
    if name == "float" and found == "int":
        return float(value)
    if found != name:
        raise ScalarError(f"yaml: cannot decode !!{found} `{text}` as a !!{name}")
    return value


def resolve_key(text: str) -> str | None:
    """Return the JSON key for the plain scalar ``text`` in key position (``0x10`` is ``16``, ``y`` is ``true``).

    None for null, which no JSON object can have as a key.
    """
    if text and text[0] not in _HINTS:
        return text
    return key_of(_typed(text)[0])


def key_of(value: Any) -> str | None:
    """Return the JSON key that a typed scalar makes: floats as float32 in Go's shortest form, None for null.

    Upstream: ``convertToJSONableObject``. Raises ScalarError for integers beyond int64, which go-yaml reads and the
    conversion to JSON refuses.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if value > _INT_MAX:
            raise ScalarError(f"unsupported map key of type: uint64, key: {value:#x}")
        return str(value)
    return {"NaN": ".nan", "+Inf": ".inf", "-Inf": "-.inf"}.get(shown := gofmt.general(value, 32), shown)


def _typed(text: str) -> tuple[Any, str]:
    """Return the value of ``text`` and the name of its tag (bool, int, float, null, str)."""
    if text in _WORDS:
        value = _WORDS[text]
        return value, "null" if value is None else "bool" if isinstance(value, bool) else "float"
    if text[0] == ".":
        return (float(text), "float") if _FLOAT.match(text) and "_" not in text else (text, "str")
    if text[0] not in "+-0123456789":
        return text, "str"
    digits = text.replace("_", "")
    if _INTEGER.match(digits):
        value = _integer(digits)
        if _INT_MIN <= value <= _UINT_MAX and not (value > _INT_MAX and digits[0] == "+"):
            return value, "int"
    if _FLOAT.match(digits):
        number = float(digits)
        if number not in (float("inf"), float("-inf")):
            return number, "float"
    return text, "str"


def _integer(digits: str) -> int:
    sign = -1 if digits[0] == "-" else 1
    bare = digits.lstrip("+-")
    head = bare[:2].lower()
    base = {"0x": 16, "0o": 8, "0b": 2}.get(head)
    if base:
        return sign * int(bare[2:], base)
    if len(bare) > 1 and bare[0] == "0":
        return sign * int(bare, 8)
    # int() refuses thousands of digits; whatever has so many is no 64-bit integer anyway.
    return sign * int(bare) if len(bare) < 40 else sign * (_UINT_MAX + 1)


def _is_timestamp(text: str) -> bool:
    """Whether Go's time.Parse takes ``text`` by one of go-yaml's four layouts."""
    match = _TIMESTAMP.match(text)
    if not match:
        return False
    from calendar import monthrange

    year, month, day = int(match[1]), int(match[2]), int(match[3])
    # Go knows the year 0, Python does not; 2000 has the same length of February.
    return 1 <= month <= 12 and 1 <= day <= monthrange(year or 2000, month)[1]


def _binary(text: str) -> str:
    from base64 import b64decode

    try:
        return b64decode(text.replace("\n", "").replace("\r", ""), validate=True).decode("utf-8", "replace")
    except ValueError as error:
        raise ScalarError("yaml: !!binary value contains invalid base64 data") from error
