"""Copies of a state file: online, whole or not at all, for the eyes of the file's owner alone.

A copy is what the last commit left, whatever other commands do meanwhile (SQLite's backup API reads one snapshot). It
is written under another name and then put in place, so that a killed copy is never taken for a backup.
"""

from __future__ import annotations

import os
import sqlite3

from minikctl.errors import StateError
from minikctl.store.opening import (
    LOCK_TIMEOUT,
    draft_of,
    open_read_only,
    put_in_place,
    remove_database,
    state_error,
    touch,
)

#: SQLite's errors that are about the file which is read; any other one is about the copy
_OF_THE_SOURCE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def copy_database(source: str, target: str, *, replace: bool = False) -> None:
    """Copy the database at ``source`` to ``target``, in one file that needs nothing beside it.

    ``replace``: a file that is there goes; otherwise it is an error. Raises StateError.
    """
    if not replace and os.path.lexists(target):
        raise StateError(f"{target} is there already")
    draft = draft_of(target)
    try:
        touch(draft)
        _copy(source, draft)
        if replace:
            os.replace(draft, target)
        elif not put_in_place(draft, target):
            raise StateError(f"{target} is there already")
    except OSError as error:
        raise StateError(f"cannot write {target}: {error.strerror}") from error
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(_OF_THE_SOURCE):
            raise state_error(error, source, LOCK_TIMEOUT) from error
        reason = "the disk is full" if name == "SQLITE_FULL" else str(error)
        raise StateError(f"cannot write {target}: {reason}") from error
    finally:
        remove_database(draft)


def _copy(source: str, draft: str) -> None:
    # A connection of its own: one that is writing cannot be copied from.
    reader = open_read_only(source)
    try:
        writer = sqlite3.connect(draft)
        try:
            reader.backup(writer)
        finally:
            writer.close()
    finally:
        reader.close()
