"""What a state file has in it, in figures: ``state info``."""

from __future__ import annotations

import os

from minikctl.store.opening import LOCK_TIMEOUT, open_existing, translated_errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def inspect(path: str, lock_timeout: float = LOCK_TIMEOUT) -> dict[str, Any]:
    """The figures of the state file at ``path``: sizes in bytes, times in seconds since the epoch.

    ``controllers`` is how many writes each has yet to read. Raises StateError.
    """
    from sqlite_utils import Database

    connection = open_existing(path, lock_timeout)
    try:
        with translated_errors(path, lock_timeout):
            db = Database(connection)
            (state,) = db.query("SELECT revision, clock_offset, last_time FROM state")
            (journal,) = db.query("SELECT count(*) AS writes, min(revision) AS oldest, min(time) AS since FROM journal")
            (timers,) = db.query("SELECT count(*) AS count, min(due) AS next FROM timers")
            (free,) = db.query(
                "SELECT freelist_count AS pages, page_size AS size FROM pragma_freelist_count, pragma_page_size"
            )
            objects = db.query("SELECT resource, count(*) AS count FROM objects GROUP BY resource ORDER BY resource")
            cursors = db.query("SELECT controller, revision FROM cursors ORDER BY controller")
            return {
                "version": connection.execute("PRAGMA user_version").fetchone()[0],
                "bytes": os.path.getsize(path),
                "walBytes": os.path.getsize(path + "-wal") if os.path.exists(path + "-wal") else 0,
                "freeBytes": free["pages"] * free["size"],
                "revision": state["revision"],
                "clockOffset": state["clock_offset"],
                "lastTime": state["last_time"],
                "journal": journal,
                "timers": timers,
                "controllers": {row["controller"]: state["revision"] - row["revision"] for row in cursors},
                "objects": {row["resource"]: row["count"] for row in objects},
            }
    finally:
        connection.close()
