"""``attach``: refused, for no process runs in a container (upstream: kubectl ``cmd/attach``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._refusing import check_container, check_timeout, find_pod, refusal
from minikctl.commands.exec import StreamOptions
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class AttachOptions(StreamOptions):
    """Flags of ``attach``."""

    detach_keys: str = flag("detach-keys", default="ctrl-p,ctrl-q", help="The keys that would end the connection.")


def run(options: AttachOptions, session: Session) -> None:
    """Check the words as kubectl does, and refuse."""
    if not options.args:
        raise UsageError("at least 1 argument is required for attach")
    if len(options.args) > 2:
        raise UsageError(
            f"expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {len(options.args)}: [{' '.join(options.args)}]"
        )
    check_timeout(options.pod_running_timeout)
    check_container(session, find_pod(session, options.args, options.pod_running_timeout), options.container, "attach")
    raise refusal("attach", "no process runs in its containers", "What one would have written, logs prints")


COMMAND = Command(
    usage="attach (POD | TYPE/NAME) [-c CONTAINER]",
    summary="Refused: no process runs in a container",
    description="The words are checked as kubectl checks them; then it says why there is nothing to attach to.",
    examples=(("Ends with exit code 1", "attach deployment/web"),),
    options=AttachOptions,
    run=run,
    complete="resources",
)
