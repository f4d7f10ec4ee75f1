"""``state vacuum``: make the state file smaller."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.commands.state._files import human_size, no_arguments
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class VacuumOptions(Options):
    """Flags of ``state vacuum``."""

    keep: int = flag("keep", kind="int", help="Keep the newest so many writes, needed or not.")


def run(options: VacuumOptions, session: Session) -> None:
    """Prune the journal, give the space back, and say how much it was."""
    from minikctl.api.managed.history import written_down
    from minikctl.controllers import CONTROLLERS
    from minikctl.store.pruning import vacuum

    no_arguments(options, "state vacuum")
    if options.keep < 0:
        raise UsageError(f"--keep must not be negative, but is {options.keep}")
    done = vacuum(
        session.state_path, [name for name, _ in CONTROLLERS], written_down, options.keep, session.lock_timeout()
    )
    session.print(
        f"{done.rows_before - done.rows_after} of {done.rows_before} writes pruned, "
        f"{human_size(done.bytes_before)} are {human_size(done.bytes_after)} now"
    )


COMMAND = Command(
    usage="state vacuum [--keep N]",
    summary="Make the state file smaller",
    description=(
        "The journal keeps every write. This takes out those that nothing needs: no object is as they left it, and every "
        "controller has read them. Objects and their resourceVersions stay as they are."
    ),
    examples=(
        ("Keep what is needed", "state vacuum"),
        ("Keep a thousand writes to look back at", "state vacuum --keep 1000"),
    ),
    options=VacuumOptions,
    run=run,
)
