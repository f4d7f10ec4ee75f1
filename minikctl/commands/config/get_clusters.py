"""``config get-clusters``."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import names, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:  # noqa: ARG001 - it has none, and passes over words as kubectl does
    """List the clusters: state files, and real clusters that another program's contexts name."""
    for line in ("NAME", *names(readable(session), "clusters")):
        session.print(line)


COMMAND = Command(
    usage="config get-clusters",
    summary="List the clusters",
    description="A cluster of minikctl is a state file, which its server names (minikctl:///PATH).",
    run=run,
    examples=(("Which clusters are there?", "config get-clusters"),),
)
