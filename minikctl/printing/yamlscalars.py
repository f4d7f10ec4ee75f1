"""How go-yaml writes one string: plain, quoted or as a block, and where it breaks long lines.

kubectl prints with sigs.k8s.io/yaml, which is go-yaml v2. What it does with a string is in its ``encode.go`` and
``resolve.go`` (would it read back as something else?) and ``emitterc.go`` (may it stand plain? where is it folded?).
Several of its ways are odd and kept: characters beyond U+FFFF and tabs force double quotes, ``y`` and ``n`` count as
booleans, lines are folded at spaces after column 80.
"""

from __future__ import annotations

import re

from minikctl.errors import MinikctlError
from minikctl.lib.times import parse_time

#: the column after which a space may become a line break
WIDTH = 80

PLAIN = ""
SINGLE = "'"
DOUBLE = '"'
LITERAL = "|"

_BREAKS = "\n\r\x85\u2028\u2029"
#: most strings: nothing that could be an indicator, a number, a boolean, null or a date
_HARMLESS = re.compile(r"(?![yYnNtTfFoO])[A-Za-z/_(][A-Za-z0-9/_.()@+=;-]*(?: [A-Za-z0-9/_.()@+=;-]+)*")

_WORDS = frozenset((
    "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
    "true", "True", "TRUE", "false", "False", "FALSE", "~", "null", "Null", "NULL", ".nan", ".NaN", ".NAN",
    ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
))
_INTEGER = r"[-+]?(?:(0[xX])([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|([1-9][0-9]*|0))"
#: go-yaml reads the rest after 0b once more, and there it may have a sign
_SIGNED_BINARY = r"0b[-+]?([01]+)|-0b([01]+)"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
#: a text that starts with a point goes to Go's ParseFloat, which takes underscores between digits
_POINT_FLOAT = r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?"
_BASE_60 = r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
_DATE = (
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+]([0-9]{2}):([0-9]{2}))"
    r"| +([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?)?"
)
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_MOST_CACHED = 10_000
#: strings as they stand on one line: a cluster's objects say the same things again and again
_flat: dict[str, str] = {}

_BOM = "\ufeff"
#: the short escapes of YAML's double quotes
ESCAPES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e", '"': '"',
    "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}


class YamlError(MinikctlError, ValueError):
    """A string cannot be written; the message is go-yaml's."""


