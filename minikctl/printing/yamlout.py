"""``-o yaml`` as kubectl prints it.

kubectl turns an object into JSON, reads that as YAML and writes it with go-yaml v2; so keys are sorted as go-yaml sorts
them (numbers inside of keys count as numbers: ``a2`` before ``a10``), lists stand at the indent of their key, and a few
strings come out changed or not at all (see ``through_json``). Upstream: ``sigs.k8s.io/yaml``, cli-runtime's
``YAMLPrinter``.
"""

from __future__ import annotations

from functools import cmp_to_key

from minikctl.lib.gofmt import general
from minikctl.printing.jsonout import numeral
from minikctl.printing.yamlscalars import YamlError, is_multiline, through_json, write_key, write_scalar

__all__ = ["YamlError", "YamlPrinter", "dump"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]

#: a key longer than this is written after a question mark
_SIMPLE_KEY = 128
#: what go-yaml takes for the end of a line when a block ends with it
_LINE_ENDS = ("\n", "\u2028", "\u2029")
_MOST_CACHED = 10_000

_orders: dict[tuple[str, ...], tuple[str, ...]] = {}
_keys: dict[str, str] = {}


class YamlPrinter:
    """Prints several objects one after the other, with ``---`` between them (upstream: ``YAMLPrinter``)."""

    __slots__ = ("_count",)

    def __init__(self) -> None:
        self._count = 0

    def print(self, obj: Any) -> str:
        """The object's text, and the separator before it from the second on. Raises ``YamlError``."""
        self._count += 1
        return dump(obj) if self._count == 1 else "---\n" + dump(obj)


def dump(obj: Any) -> str:
    """Write ``obj`` as YAML, with a newline at the end. Raises ``YamlError``.

    ``obj`` may hold what JSON can: dicts with text keys, lists, strings, numbers, booleans and None.
    """
    out: list[str] = []
    _Emitter(out).node(obj, 0, 0, None)
    if not out[-1].endswith(_LINE_ENDS):
        out.append("\n")
    return "".join(out)


class _Emitter:
    """Writes nodes. ``out`` gets pieces; a value that spans lines starts with its own newline."""

    __slots__ = ("out",)

    def __init__(self, out: list[str]) -> None:
        self.out = out

    def node(self, value: Any, indent: int, column: int, parent: str | None) -> None:
        """Write a value; ``indent`` is where its own block stands, ``column`` where the cursor is after the indicator.

        ``parent`` is "key" for a mapping's value (nothing is written yet after the colon), "item" after ``- ``, "?"
        after the marks of a long key, None for the whole document.
        """
        if isinstance(value, dict) and value:
            self.mapping(value, indent, parent)
        elif isinstance(value, list | tuple) and value:
            self.sequence(value, indent, parent)
        else:
            self.scalar(value, indent, column, parent)

    def mapping(self, value: Obj, indent: int, parent: str | None) -> None:
        margin = " " * indent
        first = parent in {"item", "?"}
        for key in _sorted(value):
            if first:
                first = False
            else:
                self.line(margin)
            item = value[key]
            shown = _key_text(key)
            if not shown:
                self.long_key(key, item, indent)
                continue
            self.out.append(shown)
            self.out.append(":")
            deeper = indent if isinstance(item, list | tuple) and item else indent + 2
            self.node(item, deeper, indent + len(shown) + 1, "key")

    def long_key(self, key: str, item: Any, indent: int) -> None:
        """``? key`` and ``: value`` on lines of their own."""
        self.out.append("? ")
        self.out.append(write_scalar(through_json(key), indent + 2, indent + 2))
        self.line(" " * indent)
        self.out.append(": ")
        self.node(item, indent + 2, indent + 2, "?")

    def sequence(self, value: list[Any] | tuple[Any, ...], indent: int, parent: str | None) -> None:
        margin = " " * indent
        first = parent in {"item", "?"}
        for item in value:
            if first:
                first = False
            else:
                self.line(margin)
            self.out.append("- ")
            self.node(item, indent + 2, indent + 2, "item")

    def scalar(self, value: Any, indent: int, column: int, parent: str | None) -> None:
        if parent == "key":
            self.out.append(" ")
            column += 1
        if isinstance(value, str):
            text = through_json(value)
            # A scalar stands two deeper than the block that holds it, a document's own too.
            self.out.append(write_scalar(text, column, indent if parent in {"key", "item", "?"} else indent + 2))
        else:
            self.out.append(_simple(value))

    def line(self, margin: str) -> None:
        """Start a line, unless a block has just ended with one."""
        if not self.out or self.out[-1].endswith(_LINE_ENDS):
            self.out.append(margin)
        else:
            self.out.append("\n" + margin)


def _simple(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        # JSON first, as kubectl does; what is a whole number there is one for go-yaml, if it fits.
        text = numeral(value)
        return text if text.lstrip("-").isdigit() and -(1 << 63) <= int(text) < 1 << 64 else general(float(value))
    return "[]" if isinstance(value, list | tuple) else "{}"


def _key_text(key: str) -> str:
    """A key as it stands before its colon; "" where it needs a question mark: too long, or of several lines."""
    shown = _keys.get(key)
    if shown is None:
        if len(_keys) > _MOST_CACHED:
            _keys.clear()
        text = through_json(key)
        simple = len(text.encode()) <= _SIMPLE_KEY and not is_multiline(text)
        shown = _keys[key] = write_key(text) if simple else ""
    return shown


# ---------------------------------------------------------------------------------------------------------------------
# The order of keys
# ---------------------------------------------------------------------------------------------------------------------


def _sorted(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys as go-yaml's ``keyList`` sorts them."""
    given = tuple(keys)
    order = _orders.get(given)
    if order is None:
        if len(_orders) > _MOST_CACHED:
            _orders.clear()
        plain = all(map(str.isalpha, given))
        order = tuple(sorted(given) if plain else sorted(sorted(given), key=cmp_to_key(_compare)))
        _orders[given] = order
    return order


def _compare(left: str, right: str) -> int:
    """-1 or 1: letters by code point and after all else, runs of digits by their number."""
    position = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        position += 1
    else:
        return -1 if len(left) < len(right) else 1
    a_letter, b_letter = a.isalpha(), b.isalpha()
    if a_letter and b_letter:
        return -1 if a < b else 1
    if a_letter or b_letter:
        return -1 if b_letter else 1
    # Zeros in the middle of a number must not be lost: 105 and 11 differ in their second digit.
    lead = 0
    if "0" in (a, b):
        before = position - 1
        while before >= 0 and left[before].isdecimal():
            if left[before] != "0":
                lead = 1
                break
            before -= 1
    a_number, a_end = _run(left, position, lead)
    b_number, b_end = _run(right, position, lead)
    if a_number != b_number:
        return -1 if a_number < b_number else 1
    if a_end != b_end:
        return -1 if a_end < b_end else 1
    return -1 if a < b else 1


def _run(text: str, position: int, number_: int) -> tuple[int, int]:
    """The number that the digits from ``position`` on make after ``number_``, and where they end."""
    while position < len(text) and text[position].isdecimal():
        number_ = number_ * 10 + ord(text[position]) - ord("0")
        position += 1
    if number_ >= 1 << 63:  # an int64 there, which runs over
        number_ = (number_ + (1 << 63)) % (1 << 64) - (1 << 63)
    return number_, position
