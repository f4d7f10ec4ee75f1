"""``port-forward``: refused, for nothing listens in a container (upstream: kubectl ``cmd/portforward``)."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.commands._refusing import check_ports, find_pod, refusal
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class PortForwardOptions(Options):
    """Flags of ``port-forward``."""

    address: list[str] = flag("address", kind="strings", default=["localhost"], help="Addresses to listen on.")
    pod_running_timeout: float = flag(
        "pod-running-timeout", kind="duration", default=60.0, help="How long to wait for a Pod of a workload."
    )


def run(options: PortForwardOptions, session: Session) -> None:
    """Check the words as kubectl does, and refuse."""
    see = f"\nSee '{session.program} port-forward -h' for help and examples"
    if len(options.args) < 2:
        raise UsageError(f"TYPE/NAME and list of ports are required for port-forward{see}")
    if options.pod_running_timeout <= 0:
        raise UsageError(f"--pod-running-timeout must be higher than zero{see}")
    pod = find_pod(session, options.args[:1], options.pod_running_timeout)
    phase = (pod.get("status") or {}).get("phase", "")
    if phase != "Running":
        raise MinikctlError(f"unable to forward port because pod is not running. Current status={phase}")
    if not options.args[0].startswith(("svc/", "service/", "services/")):  # whose ports are the Service's own
        check_ports(pod, options.args[1:])
    raise refusal(
        "port-forward", "nothing listens in its containers", "Which Pods would get requests, and what would stop them, route says"
    )


COMMAND = Command(
    usage="port-forward TYPE/NAME [LOCAL_PORT:]REMOTE_PORT ...",
    summary="Refused: nothing listens in a container",
    description="The words are checked as kubectl checks them; then it says why there is no port to forward.",
    examples=(("Ends with exit code 1", "port-forward service/web 8080:80"),),
    options=PortForwardOptions,
    run=run,
    complete="resources",
)
