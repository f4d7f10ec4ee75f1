"""``config delete-context``: forget a context; its state file stays."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import save_without, show_help, without

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Take the context out of the configuration."""
    if len(options.args) != 1:
        show_help(session, "config delete-context")
        return
    name = options.args[0]
    path, config = without(session, "contexts", name)
    if config.get("current-context") == name:
        session.complain(
            f'warning: this removed your active context, use "{session.program} config use-context" to select a different one'
        )
    save_without(session, "contexts", name, path, config)


COMMAND = Command(
    usage="config delete-context NAME",
    summary="Forget a context",
    run=run,
    complete="contexts",
    description="The state file of the context stays where it is.",
    examples=(("Forget the context staging", "config delete-context staging"),),
)
