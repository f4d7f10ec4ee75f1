"""``fault list``: the faults that there are."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, Options
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Print the table of ``get faults``."""
    if options.args:
        raise UsageError(f"fault list takes no arguments, not {' '.join(options.args)}; get fault NAME shows one")
    faults = session.api.list("faults.minikctl.dev")
    if not faults:
        session.print("There are no faults.")
        return
    from minikctl.printing.table import format_table

    kind = kinds.load(kinds.info_for("faults.minikctl.dev"))
    rows = [kind.row(fault, session.api.now()) for fault in faults]
    session.write(format_table([column.name for column in kind.columns], rows))


COMMAND = Command(
    usage="fault list",
    summary="List the faults",
    examples=(("All of them", "fault list"), ("As objects, to be applied elsewhere", "get faults -o yaml")),
    run=run,
)
