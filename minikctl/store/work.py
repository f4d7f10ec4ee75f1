"""What there is to do: the journal that controllers read, how far they have read it, what is queued, timers, memories."""

from __future__ import annotations

from minikctl.store.changes import Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    Pairs = list[tuple[str, str]]

#: rows of the journal that are read at a time
CHUNK = 500
_REMEMBER = "INSERT OR REPLACE INTO memories (controller, key, content) VALUES (?, ?, ?)"
_FORGET = "DELETE FROM memories WHERE controller = ? AND key = ?"


class Work:
    """The part of ``Store`` that knows what is due."""

    revision: int
    _connection: sqlite3.Connection
    _execute: Callable[..., sqlite3.Cursor]
    _undo: list[tuple[str, Sequence[Sequence[Any]]] | int] | None
    #: how far controllers have read the journal, as far as it is known in this transaction, and what is to be written
    _cursors: dict[str, int] | None
    _moved: dict[str, int]
    #: timers that were looked up or set in this transaction, None: there is none
    _timers: dict[tuple[str, str], tuple[float, int] | None]

    # -- the journal ------------------------------------------------------------------------------------------------

    def changes_since(self, revision: int) -> Iterator[Change]:
        """Every write after ``revision``, in order, those too that are made meanwhile."""
        while revision < self.revision:
            until = min(revision + CHUNK, self.revision)
            yield from self._read_changes("j.revision > ? AND j.revision <= ?", (revision, until))
            revision = until

    def history(
        self, resource: str, since: int, namespace: str | None = None, name: str | None = None
    ) -> Iterator[Change]:
        """The writes of one resource after a revision, in order; of one namespace or object where named."""
        condition, values = "j.resource = ? AND j.revision > ?", [resource, since]
        if namespace is not None:
            condition += " AND j.namespace = ?"
            values.append(namespace)
        if name is not None:
            condition += " AND j.name = ?"
            values.append(name)
        return self._read_changes(condition, values)

    def _read_changes(self, condition: str, values: Iterable[Any]) -> Iterator[Change]:
        rows = self._execute(
            "SELECT j.revision, j.time, j.verb, j.resource, j.namespace, j.name, before.body, j.body FROM journal j "  # noqa: S608
            f"LEFT JOIN journal before ON before.revision = j.previous WHERE {condition} ORDER BY j.revision",
            tuple(values),
        ).fetchall()
        for row in rows:
            yield Change(*row)

    # -- what controllers have seen and what waits for them -----------------------------------------------------------

    def cursors(self) -> dict[str, int]:
        """How far each controller has read the journal."""
        if not self._connection.in_transaction:
            return dict(self._execute("SELECT controller, revision FROM cursors").fetchall())
        if self._cursors is None:
            self._cursors = dict(self._execute("SELECT controller, revision FROM cursors").fetchall())
        return dict(self._cursors)

    def set_cursors(self, controllers: Iterable[str], revision: int) -> None:
        """Remember that controllers have read the journal up to ``revision``: once in a transaction it is written."""
        if self._cursors is None:
            self._cursors = self.cursors()
        for controller in controllers:
            self._cursors[controller] = self._moved[controller] = revision

    def _write_cursors(self) -> None:
        """Write how far controllers have come since the last time."""
        if self._moved:
            self._connection.executemany(
                "INSERT INTO cursors (controller, revision) VALUES (?, ?) "
                "ON CONFLICT (controller) DO UPDATE SET revision = excluded.revision",
                list(self._moved.items()),
            )
        self._forget_cursors()

    def _forget_cursors(self) -> None:
        self._cursors = None
        self._moved.clear()

    def is_queued(self) -> bool:
        """Whether anything is queued."""
        return self._execute("SELECT 1 FROM queue LIMIT 1").fetchone() is not None

    def take_queue(self) -> Pairs:
        """(controller, key) of what is queued, in the order in which it came; it is then no longer queued."""
        queued = self._execute("SELECT controller, key FROM queue ORDER BY id").fetchall()
        if queued:
            self._execute("DELETE FROM queue")
        return queued

    def queue(self, keys: Iterable[tuple[str, str]]) -> None:
        """Let keys wait for the next pass: (controller, key)."""
        self._connection.executemany("INSERT INTO queue (controller, key) VALUES (?, ?)", keys)

    # -- timers -------------------------------------------------------------------------------------------------------

    def due_timers(self, now: float) -> Pairs:
        """(controller, key) of every timer that has run out at ``now``, in the order of their times."""
        return self._execute(
            "SELECT controller, key FROM timers WHERE due <= ? ORDER BY due, controller, key", (now,)
        ).fetchall()

    def next_timer(self) -> float | None:
        """When the next timer runs out, in seconds since the epoch; None where there is none."""
        due: float | None = self._execute("SELECT min(due) FROM timers").fetchone()[0]
        return due

    def timer(self, controller: str, key: str) -> tuple[float, int] | None:
        """(due, attempts) of a timer, or None."""
        known = self._timers
        if (controller, key) in known:
            return known[controller, key]
        row: tuple[float, int] | None = self._execute(
            "SELECT due, attempts FROM timers WHERE controller = ? AND key = ?", (controller, key)
        ).fetchone()
        if self._connection.in_transaction:
            known[controller, key] = row
        return row

    def set_timer(self, controller: str, key: str, due: float, attempts: int = 0) -> None:
        """Let ``key`` come again to ``controller`` at ``due``."""
        self._remember_timer(controller, key)
        self._execute(
            "INSERT OR REPLACE INTO timers (controller, key, due, attempts) VALUES (?, ?, ?, ?)",
            (controller, key, due, attempts),
        )
        self._timers[controller, key] = due, attempts

    def clear_timer(self, controller: str, key: str) -> None:
        """Forget the timer of ``key``."""
        if self.timer(controller, key) is None:
            return
        self._remember_timer(controller, key)
        self._execute("DELETE FROM timers WHERE controller = ? AND key = ?", (controller, key))
        self._timers[controller, key] = None

    def _remember_timer(self, controller: str, key: str) -> None:
        """Note how to take back what becomes of a timer."""
        if self._undo is None:
            return
        known = self.timer(controller, key)
        if known is None:
            self._undo.append(("DELETE FROM timers WHERE controller = ? AND key = ?", ((controller, key),)))
        else:
            self._undo.append((
                "INSERT OR REPLACE INTO timers (controller, key, due, attempts) VALUES (?, ?, ?, ?)",
                ((controller, key, *known),),
            ))

    # -- memories -----------------------------------------------------------------------------------------------------

    def memory(self, controller: str, key: str) -> str:
        """What ``controller`` remembers of ``key``; "" for nothing."""
        row = self._execute("SELECT content FROM memories WHERE controller = ? AND key = ?", (controller, key)).fetchone()
        return row[0] if row else ""

    def set_memory(self, controller: str, key: str, content: str) -> None:
        """Let ``controller`` remember ``content`` of ``key``, in place of what it did; "" for nothing."""
        known = self.memory(controller, key)
        if known == content:
            return
        if self._undo is not None:
            self._undo.append((_FORGET, ((controller, key),)) if not known else (_REMEMBER, ((controller, key, known),)))
        if content:
            self._execute(_REMEMBER, (controller, key, content))
        else:
            self._execute(_FORGET, (controller, key))
