"""``create namespace`` (upstream: kubectl ``cmd/create/create_namespace.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: GeneratorOptions, session: Session) -> None:
    """Make a namespace."""
    name = one_name(session, options, "create namespace")
    create(
        session,
        options,
        {
            "kind": "Namespace",
            "apiVersion": "v1",
            "metadata": metadata(session, name, namespaced=False),
            "spec": {},
            "status": {},
        },
    )


COMMAND = Command(
    usage="create namespace NAME",
    summary="Create a namespace",
    examples=(("A namespace for tests", "create namespace test"),),
    options=GeneratorOptions,
    run=run,
)
