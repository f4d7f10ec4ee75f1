"""``uncordon``: let Pods come to nodes again (upstream: kubectl ``cmd/drain``)."""

from __future__ import annotations

from minikctl.commands._nodes import NodeOptions, find_nodes, set_schedulable
from minikctl.commands._options import Command
from minikctl.commands._printing import dry_run_mode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: NodeOptions, session: Session) -> None:
    """Mark the nodes as schedulable."""
    nodes = find_nodes(session, options, "uncordon")
    set_schedulable(session, nodes, dry_run_mode(options.dry_run, session), cordon=False)


COMMAND = Command(
    usage="uncordon NODE ...",
    summary="Let Pods come to nodes again",
    examples=(("Use a node again", "uncordon node-1"),),
    options=NodeOptions,
    run=run,
    complete="nodes",
)
