"""``create service clusterip`` (upstream: kubectl ``cmd/create/create_service.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import one_name
from minikctl.commands.create.service._services import ServiceOptions, create_service, require_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateClusterIPOptions(ServiceOptions):
    """Flags of ``create service clusterip``."""

    clusterip: str = flag("clusterip", help="The address of the Service; None for a headless one.")


def run(options: CreateClusterIPOptions, session: Session) -> None:
    """Make a Service inside of the cluster."""
    name = one_name(session, options, "create service clusterip")
    if options.clusterip != "None":
        require_ports(options)
    create_service(session, options, name, "ClusterIP", clusterIP=options.clusterip)


COMMAND = Command(
    usage="create service clusterip NAME [--tcp=PORT:TARGETPORT]",
    summary="Create a ClusterIP Service",
    examples=(
        ("Port 80 of the Service is 8080 of its Pods", "create service clusterip shop --tcp=80:8080"),
        ("A headless one", "create service clusterip db --clusterip=None"),
    ),
    options=CreateClusterIPOptions,
    run=run,
)
