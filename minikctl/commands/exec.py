"""``exec``: refused, for no process runs in a container (upstream: kubectl ``cmd/exec``)."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.commands._refusing import check_container, check_timeout, find_pod, refusal
from minikctl.commands._shared import FilenameOptions
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class StreamOptions(Options):
    """Flags of verbs that connect to a process."""

    container: str = flag("container", "c", help="The container; without it the default one.")
    stdin: bool = flag("stdin", "i", kind="bool", help="Pass standard input on.")
    tty: bool = flag("tty", "t", kind="bool", help="Standard input is a terminal.")
    quiet: bool = flag("quiet", "q", kind="bool", help="Print what the process says, and nothing else.")
    pod_running_timeout: float = flag(
        "pod-running-timeout", kind="duration", default=60.0, help="How long to wait for a Pod of a workload."
    )


class ExecOptions(StreamOptions):
    """Flags of ``exec``."""

    filename: list[str] = FilenameOptions.FLAGS["filename"]  # type: ignore[assignment]  # a flag is what gives the values


def run(options: ExecOptions, session: Session) -> None:
    """Check the words as kubectl does, and refuse."""
    words = options.args if options.dash < 0 else options.args[: options.dash]
    command = [] if options.dash < 0 else options.args[options.dash :]
    if not options.args and not options.filename:
        raise UsageError("pod, type/name or --filename must be specified")
    if options.dash < 0 and len(options.args) > (0 if options.filename else 1):
        raise UsageError(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
            f"See '{session.program} exec -h' for help and examples"
        )
    if not command:
        raise UsageError("you must specify at least one command for the container")
    check_timeout(options.pod_running_timeout)
    documents = None
    if options.filename:
        from minikctl.commands._manifests import read_targets

        given = FilenameOptions()
        given.filename = options.filename
        documents, errors = read_targets(session, given)
        session.end_with(errors)
        if len(documents) > 1:
            raise MinikctlError("cannot exec into multiple objects at a time")
    check_container(session, find_pod(session, words[:1], options.pod_running_timeout, documents), options.container, "exec into")
    raise refusal(
        "exec", "no process runs in its containers",
        "What a container would see and say, env and logs print; how it behaves, a ContainerBehavior says",
    )


COMMAND = Command(
    usage="exec (POD | TYPE/NAME) [-c CONTAINER] -- COMMAND [args...]",
    summary="Refused: no process runs in a container",
    description="The words are checked as kubectl checks them; then it says why there is nothing to run a command in.",
    examples=(("Ends with exit code 1", "exec deployment/web -- date"),),
    options=ExecOptions,
    run=run,
    complete="resources",
)
