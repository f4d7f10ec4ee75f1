"""``init``: make a state file, with a chosen number of nodes (minikctl's own)."""

from __future__ import annotations

import os

from minikctl.commands._options import Command, Options, flag
from minikctl.errors import MinikctlError, StateError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.commands._session import Session

#: more nodes than this are a mistake, or another tool's work
MOST_NODES = 5000


class InitOptions(Options):
    """Flags of ``init``."""

    nodes: int = flag("nodes", kind="int", default=3, help="How many nodes the cluster has.")
    load_balancer: bool = flag(
        "load-balancer", kind="bool", help="Give Services of type LoadBalancer addresses of 203.0.113.0/24.",
    )
    force: bool = flag("force", kind="bool", help="Replace a state file that is there.")


def run(options: InitOptions, session: Session) -> None:
    """Make the state file of the context (or of --state)."""
    if options.args:
        raise UsageError(f"init takes no arguments, not {' '.join(options.args)}; the file is named by --state")
    if not 0 <= options.nodes <= MOST_NODES:
        raise UsageError(f"--nodes must be between 0 and {MOST_NODES}, not {options.nodes}")
    path = session.state_path
    if os.path.exists(path) and not options.force:
        raise MinikctlError(f"the state file {path} is there already; --force replaces it")
    from minikctl.api.bootstrap import LOAD_BALANCER_ADDRESSES, fill
    from minikctl.store import Store

    def fill_state(store: Any) -> None:
        pool = LOAD_BALANCER_ADDRESSES if options.load_balancer else ""
        fill(store, session.env, options.nodes, load_balancer=pool)

    if os.path.exists(path):
        _replace(path, fill_state)
    else:
        Store(path, fill_state).close()
    session.print(f"made {path} with {options.nodes} node{'' if options.nodes == 1 else 's'}")


def _replace(path: str, fill_state: Callable[[Any], None]) -> None:
    """Make a state in the place of another one, but of nothing else. Raises StateError.

    The old one goes when the new one is there, under another name: a full disk leaves the old one.
    """
    from minikctl.store import Store
    from minikctl.store.opening import draft_of, put_state_in_place, refuse_foreign, remove_database, translated_errors

    refuse_foreign(path)
    draft = draft_of(path)
    try:
        try:
            Store(draft, fill_state).close()
        except StateError as error:
            raise StateError(str(error).replace(draft, path)) from error
        with translated_errors(path, 0):
            remove_database(path)
            put_state_in_place(draft, path)
    finally:
        remove_database(draft)


COMMAND = Command(
    usage="init [--nodes N] [--load-balancer]",
    summary="Make a state file",
    description="The first command makes one by itself, with three nodes; init is for another number, or to begin again.",
    examples=(
        ("Begin again with five nodes", "init --nodes 5 --force"),
        ("Begin again with addresses for Services of type LoadBalancer", "init --load-balancer --force"),
    ),
    options=InitOptions,
    run=run,
)
