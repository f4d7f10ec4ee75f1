"""The words of a Go template: texts, and what stands between ``{{`` and ``}}``.

Upstream: Go's ``text/template/parse/lex.go``. Words are read one at a time, as the parser asks for them, so that of two
mistakes in a template the one is told that Go finds first.
"""

from __future__ import annotations

import re

from minikctl.errors import quote
from minikctl.lib.goquote import show_rune

#: the words that begin or end something (``<end>`` in messages), and the dot and nil
KEYWORDS = frozenset((
    ".", "block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with",
))

_SPACES = " \t\r\n"
_RUN_OF_SPACES = re.compile(r"[ \t\r\n]+")
_TRIMMED_END = re.compile(r"[ \t\r\n]-\}\}")
_STRING = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"')
_CHARACTER = re.compile(r"'(?:[^'\\\n]|\\[^\n])*'")
_NUMBER = re.compile(
    r"[+-]?(?:"
    r"0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?"
    r"|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?"
    r")i?"
)


class Item:
    """One word: its type, its place in the text, and the text itself."""

    __slots__ = ("position", "type", "value")

    def __init__(self, type_: str, position: int, value: str) -> None:
        self.type = type_
        self.position = position
        self.value = value

    def __str__(self) -> str:
        """As error messages show it."""
        if self.type == "EOF":
            return "EOF"
        if self.type == "error":
            return self.value
        if self.type in KEYWORDS:
            return f"<{self.value}>"
        if len(self.value.encode("utf-8", "replace")) > 10:
            return quote(self.value[:10]) + "..."
        return quote(self.value)


