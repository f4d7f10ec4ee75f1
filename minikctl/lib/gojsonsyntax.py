"""Why a text is no JSON, in the words of Go's ``encoding/json``, with the offset that it names.

Python's reader decides what is JSON; this one reads again only what was refused, to say it as kubectl does:
``invalid character 'b' after object key:value pair``. Upstream: Go's ``encoding/json/scanner.go``.
"""

from __future__ import annotations

import re

from minikctl.errors import quote

#: how many containers may stand in each other (Go: 10,000; what walks objects here may recurse)
MAX_DEPTH = 200

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING_RUN = re.compile(rb'[^"\\\x00-\x1f]*')
_DIGITS = re.compile(rb"[0-9]*")
_HEX = b"0123456789abcdefABCDEF"
_LITERALS = {b"t": b"true", b"f": b"false", b"n": b"null"}


class JSONSyntaxError(ValueError):
    """The text is no JSON. ``offset`` counts bytes up to and with the one that is wrong; 0 where the text just ends."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def scan(data: bytes, position: int = 0, max_depth: int = MAX_DEPTH) -> int:
    """Read one JSON value from ``position`` on and return where it ends. Raises JSONSyntaxError."""
    return _Scanner(data, position, max_depth).value()


class _Scanner:
    """One walk over one value; ``open`` has the brackets that wait for their other half."""

    def __init__(self, data: bytes, position: int, max_depth: int) -> None:
        self.data = data
        self.at = position
        self.max_depth = max_depth
        self.open: list[bytes] = []

    def value(self) -> int:
        """Return the position after the value."""
        while True:
            self._begin_value()
            # A value is complete: what may follow hangs on what it stands in.
            while self.open:
                char = self._next()
                if self.open[-1] == b"{":
                    if char == b",":
                        self._key(self._next(), empty=False)
                        break
                    if char != b"}":
                        self._fail(char, "after object key:value pair")
                elif char == b",":
                    break
                elif char != b"]":
                    self._fail(char, "after array element")
                self.open.pop()
            else:
                return self.at

    def _begin_value(self) -> None:
        """Read a scalar, or go into containers down to the first scalar or to an empty one."""
        fresh_list = False
        while True:
            char = self._next()
            if char == b"]" and fresh_list:
                self.open.pop()
                return
            fresh_list = char == b"["
            if char not in (b"{", b"["):
                self._scalar(char)
                return
            self.open.append(char)
            if len(self.open) > self.max_depth:
                self._fail(char, "exceeded max depth")
            if char == b"{" and not self._key(self._next(), empty=True):
                self.open.pop()
                return

    def _key(self, char: bytes, *, empty: bool) -> bool:
        """Read a key and its colon; False for the end of an object that has none."""
        if char == b"}" and empty:
            return False
        if char != b'"':
            self._fail(char, "looking for beginning of object key string")
        self._string()
        char = self._next()
        if char != b":":
            self._fail(char, "after object key")
        return True

    def _scalar(self, char: bytes) -> None:
        if char == b'"':
            self._string()
        elif char in _LITERALS:
            word = _LITERALS[char]
            for expected in word[1:]:
                found = self._take()
                if found[0] != expected:
                    self._fail(found, f"in literal {word.decode()} (expecting '{chr(expected)}')")
        elif char == b"-" or char.isdigit():
            self._number(char)
        else:
            self._fail(char, "looking for beginning of value")

    def _string(self) -> None:
        while True:
            self.at = _STRING_RUN.match(self.data, self.at).end()  # type: ignore[union-attr]  # it matches always
            char = self._take()
            if char == b'"':
                return
            if char != b"\\":
                self._fail(char, "in string literal")
            char = self._take()
            if char == b"u":
                for _ in range(4):
                    char = self._take()
                    if char not in _HEX:
                        self._fail(char, "in \\u hexadecimal character escape")
            elif char not in b'bfnrt\\/"':
                self._fail(char, "in string escape code")

    def _number(self, char: bytes) -> None:
        if char == b"-":
            char = self._take()
            if not char.isdigit():
                self._fail(char, "in numeric literal")
        if char != b"0":
            self._digits()
        if self._peek() == b".":
            self.at += 1
            self._need_digit(self._take(), "after decimal point in numeric literal")
        if self._peek() in (b"e", b"E"):
            self.at += 1
            char = self._take()
            if char in (b"+", b"-"):
                char = self._take()
            self._need_digit(char, "in exponent of numeric literal")

    def _need_digit(self, char: bytes, where: str) -> None:
        if not char.isdigit():
            self._fail(char, where)
        self._digits()

    def _digits(self) -> None:
        self.at = _DIGITS.match(self.data, self.at).end()  # type: ignore[union-attr]  # it matches always

    def _next(self) -> bytes:
        """The next byte that is no space."""
        self.at = _SPACE.match(self.data, self.at).end()  # type: ignore[union-attr]  # it matches always
        return self._take()

    def _take(self) -> bytes:
        if self.at >= len(self.data):
            raise JSONSyntaxError("unexpected EOF", 0)
        self.at += 1
        return self.data[self.at - 1 : self.at]

    def _peek(self) -> bytes:
        return self.data[self.at : self.at + 1]

    def _fail(self, char: bytes, where: str) -> None:
        # Go shows the byte as the character of that number, and quotes both kinds of quotes its own way.
        shown = {b"'": "\\'", b'"': '"'}.get(char) or quote(chr(char[0]))[1:-1]
        raise JSONSyntaxError(f"invalid character '{shown}' {where}", self.at)
