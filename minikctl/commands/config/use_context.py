"""``config use-context``."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import editable, wrong_arguments
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Make another context the one in use."""
    if len(options.args) != 1:
        raise wrong_arguments(session, "config use-context", options.args)
    path, config = editable(session)
    name = options.args[0]
    if not name:
        raise MinikctlError("empty context names are not allowed")
    if _contexts.find(config, "contexts", name) is None:
        raise MinikctlError(f'no context exists with the name: "{name}"')
    config["current-context"] = name
    _contexts.save_config(path, config)
    session.print(f'Switched to context "{name}".')


COMMAND = Command(
    usage="config use-context NAME",
    summary="Use another context",
    run=run,
    complete="contexts",
    examples=(("Work on another state", "config use-context staging"),),
)
