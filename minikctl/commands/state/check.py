"""``state check``: whether the state file is whole."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands.state._files import check_file, no_arguments
from minikctl.errors import SilentExit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """Say that the state is whole, or each problem on a line of standard error, with exit code 1."""
    no_arguments(options, "state check")
    report = check_file(session, session.state_path)
    for problem in report.problems:
        session.complain(f"error: {problem}")
    if report.problems:
        raise SilentExit
    session.print(f"{session.state_path} is whole: {report.objects} objects, {report.writes} writes in the journal")


COMMAND = Command(
    usage="state check",
    summary="Look whether the state file is whole",
    description=(
        "The file's pages; that the journal, replayed, gives the stored objects; that each object is found by its labels, "
        "owners and node, and that what is kept of sums adds up; that owners are there or their objects are about to be "
        "collected. Exit code 1, with a line for each problem, where something is wrong."
    ),
    examples=(("After a crash", "state check"),),
    run=run,
)
