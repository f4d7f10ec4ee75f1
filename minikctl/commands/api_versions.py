"""``api-versions`` (upstream: kubectl ``cmd/apiresources/apiversions.go``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, Options
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: Options, session: Session) -> None:
    """List group and version of all kinds."""
    if options.args:
        raise UsageError(
            f"unexpected arguments: [{' '.join(options.args)}]\nSee '{session.program} api-versions -h' for help and examples"
        )
    custom = kinds.definitions()
    versions = {info.api_version for info in kinds.built_in_kinds()}
    versions |= {info.api_version for info in custom.versions()} if custom is not None else set()
    for version in sorted(versions):
        session.print(version)


COMMAND = Command(
    usage="api-versions",
    summary="List the API versions that there are",
    run=run,
    examples=(("All of them", "api-versions"),),
)
