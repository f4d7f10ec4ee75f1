"""The SQLite file: objects, their journal, the revision counter, the clock's offset, timers.

``Store`` is one open state file. Reading needs no transaction. Writing happens between ``begin`` and ``commit``: all of
a command's writes land or none, and a second command waits at ``begin``. Objects come out as fresh dicts that the
caller may keep and change; what goes in is written as JSON at once.

It knows nothing of kinds, defaults or rules: that is ``minikctl.api``'s part.
"""

from __future__ import annotations

import json
import sqlite3

from minikctl.errors import StateError
from minikctl.store.opening import LOCK_TIMEOUT, open_state, state_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]
    # A method is called ``list``: below it, the types need other names.
    Objects = list[Obj]
    Keys = list[tuple[str, str, str]]
    Pairs = list[tuple[str, str]]
    Counts = list[tuple[str, int]]
    Query = tuple[str, list[str]]

#: up to this many objects with a label are looked up one by one; of more, those of the namespace are gone through
FEW = 500

_loads = json.loads
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Change:
    """One write as the journal has it. ``before`` is None for a creation, ``after`` for a removal.

    Who reads changes must not alter the objects: they are shared.
    """

    __slots__ = ("after", "before", "name", "namespace", "resource", "revision", "time", "verb")

    def __init__(
        self,
        revision: int,
        time: float,
        verb: str,
        resource: str,
        namespace: str,
        name: str,
        before: Obj | None,
        after: Obj | None,
    ) -> None:
        self.revision = revision
        self.time = time
        self.verb = verb
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.before = before
        self.after = after


