"""``create service externalname`` (upstream: kubectl ``cmd/create/create_service.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import one_name
from minikctl.commands.create.service._services import ServiceOptions, create_service
from minikctl.errors import UsageError
from minikctl.lib.names import is_dns1123_subdomain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateExternalNameOptions(ServiceOptions):
    """Flags of ``create service externalname``."""

    external_name: str = flag("external-name", required=True, help="The DNS name that the Service stands for.")


def run(options: CreateExternalNameOptions, session: Session) -> None:
    """Make a Service that is another name for an outer one."""
    name = one_name(session, options, "create service externalname")
    if is_dns1123_subdomain(options.external_name):
        raise UsageError(f"invalid service external name {options.external_name}")
    create_service(session, options, name, "ExternalName", externalName=options.external_name)


COMMAND = Command(
    usage="create service externalname NAME --external-name=NAME",
    summary="Create an ExternalName Service",
    examples=(("A name for an outer database", "create service externalname db --external-name=db.example.com"),),
    options=CreateExternalNameOptions,
    run=run,
)
