"""The functions that a template may call: Go's own, and kubectl's ``exists`` and ``base64decode``.

Upstream: Go's ``text/template/funcs.go``, cli-runtime ``printers/template.go`` and ``jsonpath.go``. Arguments come
without boxes; ``MISSING`` and None are what ``values`` says. ``and``, ``or`` and ``call`` need more than values and are
in ``execute``.
"""

from __future__ import annotations

from minikctl.lib.goprintf import sprint, sprintf, sprintln
from minikctl.lib.goquote import to_bytes
from minikctl.lib.gotypes import Byte, Int, basic_kind, type_name
from minikctl.printing.gotemplate.values import MISSING, Boxed, is_true, leaf, normal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

_ZERO_VALUE = "reflect: call of reflect.Value.Type on zero Value"
_BAD_TYPE = "invalid type for comparison"


class CallFault(Exception):  # noqa: N818 - made into a user's error by the caller
    """A function failed; the text is what stands behind ``error calling NAME: ``."""


class Function:
    """A function: how to call it, and what arguments it takes.

    ``fixed`` are the types of the arguments it needs, ``more`` that of any number of further ones ("" for none):
    "value" takes all and tells null from missing, "boxed" also comes in a box where it was taken out of an object,
    "any" takes all, "string" takes strings.
    """

    __slots__ = ("call", "fixed", "more")

    def __init__(self, call: Callable[..., Any], fixed: Sequence[str], more: str = "") -> None:
        self.call = call
        self.fixed = fixed
        self.more = more


def _string_bytes(text: str) -> bytes:
    return text.encode() if text.isascii() else to_bytes(text)


