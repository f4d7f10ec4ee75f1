"""What a Secret says stays out of what is said about it: the lines shown of it, and words that quote a value.

A manifest is often shown where others read along: the log of a job, the annotations of a pull request.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikctl.api.manifests.positions import Place
    from minikctl.api.validating.problems import Problem

#: what stands for a letter that is hidden
MASK = "*"
_OPEN_FIELDS = ("apiVersion", "kind", "metadata")
_KIND = re.compile(rb"""(?:^|[{,])[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?Secret\b""", re.MULTILINE)
_OPEN = re.compile(r"""[\s-]*["']?(?:apiVersion|kind|name|namespace|type)["']?\s*:""")
_ENTRY = re.compile(r"""(\s*(?:-\s+)?["']?[-\w./]+["']?\s*:\s)(.*)""", re.DOTALL)


class Secrets:
    """Hides values in the lines of one Secret; ``begins`` is the line of the file on which its text begins."""

    __slots__ = ("begins", "root")

    def __init__(self, root: Place, begins: int) -> None:
        self.root = root
        self.begins = begins

    def line(self, line: str, number: int) -> str:
        """``line`` of the file with that ``number``, with as many stars as each value has letters."""
        for value in self._values():
            if value.span.line + self.begins <= number:
                where = value.value
                if where.line + self.begins == number:
                    # What goes on beyond its line is known by its first letter alone.
                    end = where.end if where.end > where.column + 1 or _is_short(value) else len(line)
                    line = line[: where.column] + MASK * (min(end, len(line)) - where.column) + line[end:]
        return line

    def _values(self) -> Iterator[Place]:
        """All that is not known to be no secret: a field that there is not may be ``data``, misspelt."""
        for field, place in self.root.inner.items():
            if field not in _OPEN_FIELDS and not (field == "type" and place.text is not None):
                yield from _leaves(place)


def secrets_of(root: Place | None, begins: int) -> Secrets | None:
    """What hides the values of a manifest; None where it is of no Secret."""
    kind = root.inner.get("kind") if root is not None else None
    return Secrets(root, begins) if root is not None and kind is not None and kind.text == "Secret" else None


def hide_words(problem: Problem) -> None:
    """Leave values out of what is said of a Secret's data."""
    if problem.rule == "wrong-type" and not problem.path.startswith(_OPEN_FIELDS):
        problem.message = problem.message.partition(", not ")[0]
        if problem.suggestion.startswith("write ") and problem.path != "immutable":
            problem.suggestion = "write it in quotes"


def hide_unread(line: str, text: bytes) -> str:
    """A line of a text that cannot be read, without its value where the text seems to have a Secret in it."""
    if not _KIND.search(text) or _OPEN.match(line):
        return line
    entry = _ENTRY.match(line)
    before, value = entry.groups() if entry else ("", line)
    return before + re.sub(r"\S", MASK, value)


def _leaves(place: Place) -> Iterator[Place]:
    """The values in a value that have none in them."""
    stack = [place]
    while stack:
        place = stack.pop()
        if place.inner:
            stack += place.inner.values()
        else:
            yield place


def _is_short(value: Place) -> bool:
    return value.text is not None and len(value.text) <= 1 and "\n" not in value.text
