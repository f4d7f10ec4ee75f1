"""Whether a state file is whole: what ``state check`` looks at.

The journal is the truth: it is replayed from its first row, and what comes out has to be what ``objects`` and the
look-up tables say. A journal that was pruned begins in the middle of the lives of objects; from its first row on, each
life is there without a gap.

The store knows nothing of kinds and controllers, so two rules come from outside: which field of an object is its
indexed one, and under which key the garbage collector has an owner.
"""

from __future__ import annotations

import json
import os
import sqlite3
from itertools import groupby

from minikctl.store.opening import LOCK_TIMEOUT, open_existing, state_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Obj = dict[str, Any]
    Key = tuple[str, str, str]

#: so many lines of SQLite's own about a damaged file are enough
MOST_LINES = 20


class Rules:
    """What the check has to be told of the things that the store does not know.

    ``ref_of(obj)`` gives the value of the indexed field (None: the resource has none), ``sums_of(obj)`` what the object adds
    to the sums of that value, by (what, name).
    ``owner_key(obj, reference)`` gives ``resource/namespace/name/uid`` of an owner, None for one that nobody can look up.
    ``collector`` is the controller that deletes what has lost its owners, ``exempt`` the resources that it leaves alone.
    """

    __slots__ = ("collector", "exempt", "owner_key", "ref_of", "sums_of")

    def __init__(
        self,
        ref_of: Callable[[Obj], str | None],
        sums_of: Callable[[Obj], dict[tuple[str, str], int] | None],
        owner_key: Callable[[Obj, Obj], str | None],
        collector: str,
        exempt: tuple[str, ...] = (),
    ) -> None:
        self.ref_of = ref_of
        self.sums_of = sums_of
        self.owner_key = owner_key
        self.collector = collector
        self.exempt = exempt


class Report:
    """What a check found: a line for each problem, and how much it looked at."""

    __slots__ = ("objects", "problems", "writes")

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.objects = 0
        self.writes = 0


def check(path: str, rules: Rules, lock_timeout: float = LOCK_TIMEOUT) -> Report:
    """Look through the state file at ``path``, at one moment of it. Raises StateError where it cannot be opened."""
    connection = open_existing(path, lock_timeout)
    try:
        report = Report()
        try:
            connection.execute("BEGIN")  # all that follows sees one and the same state
            report.problems += _integrity(connection, path)
            if not report.problems:  # on damaged pages rows are anything
                _Check(connection, rules, report).run()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            report.problems.append(f"file: a row is not what it should be: {error!r}")
        except sqlite3.DatabaseError as error:  # it cannot be read on
            if not (getattr(error, "sqlite_errorname", "") or "").startswith(("SQLITE_CORRUPT", "SQLITE_ERROR")):
                raise state_error(error, path, lock_timeout) from error
            if not report.problems or str(error) not in report.problems[-1]:
                report.problems.append(f"file: {error}")
        return report
    finally:
        connection.close()


def _integrity(connection: sqlite3.Connection, path: str) -> list[str]:
    """SQLite's own check: pages, b-trees, indexes, unique columns; and that the last page is whole, which it lets pass."""
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    rest = os.path.getsize(path) % page
    if rest:
        return [f"file: it is cut off: its last page has {rest} bytes of {page}"]
    lines = [
        line
        for (text,) in connection.execute(f"PRAGMA integrity_check({MOST_LINES})")
        for line in text.splitlines()
        if line != "ok" and not line.startswith("***")
    ]
    return [f"file: {line}" for line in lines[:MOST_LINES]]


