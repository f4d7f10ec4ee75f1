"""One value by one verb of Go's ``fmt``: ``%05d``, ``%-10s``, ``%q``, ``%#v``, ``%+v``, with all flags.

Upstream: Go's ``fmt/print.go`` and ``fmt/format.go``. ``lib.goprintf`` takes formats apart.
This module knows nothing of Kubernetes.
"""

from __future__ import annotations

import re

from minikctl.lib import gofmt
from minikctl.lib.gofloat import format_float
from minikctl.lib.goquote import go_quote, quote_rune, to_bytes
from minikctl.lib.gotypes import MAX_INT64, MIN_INT64, Byte, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NOT_IN_BACKQUOTES = re.compile("[\x00-\x08\x0a-\x1f\x7f`\ufeff\ud800-\udfff]")


def show(value: Any) -> str:
    """Return ``value`` as ``%v`` has it."""
    if isinstance(value, str):
        return value
    if isinstance(value, complex):
        return f"({gofmt.general(value.real)}{_signed(value.imag)}i)"
    if type(value) is int and not MIN_INT64 <= value <= MAX_INT64:
        return gofmt.general(float(value))
    return gofmt.value(value)


def _signed(number: float) -> str:
    text = gofmt.general(number)
    return text if text[0] in "+-" else "+" + text


class Flags:
    """The flags, width and precision of one verb."""

    __slots__ = ("minus", "plus", "precision", "sharp", "space", "width", "zero")

    def __init__(self) -> None:
        self.minus = self.plus = self.sharp = self.space = self.zero = False
        self.width: int | None = None
        self.precision: int | None = None


