"""``drain``: take the Pods off nodes (upstream: kubectl ``cmd/drain``)."""

from __future__ import annotations

from minikctl.commands._nodes import SUFFIXES, NodeOptions, find_nodes, set_schedulable
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import dry_run_mode
from minikctl.errors import AggregateError, MinikctlError, UsageError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class DrainOptions(NodeOptions):
    """Flags of ``drain``."""

    force: bool = flag("force", kind="bool", help="Take Pods away that nobody will make anew.")
    ignore_daemonsets: bool = flag(
        "ignore-daemonsets", kind="bool", help="Leave the Pods of DaemonSets where they are."
    )
    delete_emptydir_data: bool = flag(
        "delete-emptydir-data", kind="bool", help="Take Pods away whose data on the node goes with them."
    )
    grace_period: int = flag(
        "grace-period", kind="int", default=-1, help="Seconds that a Pod gets to stop; -1: what its spec says."
    )
    timeout: float = flag(
        "timeout", kind="duration", help="How long to go on, in simulated time; 0: until nothing changes any more."
    )
    pod_selector: str = flag("pod-selector", group="Selection", help="Only the Pods with these labels.")
    disable_eviction: bool = flag("disable-eviction", kind="bool", help="Delete Pods without asking their budgets.")
    skip_wait_for_delete_timeout: int = flag(
        "skip-wait-for-delete-timeout",
        kind="int",
        help="Do not wait for Pods that have been on their way out for so many seconds; 0: wait for all.",
    )
    chunk_size: int = flag(
        "chunk-size", kind="int", default=500, help="There is nothing to be cut: lists are read whole."
    )


def run(options: DrainOptions, session: Session) -> None:
    """Cordon the nodes, then take the Pods off one after the other; go on after an error with the next node."""
    if options.args or "selector" in options.given:
        _check(options)
    nodes = find_nodes(session, options, "drain")
    dry_run = dry_run_mode(options.dry_run, session)
    set_schedulable(session, nodes, dry_run, cordon=True)
    from minikctl.commands._draining import Drain

    failures: list[MinikctlError] = []
    pending = []
    for target in nodes:
        try:
            Drain(session, options, target.name, dry_run).run()
        except MinikctlError as error:
            session.complain(
                f"error: unable to drain node {quote(target.name)} due to error: {error}, continuing command..."
            )
            failures.append(error)
            pending.append(target.name)
            continue
        session.print(f"{target.display} drained{SUFFIXES[dry_run]}")
    if failures:
        session.complain("There are pending nodes to be drained:")
        for name in pending:
            session.complain(f" {name}")
        raise AggregateError(failures)


def _check(options: DrainOptions) -> None:
    from minikctl.lib import labels

    if options.pod_selector:
        try:
            labels.parse(options.pod_selector)
        except ValueError as error:
            raise UsageError("--pod-selector=<pod_selector> must be a valid label selector") from error


COMMAND = Command(
    usage="drain NODE ...",
    summary="Take the Pods off nodes",
    description=(
        "Nodes are cordoned first. Pods are evicted as their disruption budgets allow; an eviction that is refused is tried "
        "again every five seconds of simulated time, up to --timeout, or without it for ten minutes."
    ),
    examples=(
        ("Before a node goes", "drain node-1 --ignore-daemonsets --delete-emptydir-data --force"),
        ("See what would go", "drain node-1 --ignore-daemonsets --force --dry-run=client"),
    ),
    options=DrainOptions,
    run=run,
    complete="nodes",
)
