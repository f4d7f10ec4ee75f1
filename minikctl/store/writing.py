"""Writing objects: one row of the journal each, the columns and tables that look-ups need, and sums over objects.

An object that is written goes to whoever listens (``on_write``) at once. What a savepoint would cost SQLite for each
part (it copies every page that is touched) is done here by remembering how to take each write back.
"""

from __future__ import annotations

import sqlite3

from minikctl.errors import AlreadyExists
from minikctl.store.changes import Change
from minikctl.store.reading import Reading
from minikctl.store.stored import Stored
from minikctl.store.texts import cut, decode, encode, join, restamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    Obj = dict[str, Any]
    Sums = dict[tuple[str, str], int]

#: fields of an object that stand in more than its row, or keep it
_HOLDS = ('"labels":', '"ownerReferences":', '"finalizers":')
#: let a row of ``objects`` point to another one of the journal
_POINT = "UPDATE objects SET revision = ? WHERE id = ?"
_POINT_AND_REFER = "UPDATE objects SET revision = ?, ref = ? WHERE id = ?"
_ADD_LABEL = "INSERT INTO labels VALUES (?, ?, ?)"
_DROP_LABEL = "DELETE FROM labels WHERE key = ? AND value = ? AND object = ?"
_ADD_OWNER = "INSERT INTO owners VALUES (?, ?)"
_DROP_OWNER = "DELETE FROM owners WHERE owner = ? AND object = ?"
_INSERT_AGAIN = "INSERT INTO objects (id, resource, namespace, name, uid, revision, ref) VALUES (?, ?, ?, ?, ?, ?, ?)"