class Formatter:
    """Writes one argument, and what is inside of it, by one verb and its flags."""

    __slots__ = ("flags", "syntax")

    def __init__(self, flags: Flags, *, syntax: bool) -> None:
        self.flags = flags
        #: whether values are written as Go code (``%#v``)
        self.syntax = syntax

    def top(self, arg: Any, verb: str) -> str:
        """Write an argument (upstream: ``printArg``)."""
        if arg is None:
            return self._pad("<nil>") if verb in "vT" else f"%!{verb}(<nil>)"
        if verb == "T":
            return self._string(type_name(arg), "s")
        if verb == "p":
            return self._pointer(arg)
        if verb == "w" and isinstance(arg, dict | list):
            return self._bad(arg, verb)
        return self._value(arg, verb)

    def _pointer(self, arg: Any) -> str:
        if isinstance(arg, dict | list):  # an address, which nobody can foresee
            return self._pad(f"0x{0xC000000000 + id(arg) % 0x10000000:x}")
        return self._bad(arg, "p")

    def _value(self, arg: Any, verb: str) -> str:  # noqa: PLR0911 - one for each type
        if arg is None:
            return "interface {}(nil)" if self.syntax else "<nil>"
        if isinstance(arg, dict):
            items = [f"{self._string(key, verb)}:{self._value(arg[key], verb)}" for key in sorted(arg)]
            return f"map[string]interface {{}}{{{', '.join(items)}}}" if self.syntax else f"map[{' '.join(items)}]"
        if isinstance(arg, list):
            items = [self._value(item, verb) for item in arg]
            return f"[]interface {{}}{{{', '.join(items)}}}" if self.syntax else f"[{' '.join(items)}]"
        if isinstance(arg, str):
            return self._string(arg, verb)
        if isinstance(arg, bool):
            return self._pad("true" if arg else "false") if verb in "tv" else self._bad(arg, verb)
        if isinstance(arg, complex):
            return self._complex(arg, verb)
        if isinstance(arg, float) or not MIN_INT64 <= arg <= MAX_INT64:
            return self._float(float(arg), verb)
        return self._integer(arg, verb)

    def _bad(self, arg: Any, verb: str) -> str:
        return f"%!{verb}({type_name(arg)}={self._value(arg, 'v')})"

    # -- strings ------------------------------------------------------------------------------------------------------

    def _string(self, arg: str, verb: str) -> str:
        flags = self.flags
        if verb == "s" or (verb == "v" and not self.syntax):
            return self._pad(arg if flags.precision is None else arg[:flags.precision])
        if verb in "qv":
            text = arg if flags.precision is None else arg[:flags.precision]
            if flags.sharp and _can_backquote(text):
                return self._pad(f"`{text}`")
            return self._pad(go_quote(text, ascii_only=flags.plus))
        if verb in "xX":
            return self._hex(to_bytes(arg), upper=verb == "X")
        return self._bad(arg, verb)

    def _hex(self, data: bytes, *, upper: bool) -> str:
        flags = self.flags
        if flags.precision is not None:
            data = data[:flags.precision]
        prefix = ("0X" if upper else "0x") if flags.sharp and data else ""
        pieces = [f"{byte:02X}" if upper else f"{byte:02x}" for byte in data]
        text = (" " + prefix).join(pieces) if flags.space else "".join(pieces)
        # Zeros are no padding for what is no number.
        return self._pad(prefix + text, zero=False) if not flags.zero or flags.minus else self._pad(prefix + text)

    # -- numbers ------------------------------------------------------------------------------------------------------

    def _integer(self, arg: int, verb: str) -> str:
        if verb == "v":
            if self.syntax and isinstance(arg, Byte):
                return self._pad(f"0x{int(arg):x}", zero=False)
            verb = "d"
        if verb in "bdoOxX":
            return self._digits(arg, verb)
        if verb == "c":
            return self._pad(_character(arg))
        if verb == "q":
            return self._pad(quote_rune(_character(arg), ascii_only=self.flags.plus))
        if verb == "U":
            return self._unicode(arg)
        return self._bad(arg, verb)

    def _digits(self, arg: int, verb: str) -> str:
        flags = self.flags
        least = 0
        if flags.precision is not None:
            least = flags.precision
            if least == 0 and arg == 0:
                return " " * (flags.width or 0)
        elif flags.zero and not flags.minus and flags.width is not None:
            least = flags.width - (1 if arg < 0 or flags.plus or flags.space else 0)
        text = format(abs(int(arg)), "o" if verb == "O" else verb).rjust(least, "0")
        prefix = ""
        if flags.sharp:
            prefix = {"b": "0b", "x": "0x", "X": "0X"}.get(verb, "")
            if verb in "oO" and not text.startswith("0"):
                prefix = "0"
        if verb == "O":
            prefix = "0o" + prefix
        sign = "-" if arg < 0 else "+" if flags.plus else " " if flags.space else ""
        return self._pad(sign + prefix + text, zero=False)

    def _unicode(self, arg: int) -> str:
        flags = self.flags
        code = arg & 0xFFFFFFFFFFFFFFFF
        text = f"U+{code:0{max(4, flags.precision or 0)}X}"
        if flags.sharp and code <= 0x10FFFF and chr(code).isprintable():
            text += f" '{chr(code)}'"
        return self._pad(text, zero=False)

    def _float(self, arg: float, verb: str) -> str:
        plain = {"v": "g", "F": "f"}.get(verb, verb)
        if plain not in "bgGxXfeE":
            return self._bad(arg, verb)
        return self._number(arg, plain, -1 if plain in "bgGxX" else 6)

    def _number(self, arg: float, verb: str, precision: int) -> str:
        flags = self.flags
        if flags.precision is not None:
            precision = flags.precision
        text = format_float(arg, verb, precision)
        if text[0] not in "+-":
            text = "+" + text
        if flags.space and text[0] == "+" and not flags.plus:
            text = " " + text[1:]
        if text[1] in "IN":
            if text[1] == "N" and not flags.space and not flags.plus:
                text = text[1:]
            elif text[0] == "+" and not flags.plus:
                text = text if arg == float("inf") else text[1:]
            return self._pad(text, zero=False)
        if flags.sharp and verb != "b":
            text = text[0] + _with_point(text[1:], verb, precision)
        if flags.plus or text[0] != "+":
            if flags.zero and not flags.minus and flags.width is not None and flags.width > len(text):
                return text[0] + text[1:].rjust(flags.width - 1, "0")
            return self._pad(text)
        return self._pad(text[1:])

    def _complex(self, arg: complex, verb: str) -> str:
        plain = {"v": "g", "F": "f"}.get(verb, verb)
        if plain not in "bgGxXfeE":
            return self._bad(arg, verb)
        precision = -1 if plain in "bgGxX" else 6
        real = self._number(arg.real, plain, precision)
        plus, self.flags.plus = self.flags.plus, True
        imaginary = self._number(arg.imag, plain, precision)
        self.flags.plus = plus
        return f"({real}{imaginary}i)"

    def _pad(self, text: str, *, zero: bool = True) -> str:
        flags = self.flags
        if not flags.width or len(text) >= flags.width:
            return text
        if flags.minus:
            return text.ljust(flags.width)
        return text.rjust(flags.width, "0" if flags.zero and zero else " ")


def _character(code: int) -> str:
    """Return the character of a number; one that is none becomes U+FFFD."""
    return chr(code) if 0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def _can_backquote(text: str) -> bool:
    """Whether a string can stand between back quotes. Upstream: ``strconv.CanBackquote``."""
    return not _NOT_IN_BACKQUOTES.search(text)


def _with_point(text: str, verb: str, precision: int) -> str:
    """Return a number as the ``#`` flag wants it: with a point, and with all the digits that the precision names."""
    mantissa, mark, exponent = text, "", ""
    for letter in "pP" if verb in "xX" else "eE":
        if letter in text:
            mantissa, mark, exponent = text.partition(letter)
    digits = 0
    if verb in "gGx":
        digits = precision if precision != -1 else 6
    seen_nonzero = False
    for char in mantissa.replace(".", ""):  # the x of 0x counts for a digit, as upstream has it
        if char != "0":
            seen_nonzero = True
        if seen_nonzero:
            digits -= 1
    if "." not in mantissa:
        if len(mantissa) == 1 and mantissa[0] == "0":
            digits -= 1
        mantissa += "."
    return mantissa + "0" * max(digits, 0) + mark + exponent
