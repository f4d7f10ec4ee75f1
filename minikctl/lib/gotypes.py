"""Which of Go's types a value has: what templates and their error messages need to know.

Objects hold what decoding JSON gives: ``map[string]interface {}``, ``[]interface {}``, ``string``, ``int64``,
``float64``, ``bool`` and nil. A number that is written in a template is an ``int``, and a piece of a string is a
``uint8``; these two are marked by the classes here. This module knows nothing of Kubernetes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MIN_INT64, MAX_INT64 = -(1 << 63), (1 << 63) - 1


class Int(int):
    """Go's ``int``: a number written in a template, a length, an index."""

    __slots__ = ()


class Byte(int):
    """Go's ``uint8``: one byte of a string."""

    __slots__ = ()


_NAMES = {
    bool: "bool",
    Byte: "uint8",
    complex: "complex128",
    dict: "map[string]interface {}",
    float: "float64",
    Int: "int",
    list: "[]interface {}",
    str: "string",
}
_KINDS = {bool: "bool", Byte: "uint", complex: "complex", float: "float", Int: "int", str: "string"}


def type_name(value: Any) -> str:
    """Return the name of a value's type: ``map[string]interface {}``, ``int64``; ``<nil>`` for None.

    A whole number that does not fit 64 bits is a ``float64``, as it is for Go's JSON.
    """
    if type(value) is int:
        return "int64" if MIN_INT64 <= value <= MAX_INT64 else "float64"
    return _NAMES.get(type(value), "<nil>")


def basic_kind(value: Any) -> str:
    """Return what templates compare by: "bool", "int", "uint", "float", "complex", "string", or "" for all others."""
    if type(value) is int:
        return "int" if MIN_INT64 <= value <= MAX_INT64 else "float"
    return _KINDS.get(type(value), "")
