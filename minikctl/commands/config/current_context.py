"""``config current-context``."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Print the name of the context in use."""
    if options.args:
        raise MinikctlError(f"unexpected args: [{' '.join(options.args)}]")
    current = session.config.get("current-context")
    if not current:
        raise MinikctlError("current-context is not set")
    session.print(str(current))


COMMAND = Command(
    usage="config current-context",
    summary="Print the context in use",
    run=run,
    examples=(("Which one is it?", "config current-context"),),
)