class Lexer:
    """Gives the words of a text one after the other; after an error or the end there are no more to ask for."""

    __slots__ = ("_counted", "_inside", "_parens", "_position", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._position = 0
        self._inside = False
        self._parens = 0
        self._counted = (0, 1)  # a place and the line it is on: places are mostly asked for in order

    def line(self, position: int) -> int:
        """Return the number of the line that a place is on, from 1."""
        known, line = self._counted if self._counted[0] <= position else (0, 1)
        line += self.text.count("\n", known, position)
        self._counted = (position, line)
        return line

    def next(self) -> Item:
        """Return the next word.

        Its type is a keyword or one of "text", "left delimiter", "right delimiter", "space", "|", "(", ")", ":=", "=",
        "character" (any other one), "field", "variable", "identifier", "bool", "number", "char constant", "complex",
        "string", "raw string", "error" (its value is the message), "EOF".
        """
        return self._next_inside() if self._inside else self._next_text()

    def _item(self, type_: str, start: int, end: int) -> Item:
        self._position = end
        return Item(type_, start, self.text[start:end])

    @staticmethod
    def _error(start: int, message: str) -> Item:
        return Item("error", start, message)

    # -- outside of actions -------------------------------------------------------------------------------------------

    def _next_text(self) -> Item:
        text = self.text
        while True:
            start = self._position
            brace = text.find("{{", start)
            if brace < 0:
                return self._item("text", start, len(text)) if start < len(text) else Item("EOF", start, "EOF")
            after = brace + 2
            trims = text[after:after + 1] == "-" and text[after + 1:after + 2] in _SPACES and after + 1 < len(text)
            end = len(text[start:brace].rstrip(_SPACES)) + start if trims else brace
            if end > start:
                item = self._item("text", start, end)
                self._position = brace
                return item
            if trims:
                after += 2
            if text.startswith("/*", after):
                error = self._comment(after)
                if error:
                    return error
                continue
            self._inside, self._parens = True, 0
            item = self._item("left delimiter", brace, brace + 2)
            self._position = after
            return item

    def _comment(self, start: int) -> Item | None:
        """Pass over a comment, from its ``/*``."""
        end = self.text.find("*/", start + 2)
        if end < 0:
            return self._error(start, "unclosed comment")
        end += 2
        if _TRIMMED_END.match(self.text, end):
            self._position = self._after_spaces(end + 4)
        elif self.text.startswith("}}", end):
            self._position = end + 2
        else:
            return self._error(start, "comment ends before closing delimiter")
        return None

    def _after_spaces(self, position: int) -> int:
        found = _RUN_OF_SPACES.match(self.text, position)
        return found.end() if found else position

    # -- inside of actions --------------------------------------------------------------------------------------------

    def _next_inside(self) -> Item:
        text, start = self.text, self._position
        trimmed = _TRIMMED_END.match(text, start) is not None
        if trimmed or text.startswith("}}", start):
            return self._right_delimiter(start, trimmed=trimmed)
        char = text[start:start + 1]
        following = text[start + 1:start + 2]
        # A dot at the very end is a number for Go, and a bad one.
        if char == "$" or (char == "." and not "0" <= (following or "0") <= "9"):
            item = self._field_or_variable(start)
        elif char and char in _SPACES:
            item = self._space(start)
        elif char and char in "\"`'":
            item = self._quoted(char, start)
        elif char and (char in ".+-" or "0" <= char <= "9"):
            item = self._number(start)
        elif char and _is_alphanumeric(char):
            item = self._identifier(start)
        else:
            item = self._sign(char, following, start)
        return item

    def _sign(self, char: str, following: str, start: int) -> Item:
        """Give what stands for itself, and the errors of what cannot stand there."""
        error = ""
        if not char:
            error = "unclosed action"
        elif char == ":":
            if following == "=":
                return self._item(":=", start, start + 2)
            error = "expected :="
        elif char in "()":
            self._parens += 1 if char == "(" else -1
            if self._parens < 0:
                error = "unexpected right paren"
        elif not (char.isascii() and char.isprintable()):
            error = f"unrecognized character in action: {show_rune(char)}"
        if error:
            return self._error(start, error)
        return self._item(char if char in "()|=" else "character", start, start + 1)

    def _right_delimiter(self, start: int, *, trimmed: bool) -> Item:
        if self._parens:
            return self._error(start, "unclosed left paren")
        self._inside = False
        if trimmed:
            start += 2
        item = self._item("right delimiter", start, start + 2)
        if trimmed:
            self._position = self._after_spaces(self._position)
        return item

    def _space(self, start: int) -> Item:
        end = self._after_spaces(start)
        # The last space may belong to the delimiter ` -}}`.
        if _TRIMMED_END.match(self.text, end - 1):
            end -= 1
            if end == start:
                return self._right_delimiter(start, trimmed=True)
        return self._item("space", start, end)

    def _quoted(self, mark: str, start: int) -> Item:
        if mark == "`":
            end = self.text.find("`", start + 1)
            if end < 0:
                return self._error(start, "unterminated raw quoted string")
            return self._item("raw string", start, end + 1)
        found = (_STRING if mark == '"' else _CHARACTER).match(self.text, start)
        if not found:
            what = "quoted string" if mark == '"' else "character constant"
            return self._error(start, f"unterminated {what}")
        return self._item("string" if mark == '"' else "char constant", start, found.end())

    def _word_end(self, position: int) -> int:
        text = self.text
        while position < len(text) and _is_alphanumeric(text[position]):
            position += 1
        return position

    def _at_terminator(self, position: int) -> bool:
        """Whether a word may end here."""
        char = self.text[position:position + 1]
        return not char or char in " \t\r\n.,|:)(" or self.text.startswith("}}", position)

    def _field_or_variable(self, start: int) -> Item:
        variable = self.text[start] == "$"
        if self._at_terminator(start + 1):  # nothing but a `.` or a `$`
            return self._item("variable" if variable else ".", start, start + 1)
        end = self._word_end(start + 1)
        if not self._at_terminator(end):
            return self._error(start, f"bad character {show_rune(self.text[end])}")
        return self._item("variable" if variable else "field", start, end)

    def _identifier(self, start: int) -> Item:
        end = self._word_end(start)
        if not self._at_terminator(end):
            return self._error(start, f"bad character {show_rune(self.text[end])}")
        word = self.text[start:end]
        if word in KEYWORDS:
            return self._item(word, start, end)
        return self._item("bool" if word in ("true", "false") else "identifier", start, end)

    def _number(self, start: int) -> Item:
        end = self._number_end(start)
        if end < 0:
            return self._error(start, f"bad number syntax: {quote(self.text[start:-end])}")
        if self.text[end:end + 1] not in ("+", "-"):
            return self._item("number", start, end)
        # A complex number: 1+2i, without spaces.
        second = self._number_end(end)
        if second < 0 or self.text[second - 1] != "i":
            return self._error(start, f"bad number syntax: {quote(self.text[start:abs(second)])}")
        return self._item("complex", start, second)

    def _number_end(self, start: int) -> int:
        """Where a number ends; where a letter or digit follows, minus the place behind that."""
        found = _NUMBER.match(self.text, start)
        end = found.end() if found else start
        if end < len(self.text) and _is_alphanumeric(self.text[end]):
            return -(end + 1)
        return end


def _is_alphanumeric(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()
