"""``options``: the flags that every command has (upstream: kubectl ``cmd/options``)."""

from __future__ import annotations

from minikctl.commands._options import Command, Options
from minikctl.commands._shared import GlobalOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:  # noqa: ARG001 - words are passed over, as kubectl does
    """List the flags."""
    from minikctl.commands._help import flag_lines

    flags = sorted(GlobalOptions.FLAGS.values(), key=lambda flag: flag.name)
    session.print("\n".join(["The following options can be passed to any command:", "", *flag_lines(flags)]))


COMMAND = Command(
    usage="options",
    summary="List the flags that every command has",
    examples=(("All of them", "options"),),
    run=run,
)
