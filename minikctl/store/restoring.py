"""Putting a backup in the place of a state: ``state restore``.

Where the present file is sound, its content is replaced in one transaction: commands that run meanwhile see the one or
the other, and one that waits to write goes on with what was restored. Where it is damaged, or of another version, the
file itself is replaced. Either way what was there is kept beside it.
"""

from __future__ import annotations

import os
import sqlite3

from minikctl.errors import StateError
from minikctl.store import opening
from minikctl.store.copying import copy_database

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class _Unsound(Exception):  # noqa: N818 - a way to go, not an error
    """The present file cannot be written into."""


def restore(
    source: str,
    path: str,
    kept: str,
    problems_of: Callable[[str], list[str]],
    lock_timeout: float = opening.LOCK_TIMEOUT,
) -> bool:
    """Make the state file at ``path`` what the backup ``source`` is; True where ``kept`` now has what was there before.

    ``problems_of(path)`` says what is wrong with a state file; a damaged backup is refused. Raises StateError; then the
    state is as it was.
    """
    opening.open_read_only(source, lock_timeout).close()
    if os.path.exists(path):
        opening.refuse_foreign(path)
        if os.path.samefile(source, path):
            raise StateError(f"{path} is the state file itself")
    elif folder := os.path.dirname(path):
        _make_folder(folder, path)
    draft = opening.draft_of(path)
    try:
        copy_database(source, draft)
        opening.open_existing(draft, lock_timeout).close()  # brings an older one up to date, refuses a newer one
        problems = problems_of(draft)
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise StateError(f"the backup {source} is damaged: {problems[0]}{more}")
        if not os.path.exists(path) and opening.put_state_in_place(draft, path):
            return False
        try:
            _replace_content(draft, path, kept, lock_timeout)
        except _Unsound:
            _replace_file(draft, path, kept)
    except OSError as error:
        raise StateError(f"cannot restore {path}: {error.strerror}") from error
    finally:
        opening.remove_database(draft)
        for version in range(1, opening.VERSION):
            opening.remove_database(f"{draft}.v{version}.bak")
    return True


def _make_folder(folder: str, path: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise StateError(f"cannot make the state file {path}: {error.strerror}") from error


def _replace_content(draft: str, path: str, kept: str, lock_timeout: float) -> None:
    """Replace all rows in one transaction. Raises _Unsound, with nothing changed, where that cannot be done."""
    connection = sqlite3.connect(path, timeout=lock_timeout, isolation_level=None)
    try:
        connection.execute("ATTACH ? AS draft", (draft,))
        connection.execute("BEGIN IMMEDIATE")
        copy_database(path, kept)  # nobody writes meanwhile: all that is to be replaced is kept
        _copy_rows(connection)
        connection.execute("COMMIT")
    except (sqlite3.Error, _Unsound) as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if os.path.exists(kept):
            os.unlink(kept)
        if isinstance(error, _Unsound):
            raise
        if (error.sqlite_errorname or "").startswith("SQLITE_CORRUPT"):
            raise _Unsound from error
        raise opening.state_error(error, path, lock_timeout) from error
    finally:
        connection.close()


def _copy_rows(connection: sqlite3.Connection) -> None:
    """Make the tables of ``main`` what those of ``draft`` are. Raises _Unsound."""
    if _layout(connection, "main") != _layout(connection, "draft"):
        raise _Unsound
    for (table,) in connection.execute("SELECT name FROM draft.sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'DELETE FROM main."{table}"')  # noqa: S608 - a name from the layout
        connection.execute(f'INSERT INTO main."{table}" SELECT * FROM draft."{table}"')  # noqa: S608
    if connection.execute("PRAGMA main.integrity_check(1)").fetchone() != ("ok",):
        raise _Unsound


def _layout(connection: sqlite3.Connection, database: str) -> tuple[object, ...]:
    """The version and the tables of a database."""
    version = connection.execute(f"PRAGMA {database}.user_version").fetchone()
    tables = connection.execute(f"SELECT type, name, sql FROM {database}.sqlite_master ORDER BY type, name")  # noqa: S608
    return version, tables.fetchall()


def _replace_file(draft: str, path: str, kept: str) -> None:
    """Put the draft in the place of the file, which goes on under the name ``kept`` with its write-ahead log."""
    try:
        os.link(path, kept)
    except OSError:  # a file system without hard links
        import shutil

        opening.touch(kept)
        shutil.copyfile(path, kept)
    if os.path.exists(path + "-wal"):
        os.replace(path + "-wal", kept + "-wal")
    if os.path.exists(path + "-shm"):
        os.unlink(path + "-shm")
    os.replace(draft, path)