class _Check:
    """One look through an open file."""

    def __init__(self, connection: sqlite3.Connection, rules: Rules, report: Report) -> None:
        self.execute = connection.execute
        self.rules = rules
        self.report = report
        self.say = report.problems.append
        #: (resource, namespace, name) -> (uid, revision), as the journal has made them so far
        self.alive: dict[Key, tuple[str, int]] = {}
        #: UID -> (its resource, namespace and name, its newest write), of all that were ever there
        self.written: dict[str, tuple[Key, int]] = {}
        #: when each owner that is gone went, by UID
        self.gone: dict[str, int] = {}
        #: the keys of all objects, as owners are named
        self.owners: set[str] = set()
        #: what the objects add up to, by (what, value of the indexed field, name)
        self.sums: dict[tuple[str, str, str], int] = {}
        #: (object, reference, revision) that name an owner, to be looked at when all owners are known
        self.references: list[tuple[str, str, str, int]] = []

    def run(self) -> None:
        """Look at everything."""
        revision = self._state()
        self._journal()
        self._objects()
        self._sums()
        self._managers()
        self._owners()
        self._readers(revision)

    # -- the counter and the journal --------------------------------------------------------------------------------

    def _state(self) -> int:
        """Look at the counter; returns the newest revision."""
        rows = self.execute("SELECT revision, last_time FROM state").fetchall()
        newest, latest = self.execute("SELECT coalesce(max(revision), 0), coalesce(max(time), 0.0) FROM journal").fetchone()
        if len(rows) != 1:
            self.say(f"state: it has {len(rows)} rows instead of one")
            return int(newest)
        revision, last_time = rows[0]
        if newest > revision:
            self.say(f"state: the counter stands at {revision}, but the journal has a write {newest}")
        if latest > last_time:
            self.say(f"state: its newest write is said to be of {last_time!r}, but the journal has one of {latest!r}")
        return max(int(revision), int(newest))

    def _journal(self) -> None:
        """Replay the journal: each write has to fit on the one before it."""
        before, time = 0, 0.0
        rows = self.execute(
            "SELECT revision, time, verb, resource, namespace, name, uid, previous, body IS NULL FROM journal ORDER BY revision"
        )
        for number, written, verb, resource, namespace, name, uid, previous, empty in rows:
            self.report.writes += 1
            key = (resource, namespace, name)
            where = f"journal {number} ({_shown(key)})"
            if number <= before:
                self.say(f"{where}: it does not come after {before}")
            if written < time:
                self.say(f"{where}: it was written before the one in front of it")
            before, time = number, max(time, written)
            if verb not in ("create", "update", "delete"):
                self.say(f"{where}: there is no verb {verb!r}")
            if bool(empty) != (verb == "delete"):
                self.say(f"{where}: {verb} {'without' if empty else 'with'} an object")
            if verb == "create":
                self._creates(where, key, uid, previous)
            else:
                self._follows(where, key, uid, previous, number)
            self.written[uid] = (key, number)
            if verb == "delete":
                self.alive.pop(key, None)
                self.gone[uid] = number
            else:
                self.alive[key] = (uid, number)

    def _creates(self, where: str, key: Key, uid: str, previous: int | None) -> None:
        """The first write of an object: name and UID have to be free."""
        known = self.written.get(uid)
        if known is not None:
            self.say(f"{where}: its UID is that of {_shown(known[0])}, written at {known[1]}")
        if previous is not None:
            self.say(f"{where}: it is new, but follows write {previous}")
        if key in self.alive:
            self.say(f"{where}: there is one already, written at {self.alive[key][1]}")

    def _follows(self, where: str, key: Key, uid: str, previous: int | None, number: int) -> None:
        """A later write: it has to follow the object's last one."""
        known = self.written.get(uid)
        if known is None:  # its life began in a part of the journal that has been pruned
            if previous is None or previous >= number:
                self.say(f"{where}: it changes an object that was never created")
        elif known[1] != previous:
            self.say(f"{where}: it follows write {previous}, but the object's last one was {known[1]}")
        elif known[0] != key:
            self.say(f"{where}: it was {_shown(known[0])} before")

    # -- objects and what they are looked up by ---------------------------------------------------------------------

    def _objects(self) -> None:
        """Each object has to be what the journal made, and the look-up tables have to say what it says."""
        labels = _Beside(self.execute("SELECT object, key, value FROM labels ORDER BY object"))
        owners = _Beside(self.execute("SELECT object, owner FROM owners ORDER BY object"))
        rows = self.execute(
            "SELECT o.id, o.resource, o.namespace, o.name, o.uid, o.revision, o.ref, j.body "
            "FROM objects o LEFT JOIN journal j ON j.revision = o.revision ORDER BY o.id"
        )
        missing = dict(self.alive)
        for number, resource, namespace, name, uid, revision, ref, body in rows:
            self.report.objects += 1
            key = (resource, namespace, name)
            made = missing.pop(key, None)
            said_labels, said_owners = labels.of(number), owners.of(number)
            if made is None:
                self.say(f"{_shown(key)}: it is there, but the journal has no such object")
            elif made != (uid, revision):
                self.say(f"{_shown(key)}: it is that of write {revision}, but its newest write is {made[1]}")
            obj = _object(body)
            if obj is None:
                self.say(f"{_shown(key)}: write {revision} has no object in it")
                continue
            self._says_what_it_is(key, uid, revision, obj)
            self._is_found(key, obj, said_labels, said_owners, ref)
        for key, (_, revision) in missing.items():
            self.say(f"{_shown(key)}: it was written at {revision}, but is not there")
        for table, beside in (("labels", labels), ("owners", owners)):
            for number in beside.rest():
                self.say(f"{table}: object number {number} is not there")

    def _says_what_it_is(self, key: Key, uid: str, revision: int, obj: Obj) -> None:
        meta = obj["metadata"]
        for field, wanted in (
            ("namespace", key[1]), ("name", key[2]), ("uid", uid), ("resourceVersion", str(revision)),
        ):
            if (meta.get(field) or "") != wanted:
                self.say(f"{_shown(key)}: its metadata.{field} is {meta.get(field)!r} instead of {wanted!r}")
        owner = f"{key[0]}/{key[1]}/{key[2]}/{uid}"
        self.owners.add(owner)
        if "deletionTimestamp" in meta or key[0] in self.rules.exempt:
            return  # it is on its way out itself, or nobody collects it
        for reference in meta.get("ownerReferences") or ():
            wanted_owner = self.rules.owner_key(obj, reference)
            if wanted_owner is not None:
                self.references.append((_shown(key), wanted_owner, reference.get("uid", ""), revision))

    def _is_found(
        self, key: Key, obj: Obj, labels: set[tuple[Any, ...]], owners: set[tuple[Any, ...]], ref: str | None
    ) -> None:
        meta = obj["metadata"]
        for what, said, has in (
            ("label", labels, set((meta.get("labels") or {}).items())),
            ("owner", owners, {(each.get("uid", ""),) for each in meta.get("ownerReferences") or ()}),
        ):
            for extra in sorted(said - has):
                self.say(f"{_shown(key)}: it is found by the {what} {'='.join(extra)}, which it does not have")
            for lost in sorted(has - said):
                self.say(f"{_shown(key)}: it is not found by its {what} {'='.join(lost)}")
        wanted = self.rules.ref_of(obj)
        if ref != wanted:
            self.say(f"{_shown(key)}: it is looked up by {ref!r} instead of {wanted!r}")
        if wanted is not None:
            for (what, name), amount in (self.rules.sums_of(obj) or {}).items():
                self.sums[what, wanted, name] = self.sums.get((what, wanted, name), 0) + amount

    def _sums(self) -> None:
        """What is kept of sums over objects has to be what the objects add up to."""
        for what, ref, name, amount in self.execute("SELECT what, ref, name, amount FROM sums ORDER BY what, ref, name"):
            wanted = self.sums.pop((what, ref, name), 0)
            if amount != wanted:
                self.say(f"sums: {what} of {name} is said to be {amount} for {ref!r} instead of {wanted}")
        for (what, ref, name), wanted in sorted(self.sums.items()):
            if wanted:
                self.say(f"sums: {what} of {name} is not there for {ref!r}, but has to be {wanted}")

    def _managers(self) -> None:
        """Managers are written down of writes that there are, as a list of entries."""
        rows = self.execute(
            "SELECT m.revision, m.fields, j.revision IS NULL FROM managed m LEFT JOIN journal j ON j.revision = m.revision "
            "ORDER BY m.revision"
        )
        for revision, fields, missing in rows:
            if missing:
                self.say(f"managed: there is no write {revision}")
            elif not isinstance(json.loads(fields), list):
                self.say(f"managed: of write {revision} there is no list of managers")

    # -- what refers to what ----------------------------------------------------------------------------------------

    def _owners(self) -> None:
        """An owner is there, or the garbage collector has not yet been shown that it is not."""
        row = self.execute("SELECT revision FROM cursors WHERE controller = ?", (self.rules.collector,)).fetchone()
        read = row[0] if row else 0
        for shown, owner, uid, revision in self.references:
            if owner in self.owners or read < max(revision, self.gone.get(uid, 0)):
                continue
            retried = self.execute(
                "SELECT 1 FROM timers WHERE controller = ? AND key = ?", (self.rules.collector, owner)
            ).fetchone()
            if not retried:
                self.say(f"{shown}: its owner {owner} is not there, and nothing is due to collect it")

    def _readers(self, revision: int) -> None:
        """No controller has read what was never written; timers have a time."""
        for controller, read in self.execute("SELECT controller, revision FROM cursors ORDER BY controller"):
            if not 0 <= read <= revision:
                self.say(f"cursors: {controller} has read up to {read}, but the newest write is {revision}")
        for controller, key in self.execute(
            "SELECT controller, key FROM timers WHERE typeof(due) != 'real' OR attempts < 0 ORDER BY controller, key"
        ):
            self.say(f"timers: that of {controller} for {key} has no time")


