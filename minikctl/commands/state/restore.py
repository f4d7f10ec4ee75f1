"""``state restore``: make the state what a backup is."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.state._files import check_file, copy_name
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Restore, and say where the present state is kept."""
    from minikctl.store.restoring import restore

    if len(options.args) != 1:
        raise UsageError("state restore takes one file, which state backup made")
    source, path, kept = options.args[0], session.state_path, copy_name(session)
    replaced = restore(source, path, kept, lambda each: check_file(session, each).problems, session.lock_timeout())
    session.print(f"{path} is restored from {source}")
    if replaced:
        session.print(f"what was there is kept in {kept}")


COMMAND = Command(
    usage="state restore FILE",
    summary="Make the state what a backup is",
    description=(
        "All of it or nothing: a file that is no state, is damaged or was written by a newer minikctl is refused. What was "
        "there before is kept beside the state file."
    ),
    examples=(("Go back to a backup", "state restore before-upgrade.db"),),
    complete="files",
    run=run,
)