class Store:
    """One open state file."""

    def __init__(self, path: str, fill: Callable[[Store], None], lock_timeout: float = LOCK_TIMEOUT) -> None:
        """Open the file at ``path``. Where there is none it is made, and ``fill`` writes what a new one has into it.

        ``lock_timeout``: the seconds that a write waits for another command. Raises StateError.
        """
        self.path = path
        self.lock_timeout = lock_timeout
        #: what the journal says wrote a row
        self.command = ""
        self._recent: list[Change] = []
        self._recent_from = 0

        def fill_through_store(connection: sqlite3.Connection) -> None:
            draft = Store.__new__(Store)
            draft.path, draft.lock_timeout, draft.command = path, lock_timeout, self.command
            draft._recent, draft._recent_from = [], 0
            draft._attach(connection)
            fill(draft)
            draft._save_state()

        self._attach(open_state(path, fill_through_store, lock_timeout))

    def _attach(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute
        self._load_state()

    def _load_state(self) -> None:
        try:
            row = self._execute("SELECT revision, clock_offset, last_time FROM state").fetchone()
        except sqlite3.Error as error:
            raise state_error(error, self.path, self.lock_timeout) from error
        if row is None:
            raise StateError(
                f"the state file {self.path} is damaged (it has no counter); restore a backup or remove it"
            )
        #: the newest revision; every write is one more
        self.revision: int = row[0]
        #: seconds by which simulated time is ahead of the wall clock
        self.clock_offset: float = row[1]
        #: the time of the newest write, in seconds since the epoch
        self.last_time: float = row[2]
        self._saved_state = tuple(row)

    def _save_state(self) -> None:
        now = (self.revision, self.clock_offset, self.last_time)
        if now != self._saved_state:
            self._execute("UPDATE state SET revision = ?, clock_offset = ?, last_time = ?", now)
            self._saved_state = now

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._connection.close()

    # -- transactions -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start to write: waits for other commands. Raises StateError when the wait is too long."""
        try:
            self._execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise state_error(error, self.path, self.lock_timeout) from error
        old = self.revision
        self._load_state()
        if self.revision != old:  # another command wrote in between
            self._recent.clear()

    def refresh(self) -> bool:
        """Look whether another command has written; True where it has. Only outside of a transaction."""
        old = self.revision
        self._load_state()
        if self.revision != old:
            self._recent.clear()
        return self.revision != old

    def commit(self) -> None:
        """Make everything since ``begin`` durable, at once."""
        try:
            self._save_state()
            self._execute("COMMIT")
        except sqlite3.Error as error:
            raise state_error(error, self.path, self.lock_timeout) from error

    def rollback(self) -> None:
        """Forget everything since ``begin``."""
        if self._connection.in_transaction:
            self._execute("ROLLBACK")
        self._recent.clear()
        self._load_state()

    @property
    def writing(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def savepoint(self) -> Savepoint:
        """A part of the transaction: an exception inside of ``with store.savepoint():`` takes back just that part."""
        return Savepoint(self)

    # -- reading ----------------------------------------------------------------------------------------------------

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """One object, or None. ``namespace`` is "" for what is cluster-scoped."""
        row = self._execute(
            "SELECT j.body FROM objects o JOIN journal j ON j.revision = o.revision "
            "WHERE o.resource = ? AND o.namespace = ? AND o.name = ?",
            (resource, namespace, name),
        ).fetchone()
        return None if row is None else _loads(row[0])

    def get_by_uid(self, uid: str) -> Obj | None:
        """The object with this UID, or None."""
        row = self._execute(
            "SELECT j.body FROM objects o JOIN journal j ON j.revision = o.revision WHERE o.uid = ?", (uid,)
        ).fetchone()
        return None if row is None else _loads(row[0])

    def exists(self, resource: str, namespace: str, name: str) -> bool:
        """Whether there is such an object (without reading it)."""
        return (
            self._execute(
                "SELECT 1 FROM objects WHERE resource = ? AND namespace = ? AND name = ?", (resource, namespace, name)
            ).fetchone()
            is not None
        )

    def list(
        self,
        resource: str,
        namespace: str | None = None,
        *,
        selector: Selector | None = None,
        owner: str | None = None,
        not_owner: str | None = None,
        ref: str | None = None,
        fields: Sequence[str] = (),
    ) -> Objects:
        """Objects of a resource as an API server lists them: by namespace and name.

        ``namespace`` None: all namespaces. ``owner``: only those with this UID among their ownerReferences,
        ``not_owner``: only those without it. ``ref``: only those with this value in the resource's indexed field.
        ``selector``: only those whose labels match (which have to be among ``fields``, then). ``fields``: paths such as
        ``status.phase``; the objects have nothing but these, for a fifth of the price.
        """
        sql, values = self._query(resource, namespace, selector, owner, ref, not_owner)
        if fields:
            # SQLite gives several paths as one array, a single one bare: so there is always one more.
            paths = ", ".join(f"'$.{field}'" for field in (*fields, "kind"))
            sql = f"SELECT json_extract(j.body, {paths})" + sql[len("SELECT j.body") :]
            split = [tuple(field.split(".")) for field in fields]
            found = [_nested(split, _loads(row)) for (row,) in self._execute(sql, values)]
        else:
            found = [_loads(body) for (body,) in self._execute(sql, values)]
        if selector is not None and not selector.empty:
            matches = selector.matches
            found = [obj for obj in found if matches(obj["metadata"].get("labels") or {})]
        return found

    def _query(
        self,
        resource: str,
        namespace: str | None,
        selector: Selector | None,
        owner: str | None,
        ref: str | None,
        not_owner: str | None = None,
    ) -> Query:
        tables = ["objects o"]
        conditions = []
        values: list[str] = []
        few = owner is not None or ref is not None
        if owner is not None:
            tables.insert(0, "owners w")
            conditions.append("w.owner = ? AND o.id = w.object")
            values.append(owner)
        elif ref is not None:
            conditions.append("o.ref = ?")
            values.append(ref)
        elif selector is not None:
            narrow = _narrowest(selector)
            if narrow is not None:
                key, options = narrow
                marks = ",".join("?" * len(options))
                labeled = f"SELECT object FROM labels WHERE key = ? AND value IN ({marks})"  # noqa: S608 - only marks
                conditions.append(f"o.id IN ({labeled})")
                values += [key, *options]
                few = len(self._execute(f"{labeled} LIMIT {FEW + 1}", values).fetchall()) <= FEW
                # Each further one is a look-up by primary key: cheaper than reading an object that does not match.
                for other, operator, wanted in selector.requirements:
                    if operator in ("=", "==") and other != key:
                        conditions.append("EXISTS (SELECT 1 FROM labels WHERE key = ? AND value = ? AND object = o.id)")
                        values += [other, *wanted]
        if not_owner is not None:
            conditions.append("NOT EXISTS (SELECT 1 FROM owners n WHERE n.owner = ? AND n.object = o.id)")
            values.append(not_owner)
        # Without statistics SQLite takes the index by name, which walks the whole namespace; a plus keeps it from that.
        plus = "+" if few else ""
        conditions.append(f"{plus}o.resource = ?")
        values.append(resource)
        order = "o.namespace || '/', o.name"
        if namespace is not None:
            conditions.append(f"{plus}o.namespace = ?")
            values.append(namespace)
            order = "o.name"
        sql = (
            f"SELECT j.body FROM {' CROSS JOIN '.join(tables)} CROSS JOIN journal j ON j.revision = o.revision "  # noqa: S608
            f"WHERE {' AND '.join(conditions)} ORDER BY {order}"
        )
        return sql, values

    def dependents(self, uid: str) -> Keys:
        """(resource, namespace, name) of every object that names ``uid`` among its owners."""
        return self._execute(
            "SELECT o.resource, o.namespace, o.name FROM owners w CROSS JOIN objects o ON o.id = w.object "
            "WHERE w.owner = ? ORDER BY o.resource, o.namespace, o.name",
            (uid,),
        ).fetchall()

    def names(self, resource: str | None = None, namespace: str | None = None) -> Keys:
        """(resource, namespace, name) of objects, without reading them; None: of all."""
        conditions, values = ["1"], []
        if resource is not None:
            conditions.append("resource = ?")
            values.append(resource)
        if namespace is not None:
            conditions.append("namespace = ?")
            values.append(namespace)
        return self._execute(
            f"SELECT resource, namespace, name FROM objects WHERE {' AND '.join(conditions)} "  # noqa: S608
            "ORDER BY resource, namespace || '/', name",
            values,
        ).fetchall()

    def count(
        self, resource: str, namespace: str | None = None, *, owner: str | None = None, ref: str | None = None
    ) -> int:
        """How many objects ``list`` would give, without reading them."""
        sql, values = self._query(resource, namespace, None, owner, ref)
        sql = (
            "SELECT count(*)"
            + sql[len("SELECT j.body") : sql.index(" CROSS JOIN journal")]
            + sql[sql.index(" WHERE") :]
        )
        count: int = self._execute(sql, values).fetchone()[0]
        return count

    def refs(self, resource: str) -> Counts:
        """How many objects of a resource have each value in the indexed field."""
        return self._execute(
            "SELECT ref, count(*) FROM objects WHERE resource = ? AND ref IS NOT NULL GROUP BY ref", (resource,)
        ).fetchall()

    # -- writing ----------------------------------------------------------------------------------------------------

    def insert(self, resource: str, obj: Obj, now: float, ref: str | None = None) -> None:
        """Store a new object; sets its resourceVersion. The caller has seen to it that the name is free."""
        meta = obj["metadata"]
        namespace, name, uid = meta.get("namespace", ""), meta["name"], meta["uid"]
        self._write("create", resource, namespace, name, uid, None, None, obj, now)
        cursor = self._execute(
            "INSERT INTO objects (resource, namespace, name, uid, revision, ref) VALUES (?, ?, ?, ?, ?, ?)",
            (resource, namespace, name, uid, self.revision, ref),
        )
        self._index(cursor.lastrowid or 0, {}, meta, (), _owner_uids(meta))

    def replace(self, resource: str, obj: Obj, before: Obj, now: float, ref: str | None = None) -> None:
        """Store ``obj`` in the place of ``before`` (as it is stored now); sets its resourceVersion."""
        meta, old = obj["metadata"], before["metadata"]
        namespace, name, uid = meta.get("namespace", ""), meta["name"], meta["uid"]
        self._write("update", resource, namespace, name, uid, int(old["resourceVersion"]), before, obj, now)
        self._execute("UPDATE objects SET revision = ?, ref = ? WHERE uid = ?", (self.revision, ref, uid))
        old_labels, owners, old_owners = old.get("labels") or {}, _owner_uids(meta), _owner_uids(old)
        if old_labels != (meta.get("labels") or {}) or owners != old_owners:
            (number,) = self._execute("SELECT id FROM objects WHERE uid = ?", (uid,)).fetchone()
            self._index(number, old_labels, meta, old_owners, owners)

    def remove(self, resource: str, before: Obj, now: float) -> None:
        """Take an object (as it is stored now) out of the store."""
        meta = before["metadata"]
        namespace, name, uid = meta.get("namespace", ""), meta["name"], meta["uid"]
        self._write("delete", resource, namespace, name, uid, int(meta["resourceVersion"]), before, None, now)
        (number,) = self._execute("SELECT id FROM objects WHERE uid = ?", (uid,)).fetchone()
        self._index(number, meta.get("labels") or {}, {}, _owner_uids(meta), ())
        self._execute("DELETE FROM objects WHERE id = ?", (number,))

    def _write(  # noqa: PLR0913, PLR0917 - a row of the journal
        self,
        verb: str,
        resource: str,
        namespace: str,
        name: str,
        uid: str,
        previous: int | None,
        before: Obj | None,
        after: Obj | None,
        now: float,
    ) -> None:
        self.revision += 1
        self.last_time = max(self.last_time, now)
        body = None
        if after is not None:
            after["metadata"]["resourceVersion"] = str(self.revision)
            body = _dumps(after)
        self._execute(
            "INSERT INTO journal (revision, time, verb, resource, namespace, name, uid, previous, body, command) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.revision, now, verb, resource, namespace, name, uid, previous, body, self.command),
        )
        if not self._recent:
            self._recent_from = self.revision
        # The caller may go on to change the object that it stored: what controllers are shown is a copy.
        shown = None if body is None else _loads(body)
        self._recent.append(Change(self.revision, now, verb, resource, namespace, name, before, shown))

    def _index(
        self, number: int, old_labels: dict[str, str], meta: Obj, old_owners: Iterable[str], owners: Iterable[str]
    ) -> None:
        labels = meta.get("labels") or {}
        gone = [(key, value, number) for key, value in old_labels.items() if labels.get(key) != value]
        new = [(key, value, number) for key, value in labels.items() if old_labels.get(key) != value]
        if gone:
            self._connection.executemany("DELETE FROM labels WHERE key = ? AND value = ? AND object = ?", gone)
        if new:
            self._connection.executemany("INSERT INTO labels (key, value, object) VALUES (?, ?, ?)", new)
        for owner in set(old_owners) - set(owners):
            self._execute("DELETE FROM owners WHERE owner = ? AND object = ?", (owner, number))
        for owner in set(owners) - set(old_owners):
            self._execute("INSERT INTO owners (owner, object) VALUES (?, ?)", (owner, number))

    # -- the journal ------------------------------------------------------------------------------------------------

    def changes_since(self, revision: int) -> Iterator[Change]:
        """Every write after ``revision``, in order. The objects in it are shared: look, do not change."""
        if revision >= self.revision:
            return
        recent = self._recent
        if not recent or revision + 1 < self._recent_from:
            until = self._recent_from if recent else self.revision + 1
            yield from self._read_changes("j.revision > ? AND j.revision < ?", (revision, until))
        position = max(0, revision + 1 - self._recent_from)
        while position < len(recent):  # the list may grow while it is read
            yield recent[position]
            position += 1

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
        for revision, time, verb, resource, namespace, name, before, after in rows:
            yield Change(
                revision, time, verb, resource, namespace, name, before and _loads(before), after and _loads(after)
            )

    # -- cursors and timers -------------------------------------------------------------------------------------------

    def cursors(self) -> dict[str, int]:
        """How far each controller has read the journal."""
        return dict(self._execute("SELECT controller, revision FROM cursors").fetchall())

    def set_cursor(self, controller: str, revision: int) -> None:
        """Remember that a controller has read the journal up to ``revision``."""
        self._execute(
            "INSERT INTO cursors (controller, revision) VALUES (?, ?) "
            "ON CONFLICT (controller) DO UPDATE SET revision = excluded.revision",
            (controller, revision),
        )

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
        row: tuple[float, int] | None = self._execute(
            "SELECT due, attempts FROM timers WHERE controller = ? AND key = ?", (controller, key)
        ).fetchone()
        return row

    def set_timer(self, controller: str, key: str, due: float, attempts: int = 0) -> None:
        """Let ``key`` come again to ``controller`` at ``due``."""
        self._execute(
            "INSERT OR REPLACE INTO timers (controller, key, due, attempts) VALUES (?, ?, ?, ?)",
            (controller, key, due, attempts),
        )

    def clear_timer(self, controller: str, key: str) -> None:
        """Forget the timer of ``key``."""
        self._execute("DELETE FROM timers WHERE controller = ? AND key = ?", (controller, key))


class Savepoint:
    """See ``Store.savepoint``."""

    __slots__ = ("_recent", "_revision", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> None:
        """Mark the place to come back to."""
        store = self._store
        self._revision, self._recent = (store.revision, store.last_time, store.clock_offset), len(store._recent)
        store._execute("SAVEPOINT part")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Keep the part, or take it back after an error."""
        store = self._store
        if not store._connection.in_transaction:
            return  # SQLite has taken everything back by itself: the disk is full, say
        if error is not None:
            store._execute("ROLLBACK TO part")
            store.revision, store.last_time, store.clock_offset = self._revision
            del store._recent[self._recent :]
        store._execute("RELEASE part")


def _owner_uids(meta: Obj) -> tuple[str, ...]:
    owners = meta.get("ownerReferences")
    return tuple(dict.fromkeys(owner.get("uid", "") for owner in owners)) if owners else ()


def _nested(paths: Sequence[tuple[str, ...]], values: Sequence[Any]) -> Obj:
    """An object that has ``values`` at ``paths``, without those that are null."""
    obj: Obj = {"metadata": {}}
    for path, value in zip(paths, values, strict=False):
        if value is not None:
            inner = obj
            for name in path[:-1]:
                inner = inner.setdefault(name, {})
            inner[path[-1]] = value
    return obj


def _narrowest(selector: Selector) -> tuple[str, list[str]] | None:
    """The requirement of ``selector`` that the label table answers best: one value before several; None: none can."""
    best: tuple[str, list[str]] | None = None
    for key, operator, values in selector.requirements:
        if operator in ("=", "==", "in") and (best is None or len(values) < len(best[1])):
            best = (key, list(values))
    return best
