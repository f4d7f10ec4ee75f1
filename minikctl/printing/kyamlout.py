r"""``-o kyaml`` as kubectl prints it: YAML in braces, in which nothing is left to guessing.

Texts are in double quotes, keys only where a reader might take them for something else, lists of objects open and close
on the lines of their objects, and texts of several lines are folded (``\n\`` at the end of a line). Keys stand in the
order of the JSON that kubectl makes first. Upstream: ``sigs.k8s.io/yaml/kyaml``, cli-runtime's ``KYAMLPrinter``.
"""

from __future__ import annotations

import re

from minikctl.printing.jsonout import numeral
from minikctl.printing.yamlscalars import ESCAPES, YamlError, is_date, through_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_INDENT = "  "
_FOLD = "\\\n"

#: in any case: what readers take for null, a boolean or a float
_WORDS = frozenset((
    "null", "~", "true", "y", "yes", "on", "false", "n", "no", "off", "t", "f", ".inf", "-.inf", "+.inf", ".nan",
    "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "nan",
))
_INTEGER = r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|([1-9][0-9]*|0))"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"


def dump(value: Any, *, keep_order: bool = False) -> str:
    """Write ``value`` as a KYAML document with its ``---`` and a newline at the end. Raises ``YamlError``.

    ``keep_order``: keys stay in the order of the dicts (what a client makes itself), else they are sorted.
    """
    try:
        return f"---\n{_node(value, 0, keep_order=keep_order)}\n"
    except YamlError as error:
        raise YamlError(f"error decoding: {error}") from error


def _node(value: Any, level: int, *, keep_order: bool) -> str:
    """A value whose own line stands ``level`` indents deep."""
    if isinstance(value, str):
        return _text(through_json(value), level + 1)
    if isinstance(value, dict):
        return _mapping(value, level, keep_order=keep_order)
    if isinstance(value, list | tuple):
        return _sequence(value, level, keep_order=keep_order)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return numeral(value)


def _mapping(value: dict[str, Any], level: int, *, keep_order: bool) -> str:
    if not value:
        return "{}"
    margin = _INDENT * (level + 1)
    lines = [
        f"{margin}{_key(through_json(key))}: {_node(value[key], level + 1, keep_order=keep_order)},\n"
        for key in (value if keep_order else sorted(value))
    ]
    return "{\n" + "".join(lines) + _INDENT * level + "}"


def _sequence(value: list[Any] | tuple[Any, ...], level: int, *, keep_order: bool) -> str:
    if not value:
        return "[]"
    if all(isinstance(item, dict | list | tuple) for item in value):
        return "[" + ", ".join([_node(item, level, keep_order=keep_order) for item in value]) + "]"
    margin = _INDENT * (level + 1)
    lines = [f"{margin}{_node(item, level + 1, keep_order=keep_order)},\n" for item in value]
    return "[\n" + "".join(lines) + _INDENT * level + "]"


# ---------------------------------------------------------------------------------------------------------------------
# Texts
# ---------------------------------------------------------------------------------------------------------------------


def _key(text: str) -> str:
    """A key: on one line, without quotes where it cannot be misread."""
    if not needs_quotes(text):
        return text
    return '"' + "".join([_shown(char) for char in text]) + '"'


def _text(text: str, level: int) -> str:
    """A value: in quotes; one of several lines has its lines ``level`` indents deep."""
    if "\n" not in text:
        return '"' + "".join([char if char == "\t" else _shown(char) for char in text]) + '"'
    margin = _INDENT * level
    out = ['"', _FOLD]
    for char in text:
        if out[-1].endswith("\n"):
            # A space that starts a line must be kept; the others get one more for the look of it.
            out.append(margin + ("\\" if _is_space(char) and char != "\n" else " "))
        if char == "\n":
            out.append("\\n" + _FOLD)
        else:
            out.append(char if char == "\t" else _shown(char))
    if not out[-1].endswith("\n"):
        out.append(_FOLD)
    return "".join(out) + margin + '"'


def _is_space(char: str) -> bool:
    return char.isspace() and not "\x1c" <= char <= "\x1f"  # which Go does not count


def _shown(char: str) -> str:
    """A character in double quotes (upstream: ``appendEscapedRune``, after Go's ``strconv.Quote``)."""
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    short = ESCAPES.get(char)
    if short:
        return "\\" + short
    code = ord(char)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def needs_quotes(text: str) -> bool:
    """Whether a key must be quoted: it has other characters than names have, or looks like something else."""
    if not text or _guessed_wrong(text):
        return True
    last = len(text) - 1
    return not all(
        char.isalnum() or char == "_" or (char in "-./" and 0 < index < last) for index, char in enumerate(text)
    )


def _guessed_wrong(text: str) -> bool:
    """Whether a reader of YAML may take the text for something else than a string (upstream: ``yamlGuessesWrong``)."""
    if text.lower() in _WORDS:
        return True
    number = text.replace("_", "")
    if number[:1] not in {*"+-.0123456789"}:
        return False
    found = re.fullmatch(_INTEGER, number)
    if found:
        sign, hexadecimal, octal, binary, decimal = found.groups()
        base = 16 if hexadecimal else 8 if octal else 2 if binary else 10
        # Python does not convert endless digits; of so many the first ones are too much already.
        if int(hexadecimal or octal or binary or decimal.lstrip("0")[:25] or "0", base) < (1 << 63) + (sign == "-"):
            return True
    if re.fullmatch(_FLOAT, number):
        return abs(float(number)) != float("inf")
    return is_date(text)
