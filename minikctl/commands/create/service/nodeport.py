"""``create service nodeport`` (upstream: kubectl ``cmd/create/create_service.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import one_name
from minikctl.commands.create.service._services import ServiceOptions, create_service, require_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateNodePortOptions(ServiceOptions):
    """Flags of ``create service nodeport``."""

    node_port: int = flag("node-port", kind="int", help="The port of the nodes; 0: the API chooses one.")


def run(options: CreateNodePortOptions, session: Session) -> None:
    """Make a Service with a port of every node."""
    name = one_name(session, options, "create service nodeport")
    require_ports(options)
    create_service(session, options, name, "NodePort", node_port=options.node_port)


COMMAND = Command(
    usage="create service nodeport NAME [--tcp=PORT:TARGETPORT] [--node-port=PORT]",
    summary="Create a NodePort Service",
    examples=(("A port of the nodes", "create service nodeport shop --tcp=80:8080 --node-port=30080"),),
    options=CreateNodePortOptions,
    run=run,
)
