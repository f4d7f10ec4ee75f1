"""``cp``: refused, for containers have no files (upstream: kubectl ``cmd/cp``)."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.commands._refusing import check_container, find_pod, refusal
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CpOptions(Options):
    """Flags of ``cp``."""

    container: str = flag("container", "c", help="The container; without it the default one.")
    no_preserve: bool = flag("no-preserve", kind="bool", help="Do not keep owners and permissions of files.")
    retries: int = flag("retries", kind="int", help="How often to try again.")


def run(options: CpOptions, session: Session) -> None:
    """Check the words as kubectl does, and refuse."""
    if len(options.args) != 2:
        raise UsageError("source and destination are required")
    source, destination = (_pod_of(word) for word in options.args)
    if source and destination:
        raise UsageError("one of src or dest must be a local file specification")
    if not source and not destination:
        raise UsageError("one of src or dest must be a remote file specification")
    if not all(word.rpartition(":")[2] for word in options.args):
        raise UsageError("filepath can not be empty")
    if destination:
        import os

        if not os.path.exists(options.args[0]):
            raise MinikctlError(f"{options.args[0]} doesn't exist in local filesystem")
    namespace, _, name = (source or destination).rpartition("/")
    if namespace:
        session.options.namespace = namespace
    check_container(session, find_pod(session, [name], 60.0), options.container, "exec into")
    raise refusal("cp", "its containers have no files", "What is mounted into them, describe and env tell")


def _pod_of(word: str) -> str:
    """``[NAMESPACE/]POD`` of a file in a container, "" for a local one. Raises UsageError (upstream: ``extractFileSpec``)."""
    pod, colon, _ = word.partition(":")
    if colon and not pod:
        raise UsageError("filespec must match the canonical format: [[namespace/]pod:]file/path")
    if not colon:
        return ""
    if pod.count("/") > 1:
        raise UsageError("filespec must match the canonical format: [[namespace/]pod:]file/path")
    return pod


COMMAND = Command(
    usage="cp SOURCE DESTINATION",
    summary="Refused: containers have no files",
    description="The words are checked as kubectl checks them; then it says why there is nothing to copy.",
    examples=(("Ends with exit code 1", "cp web:/etc/hosts hosts"),),
    options=CpOptions,
    run=run,
)
