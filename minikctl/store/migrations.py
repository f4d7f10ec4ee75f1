"""The tables of a state file, version by version.

A migration is a function that takes an open ``sqlite_utils.Database`` from the version before to its own. A file's
version is SQLite's ``user_version``. ``opening`` imports this module only when a file is to be made or brought up to
date, so that other commands never pay for sqlite_utils.

Objects are kept once: their JSON stands in the journal row that wrote them, and ``objects`` points at that row and has
the columns that look-ups need. So a write is one append and one small update, the history of an object is there for
nothing, and object and journal cannot differ.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlite_utils import Database


def _version_1(db: Database) -> None:
    """Objects, journal, look-up tables, the counter and the clock, timers."""
    # One row: the newest revision, the seconds by which simulated time is ahead of the wall clock, and the time of
    # the newest write (time never runs backwards in a state).
    db.table("state").create(
        {"id": int, "revision": int, "clock_offset": float, "last_time": float},
        pk="id",
        not_null={"revision", "clock_offset", "last_time"},
    )
    db.table("state").insert({"id": 1, "revision": 0, "clock_offset": 0.0, "last_time": 0.0})
    db.table("journal").create(
        {
            "revision": int,
            "time": float,
            "verb": str,
            "resource": str,
            "namespace": str,
            "name": str,
            "uid": str,
            "previous": int,  # the revision that wrote the object as it was before, or null
            "body": str,  # the object after the write as JSON, or null where it went
            "command": str,
        },
        pk="revision",
        not_null={"time", "verb", "resource", "namespace", "name", "uid"},
    )
    db.table("objects").create(
        {
            "id": int,
            "resource": str,
            "namespace": str,
            "name": str,
            "uid": str,
            "revision": int,
            "ref": str,  # spec.nodeName of Pods, involvedObject.uid of Events
        },
        pk="id",
        not_null={"resource", "namespace", "name", "uid", "revision"},
    )
    db.table("objects").create_index(["resource", "namespace", "name"], unique=True)
    # Nobody looks for an event by its UID, and there are more of them than of everything else.
    db.execute("CREATE UNIQUE INDEX objects_by_uid ON objects (uid) WHERE resource <> 'events'")
    db.execute("CREATE INDEX objects_by_ref ON objects (ref, resource) WHERE ref IS NOT NULL")
    db.execute(
        "CREATE TABLE labels (key TEXT NOT NULL, value TEXT NOT NULL, object INTEGER NOT NULL, "
        "PRIMARY KEY (key, value, object)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE owners (owner TEXT NOT NULL, object INTEGER NOT NULL, PRIMARY KEY (owner, object)) WITHOUT ROWID"
    )
    # Of what objects with the same ref ask together (what the Pods of a node request): (pods, node-1, cpu) 300.
    db.execute(
        "CREATE TABLE sums (what TEXT NOT NULL, ref TEXT NOT NULL, name TEXT NOT NULL, amount INTEGER NOT NULL, "
        "PRIMARY KEY (what, ref, name)) WITHOUT ROWID"
    )
    # How far each controller has read the journal, which keys wait for the next pass, and when it wants to look at
    # which key again.
    db.table("cursors").create({"controller": str, "revision": int}, pk="controller", not_null={"revision"})
    db.execute("CREATE TABLE queue (id INTEGER PRIMARY KEY, controller TEXT NOT NULL, key TEXT NOT NULL)")
    db.execute(
        "CREATE TABLE timers (controller TEXT NOT NULL, key TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL, "
        "PRIMARY KEY (controller, key)) WITHOUT ROWID"
    )
    db.table("timers").create_index(["due"])
    db.create_view(
        "history",
        "SELECT j.revision, j.time, j.verb, j.resource, j.namespace, j.name, j.uid, before.body AS before, "
        "j.body AS after, j.command FROM journal j LEFT JOIN journal before ON before.revision = j.previous",
    )


def _version_2(db: Database) -> None:
    """Who wrote each row, and what objects' managedFields were where that cannot be worked out of the rows."""
    db.table("journal").add_column("manager", str)  # the field manager; null in rows of version 1
    db.table("journal").add_column("subresource", str)  # scale, resize ...; null: the object itself, or its status
    # What managedFields an object had after the write of ``revision``, as JSON: after an apply of the server's side,
    # and where the journal has been pruned. All else follows from the rows after it.
    db.execute("CREATE TABLE managed (revision INTEGER PRIMARY KEY, fields TEXT NOT NULL)")
    db.execute("DROP VIEW history")
    db.create_view(
        "history",
        "SELECT j.revision, j.time, j.verb, j.resource, j.namespace, j.name, j.uid, before.body AS before, "
        "j.body AS after, j.command, j.manager, j.subresource FROM journal j "
        "LEFT JOIN journal before ON before.revision = j.previous",
    )


def _version_3(db: Database) -> None:
    """Where the writes of users begin, and which edition of the default roles the state has (0: none).

    What is drawn with a seed hangs on the number of writes since that place, so that it stays the same when a new
    state comes with more.
    """
    db.execute("ALTER TABLE state ADD COLUMN base INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE state ADD COLUMN policy INTEGER NOT NULL DEFAULT 0")


def _version_4(_: Database) -> None:
    """Sums by which Services are found by the labels of Pods, and Pods that have not begun by their namespace."""


def _version_5(db: Database) -> None:
    """What controllers have to remember of a key and no object says (what an autoscaler recommended of late)."""
    db.execute(
        "CREATE TABLE memories (controller TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, "
        "PRIMARY KEY (controller, key)) WITHOUT ROWID"
    )


MIGRATIONS: tuple[Callable[[Database], None], ...] = (_version_1, _version_2, _version_3, _version_4, _version_5)


def work_out_sums(db: Database) -> None:
    """Make the sums over objects what this version keeps of them.

    They follow from the objects, and the versions before kept fewer of them, or none: whatever a file had, it has them anew
    after it was brought up to date. Only here the store asks the kinds for something.
    """
    from minikctl import kinds

    sums: dict[tuple[str, str, str], int] = {}
    rows = db.execute(
        "SELECT o.ref, j.body FROM objects o JOIN journal j ON j.revision = o.revision "
        "WHERE o.ref IS NOT NULL AND o.resource <> 'events'"
    )
    for ref, body in rows:
        obj = json.loads(body)
        info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
        adds = kinds.load(info).sums(None, obj)[1] if info is not None else None
        for (what, name), amount in (adds or {}).items():
            sums[what, ref, name] = sums.get((what, ref, name), 0) + amount
    db.execute("DELETE FROM sums")
    db.conn.executemany("INSERT INTO sums VALUES (?, ?, ?, ?)", [(*key, amount) for key, amount in sums.items() if amount])
