"""``cordon``: let no new Pods come to nodes (upstream: kubectl ``cmd/drain``)."""

from __future__ import annotations

from minikctl.commands._nodes import NodeOptions, find_nodes, set_schedulable
from minikctl.commands._options import Command
from minikctl.commands._printing import dry_run_mode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: NodeOptions, session: Session) -> None:
    """Mark the nodes as unschedulable."""
    nodes = find_nodes(session, options, "cordon")
    set_schedulable(session, nodes, dry_run_mode(options.dry_run, session), cordon=True)


COMMAND = Command(
    usage="cordon NODE ...",
    summary="Let no new Pods come to nodes",
    description="The Pods that are there stay; see drain for taking them away.",
    examples=(("Keep new Pods off a node", "cordon node-1"), ("By label", "cordon -l kubernetes.io/hostname=node-1")),
    options=NodeOptions,
    run=run,
    complete="nodes",
)
