"""Where each field of a document stands: line and column, for messages that point into a file.

Nothing of this happens on the way of a manifest that is right: the text is read a second time, when the first message
needs it.
"""

from __future__ import annotations

from minikctl.api.manifests.yamltree import MAX_DEPTH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Lookup = Callable[[str], tuple[int, int]]

#: places that are kept of one document: what comes after them has the place of what is around it
MAX_PLACES = 500_000


class Span:
    """A piece of a line: lines and columns count from 0, ``end`` is the column after it."""

    __slots__ = ("column", "end", "line")

    def __init__(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        self.line: int = start.line
        self.column: int = start.column
        # Of what goes over several lines, and of whole containers, the first sign stands for all.
        one_line = end.line == start.line and type(event).__name__ in {"ScalarEvent", "AliasEvent"}
        self.end: int = max(end.column if one_line else 0, start.column + 1)


class Place:
    """A value of a document. ``span`` is where it begins, or for a field its key; ``value`` is the value's own span.

    ``text`` is what a scalar says before YAML gives it a type, None for anything else; ``plain``: without quotes.
    ``key`` is what the field's key says where YAML takes it for something else (``on`` is ``true``), else "".
    ``inner`` has the places of what is in it by key or index. What an alias stands for has the place of the alias alone.
    """

    __slots__ = ("inner", "key", "plain", "span", "text", "value")

    def __init__(self, event: Any) -> None:
        self.span = Span(event)
        self.value = self.span
        self.text: str | None = None
        self.plain = False
        self.key = ""
        self.inner: dict[str, Place] = {}

    @property
    def line(self) -> int:
        """The line of its span."""
        return self.span.line

    @property
    def column(self) -> int:
        """The column of its span."""
        return self.span.column

    def find(self, path: str) -> Place:
        """Return the place of ``path`` (``spec.ports[0].name``), or of the nearest thing around it."""
        return self.follow(path)[0]

    def follow(self, path: str) -> tuple[Place, str]:
        """Follow ``path`` as far as it goes; return the place, and the rest of the path that is not there.

        Of several keys that fit (``a`` and ``a.b``) the longest is meant.
        """
        place, rest = self, path
        while rest:
            if rest[0] == "[":
                name, _, after = rest[1:].partition("]")
                inner = place.inner.get(name)
            else:
                name = max((key for key in place.inner if _starts(rest, key)), key=len, default="")
                inner = place.inner.get(name) if name else None
                after = rest[len(name):]
            if inner is None:
                return place, rest
            place = inner
            rest = after.removeprefix(".")
        return place, rest


def positions(text: bytes, line: int = 1) -> Lookup:
    """Return the look-up of one document: ``text`` is YAML or JSON, ``line`` the line of its file where it begins.

    The look-up takes a path as field errors have it (``spec.ports[0].name``, ``metadata.labels[example.com/a]``; keys
    may have dots) and returns line and column, both from 1, of the field's key or the list's item. What is not there (a
    required field) has the place of the nearest thing around it; what the parser refuses, the place where it gave up.
    """
    root = read_places(text)

    def lookup(path: str) -> tuple[int, int]:
        place = root.find(path) if root else None
        return (line + place.line, place.column + 1) if place else (line, 1)

    return lookup


def _starts(path: str, key: str) -> bool:
    return path == key or path.startswith((f"{key}.", f"{key}["))


def read_places(text: bytes) -> Place | None:
    """Read the places of the first document; as much as can be read of one that is broken, None of nothing."""
    from yaml import YAMLError

    from minikctl.api.manifests.streams import event_source

    reader = _PlaceReader()
    next_event = event_source(text)
    try:
        while reader.take(next_event()):
            pass
    except YAMLError:
        pass
    return reader.root


class _PlaceReader:
    """Builds places from the parser's events, up to the bounds that keep a hostile text from filling the memory."""

    def __init__(self) -> None:
        self.root: Place | None = None
        self.count = 0
        #: open containers: the place, and for a list the next index, for a mapping the key that waits (or None)
        self.open: list[tuple[Place, list[Any]]] = []

    def take(self, event: Any) -> bool:
        """Take the next event; False when the document is over, or more of it than is kept."""
        kind = type(event).__name__
        if kind in {"DocumentEndEvent", "StreamEndEvent"}:
            return False
        if kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self.open.pop()
        elif kind in {"ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"}:
            self.count += 1
            place = self._place(event, kind)
            if kind == "SequenceStartEvent":
                self.open.append((place, [0]))
            elif kind == "MappingStartEvent":
                self.open.append((place, [None, place]))
        return len(self.open) <= MAX_DEPTH and self.count <= MAX_PLACES

    def _place(self, event: Any, kind: str) -> Place:
        """The place that a value belongs to: its key's, or for items its own; keys make one."""
        if not self.open:
            self.root = Place(event)
            return self.root
        parent, state = self.open[-1]
        if len(state) == 1:
            place = Place(event)
            _note_value(place, event, kind)
            parent.inner[str(state[0])] = place
            state[0] += 1
            return place
        if state[0] is None:
            place = Place(event)
            name = self._key(event) if kind == "ScalarEvent" else None
            if name is not None:
                parent.inner[name] = place
                place.key = event.value if name != event.value else ""
            state[:] = [True, place]
            return place
        state[0] = None
        waiting: Place = state[1]
        waiting.value = Span(event)
        _note_value(waiting, event, kind)
        return waiting

    @staticmethod
    def _key(event: Any) -> str | None:
        from minikctl.api.manifests.scalars import ScalarError, resolve_key

        try:
            return resolve_key(event.value) if event.implicit[0] else str(event.value)
        except ScalarError:
            return None


def _note_value(place: Place, event: Any, kind: str) -> None:
    if kind == "ScalarEvent":
        place.text, place.plain = event.value, bool(event.implicit[0])
