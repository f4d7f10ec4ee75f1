"""``config delete-user``."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import save_without, without
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Take the user out of the configuration."""
    if len(options.args) != 1:
        raise UsageError(
            f"user to delete is required\nSee '{session.program} config delete-user -h' for help and examples"
        )
    name = options.args[0]
    path, config = without(session, "users", name)
    save_without(session, "users", name, path, config)


COMMAND = Command(
    usage="config delete-user NAME",
    summary="Forget a user",
    run=run,
    examples=(("Forget the user joe", "config delete-user joe"),),
)
