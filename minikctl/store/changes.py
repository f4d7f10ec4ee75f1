"""One write, as those see it who watch (the controllers, ``get --watch``)."""

from __future__ import annotations

from minikctl.store.texts import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]


class Change:
    """One write as the journal has it. ``before`` is None for a creation, ``after`` for a removal.

    Who looks at a change must not alter the objects: they are shared with others that look. They may come as text,
    which is read when somebody asks: most do not have to, for most changes.
    """

    __slots__ = (
        "_after", "_before", "after", "before", "changed", "name", "namespace", "resource", "revision", "time", "verb",
    )

    #: the object as it was, and as it is
    before: Obj | None
    after: Obj | None

    def __init__(  # noqa: PLR0913, PLR0917 - a row of the journal
        self, revision: int, time: float, verb: str, resource: str, namespace: str, name: str,
        before: Obj | str | None, after: Obj | str | None,
        changed: frozenset[str] | None = None,
    ) -> None:
        self.revision = revision
        #: seconds since the epoch
        self.time = time
        #: create, update or delete
        self.verb = verb
        self.resource = resource
        self.namespace = namespace
        self.name = name
        #: the fields that differ (besides the resourceVersion), where that is known
        self.changed = changed
        if isinstance(before, str):
            self._before = before
        else:
            self.before = before
        if isinstance(after, str):
            self._after = after
        else:
            self.after = after

    def __getattr__(self, name: str) -> Obj:
        """What came as text and is asked for the first time; all else is a plain attribute, for it is asked for often."""
        if name not in ("before", "after"):
            raise AttributeError(name)
        obj: Obj = decode(self._before if name == "before" else self._after)
        setattr(self, name, obj)
        return obj