class Writing(Reading):
    """The part of ``Store`` that writes objects. Only between ``begin`` and ``commit``."""

    revision: int
    last_time: float
    #: what the journal says wrote a row
    command: str
    #: who writes, as managedFields name it, and through which subresource ("": what changed says it)
    manager: str
    subresource: str
    #: the newest revision of each resource that this process has written
    written: dict[str, int]
    #: told of each write when it is done; it must not keep the objects, which are the writer's
    on_write: Callable[[Change], None] | None
    #: resources whose new objects need not be shown to it
    unwatched: frozenset[str]
    #: how to take back what was written since the outermost savepoint: a statement and its rows, or the number of an
    #: object that is new (there may be very many of those); None outside of one
    _undo: list[tuple[str, Sequence[Sequence[Any]]] | int] | None
    #: runs a statement that gives no rows, without a cursor of its own
    _write: Callable[..., sqlite3.Cursor]
    _timers: dict[tuple[str, str], tuple[float, int] | None]
    #: sums of which there are none, by (what, value of the indexed field or None: of any), in this transaction
    _no_sums: set[tuple[str, str | None]]
    #: what is to be added to the table of sums: by what, then by (ref, name)
    _added: dict[str, dict[tuple[str, str], int]]

    def insert(
        self,
        resource: str,
        obj: Obj,
        now: float,
        ref: str | None = None,
        sums: Sums | None = None,
        texts: dict[str, str] | None = None,
    ) -> None:
        """Store a new object; sets its resourceVersion. Raises AlreadyExists where the name is taken.

        ``ref``: the value of the indexed field. ``sums``: what the object adds to the sums of that value, by (what,
        name). ``texts``: the fields as JSON, with the next resourceVersion in them, where they are at hand; nobody may
        change ``obj`` then.
        """
        meta = obj["metadata"]
        shared = None if texts is None else obj
        if texts is None:
            meta["resourceVersion"] = str(self.revision + 1)
            texts = cut(obj)
        namespace, name = meta.get("namespace", ""), meta["name"]
        number = self._insert(resource, namespace, name, meta["uid"], join(texts), now, ref)
        self._memory.keep((resource, namespace, name), Stored(number, self.revision, ref, texts=texts, shared=shared))
        labels, owners = meta.get("labels"), _owner_uids(meta)
        if labels:
            self._connection.executemany(_ADD_LABEL, [(key, value, number) for key, value in labels.items()])
        if owners:
            self._connection.executemany(_ADD_OWNER, [(owner, number) for owner in owners])
        if sums:
            self._add(ref, None, sums)
        if self.on_write is not None:
            self.on_write(Change(self.revision, now, "create", resource, namespace, name, None, obj))

    def insert_text(
        self, resource: str, namespace: str, name: str, uid: str, body: str, now: float, ref: str | None = None
    ) -> None:
        """Store a new object without labels and owners that is JSON already, with the next resourceVersion in it.

        It is not remembered: this is for what nobody reads in the transaction. Raises as ``insert``.
        """
        self._insert(resource, namespace, name, uid, body, now, ref)
        if self.on_write is not None and resource not in self.unwatched:
            self.on_write(Change(self.revision, now, "create", resource, namespace, name, None, body))

    def insert_prepared(
        self, rows: Sequence[tuple[str, str, str, str, dict[str, str], str, str]], now: float
    ) -> None:
        """Store many new objects at once, as JSON: for each its resource, namespace, name, UID and labels, and its text.

        The text comes in two parts, between which its resourceVersion is set. Nobody is told, and nothing of it can be
        taken back but with the whole transaction: this is for what a new state has. The names are known to be free.
        """
        (number,) = self._execute("SELECT coalesce(max(id), 0) FROM objects").fetchone()
        revision, command, manager = self.revision, self.command, self.manager
        objects, journal, labels = [], [], []
        for resource, namespace, name, uid, labeled, head, tail in rows:
            number += 1
            revision += 1
            objects.append((number, resource, namespace, name, uid, revision))
            body = f"{head}{revision}{tail}"
            journal.append((revision, now, "create", resource, namespace, name, uid, body, command, manager))
            for key, value in labeled.items():
                labels.append((key, value, number))
            self.written[resource] = revision
        self.revision = revision
        self.empty.clear()
        self.last_time = max(self.last_time, now)
        many = self._connection.executemany
        many("INSERT INTO objects (id, resource, namespace, name, uid, revision) VALUES (?, ?, ?, ?, ?, ?)", objects)
        many(
            "INSERT INTO journal (revision, time, verb, resource, namespace, name, uid, body, command, manager) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            journal,
        )
        many("INSERT INTO labels VALUES (?, ?, ?)", labels)

    def _insert(
        self, resource: str, namespace: str, name: str, uid: str, body: str, now: float, ref: str | None
    ) -> int:
        """Make the rows of a new object; returns the number of the one in ``objects``."""
        try:
            number = self._write(
                "INSERT INTO objects (resource, namespace, name, uid, revision, ref) VALUES (?, ?, ?, ?, ?, ?)",
                (resource, namespace, name, uid, self.revision + 1, ref),
            ).lastrowid
        except sqlite3.IntegrityError:
            raise AlreadyExists(resource, name) from None
        assert number is not None
        if self._undo is not None:
            self._undo.append(number)
        self._journal("create", resource, namespace, name, uid, None, body, now)
        self.empty.discard(resource)
        return number

    def replace(
        self,
        resource: str,
        obj: Obj,
        before: Obj,
        now: float,
        ref: str | None = None,
        sums: tuple[Sums | None, Sums | None] = (None, None),
    ) -> None:
        """Store ``obj`` in the place of ``before`` (as it is stored now); sets its resourceVersion.

        ``sums``: what the object added before, and what it adds now.
        """
        meta, old = obj["metadata"], before["metadata"]
        namespace, name = meta.get("namespace", ""), meta["name"]
        stored = self.find(resource, namespace, name)
        assert stored is not None
        meta["resourceVersion"] = str(self.revision + 1)
        self._put(resource, meta, stored, cut(obj), now, ref, sums)
        old_labels, labels = old.get("labels") or {}, meta.get("labels") or {}
        owners, old_owners = _owner_uids(meta), _owner_uids(old)
        if old_labels != labels or owners != old_owners:
            self._index(stored.number, old_labels, labels, old_owners, owners)
        if self.on_write is not None:
            self.on_write(Change(self.revision, now, "update", resource, namespace, name, before, obj))

    def replace_parts(  # noqa: PLR0913 - all that is at hand, so that nothing is worked out twice
        self,
        resource: str,
        stored: Stored,
        before: Obj,
        after: Obj,
        texts: dict[str, str],
        now: float,
        ref: str | None = None,
        sums: tuple[Sums | None, Sums | None] = (None, None),
        *,
        shared: bool = False,
    ) -> None:
        """Store ``after`` in the place of ``before``, which is ``stored``, where the metadata is the same.

        ``texts``: the other fields as JSON: those that stay as they were need not be encoded anew. Sets the
        resourceVersion. ``shared``: nobody will change ``after``.
        """
        meta = after["metadata"]
        meta["resourceVersion"] = str(self.revision + 1)
        old = stored.texts
        changed = frozenset([field for field in {**old, **texts} if old.get(field) != texts.get(field)])
        metadata = restamp(old["metadata"], stored.revision, self.revision + 1)
        texts = {**texts, "metadata": encode(meta) if metadata is None else metadata}
        self._put(resource, meta, stored, texts, now, ref, sums, after if shared else None)
        if self.on_write is not None:
            namespace, name = meta.get("namespace", ""), meta["name"]
            self.on_write(Change(self.revision, now, "update", resource, namespace, name, before, after, changed))

    def _put(
        self, resource: str, meta: Obj, stored: Stored, texts: dict[str, str], now: float, ref: str | None,
        sums: tuple[Sums | None, Sums | None], shared: Obj | None = None,
    ) -> None:
        """Let the row of ``stored`` point to a new row of the journal."""
        namespace, name = meta.get("namespace", ""), meta["name"]
        self._journal("update", resource, namespace, name, meta["uid"], stored.revision, join(texts), now)
        revision, number = self.revision, stored.number
        if ref == stored.ref:  # what is not mentioned is not looked at: its index stays as it is
            self._write(_POINT, (revision, number))
            undo: tuple[str, Sequence[Sequence[Any]]] = _POINT, ((stored.revision, number),)
        else:
            self._write(_POINT_AND_REFER, (revision, ref, number))
            undo = _POINT_AND_REFER, ((stored.revision, stored.ref, number),)
        if self._undo is not None:
            self._undo.append(undo)
        was, now_is = sums
        if was != now_is or ref != stored.ref:
            self._add(stored.ref, was, None)
            self._add(ref, None, now_is)
        known = Stored(number, revision, ref, texts=texts, shared=shared, weight=stored.weight)
        self._memory.keep((resource, namespace, name), known)

    def remove(self, resource: str, before: Obj, now: float, sums: Sums | None = None) -> None:
        """Take an object (as it is stored now) out of the store. ``sums``: what it added."""
        meta = before["metadata"]
        namespace, name = meta.get("namespace", ""), meta["name"]
        stored = self.find(resource, namespace, name)
        assert stored is not None
        self._journal("delete", resource, namespace, name, meta["uid"], stored.revision, None, now)
        self._index(stored.number, meta.get("labels") or {}, {}, _owner_uids(meta), ())
        self._write("DELETE FROM objects WHERE id = ?", (stored.number,))
        if self._undo is not None:
            row = (stored.number, resource, namespace, name, meta["uid"], stored.revision, stored.ref)
            self._undo.append((_INSERT_AGAIN, (row,)))
        self._add(stored.ref, sums, None)
        self._memory.forget((resource, namespace, name))
        if self.on_write is not None:
            self.on_write(Change(self.revision, now, "delete", resource, namespace, name, before, None))

    def remove_unchanged_since(self, resource: str, time: float, now: float, remove: Callable[[Obj], None]) -> None:
        """Take out all objects of a resource that were last written at ``time`` or before, many at once.

        It is one that adds to no sums. Those that have labels, owners or finalizers are left to ``remove``.
        """
        rows = self._execute(
            "SELECT o.id, o.namespace, o.name, o.uid, o.revision, o.ref, j.body FROM objects o "
            "CROSS JOIN journal j ON j.revision = o.revision WHERE o.resource = ? AND j.time <= ?",
            (resource, time),
        ).fetchall()
        numbers: list[tuple[int]] = []
        for number, namespace, name, uid, revision, ref, body in rows:
            if any(field in body for field in _HOLDS):
                remove(decode(body))
                continue
            self._journal("delete", resource, namespace, name, uid, revision, None, now)
            numbers.append((number,))
            if self._undo is not None:
                self._undo.append((_INSERT_AGAIN, ((number, resource, namespace, name, uid, revision, ref),)))
            self._memory.forget((resource, namespace, name))
            if self.on_write is not None:
                self.on_write(Change(self.revision, now, "delete", resource, namespace, name, body, None))
        self._connection.executemany("DELETE FROM objects WHERE id = ?", numbers)

    def _journal(
        self, verb: str, resource: str, namespace: str, name: str, uid: str, previous: int | None, body: str | None, now: float
    ) -> None:
        self.revision = revision = self.revision + 1
        self.last_time = max(self.last_time, now)
        self.written[resource] = revision
        self._write(
            "INSERT INTO journal (revision, time, verb, resource, namespace, name, uid, previous, body, command, manager, "
            "subresource) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                revision, now, verb, resource, namespace, name, uid, previous, body, self.command, self.manager,
                self.subresource or None,
            ),
        )

    def write_managers(self, revision: int, fields: str) -> None:
        """Write down who manages the fields of the object that a write has just made: managedFields as JSON."""
        self._execute("INSERT OR REPLACE INTO managed (revision, fields) VALUES (?, ?)", (revision, fields))

    def _index(
        self, number: int, old_labels: dict[str, str], labels: dict[str, str], old_owners: Iterable[str],
        owners: Iterable[str],
    ) -> None:
        gone = [(key, value, number) for key, value in old_labels.items() if labels.get(key) != value]
        new = [(key, value, number) for key, value in labels.items() if old_labels.get(key) != value]
        self._swap(gone, new, _ADD_LABEL, _DROP_LABEL)
        if old_owners or owners:
            left = [(owner, number) for owner in set(old_owners) - set(owners)]
            joined = [(owner, number) for owner in set(owners) - set(old_owners)]
            self._swap(left, joined, _ADD_OWNER, _DROP_OWNER)

    def _swap(self, gone: list[Any], new: list[Any], add: str, drop: str) -> None:
        """Delete rows of a table and insert others."""
        if gone:
            self._connection.executemany(drop, gone)
        if new:
            self._connection.executemany(add, new)
        if self._undo is not None:
            if gone:
                self._undo.append((add, gone))
            if new:
                self._undo.append((drop, new))

    # -- sums ---------------------------------------------------------------------------------------------------------

    def sums(self, what: str, ref: str | None = None) -> dict[str, dict[str, int]]:
        """For each value of the indexed field the sums of ``what`` over its objects, by name; ``ref``: of one value."""
        if what in self._added:
            self._write_sums([what])
        if (what, ref) in self._no_sums:
            return {}
        sql, values = "SELECT ref, name, amount FROM sums WHERE what = ?", [what]
        if ref is not None:
            sql += " AND ref = ?"
            values.append(ref)
        found: dict[str, dict[str, int]] = {}
        for each, name, amount in self._execute(sql, values):
            found.setdefault(each, {})[name] = amount
        if not found and self._connection.in_transaction:
            self._no_sums.add((what, ref))
        return found

    def _add(self, ref: str | None, gone: Sums | None, new: Sums | None) -> None:
        """Count an object with ``ref`` out, or in. One without adds to the sums of ""."""
        if ref is None:
            return
        added = self._added
        for sign, sums in ((-1, gone), (1, new)):
            for (what, name), amount in sums.items() if sums else ():
                amounts = added.get(what)
                if amounts is None:
                    amounts = added[what] = {}
                key = ref, name
                amounts[key] = amounts.get(key, 0) + sign * amount
        if self._undo is not None and (gone or new):
            # No statement: what is counted here is written when it is asked for, or at the end.
            self._undo.append(("", ((ref, new, gone),)))

    def _write_sums(self, some: Sequence[str] | None = None) -> None:
        """Write what was counted since the last time: of ``some``, or of everything."""
        added = self._added
        changed = [
            (what, *key, amount) for what in some or list(added) for key, amount in added.pop(what).items() if amount
        ]
        if not changed:
            return
        self._no_sums -= {(what, of) for what, ref, _, _ in changed for of in (ref, None)}
        many = self._connection.executemany
        many(
            "INSERT INTO sums (what, ref, name, amount) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
            changed,
        )
        many(
            "DELETE FROM sums WHERE what = ? AND ref = ? AND name = ? AND amount = 0",
            [row[:3] for row in changed if row[3] < 0],
        )

    # -- taking back --------------------------------------------------------------------------------------------------

    def _take_back(self, position: int, revision: int) -> None:
        """Take back what was written after a place in ``_undo``, at which ``revision`` was the newest."""
        assert self._undo is not None
        undo, self._undo = self._undo, None
        for entry in reversed(undo[position:]):
            if isinstance(entry, int):
                self._uncreate(entry)
                continue
            sql, rows = entry
            if sql:
                self._connection.executemany(sql, rows)
            else:
                ((ref, gone, new),) = rows
                self._add(ref, gone, new)
        self._execute("DELETE FROM journal WHERE revision > ?", (revision,))
        self._execute("DELETE FROM managed WHERE revision > ?", (revision,))
        del undo[position:]
        self._undo = undo
        self._timers.clear()
        self._memory.clear()
        self.empty.clear()
        self._some.clear()


    def _uncreate(self, number: int) -> None:
        """Take an object out that is as it was created."""
        (body,) = self._execute(
            "SELECT j.body FROM objects o JOIN journal j ON j.revision = o.revision WHERE o.id = ?", (number,)
        ).fetchone()
        meta = decode(body)["metadata"]
        many = self._connection.executemany
        many(_DROP_LABEL, [(key, value, number) for key, value in (meta.get("labels") or {}).items()])
        many(_DROP_OWNER, [(owner, number) for owner in _owner_uids(meta)])
        self._execute("DELETE FROM objects WHERE id = ?", (number,))


def _owner_uids(meta: Obj) -> tuple[str, ...]:
    owners = meta.get("ownerReferences")
    return tuple(dict.fromkeys([owner.get("uid", "") for owner in owners])) if owners else ()