def through_json(text: str) -> str:
    """What of a string is left when go-yaml has read it from JSON, as kubectl does.

    It must not hold most control characters, and U+0085 counts as a line break there, which is folded. Raises
    ``YamlError``.
    """
    if text.isascii() and "\x7f" not in text:
        return text
    if any(("\x7f" <= char <= "\x9f" and char != "\x85") or char in "\ufffe\uffff" for char in text):
        raise YamlError("yaml: control characters are not allowed")
    text = "".join(["\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text])
    if "\x85" in text:
        text = re.sub(" *(\x85[ \x85]*)", lambda found: "\n" * (found[1].count("\x85") - 1) or " ", text)
    return text


# ---------------------------------------------------------------------------------------------------------------------
# Which style
# ---------------------------------------------------------------------------------------------------------------------


def style_of(text: str, *, key: bool = False) -> str:
    """PLAIN, SINGLE, DOUBLE or LITERAL; ``key``: the string is a mapping's key, which stays on one line."""
    if _HARMLESS.fullmatch(text):
        return PLAIN
    special = not (text.isascii() and text.isprintable()) and any(map(_is_unprintable, text))
    multiline = is_multiline(text)
    space_break = multiline and bool(re.search(f" [{_BREAKS}]", text))
    if "\n" in text:
        block = not (special or space_break or text.endswith(" ") or key)
        return LITERAL if block else DOUBLE
    if looks_otherwise(text) or special or space_break or (key and multiline):
        return DOUBLE
    if multiline:
        return DOUBLE if re.search(f"[{_BREAKS}] ", text) else SINGLE
    return PLAIN if _may_be_plain(text) else SINGLE


def is_multiline(text: str) -> bool:
    """Whether a character in the string is a line break for YAML."""
    if text.isascii():
        return "\n" in text or "\r" in text
    return any(char in text for char in _BREAKS)


def _is_unprintable(char: str) -> bool:
    """What go-yaml's is_printable refuses: controls (tab too), C1, U+FEFF, all that takes four bytes in UTF-8."""
    if char < "\xa0":
        return not (" " <= char <= "~" or char == "\n")
    return char > "\ufffd" or char == "\ufeff" or "\ud800" <= char <= "\udfff"


def _may_be_plain(text: str) -> bool:
    """Whether a string on one line needs no quotes in a block (upstream: ``yaml_emitter_analyze_scalar``)."""
    first = text[0]
    if first in " #,[]{}&*!|>'\"%@`" or text[-1] == " " or text.startswith(("---", "...")):
        return False
    if first in "?-" and (len(text) == 1 or text[1] == " "):
        return False
    return not (text[-1] == ":" or ": " in text or " #" in text)


def looks_otherwise(text: str) -> bool:
    """Whether the text would read back as something else than a string (upstream: ``resolve``, ``isBase60Float``)."""
    if not text:
        return True
    first = text[0]
    if first in "yYnNtTfFoO~":
        return text in _WORDS
    if first == ".":
        return text in _WORDS or bool(re.fullmatch(_POINT_FLOAT, text) and _finite(text.replace("_", "")))
    if first not in "+-0123456789":
        return False
    if text[4:5] == "-" and is_date(text):
        return True
    return text in _WORDS or _is_number(text.replace("_", "")) or bool(re.fullmatch(_BASE_60, text))


def _is_number(text: str) -> bool:
    found = re.fullmatch(_INTEGER, text)
    if found:
        _, hexadecimal, octal, binary, decimal = found.groups()
        if hexadecimal:
            number = int(hexadecimal, 16)
        elif octal:
            number = int(octal, 8)
        else:
            # Python does not convert endless digits; of so many the first ones are too much already.
            number = int(binary, 2) if binary else int(decimal.lstrip("0")[:25] or "0")
        if _fits(number, negative=text[0] == "-", signed=text[0] in "+-"):
            return True
    if re.fullmatch(_FLOAT, text):
        return _finite(text)
    found = re.fullmatch(_SIGNED_BINARY, text)
    return found is not None and _fits(int(found[1] or found[2], 2), negative="-" in text, signed=True)


def _fits(number: int, *, negative: bool, signed: bool) -> bool:
    """Whether Go's ``ParseInt`` or, for a text without a sign, ``ParseUint`` takes the number."""
    most = (1 << 63) if negative else (1 << 63) - 1 if signed else (1 << 64) - 1
    return number <= most


def _finite(text: str) -> bool:
    return abs(float(text)) != float("inf")


def is_date(text: str) -> bool:
    """Whether go-yaml takes the text for a timestamp (upstream: ``parseTimestamp``)."""
    if len(text) == 20 and _is_time(text):
        return True
    found = re.fullmatch(_DATE, text)
    if not found:
        return False
    year, month, day, *clock = (int(part) if part else 0 for part in found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= _MONTH_DAYS[month - 1] - (month == 2 and not leap):
        return False
    hour, minute, second, zone_hour, zone_minute, *other = clock
    return (
        max(hour, other[0]) < 24 and max(minute, second, other[1], other[2]) < 60
        and zone_hour <= 24 and zone_minute <= 60
    )


def _is_time(text: str) -> bool:
    """Whether the text is a time as objects have it: the quick way for nearly all of them."""
    try:
        parse_time(text)
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------------------------------------------------------------
# Writing
# ---------------------------------------------------------------------------------------------------------------------


def write_scalar(text: str, column: int, indent: int) -> str:
    """Write a string that is a value and starts at ``column``; what follows on further lines stands at ``indent``.

    The text ends without a newline, save for a block, which may end with several.
    """
    flat = _flat.get(text)
    if flat is not None and (column + len(flat) <= WIDTH or " " not in text):
        return flat
    style = style_of(text)
    if style is LITERAL:
        return _literal(text, indent)
    if style is SINGLE and is_multiline(text):
        return _single(text, column, indent)
    flat = _on_one_line(text, style)
    if len(_flat) > _MOST_CACHED:
        _flat.clear()
    _flat[text] = flat
    if column + len(flat) <= WIDTH or " " not in text:
        return flat
    if style is PLAIN:
        return _fold(text, column, indent)
    return _single(text, column, indent) if style is SINGLE else _double(text, column, indent)


def write_key(text: str) -> str:
    """Write a string that is a key: on one line, never folded."""
    return _on_one_line(text, style_of(text, key=True))


def _on_one_line(text: str, style: str) -> str:
    if style is PLAIN:
        return text
    if style is SINGLE:
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join([_shown(char, whole=text[:1] == _BOM) for char in text]) + '"'


def _fold(text: str, column: int, indent: int) -> str:
    """Break a plain string at single spaces after ``WIDTH``."""
    out = []
    spaces = False
    for index, char in enumerate(text):
        if char != " ":
            out.append(char)
            column += 1
        elif not spaces and column > WIDTH and text[index + 1] != " ":
            out.append("\n" + " " * indent)
            column = indent
        else:
            out.append(char)
            column += 1
        spaces = char == " "
    return "".join(out)


def _single(text: str, column: int, indent: int) -> str:
    out = ["'"]
    column += 1
    spaces = breaks = False
    last = len(text) - 1
    for index, char in enumerate(text):
        if char == " ":
            if not spaces and column > WIDTH and 0 < index < last and text[index + 1] != " ":
                out.append("\n" + " " * indent)
                column = indent
            else:
                out.append(char)
                column += 1
            spaces = True
            continue
        if char in _BREAKS:
            out.append(char)
            column = 0
            breaks = True
            continue
        if breaks:
            out.append(" " * indent)
            column = indent
        shown = "''" if char == "'" else char
        out.append(shown)
        column += len(shown)
        spaces = breaks = False
    out.append("'")
    return "".join(out)


def _double(text: str, column: int, indent: int) -> str:
    out = ['"']
    column += 1
    spaces = False
    last = len(text) - 1
    whole = text[:1] == _BOM
    for index, char in enumerate(text):
        if char == " " and not whole and not spaces and column > WIDTH and 0 < index < last:
            out.append("\n" + " " * indent)
            column = indent
            if text[index + 1] == " ":
                out.append("\\")  # keeps the space that starts the line
                column += 1
        else:
            shown = _shown(char, whole=whole)
            out.append(shown)
            column += len(shown)
        spaces = char == " "
    out.append('"')
    return "".join(out)


def _shown(char: str, *, whole: bool) -> str:
    """A character in double quotes; ``whole``: each is escaped (go-yaml does so when the string starts with U+FEFF)."""
    if not whole and char not in '"\\' and char not in _BREAKS and not _is_unprintable(char):
        return char
    short = ESCAPES.get(char)
    if short:
        return "\\" + short
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _literal(text: str, indent: int) -> str:
    """A block: ``|``, a hint where the text starts with a space or break, and how many breaks at the end to keep."""
    head = "|2" if text[0] == " " or text[0] in _BREAKS else "|"
    if text[-1] not in _BREAKS:
        head += "-"
    elif len(text) == 1 or text[-2] in _BREAKS:
        head += "+"
    out = [head, "\n"]
    margin = " " * indent
    at_start = True
    for char in text:
        if char in _BREAKS:
            out.append(char)
            at_start = True
        else:
            if at_start:
                out.append(margin)
                at_start = False
            out.append(char)
    return "".join(out)
