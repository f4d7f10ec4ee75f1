"""``config get-users``."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import names, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:  # noqa: ARG001 - it has none, and passes over words as kubectl does
    """List the users."""
    for line in ("NAME", *names(readable(session), "users")):
        session.print(line)


COMMAND = Command(
    usage="config get-users",
    summary="List the users",
    description="Users are kept for other programs that read the file; to minikctl all are alike.",
    run=run,
    examples=(("Which users are there?", "config get-users"),),
)
