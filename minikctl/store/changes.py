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
        "_after", "_before", "changed", "name", "namespace", "resource", "revision", "time", "verb",
    )

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
        self._before = before
        self._after = after

    @property
    def before(self) -> Obj | None:
        """The object as it was."""
        if self._before.__class__ is str:
            self._before = decode(self._before)
        return self._before  # type: ignore[return-value]  # no text any more

    @property
    def after(self) -> Obj | None:
        """The object as it is."""
        if self._after.__class__ is str:
            self._after = decode(self._after)
        return self._after  # type: ignore[return-value]  # no text any more
