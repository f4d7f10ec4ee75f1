"""``state backup``: a copy of the state file, made while others go on."""

from __future__ import annotations

import os

from minikctl.commands._options import Command, Options, flag
from minikctl.commands.state._files import copy_name
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class BackupOptions(Options):
    """Flags of ``state backup``."""

    force: bool = flag("force", kind="bool", help="Replace a file of this name.")


def run(options: BackupOptions, session: Session) -> None:
    """Copy the state as the last command left it."""
    from minikctl.store.copying import copy_database
    from minikctl.store.opening import refuse_foreign

    if len(options.args) > 1:
        raise UsageError("state backup takes one file at most")
    path = session.state_path
    refuse_foreign(path)
    target = options.args[0] if options.args else copy_name(session)
    if os.path.isdir(target):
        target = os.path.join(target, os.path.basename(copy_name(session)))
    if os.path.exists(target):
        if os.path.samefile(path, target):
            raise MinikctlError(f"{target} is the state file itself")
        if not options.force:
            raise MinikctlError(f"{target} is there already; --force replaces it")
        refuse_foreign(target)
    copy_database(path, target, replace=options.force)
    session.print(f"the state is copied to {target}")


COMMAND = Command(
    usage="state backup [FILE]",
    summary="Copy the state file",
    description=(
        "The copy is one file, readable by you alone (it has the Secrets in it), and stands for one moment, whatever other "
        "commands do meanwhile. Without FILE it lies beside the state, with the time in its name."
    ),
    examples=(("Beside the state file", "state backup"), ("Under a name", "state backup before-upgrade.db")),
    options=BackupOptions,
    complete="files",
    run=run,
)
