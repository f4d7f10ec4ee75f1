"""``config unset`` (upstream: kubectl ``cmd/config/unset.go``)."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import editable, remove, wrong_arguments
from minikctl.commands.config._shape import SECTIONS
from minikctl.commands.config.set import VERSION, split
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Take one value, one entry or a whole section away; what is not there is no error."""
    if len(options.args) != 1:
        raise wrong_arguments(session, "config unset", options.args)
    name = options.args[0]
    path, config = editable(session)
    section, key, field = split(name)
    if section in VERSION:
        pass  # the file keeps its own
    elif section == "preferences" and key:
        (config.get(section) or {}).pop(key, None)
    elif section in ("current-context", "preferences"):
        config.pop(section, None)
    elif not key:
        config[section] = []
    elif not field:
        remove(config, section, key)
    else:
        found = _contexts.find(config, section, key)
        if found is None:
            raise MinikctlError(f"current map key `{key}` is invalid")
        found.pop(SECTIONS[section][field][0], None)
    _contexts.save_config(path, config)
    session.print(f'Property "{name}" unset.')


COMMAND = Command(
    usage="config unset PROPERTY",
    summary="Take one value of the configuration away",
    examples=(
        ("Use no context", "config unset current-context"),
        ("No namespace for a context", "config unset contexts.minikctl.namespace"),
    ),
    run=run,
)
