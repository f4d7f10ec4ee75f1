"""``config current-context``."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import readable
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:  # noqa: ARG001 - it has none, and passes over words as kubectl does
    """Print the name of the context in use."""
    current = readable(session).get("current-context")
    if not current:
        raise MinikctlError("current-context is not set")
    session.print(str(current))


COMMAND = Command(
    usage="config current-context",
    summary="Print the context in use",
    run=run,
    examples=(("Which one is it?", "config current-context"),),
)
