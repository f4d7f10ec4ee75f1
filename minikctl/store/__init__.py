"""The SQLite file: objects, their journal, the revision counter, the clock's offset, timers.

``Store`` is one open state file. Reading needs no transaction. Writing happens between ``begin`` and ``commit``: all of
a command's writes land or none, and a second command waits at ``begin``. Objects come out as fresh dicts that the
caller may keep and change; what goes in is written as JSON at once.

It knows nothing of kinds, defaults or rules: that is ``minikctl.api``'s part. Looking up stands in ``reading``, writing
in ``writing``, what there is to do in ``work``; here are the file and its transactions.
"""

from __future__ import annotations

import sqlite3

from minikctl.errors import StateError
from minikctl.store.changes import Change
from minikctl.store.opening import LOCK_TIMEOUT, open_state, state_error
from minikctl.store.stored import Memory, Stored
from minikctl.store.work import Work
from minikctl.store.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LOCK_TIMEOUT", "Change", "Store", "Stored"]

#: KiB of the file that a transaction may keep in memory: with less, large ones write pages and read them again
CACHE = 32_768
#: who writes where nobody says otherwise
API_SERVER = "kube-apiserver"


class Store(Writing, Work):
    """One open state file."""

    def __init__(self, path: str, fill: Callable[[Store], None], lock_timeout: float = LOCK_TIMEOUT) -> None:
        """Open the file at ``path``. Where there is none it is made, and ``fill`` writes what a new one has into it.

        ``lock_timeout``: the seconds that a write waits for another command. Raises StateError.
        """
        self.path = path
        self.lock_timeout = lock_timeout
        self.command = ""
        self.manager, self.subresource = API_SERVER, ""

        def fill_through_store(connection: sqlite3.Connection) -> None:
            draft = Store.__new__(Store)
            draft.path, draft.lock_timeout, draft.command = path, lock_timeout, self.command
            draft.manager, draft.subresource = API_SERVER, ""
            draft._attach(connection)
            fill(draft)
            draft._save_state()

        self._attach(open_state(path, fill_through_store, lock_timeout))

    def _attach(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.is_open = True
        self._execute = connection.execute
        self._write = connection.cursor().execute
        self._memory = Memory()
        self.empty, self._some, self._no_sums = set(), set(), set()
        self.written = {}
        self._undo = None
        self._added, self._cursors, self._moved, self._timers = {}, None, {}, {}
        self.on_write = None
        self.unwatched = frozenset()
        #: rises whenever something that was written is taken back: what others remember of it then holds no more
        self.epoch = 0
        self._load_state()

    def _load_state(self) -> None:
        try:
            row = self._execute("SELECT revision, clock_offset, last_time, base, policy FROM state").fetchone()
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
        #: up to here stands what a new state has prepared; controllers are not shown it
        self.base: int = row[3]
        #: the edition of the default roles that the state has; 0: none
        self.policy: int = row[4]
        self._saved_state = tuple(row)

    def _save_state(self) -> None:
        self._write_sums()
        self._write_cursors()
        now = (self.revision, self.clock_offset, self.last_time, self.base, self.policy)
        if now != self._saved_state:
            self._execute(
                "UPDATE state SET revision = ?, clock_offset = ?, last_time = ?, base = ?, policy = ?", now
            )
            self._saved_state = now

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self.is_open = False
        self._connection.close()

    # -- transactions -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start to write: waits for other commands. Raises StateError when the wait is too long."""
        try:
            self._execute("BEGIN IMMEDIATE")
            self._execute(f"PRAGMA cache_size = -{CACHE}")
        except sqlite3.Error as error:
            raise state_error(error, self.path, self.lock_timeout) from error
        old = self.revision
        self._load_state()
        if self.revision != old:
            self.epoch += 1

    def refresh(self) -> bool:
        """Look whether another command has written; True where it has. Only outside of a transaction."""
        old = self.revision
        self._load_state()
        if self.revision != old:
            self.epoch += 1
        return self.revision != old

    def commit(self) -> None:
        """Make everything since ``begin`` durable, at once."""
        try:
            self._save_state()
            self._execute("COMMIT")
        except sqlite3.Error as error:
            raise state_error(error, self.path, self.lock_timeout) from error
        self._memory.clear()  # from now on others may write
        self.empty.clear()
        self._some.clear()
        self._timers.clear()
        self._no_sums.clear()

    def rollback(self) -> None:
        """Forget everything since ``begin``."""
        if self._connection.in_transaction:
            self._execute("ROLLBACK")
        self._memory.clear()
        self.empty.clear()
        self._some.clear()
        self._added.clear()
        self._timers.clear()
        self._no_sums.clear()
        self._forget_cursors()
        self._undo = None
        self.epoch += 1
        self._load_state()

    @property
    def writing(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def savepoint(self) -> Savepoint:
        """A part of the transaction: an exception inside of ``with store.savepoint():`` takes back just that part."""
        return Savepoint(self)


class Savepoint:
    """See ``Store.savepoint``."""

    __slots__ = ("_outermost", "_position", "_state", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> None:
        """Mark the place to come back to."""
        store = self._store
        self._outermost = store._undo is None
        if store._undo is None:
            store._undo = []
        self._position = len(store._undo)
        self._state = (store.revision, store.last_time, store.clock_offset)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Keep the part, or take it back after an error."""
        store = self._store
        # Where no transaction is open any more, SQLite has taken everything back by itself: the disk is full, say.
        if error is not None and store._connection.in_transaction:
            store._take_back(self._position, self._state[0])
            store.revision, store.last_time, store.clock_offset = self._state
            store.epoch += 1
        if self._outermost:
            store._undo = None
