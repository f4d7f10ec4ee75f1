"""``config delete-user``."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import editable, remove
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Take the user out of the configuration."""
    if len(options.args) != 1:
        raise UsageError(
            f"user to delete is required\nSee '{session.program} config delete-user -h' for help and examples"
        )
    path, config = editable(session)
    name = options.args[0]
    if not remove(config, "users", name):
        raise MinikctlError(f"cannot delete user {name}, not in {path}")
    _contexts.save_config(path, config)
    session.print(f"deleted user {name} from {path}")


COMMAND = Command(
    usage="config delete-user NAME",
    summary="Forget a user",
    run=run,
    examples=(("Forget the user joe", "config delete-user joe"),),
)
