"""``config delete-cluster``: forget a cluster; its state file stays."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.config._editing import save_without, show_help, without

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Take the cluster out of the configuration."""
    if len(options.args) != 1:
        show_help(session, "config delete-cluster")
        return
    name = options.args[0]
    path, config = without(session, "clusters", name)
    save_without(session, "clusters", name, path, config)


COMMAND = Command(
    usage="config delete-cluster NAME",
    summary="Forget a cluster",
    description="The state file that it names stays where it is.",
    run=run,
    examples=(("Forget the cluster staging", "config delete-cluster staging"),),
)
