"""``fault node``: a node is lost, or runs out of disk or memory."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands.fault._making import ForOptions, chosen, end, make
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session

WORDS = {"down": "Down", "up": "", "disk-pressure": "DiskPressure", "memory-pressure": "MemoryPressure"}


def run(options: ForOptions, session: Session) -> None:
    """Make the fault, or end those of the node (``up``)."""
    if len(options.args) != 2:
        raise UsageError("fault node takes a node and down, up, disk-pressure or memory-pressure")
    name, word = options.args
    fault = chosen(word, WORDS, "a node")
    session.api.must_get("nodes", "", name)
    if not fault:
        end(session, lambda each: (each["spec"].get("node") or {}).get("name") == name, f"node/{name} has no faults")
        return
    make(session, f"node-{name}-{word}", {"node": {"name": name, "fault": fault}}, options)


COMMAND = Command(
    usage="fault node NAME down|up|disk-pressure|memory-pressure",
    summary="Lose a node, or let it run out of disk or memory",
    description=(
        "A node that is down is not heard of: it is NotReady after 50 seconds, and what was asked of its Pods waits. Under disk "
        "pressure it evicts its Pods, under memory pressure those without requests. up ends all faults of the node."
    ),
    examples=(
        ("Lose a node for ten minutes", "fault node node-2 down --for 10m"),
        ("Have it back", "fault node node-2 up"),
        ("Fill its disk", "fault node node-2 disk-pressure"),
    ),
    options=ForOptions,
    run=run,
)
