"""``create service loadbalancer`` (upstream: kubectl ``cmd/create/create_service.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands.create._generators import one_name
from minikctl.commands.create.service._services import ServiceOptions, create_service, require_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: ServiceOptions, session: Session) -> None:
    """Make a Service that asks for a load balancer."""
    name = one_name(session, options, "create service loadbalancer")
    require_ports(options)
    create_service(session, options, name, "LoadBalancer")


COMMAND = Command(
    usage="create service loadbalancer NAME [--tcp=PORT:TARGETPORT]",
    summary="Create a LoadBalancer Service",
    examples=(("Two ports", "create service loadbalancer shop --tcp=80:8080 --tcp=443:8443"),),
    options=ServiceOptions,
    run=run,
)