def _from_bytes(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


# -- looking into values ----------------------------------------------------------------------------------------------


def _index_number(index: Any, most: int) -> int:
    if index is MISSING or index is None:
        raise CallFault("cannot index slice/array with nil")
    if isinstance(index, bool) or not isinstance(index, int):
        raise CallFault(f"cannot index slice/array with type {type_name(index)}")
    if not 0 <= index <= most:
        raise CallFault(f"index out of range: {int(index)}")
    return int(index)


def _index(item: Any, *indexes: Any) -> Any:
    if item is MISSING or item is None:
        raise CallFault("index of untyped nil")
    for index in indexes:
        item = _item(item, index)
    return item


def _item(item: Any, index: Any) -> Any:
    if item is None:
        raise CallFault("index of nil pointer")
    if isinstance(item, dict):
        if index is MISSING or index is None:
            raise CallFault("value is nil; should be of type string")
        if not isinstance(index, str):
            raise CallFault(f"value has type {type_name(index)}; should be string")
        return leaf(item.get(index))
    if not isinstance(item, list | str):
        raise CallFault(f"can't index item of type {type_name(item)}")
    data = _string_bytes(item) if isinstance(item, str) else item
    number = _index_number(index, len(data))
    if number == len(data):
        raise CallFault(f"reflect: {'string' if isinstance(item, str) else 'slice'} index out of range")
    return Byte(data[number]) if isinstance(item, str) else leaf(data[number])


def _slice(item: Any, *indexes: Any) -> Any:
    if item is MISSING or item is None:
        raise CallFault("slice of untyped nil")
    if len(indexes) > 3:
        raise CallFault(f"too many slice indexes: {len(indexes)}")
    if isinstance(item, str):
        if len(indexes) == 3:
            raise CallFault("cannot 3-index slice a string")
        whole: Any = _string_bytes(item)
    elif isinstance(item, list):
        whole = item
    else:
        raise CallFault(f"can't slice item of type {type_name(item)}")
    bounds = [0, len(whole)]
    for place, index in enumerate(indexes):
        if isinstance(index, Boxed):  # `slice .s .n` is an error upstream, `slice .s (len .t)` is not
            raise CallFault("cannot index slice/array with type interface {}")
        bounds[place:place + 1] = [_index_number(index, len(whole))]
    for place in range(1, len(bounds)):
        if bounds[place - 1] > bounds[place]:
            raise CallFault(f"invalid slice index: {bounds[place - 1]} > {bounds[place]}")
    part = whole[bounds[0]:bounds[1]]
    return _from_bytes(part) if isinstance(item, str) else part


def _len(item: Any) -> Int:
    if item is MISSING:
        raise CallFault(_ZERO_VALUE)
    if item is None:
        raise CallFault("len of nil pointer")
    if isinstance(item, str):
        return Int(len(_string_bytes(item)))
    if isinstance(item, dict | list):
        return Int(len(item))
    raise CallFault(f"len of type {type_name(item)}")


def _exists(item: Any, *indexes: Any) -> bool:
    for number, index in enumerate(indexes):
        if item is None:
            return False
        if isinstance(item, dict):
            if index is not None and not isinstance(index, str):
                return False
            item = item.get(index or "")
        elif isinstance(item, list | str):
            data = _string_bytes(item) if isinstance(item, str) else item
            if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(data):
                return False
            item = Byte(data[index]) if isinstance(item, str) else data[index]
        else:
            return False
        if item is None and number == len(indexes) - 1:
            return False
    return True


# -- comparing --------------------------------------------------------------------------------------------------------


def _wrong_types(one: Any, other: Any) -> CallFault:
    return CallFault(f"incompatible types for comparison: {type_name(one)} and {type_name(other)}")


def _eq(first: Any, *others: Any) -> bool:
    if not others:
        raise CallFault("missing argument for comparison")
    return any(_equal(first, other) for other in others)


def _equal(one: Any, other: Any) -> bool:
    one, other = _nil_to_missing(one), _nil_to_missing(other)
    kind, other_kind = basic_kind(one), basic_kind(other)
    if kind != other_kind:
        if {kind, other_kind} == {"int", "uint"}:
            return bool(one == other)
        if one is not MISSING and other is not MISSING:
            raise _wrong_types(one, other)
        return False
    if kind:
        return bool(one == other)
    if one is MISSING or other is MISSING:
        return one is other
    if type(one) is not type(other):
        raise CallFault(
            f"non-comparable types {_percent_s(one)}: {type_name(one)}, {type_name(other)}: {_percent_v(other)}"
        )
    raise CallFault(f"non-comparable type {_percent_s(other)}: {type_name(other)}")


def _percent_s(value: Any) -> str:
    return sprintf("%s", [normal(value)])


def _percent_v(value: Any) -> str:
    return sprintf("%v", [normal(value)])


def _nil_to_missing(value: Any) -> Any:
    return MISSING if value is None else value


def _lt(one: Any, other: Any) -> bool:
    one, other = _nil_to_missing(one), _nil_to_missing(other)
    kind, other_kind = basic_kind(one), basic_kind(other)
    if not kind or not other_kind:
        raise CallFault(_BAD_TYPE)
    if kind != other_kind and {kind, other_kind} != {"int", "uint"}:
        raise _wrong_types(one, other)
    if kind in ("bool", "complex"):
        raise CallFault(_BAD_TYPE)
    return bool(one < other)


def _le(one: Any, other: Any) -> bool:
    return _lt(one, other) or _equal(one, other)


# -- text -------------------------------------------------------------------------------------------------------------


def _text(args: Sequence[Any]) -> str:
    """Return arguments as one text, as ``html``, ``js`` and ``urlquery`` take them."""
    if len(args) == 1 and isinstance(args[0], str):
        return args[0]
    return sprint(["<no value>" if arg is None else normal(arg) for arg in args])


_HTML = str.maketrans({"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"})
_JS = {
    "\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D",
}


def _html(*args: Any) -> str:
    return _text(args).translate(_HTML)


def _js(*args: Any) -> str:
    return "".join(map(_js_character, _text(args)))


def _js_character(char: str) -> str:
    if char in _JS:
        return _JS[char]
    if char < " ":
        return f"\\u00{ord(char):02X}"
    if char.isascii() or char.isprintable():
        return char
    return "\\uFFFD" if "\udc80" <= char <= "\udcff" else f"\\u{ord(char):04X}"


def _urlquery(*args: Any) -> str:
    from urllib.parse import quote_plus

    return quote_plus(to_bytes(_text(args)), safe="~")


def _printf(template: str, *args: Any) -> str:
    return sprintf(template, [normal(arg) for arg in args])


def _print(*args: Any) -> str:
    return sprint([normal(arg) for arg in args])


def _println(*args: Any) -> str:
    return sprintln([normal(arg) for arg in args])


def _base64decode(text: str) -> str:
    from binascii import Error, a2b_base64

    data = to_bytes(text)
    try:
        return _from_bytes(a2b_base64(data.replace(b"\r", b"").replace(b"\n", b""), strict_mode=True))
    except Error:
        place = _first_illegal(data)
        if place is None:  # bits behind the last byte that are not zero, which Go lets pass
            return _from_bytes(a2b_base64(data))
        raise CallFault(f"base64 decode failed: illegal base64 data at input byte {place}") from None


_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def _first_illegal(data: bytes) -> int | None:
    """Return the place that Go's decoder complains about, or None where it does not."""
    place = filled = 0  # filled: the characters of a group of four that are there
    size = len(data)
    while place < size:
        byte = data[place]
        place += 1
        if byte in b"\r\n":
            continue
        if byte in _ALPHABET:
            filled = (filled + 1) % 4
            continue
        if byte != ord("=") or filled < 2:
            return place - 1
        if filled == 2:
            place = _after_line_breaks(data, place)
            if place == size:
                return size
            if data[place] != ord("="):
                return place - 1
            place += 1
        place = _after_line_breaks(data, place)
        return place if place < size else None
    return size - filled if filled else None


def _after_line_breaks(data: bytes, place: int) -> int:
    while place < len(data) and data[place] in b"\r\n":
        place += 1
    return place


FUNCTIONS: dict[str, Function] = {
    "and": Function(is_true, ("value",), "value"),
    "base64decode": Function(_base64decode, ("string",)),
    "call": Function(is_true, ("value",), "value"),
    "eq": Function(_eq, ("value",), "value"),
    "exists": Function(_exists, ("any",), "any"),
    "ge": Function(lambda one, other: not _lt(one, other), ("value", "value")),
    "gt": Function(lambda one, other: not _le(one, other), ("value", "value")),
    "html": Function(_html, (), "any"),
    "index": Function(_index, ("value",), "value"),
    "js": Function(_js, (), "any"),
    "le": Function(_le, ("value", "value")),
    "len": Function(_len, ("value",)),
    "lt": Function(_lt, ("value", "value")),
    "ne": Function(lambda one, other: not _equal(one, other), ("value", "value")),
    "not": Function(lambda value: not is_true(value), ("value",)),
    "or": Function(is_true, ("value",), "value"),
    "print": Function(_print, (), "any"),
    "printf": Function(_printf, ("string",), "any"),
    "println": Function(_println, (), "any"),
    "slice": Function(_slice, ("value",), "boxed"),
    "urlquery": Function(_urlquery, (), "any"),
}
