"""``create quota`` (upstream: kubectl ``cmd/create/create_quota.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class CreateQuotaOptions(GeneratorOptions):
    """Flags of ``create quota``."""

    hard: str = flag("hard", help="What there may be at the most: pods=10,requests.cpu=4.")
    scopes: str = flag("scopes", help="Count only what these hold for: BestEffort,NotTerminating.")


def run(options: CreateQuotaOptions, session: Session) -> None:
    """Make a ResourceQuota."""
    name = one_name(session, options, "create quota")
    spec: Obj = {}
    if options.hard:
        spec["hard"] = dict(sorted(_quantities(options.hard).items()))
    if options.scopes:
        spec["scopes"] = _scopes(options.scopes)
    create(
        session,
        options,
        {
            "kind": "ResourceQuota",
            "apiVersion": "v1",
            "metadata": metadata(session, name),
            "spec": spec,
            "status": {},
        },
        failed="failed to create quota: ",
    )


def _quantities(text: str) -> dict[str, str]:
    """``pods=10,cpu=4`` as a map (upstream: ``populateResourceListV1``). Raises UsageError."""
    from minikctl.lib import quantity

    found: dict[str, str] = {}
    for statement in text.split(","):
        parts = statement.split("=")
        if len(parts) != 2:
            raise UsageError(f"Invalid argument syntax {statement}, expected <resource>=<value>")
        try:
            found[parts[0]] = str(quantity.parse_quantity(parts[1]))
        except ValueError as error:
            raise UsageError(str(error)) from error
    return found


def _scopes(text: str) -> list[str]:
    """``BestEffort,NotTerminating`` as a list (upstream: ``parseScopes``). Raises UsageError."""
    found = text.split(",")
    if "" in found:
        raise UsageError('invalid resource quota scope ""')
    return found


COMMAND = Command(
    usage="create quota NAME [--hard=KEY=VALUE,KEY=VALUE] [--scopes=SCOPE,SCOPE]",
    summary="Create a ResourceQuota",
    examples=(
        ("At the most ten Pods, with four CPUs together", "create quota team --hard=pods=10,requests.cpu=4"),
        ("Count Pods without requests only", "create quota idle --hard=pods=100 --scopes=BestEffort"),
    ),
    options=CreateQuotaOptions,
    run=run,
)