class _Beside:
    """The rows of a look-up table, sorted by object, read beside the objects in the same order."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, key=lambda row: row[0])
        self._strays: list[int] = []
        self._number: int | None = None
        self._rows: set[tuple[Any, ...]] = set()
        self._next()

    def _next(self) -> None:
        self._number, group = next(self._groups, (None, ()))
        self._rows = {row[1:] for row in group}

    def of(self, number: int) -> set[tuple[Any, ...]]:
        """What the table has of this object; objects have to be asked for in order."""
        while self._number is not None and self._number < number:
            self._strays.append(self._number)
            self._next()
        if self._number != number:
            return set()
        found = self._rows
        self._next()
        return found

    def rest(self) -> list[int]:
        """The objects in the table that were not asked for."""
        while self._number is not None:
            self._strays.append(self._number)
            self._next()
        return self._strays


def _object(body: str | None) -> Obj | None:
    """The object in a row of the journal; None where there is none in it."""
    if body is None:
        return None
    try:
        obj = json.loads(body)
    except ValueError:
        return None
    return obj if isinstance(obj, dict) and isinstance(obj.get("metadata"), dict) else None


def _shown(key: Key) -> str:
    """``pods default/web``: the one way in which problems name objects."""
    resource, namespace, name = key
    return f"{resource} {namespace}/{name}" if namespace else f"{resource} {name}"
