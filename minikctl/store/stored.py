"""Objects as they stand in the file, and the memory of those that a transaction has to do with."""

from __future__ import annotations

from minikctl.store.texts import decode, join, split, take_apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]
    Key = tuple[str, str, str]

#: characters of JSON that a transaction remembers; of more, the older half is forgotten
MEMORY = 64_000_000
#: what an object and its JSON count together, in times of that: one that shares most parts with others that are like it, and
#: one that was made of its JSON, each part its own
ALIKE, DECODED = 2, 5


class Stored:
    """An object as it stands in the file.

    ``number`` is its row, ``revision`` that of its newest write, ``ref`` its indexed field. Nobody changes one: a write
    makes another.
    """

    __slots__ = ("_body", "_texts", "kept", "number", "ref", "revision", "shared", "weight")

    def __init__(
        self, number: int, revision: int, ref: str | None, *, body: str = "", texts: dict[str, str] | None = None,
        shared: Obj | None = None, weight: int = ALIKE,
    ) -> None:
        """Either ``body`` or ``texts`` is given."""
        #: what it counts with ``shared``, in times of its JSON
        self.weight = weight
        #: the object itself, where it is at hand; nobody may change it
        self.shared = shared
        #: the size with which ``Memory`` counts it
        self.kept = 0
        self.number = number
        self.revision = revision
        self.ref = ref
        self._body = body
        self._texts = texts

    @property
    def size(self) -> int:
        """The characters of its JSON, about."""
        if self._texts is None:
            return len(self._body)
        return sum(map(len, self._texts.values())) * (1 if self.shared is None else self.weight)

    @property
    def body(self) -> str:
        """The object as JSON."""
        return self._body if self._texts is None else join(self._texts)

    @property
    def texts(self) -> dict[str, str]:
        """The JSON of each of its fields. Not to be changed."""
        if self._texts is None:
            self._texts = split(self._body)
            self._body = ""
        return self._texts

    def part(self, field: str) -> Any:
        """One field, the caller's own; None where it is not there."""
        text = self.texts.get(field)
        return None if text is None else decode(text)

    def look(self, field: str) -> Any:
        """One field, for looking only."""
        return self.part(field) if self.shared is None else self.shared.get(field)

    def load(self, *, apart: bool = False) -> Obj:
        """The whole object, the caller's own; ``apart``: somebody will ask for the texts of its fields."""
        if self._texts is None:
            loaded: Obj
            if apart:
                self._texts, loaded = take_apart(self._body)
                self._body = ""
            else:
                loaded = decode(self._body)
            return loaded
        return {field: decode(text) for field, text in self._texts.items()}


class Memory:
    """What a transaction has read and written, so that it does not read it again. It never holds more than ``MEMORY``."""

    __slots__ = ("_size", "get", "objects")

    def __init__(self) -> None:
        self.objects: dict[Key, Stored] = {}
        self.get = self.objects.get
        self._size = 0

    def keep(self, key: Key, stored: Stored) -> None:
        """Remember an object, in the place of what was known of it."""
        objects = self.objects
        known = objects.pop(key, None)
        stored.kept = size = stored.size
        self._size += size if known is None else size - known.kept
        if self._size > MEMORY:
            for old in list(objects)[: len(objects) // 2 + 1]:
                self._size -= objects.pop(old).kept
        objects[key] = stored

    def share(self, key: Key, stored: Stored, obj: Obj) -> None:
        """Remember what an object is besides its text: nobody may change it from now on."""
        more = stored.kept * (DECODED - 1)
        if self.objects.get(key) is stored and self._size + more <= MEMORY:
            self._size += more
            stored.kept += more
            stored.shared, stored.weight = obj, DECODED

    def forget(self, key: Key) -> None:
        """Forget an object: it is gone."""
        known = self.objects.pop(key, None)
        if known is not None:
            self._size -= known.kept

    def clear(self) -> None:
        """Forget everything."""
        self.objects.clear()
        self._size = 0
