"""``config delete-cluster``: forget a cluster; its state file stays."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import editable, remove, show_help
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Take the cluster out of the configuration."""
    if len(options.args) != 1:
        show_help(session, "config delete-cluster")
        return
    path, config = editable(session)
    name = options.args[0]
    if not remove(config, "clusters", name):
        raise MinikctlError(f"cannot delete cluster {name}, not in {path}")
    _contexts.save_config(path, config)
    session.print(f"deleted cluster {name} from {path}")


COMMAND = Command(
    usage="config delete-cluster NAME",
    summary="Forget a cluster",
    description="The state file that it names stays where it is.",
    run=run,
    examples=(("Forget the cluster staging", "config delete-cluster staging"),),
)
