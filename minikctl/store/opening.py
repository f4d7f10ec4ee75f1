"""Opening a state file: making it where there is none, bringing an old one up to date, refusing what is not one.

Whatever is wrong (no folder, no permission, another program's file, damage, a newer version, a lock that does not end)
becomes a ``StateError`` that says which file and what to do, and the file stays as it was.
"""

from __future__ import annotations

import os
import sqlite3

from minikctl.errors import StateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: SQLite's application_id of a state file: "mini" in ASCII
APPLICATION_ID = 0x6D696E69
#: the version that this program writes: the number of migrations
VERSION = 5
#: seconds after which a draft that nobody has written to is nobody's
ABANDONED = 3600
#: seconds that a command waits for another one that is writing
LOCK_TIMEOUT = 30.0


def open_state(
    path: str, fill: Callable[[sqlite3.Connection], None], lock_timeout: float = LOCK_TIMEOUT
) -> sqlite3.Connection:
    """Open the state file at ``path``; make it, with what ``fill`` writes into it, where there is none.

    ``fill`` gets a connection with the empty tables, inside of a transaction. ``lock_timeout`` is in seconds.
    Raises StateError.
    """
    if not os.path.exists(path):
        _make(path, fill)
    with translated_errors(path, lock_timeout):
        connection = _connect(path, lock_timeout)
        try:
            _check(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_existing(path: str, lock_timeout: float = LOCK_TIMEOUT) -> sqlite3.Connection:
    """Open the state file at ``path`` as ``open_state`` does, but make none. Raises StateError, too, where there is none."""
    if not os.path.exists(path):
        raise StateError(f"there is no state file {path}")
    return open_state(path, lambda _: None, lock_timeout)


def open_read_only(path: str, lock_timeout: float = LOCK_TIMEOUT) -> sqlite3.Connection:
    """Open the state file at ``path`` (of any version) so that the connection writes nothing into it.

    Raises StateError where there is none, or something else.
    """
    if not os.path.exists(path):
        raise StateError(f"there is no state file {path}")
    with translated_errors(path, lock_timeout):
        # Not mode=ro: who cannot write cannot clear away, at the end, what SQLite lays beside the file either.
        connection = sqlite3.connect(uri(path) + "?mode=rw", timeout=lock_timeout, isolation_level=None, uri=True)
        try:
            connection.execute("PRAGMA query_only = ON")
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            # In a folder that cannot be written, and on a full disk, there is no room for that. Where no other process has
            # the file open, it can be read as one that does not change.
            without_room = error.sqlite_errorname.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR_SHM"))
            if not without_room or (os.path.exists(path + "-wal") and os.path.getsize(path + "-wal")):
                raise
            connection = sqlite3.connect(uri(path) + "?mode=ro&immutable=1", isolation_level=None, uri=True)
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        except sqlite3.Error:
            connection.close()
            raise
    if application_id != APPLICATION_ID:
        connection.close()
        raise StateError(f"{path} is not a minikctl state file")
    return connection


def uri(path: str) -> str:
    """``path`` as SQLite's URI: a question mark or a number sign in a file's name is no query."""
    return "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _connect(path: str, lock_timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=lock_timeout, isolation_level=None, check_same_thread=False)
    # Durable against a killed process; a power cut may take the newest commits, never the file.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _check(connection: sqlite3.Connection, path: str) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application_id != APPLICATION_ID:
        raise StateError(f"{path} is not a minikctl state file")
    if version > VERSION:
        raise StateError(
            f"the state file {path} was written by a newer minikctl (its version is {version}, this minikctl knows up to "
            f"{VERSION}); use that minikctl, or another file with --state"
        )
    if version < VERSION:
        _migrate(connection, path)


def _make(path: str, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make the file under another name and put it in place whole: a killed command leaves a good file or none."""
    folder = os.path.dirname(os.path.abspath(path))
    draft = draft_of(path)
    try:
        os.makedirs(folder, exist_ok=True)
        touch(draft)
    except OSError as error:
        raise StateError(f"cannot make the state file {path}: {error.strerror}") from error
    connection = None
    try:
        with translated_errors(path, LOCK_TIMEOUT):
            connection = sqlite3.connect(draft, isolation_level=None)
            connection.execute("PRAGMA page_size = 16384")
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            _apply_migrations(connection, 0)
            fill(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")  # kept in the file: readers never wait for a writer
            connection.close()
            put_state_in_place(draft, path)  # where another command was first, its file stays
    finally:
        if connection is not None:
            connection.close()
        remove_database(draft)


def draft_of(path: str) -> str:
    """A name beside ``path`` that nobody has, not even a killed process with the number that this one has now.

    Who asks for one is about to write there: what killed processes left goes first.
    """
    _clear_drafts(path)
    return f"{path}.{os.urandom(6).hex()}.new"


def _clear_drafts(path: str) -> None:
    """Remove drafts that killed processes left (they have Secrets in them) and that are so old that nobody writes them."""
    import re
    import time

    folder, name = os.path.split(os.path.abspath(path))
    copy = r"(\.(v\d+|\d{8}T\d{6}Z(-\d+)?)\.bak)?"  # a copy of the state, or the state itself
    name = re.sub(rf"{copy}\Z", "", name)
    try:
        for each in os.listdir(folder):
            if each.startswith(name) and re.fullmatch(copy + r"\.[0-9a-f]{12}\.new(-wal|-shm|-journal)?", each[len(name):]):
                left = os.path.join(folder, each)
                if time.time() - os.stat(left).st_mtime > ABANDONED:
                    os.unlink(left)
    except OSError:  # who cannot look, or was second, leaves them to somebody else
        pass


def touch(path: str) -> None:
    """Make an empty file for its owner alone: a state has Secrets in it. Raises OSError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def put_in_place(draft: str, path: str) -> bool:
    """Give the file ``draft`` the name ``path`` too, whole, unless there is one: whether it was done. Raises OSError."""
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the name must not be on the disk before what it stands for
    finally:
        os.close(descriptor)
    try:
        os.link(draft, path)  # unlike rename, it never replaces a file that another command made meanwhile
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if os.path.exists(path):
            return False
        os.rename(draft, path)
    return True


def put_state_in_place(draft: str, path: str) -> bool:
    """As ``put_in_place``, for a state file where there is none.

    What SQLite left beside a file that has been removed since (a write-ahead log, after a kill) would be taken for the
    new one's and spoil it: it goes first. That nobody makes a file between this look and that step, a lock on the folder
    sees to.
    """
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        try:
            import fcntl

            fcntl.flock(folder, fcntl.LOCK_EX)
        except (ImportError, OSError):  # a system or a file system without such locks
            pass
        if os.path.exists(path):
            return False
        remove_database(path)
        return put_in_place(draft, path)
    finally:
        os.close(folder)  # and the lock with it


def remove_database(path: str) -> None:
    """Remove a database and what SQLite keeps beside it, as far as they are there."""
    for each in (path, path + "-wal", path + "-shm", path + "-journal"):
        if os.path.exists(each):
            os.unlink(each)


def _apply_migrations(connection: sqlite3.Connection, version: int) -> None:
    from sqlite_utils import Database

    from minikctl.store.migrations import MIGRATIONS, work_out_sums

    db = Database(connection)
    for migrate in MIGRATIONS[version:]:
        migrate(db)
    if version:
        work_out_sums(db)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _migrate(connection: sqlite3.Connection, path: str) -> None:
    """Bring an older file up to date, in one transaction, after a copy of it was put beside it."""
    from minikctl.store.copying import copy_database

    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()  # another command may have been first
        if version < VERSION:
            copy_database(path, f"{path}.v{version}.bak", replace=True)
            _apply_migrations(connection, version)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite takes back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


class translated_errors:  # noqa: N801 - used like a function
    """Turn SQLite's errors inside of the block into StateErrors about the file at ``path``."""

    def __init__(self, path: str, lock_timeout: float) -> None:
        self.path = path
        self.lock_timeout = lock_timeout

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Translate what can be translated."""
        if isinstance(error, sqlite3.Error):
            raise state_error(error, self.path, self.lock_timeout) from error
        if isinstance(error, OSError):
            raise StateError(f"cannot use the state file {self.path}: {error.strerror}") from error


def translated(error: Exception, path: str, lock_timeout: float) -> StateError | None:
    """The StateError for an error of SQLite; None for any other error."""
    return state_error(error, path, lock_timeout) if isinstance(error, sqlite3.Error) else None


def state_error(error: sqlite3.Error, path: str, lock_timeout: float) -> StateError:
    """The user's words for SQLite's ``error`` about the file at ``path``."""
    name = getattr(error, "sqlite_errorname", "") or ""
    words = next(
        (words for prefix, words in _WORDS if name.startswith(prefix)), "the state file {path} cannot be used: {error}"
    )
    reason = "it is a folder" if os.path.isdir(path) else "no permission, or its folder cannot be written"
    return StateError(words.format(path=path, error=error, seconds=f"{lock_timeout:g}", reason=reason))


#: what a user reads for SQLite's error codes, by their beginning
_WORDS = (
    (
        "SQLITE_BUSY",
        "the state file {path} is in use: another minikctl has been writing to it for more than {seconds}s",
    ),
    (
        "SQLITE_LOCKED",
        "the state file {path} is in use: another minikctl has been writing to it for more than {seconds}s",
    ),
    ("SQLITE_NOTADB", "{path} is not a minikctl state file"),
    ("SQLITE_CORRUPT", "the state file {path} is damaged ({error}); restore a backup or remove it"),
    ("SQLITE_FULL", "the disk of the state file {path} is full; nothing was changed"),
    ("SQLITE_READONLY", "the state file {path} is read-only; nothing was changed"),
    ("SQLITE_PERM", "the state file {path} is read-only; nothing was changed"),
    # The room that readers and writers share beside the file cannot be had.
    ("SQLITE_IOERR_SHM", "the disk of the state file {path} is full; nothing was changed"),
    ("SQLITE_CANTOPEN", "cannot open the state file {path}: {reason}"),
    ("SQLITE_IOERR", "cannot read or write the state file {path}: {error}"),
)


def refuse_foreign(path: str) -> None:
    """Raise StateError unless the file at ``path`` is a state file (of any version)."""
    open_read_only(path).close()
