"""Making a state file smaller: ``state vacuum``.

The journal holds every write for ever, unless somebody asks to have it pruned. What has to stay: the row of each
object as it is now, all that a controller has not read, and the rows that those refer to as the state before. Who
manages an object's fields follows from rows that may go: it is written down before.
"""

from __future__ import annotations

import os
import sqlite3

from minikctl.errors import StateError
from minikctl.store.opening import LOCK_TIMEOUT, open_existing, translated_errors
from minikctl.store.reading import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Pruned:
    """What became of a file: rows of the journal before and after, bytes before and after."""

    __slots__ = ("bytes_after", "bytes_before", "rows_after", "rows_before")

    def __init__(self, rows_before: int, bytes_before: int) -> None:
        self.rows_before = self.rows_after = rows_before
        self.bytes_before = self.bytes_after = bytes_before


def vacuum(
    path: str, controllers: Iterable[str], managers: Callable[[Reading, int], str], keep: int = 0,
    lock_timeout: float = LOCK_TIMEOUT,
) -> Pruned:
    """Take out of the journal what nobody needs, and give the space back to the disk.

    ``controllers`` are those that read the journal (one that has not read it yet needs all of it); ``managers`` gives the
    managedFields, as JSON, of the object that a write has made; ``keep``: the newest so many writes stay in any case.
    Raises StateError.
    """
    from sqlite_utils import Database

    connection = open_existing(path, lock_timeout)
    try:
        with translated_errors(path, lock_timeout):
            db = Database(connection)
            journal = db.table("journal")
            connection.execute("BEGIN IMMEDIATE")
            done = Pruned(journal.count, _size(path))
            oldest = _oldest_needed(connection, controllers, keep)
            _write_managers_down(connection, managers, oldest)
            journal.delete_where(_NEEDLESS, {"oldest": oldest})
            connection.execute("DELETE FROM managed WHERE revision NOT IN (SELECT revision FROM journal)")
            done.rows_after = journal.count
            connection.execute("COMMIT")
            try:
                db.vacuum()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname not in ("SQLITE_FULL", "SQLITE_BUSY"):
                    raise
                reason = "the disk is full" if error.sqlite_errorname == "SQLITE_FULL" else "it is in use"
                raise StateError(
                    f"{done.rows_before - done.rows_after} rows were pruned, but the state file {path} could not be made "
                    f"smaller: {reason}"
                ) from error
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            done.bytes_after = _size(path)
        return done
    finally:
        connection.close()


#: the rows up to ``oldest`` that are no object's newest one and not the state before a later write
_NEEDLESS = (
    "revision <= :oldest AND revision NOT IN (SELECT revision FROM objects) "
    "AND revision NOT IN (SELECT previous FROM journal WHERE revision > :oldest AND previous IS NOT NULL)"
)


def _write_managers_down(connection: sqlite3.Connection, managers: Callable[[Reading, int], str], oldest: int) -> None:
    """Keep who manages the fields of each object of which rows go, unless that is kept already."""
    reading = Reading.over(connection)
    needed = connection.execute(
        f"WITH gone AS (SELECT DISTINCT uid FROM journal WHERE {_NEEDLESS}) "  # noqa: S608 - a condition of our own
        "SELECT o.revision FROM objects o JOIN gone ON gone.uid = o.uid "
        "WHERE o.revision NOT IN (SELECT revision FROM managed)",
        {"oldest": oldest},
    ).fetchall()
    for (revision,) in needed:
        connection.execute("INSERT INTO managed (revision, fields) VALUES (?, ?)", (revision, managers(reading, revision)))


def _oldest_needed(connection: sqlite3.Connection, controllers: Iterable[str], keep: int) -> int:
    """The revision up to which everybody has read, and up to which nothing is to be kept."""
    read: dict[str, int] = dict(connection.execute("SELECT controller, revision FROM cursors").fetchall())
    (revision,) = connection.execute("SELECT revision FROM state").fetchone()
    return min([int(revision) - keep, *(read.get(name, 0) for name in controllers)])


def _size(path: str) -> int:
    """The bytes of the file and of the write-ahead log beside it."""
    return sum(os.path.getsize(each) for each in (path, path + "-wal") if os.path.exists(each))
