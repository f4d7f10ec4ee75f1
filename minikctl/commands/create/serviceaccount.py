"""``create serviceaccount`` (upstream: kubectl ``cmd/create/create_serviceaccount.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: GeneratorOptions, session: Session) -> None:
    """Make a ServiceAccount."""
    name = one_name(session, options, "create serviceaccount")
    obj = {"kind": "ServiceAccount", "apiVersion": "v1", "metadata": metadata(session, name)}
    create(session, options, obj, failed="failed to create serviceaccount: ")


COMMAND = Command(
    usage="create serviceaccount NAME",
    summary="Create a ServiceAccount",
    examples=(("An account for a program", "create serviceaccount robot"),),
    options=GeneratorOptions,
    run=run,
)
