"""``init``: make a state file, with a chosen number of nodes (minikctl's own)."""

from __future__ import annotations

import os

from minikctl.commands._options import Command, Options, flag
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

#: more nodes than this are a mistake, or another tool's work
MOST_NODES = 5000


class InitOptions(Options):
    """Flags of ``init``."""

    nodes: int = flag("nodes", kind="int", default=3, help="How many nodes the cluster has.")
    force: bool = flag("force", kind="bool", help="Replace a state file that is there.")


def run(options: InitOptions, session: Session) -> None:
    """Make the state file of the context (or of --state)."""
    if options.args:
        raise UsageError(f"init takes no arguments, not {' '.join(options.args)}; the file is named by --state")
    if not 0 <= options.nodes <= MOST_NODES:
        raise UsageError(f"--nodes must be between 0 and {MOST_NODES}, not {options.nodes}")
    path = session.state_path
    if os.path.exists(path):
        if not options.force:
            raise MinikctlError(f"the state file {path} is there already; --force replaces it")
        _remove(path)
    from minikctl.api.bootstrap import fill
    from minikctl.store import Store

    def fill_state(store: Any) -> None:
        fill(store, session.env, options.nodes)

    Store(path, fill_state).close()
    session.print(f"made {path} with {options.nodes} node{'' if options.nodes == 1 else 's'}")


def _remove(path: str) -> None:
    """Remove a state file, but nothing that is not one. Raises StateError."""
    from minikctl.store.opening import refuse_foreign

    refuse_foreign(path)
    for each in (path, path + "-wal", path + "-shm"):
        if os.path.exists(each):
            os.unlink(each)


COMMAND = Command(
    usage="init [--nodes N]",
    summary="Make a state file",
    description="The first command makes one by itself, with three nodes; init is for another number, or to begin again.",
    examples=(("Begin again with five nodes", "init --nodes 5 --force"),),
    options=InitOptions,
    run=run,
)
