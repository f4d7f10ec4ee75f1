"""``fault clear``: let all be well again."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.fault._making import RESOURCE, end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """End the faults that are named, or all."""
    for name in options.args:
        session.api.must_get(RESOURCE, "", name)
    wanted = set(options.args)
    end(session, lambda fault: not wanted or fault["metadata"]["name"] in wanted, "There are no faults.")


COMMAND = Command(
    usage="fault clear [NAME ...]",
    summary="End faults, by name or all of them",
    examples=(("All", "fault clear"), ("One", "fault clear node-node-2-down")),
    run=run,
)
