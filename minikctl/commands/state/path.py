"""``state path``: which file is in use."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.state._files import no_arguments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Print the name of the state file, which need not be there."""
    no_arguments(options, "state path")
    session.print(session.state_path)


COMMAND = Command(
    usage="state path",
    summary="Print the name of the state file",
    description="That of --state, else of $MINIKCTL_STATE, else of the context in use. It need not be there yet.",
    examples=(("Which file is in use", "state path"),),
    run=run,
)
