"""Numbers as Go templates have them: ``42``, ``0x1F``, ``1_000``, ``017`` (octal), ``1.5e3``, ``'a'``, ``1+2i``.

Upstream: Go's ``text/template/parse/node.go`` (``newNumber``) and ``strconv``.
"""

from __future__ import annotations

import re

from minikctl.errors import quote
from minikctl.lib.goquote import unquote
from minikctl.lib.gotypes import MAX_INT64, MIN_INT64, Int

_MAX_UINT64 = (1 << 64) - 1
_INTEGER = re.compile(
    r"(?P<sign>[+-]?)(?:0[xX](?P<x>(?:_?[0-9a-fA-F])+)|0[bB](?P<b>(?:_?[01])+)|0[oO](?P<o>(?:_?[0-7])+)"
    r"|0(?P<z>(?:_?[0-7])*)|(?P<d>[1-9](?:_?[0-9])*))"
)
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_FLOAT = re.compile(rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?")
_HEX_FLOAT = re.compile(r"[+-]?0[xX](?=[0-9a-fA-F_.]*[0-9a-fA-F])(?:_?[0-9a-fA-F])*(?:\.[0-9a-fA-F_]*)?[pP][+-]?[0-9]+")
_COMPLEX = re.compile(r"(?P<real>[+-]?[^+-]*(?:[eEpP][+-][^+-]*)?)(?P<imaginary>[+-].*)i")
_BASES = {"x": 16, "b": 2, "o": 8, "z": 8, "d": 10}


class Overflow(ValueError):  # noqa: N818 - it is an error only when the number is used
    """A whole number that fits an unsigned 64-bit number, but not an int."""


def parse_number(text: str, type_: str) -> Int | float | complex:
    """Return the value of a number; ``type_`` is the lexer's. Raises ValueError with Go's words, ``Overflow``."""
    if type_ == "char constant":
        return _character(text)
    if type_ == "complex":
        return _complex(text)
    if text.endswith("i"):
        imaginary = parse_float(text[:-1])
        if imaginary is not None:
            return complex(0, imaginary)
    looks_like_float = any(char in ".eEpP" for char in text)
    integer = parse_integer(text)
    if integer is not None:
        if not MIN_INT64 <= integer <= MAX_INT64:
            raise Overflow(text)
        return Int(integer)
    number = parse_float(text)
    if number is None:
        raise ValueError(f"illegal number syntax: {quote(text)}")
    if not looks_like_float:
        raise ValueError(f"integer overflow: {quote(text)}")
    return number


def parse_integer(text: str) -> int | None:
    """Return a whole number by Go's syntax, from the least int64 to the greatest uint64 (without a sign), or None."""
    found = _INTEGER.fullmatch(text)
    if not found:
        return None
    base = next(name for name in _BASES if found[name] is not None)
    digits = found[base].replace("_", "").lstrip("0")
    if len(digits) > 64:
        return None
    number = int(digits or "0", _BASES[base])
    if found["sign"] == "-":
        number = -number
    return number if MIN_INT64 <= number <= (MAX_INT64 if found["sign"] else _MAX_UINT64) else None


def parse_float(text: str) -> float | None:
    """Return a float by Go's syntax, or None for what is none or too great."""
    if _HEX_FLOAT.fullmatch(text):
        try:
            return float.fromhex(text.replace("_", ""))
        except OverflowError:
            return None
    if not _FLOAT.fullmatch(text):
        return None
    number = float(text.replace("_", ""))
    return None if abs(number) == float("inf") else number


def _character(text: str) -> Int:
    inside = text[1:-1]
    # What stands behind the first character is looked at only when that one is right.
    first = re.match(r"\\(?:x..|u.{4}|U.{8}|[0-7]{3}|.)|[^\\]", inside, re.DOTALL)
    try:
        char = unquote(first[0], "'") if first else ""
    except ValueError:
        raise ValueError("invalid syntax") from None
    if not char:
        raise ValueError("invalid syntax")
    if first and first.end() != len(inside):
        raise ValueError(f"malformed character constant: {text}")
    code = ord(char)
    return Int(code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code)


def _complex(text: str) -> complex:
    found = _COMPLEX.fullmatch(text)
    real = parse_float(found["real"]) if found else None
    imaginary = parse_float(found["imaginary"]) if found else None
    if real is None or imaginary is None:
        raise ValueError("syntax error scanning complex number")
    return complex(real, imaginary)
