"""Field selectors: the text of ``--field-selector`` (``metadata.name=web,status.phase!=Running``).

Upstream: apimachinery ``pkg/fields`` (``ParseSelector``), with its error words. Which fields a kind knows, and what
they are in an object, is the caller's matter.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    #: field, ``=`` or ``!=``, value without escapes
    Requirement = tuple[str, str, str]

EQUALS = "="
NOT_EQUALS = "!="

#: a term ends at a comma that has no backslash before it
_TERM = re.compile(r"(?:\\.|[^,\\]|\\$)*", re.DOTALL)
_OPERATOR = re.compile("!=|==|=")
_SPECIAL = "\\,="


class FieldSelectorError(ValueError):
    """A field selector makes no sense; the message is upstream's."""


class FieldSelector:
    """What fields have to be like: every one of ``requirements`` must hold. A field that is missing is ``""``."""

    __slots__ = ("requirements",)

    def __init__(self, requirements: Iterable[Requirement] = ()) -> None:
        self.requirements = tuple(requirements)

    @property
    def empty(self) -> bool:
        """Whether every object matches."""
        return not self.requirements

    def matches(self, get: Callable[[str], str]) -> bool:
        """Whether an object matches whose fields ``get`` gives."""
        return all((get(field) == value) == (operator == EQUALS) for field, operator, value in self.requirements)

    def exact(self, field: str) -> str | None:
        """The one value that ``field`` must have, or None (upstream: ``RequiresExactMatch``)."""
        for other, operator, value in self.requirements:
            if other == field and operator == EQUALS:
                return value
        return None

    def __str__(self) -> str:
        return ",".join(f"{field}{operator}{escape(value)}" for field, operator, value in self.requirements)

    def __repr__(self) -> str:
        return f"FieldSelector({str(self)!r})"


def parse(text: str) -> FieldSelector:
    """Parse ``a.b=c,d!=e``; in a value, backslash, comma and ``=`` stand after a backslash.

    Raises ``FieldSelectorError``. The terms are sorted as texts, as upstream does.
    """
    requirements = []
    for term in sorted(_terms(text)):
        if not term:
            continue
        found = _OPERATOR.search(term)
        if found is None:
            raise FieldSelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
        operator = NOT_EQUALS if found[0] == NOT_EQUALS else EQUALS
        requirements.append((term[:found.start()], operator, unescape(term[found.end():])))
    return FieldSelector(requirements)


def _terms(text: str) -> list[str]:
    terms = []
    position = 0
    while position <= len(text):
        found = _TERM.match(text, position)
        end = found.end() if found else position
        terms.append(text[position:end])
        position = end + 1
    return terms


def escape(value: str) -> str:
    """Write a value so that ``parse`` reads it back (upstream: ``EscapeValue``)."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")


def unescape(text: str) -> str:
    """Undo ``escape``. Raises ``FieldSelectorError`` (upstream: ``UnescapeValue``)."""
    out = []
    escaped = False
    for char in text:
        if escaped:
            if char not in _SPECIAL:
                raise FieldSelectorError(f"invalid field selector: invalid escape sequence: \\{char}")
            out.append(char)
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in _SPECIAL:
            # upstream prints the character's number
            raise FieldSelectorError(f"invalid field selector: unescaped character in value: {ord(char)}")
        else:
            out.append(char)
    if escaped:
        raise FieldSelectorError("invalid field selector: invalid escape sequence: \\")
    return "".join(out)
