"""``config rename-context``."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import editable, wrong_arguments
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Give a context another name."""
    if len(options.args) != 2:
        raise wrong_arguments(session, "config rename-context", options.args)
    old, new = options.args
    path, config = editable(session)
    if _contexts.find(config, "contexts", old) is None:
        raise MinikctlError(f'cannot rename the context "{old}", it\'s not in {path}')
    if _contexts.find(config, "contexts", new) is not None:
        raise MinikctlError(f'cannot rename the context "{old}", the context "{new}" already exists in {path}')
    for each in config["contexts"]:
        if each.get("name") == old:
            each["name"] = new
    if config.get("current-context") == old:
        config["current-context"] = new
    _contexts.save_config(path, config)
    session.print(f'Context "{old}" renamed to "{new}".')


COMMAND = Command(
    usage="config rename-context OLD NEW",
    summary="Give a context another name",
    run=run,
    complete="contexts",
    examples=(("Rename", "config rename-context minikctl local"),),
)
