"""Where each field of a document stands: line and column, for messages that point into a file.

Nothing of this happens on the way of a manifest that is right: the text is read a second time, when the first message
needs it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Lookup = Callable[[str], tuple[int, int]]


class _Place:
    """A value: where it (for a field: its key) begins, and the places of what is in it by key or index."""

    __slots__ = ("column", "inner", "line")

    def __init__(self, mark: Any) -> None:
        self.line: int = mark.line
        self.column: int = mark.column
        self.inner: dict[str, _Place] = {}


def positions(text: bytes, line: int = 1) -> Lookup:
    """Return the look-up of one document: ``text`` is YAML or JSON, ``line`` the line of its file where it begins.

    The look-up takes a path as field errors have it (``spec.ports[0].name``, ``metadata.labels[example.com/a]``; keys
    may have dots) and returns line and column, both from 1, of the field's key or the list's item. What is not there (a
    required field) has the place of the nearest thing around it; what the parser refuses, the place where it gave up.
    """
    root = _read(text)

    def lookup(path: str) -> tuple[int, int]:
        place = _find(root, path) if root else None
        return (line + place.line, place.column + 1) if place else (line, 1)

    return lookup


def _find(place: _Place, path: str) -> _Place:
    """Follow ``path`` as far as it goes. Of several keys that fit (``a`` and ``a.b``) the longest is meant."""
    rest = path
    while rest:
        if rest[0] == "[":
            name, _, rest = rest[1:].partition("]")
            inner = place.inner.get(name)
        else:
            name = max((key for key in place.inner if _starts(rest, key)), key=len, default="")
            inner = place.inner.get(name) if name else None
            rest = rest[len(name):]
        if inner is None:
            return place
        place = inner
        rest = rest.removeprefix(".")
    return place


def _starts(path: str, key: str) -> bool:
    return path == key or path.startswith((f"{key}.", f"{key}["))


def _read(text: bytes) -> _Place | None:
    """Read the places of the first document; as much as can be read of one that is broken."""
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
    """Builds places from the parser's events; what an alias stands for has the place of the alias alone."""

    def __init__(self) -> None:
        self.root: _Place | None = None
        #: open containers: the place, and for a list the next index, for a mapping the key that waits (or None)
        self.open: list[tuple[_Place, list[Any]]] = []

    def take(self, event: Any) -> bool:
        """Take the next event; False when the document is over."""
        kind = type(event).__name__
        if kind in {"DocumentEndEvent", "StreamEndEvent"}:
            return False
        if kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self.open.pop()
        elif kind in {"ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"}:
            place = self._place(event, kind)
            if kind == "SequenceStartEvent":
                self.open.append((place, [0]))
            elif kind == "MappingStartEvent":
                self.open.append((place, [None, place]))
        return True

    def _place(self, event: Any, kind: str) -> _Place:
        """The place that a value belongs to: its key's, or for items its own; keys make one."""
        if not self.open:
            self.root = _Place(event.start_mark)
            return self.root
        parent, state = self.open[-1]
        if len(state) == 1:
            place = _Place(event.start_mark)
            parent.inner[str(state[0])] = place
            state[0] += 1
            return place
        if state[0] is None:
            place = _Place(event.start_mark)
            name = self._key(event) if kind == "ScalarEvent" else None
            if name is not None:
                parent.inner[name] = place
            state[:] = [True, place]
            return place
        state[0] = None
        waiting: _Place = state[1]
        return waiting

    @staticmethod
    def _key(event: Any) -> str | None:
        from minikctl.api.manifests.scalars import ScalarError, resolve_key

        try:
            return resolve_key(event.value) if event.implicit[0] else str(event.value)
        except ScalarError:
            return None
