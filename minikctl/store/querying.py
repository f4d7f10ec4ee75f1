"""Looking into a state file with SQL: ``state sql``. Nothing can be written this way.

Two walls, either of which would do: the connection refuses writes (``query_only``), and an authorizer lets a statement do
nothing but read. So no statement can attach, make or load another file either.
"""

from __future__ import annotations

import sqlite3

from minikctl.errors import MinikctlError
from minikctl.store.opening import LOCK_TIMEOUT, open_read_only, state_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: what a statement may do; ``PRAGMA`` besides, where it only tells something
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_PRAGMAS = frozenset({
    "database_list", "foreign_key_check", "foreign_key_list", "index_info", "index_list", "index_xinfo", "integrity_check",
    "quick_check", "table_info", "table_list", "table_xinfo",
})
#: settings that may be read, but not set
_SETTINGS = frozenset({
    "application_id", "auto_vacuum", "cache_size", "encoding", "freelist_count", "journal_mode", "page_count", "page_size",
    "schema_version", "user_version",
})
#: no value is longer than this many bytes: ``randomblob`` and the like do not eat the memory
LONGEST = 100_000_000
#: SQLite's steps between two looks whether Ctrl-C was pressed
_STEPS = 100_000


def query(path: str, sql: str, lock_timeout: float = LOCK_TIMEOUT) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one statement that reads the state file at ``path``; gives the columns' names and the rows.

    Raises MinikctlError for a statement that is wrong or would write, StateError where the file cannot be read.
    """
    connection = open_read_only(path, lock_timeout)
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
        # SQLite makes these tables at their first use, which would look like a change to the authorizer.
        connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')").fetchall()
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        connection.set_authorizer(_authorize)
        connection.set_progress_handler(lambda: 0, _STEPS)  # where Python takes notice of Ctrl-C
        try:
            cursor = connection.execute(sql)
            return _unique([column[0] for column in cursor.description or ()]), cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            raise _told(error, path, lock_timeout) from error
    finally:
        connection.close()


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """What SQLite asks before it compiles a step: what is done, and to what."""
    if action in _ALLOWED:
        return sqlite3.SQLITE_DENY if (second or "").lower() == "load_extension" else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        name = (first or "").lower()
        if name in _PRAGMAS or (name in _SETTINGS and second is None):
            return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _told(error: Exception, path: str, lock_timeout: float) -> MinikctlError:
    """The user's words for what is wrong with a statement, or with the file."""
    name = getattr(error, "sqlite_errorname", "") or ""
    text = str(error)
    if name == "SQLITE_INTERRUPT":
        raise KeyboardInterrupt from error
    if name == "SQLITE_AUTH" or "not authorized" in text:
        return MinikctlError("the statement is refused: only what reads the state is allowed")
    if isinstance(error, sqlite3.Error) and name not in ("", "SQLITE_ERROR", "SQLITE_TOOBIG", "SQLITE_MISMATCH", "SQLITE_RANGE"):
        return state_error(error, path, lock_timeout)
    return MinikctlError(f"the statement is wrong: {text[:1].lower()}{text[1:]}")


def _unique(names: list[str]) -> list[str]:
    """The columns' names, the second ``name`` as ``name_2``: a row is to be an object."""
    found: list[str] = []
    for name in names:
        number, given = 1, name
        while given in found:
            number += 1
            given = f"{name}_{number}"
        found.append(given)
    return found
