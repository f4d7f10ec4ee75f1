"""``config delete-context``: forget a context; its state file stays."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import editable, remove, show_help
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Take the context out of the configuration."""
    if len(options.args) != 1:
        show_help(session, "config delete-context")
        return
    path, config = editable(session)
    name = options.args[0]
    if not remove(config, "contexts", name):
        raise MinikctlError(f"cannot delete context {name}, not in {path}")
    if config.get("current-context") == name:
        session.complain(
            f'warning: this removed your active context, use "{session.program} config use-context" to select a different one'
        )
    _contexts.save_config(path, config)
    session.print(f"deleted context {name} from {path}")


COMMAND = Command(
    usage="config delete-context NAME",
    summary="Forget a context",
    run=run,
    complete="contexts",
    description="The state file of the context stays where it is.",
    examples=(("Forget the context staging", "config delete-context staging"),),
)
