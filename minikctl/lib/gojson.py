"""JSON as Go's ``encoding/json`` writes it, to the byte.

Some JSON is seen by users and compared as text: the annotation ``kubectl.kubernetes.io/last-applied-configuration``,
patches, objects inside of error messages. It has to come out as ``json.Marshal`` writes it: keys sorted by code point,
no spaces, ``<``, ``>``, ``&``, U+2028 and U+2029 escaped, floats in Go's notation (``1`` for 1.0, ``1e-7`` for 1e-07).
Upstream: Go's ``encoding/json/encode.go``. This module knows nothing of Kubernetes.
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HTML = re.compile("[<>&\u2028\u2029]")
_HTML_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def compact(value: Any, *, escape_html: bool = True) -> str:
    """Return ``value`` as ``json.Marshal`` would: sorted keys, no spaces, no newline at the end.

    ``escape_html=False`` is what ``SetEscapeHTML(false)`` does (U+2028 and U+2029 stay escaped). Raises ValueError with
    Go's words (``json: unsupported value: NaN``) for a float that JSON has no word for.
    """
    if _has_float(value):
        text = _encode(value)
    else:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return escaped(text, html=escape_html)


def escaped(text: str, *, html: bool = True) -> str:
    """Escape in finished JSON what Go escapes and Python does not (``compact`` has done so already)."""
    # None of these characters stands outside of strings in JSON, so the whole text can be escaped at once.
    if html:
        text = _HTML.sub(lambda match: _HTML_ESCAPES[match[0]], text)
    else:
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    if not text.isascii():
        # Go replaces bytes that are no UTF-8; half of a surrogate pair is the only such thing that a str can hold.
        text = _SURROGATE.sub("\\\\ufffd", text)
    return text


def quote(text: str) -> str:
    """Return ``text`` as a JSON string of Go, with its quotes."""
    return compact(text)


def number(value: float) -> str:
    """Return a float as Go's JSON has it: ``0.1``, ``1`` for 1.0, ``1e+21``, ``1e-7``.

    Upstream: ``floatEncoder``: the shortest digits that read back the same; an exponent below 1e-6 and from 1e21 on.
    Raises ValueError as ``compact`` does.
    """
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN is the value that differs from itself
        word = "NaN" if value != value else ("+Inf" if value > 0 else "-Inf")  # noqa: PLR0124 - as above
        raise ValueError(f"json: unsupported value: {word}")
    if value == 0:
        return "-0" if str(value).startswith("-") else "0"
    negative, digits, exponent = shortest(value)
    sign = "-" if negative else ""
    if exponent < -6 or exponent >= 21:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent)}"
    return sign + plain(digits, exponent)


def shortest(value: float) -> tuple[bool, str, int]:
    """Split a float that is neither 0, NaN nor infinite: (is negative, shortest digits, decimal exponent).

    -1500.0 gives (True, "15", 3): minus 1.5 times ten to the third.
    """
    mantissa, _, exponent = f"{value!r}e".removesuffix("e").partition("e")
    negative = mantissa.startswith("-")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    shift = int(exponent or "0") + len(whole) - 1
    digits = whole + fraction
    stripped = digits.lstrip("0")
    shift -= len(digits) - len(stripped)
    return negative, stripped.rstrip("0") or "0", shift


def plain(digits: str, exponent: int) -> str:
    """Write ``digits`` without an exponent: ("15", 3) is ``1500``, ("15", -2) is ``0.015``."""
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    if len(digits) <= exponent + 1:
        return digits + "0" * (exponent + 1 - len(digits))
    return f"{digits[: exponent + 1]}.{digits[exponent + 1 :]}"


def _has_float(value: Any) -> bool:
    """Whether a float stands in ``value``: only then the C encoder will not do, which writes 1.0 for Go's 1."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, float):
            return True
    return False


def _encode(value: Any) -> str:
    """Encode with Go's floats, without the escapes that ``compact`` adds at the end."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_string(key)}:{_encode(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_encode, value)) + "]"
    if isinstance(value, float):
        return number(value)
    return _string(value)


def _string(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
