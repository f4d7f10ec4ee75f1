"""``create role`` (upstream: kubectl ``cmd/create/create_role.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands.create._generators import create, metadata, one_name
from minikctl.commands.create._rules import (
    RuleOptions,
    check_resources,
    check_verbs,
    resources_of,
    rules_of,
    verbs_of,
)
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


def run(options: RuleOptions, session: Session) -> None:
    """Make a Role with a rule for each group."""
    name = one_name(session, options, "create role")
    verbs, resources = verbs_of(options), resources_of(options)
    if not verbs:
        raise UsageError("at least one verb must be specified")
    check_verbs(session, verbs)
    if not resources:
        raise UsageError("at least one resource must be specified")
    check_resources(resources, verbs)
    create(
        session,
        options,
        {
            "kind": "Role",
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "metadata": metadata(session, name),
            "rules": rules_of(verbs, resources, options.resource_name),
        },
    )


COMMAND = Command(
    usage="create role NAME --verb=VERB --resource=RESOURCE.GROUP/SUBRESOURCE [--resource-name=NAME]",
    summary="Create a Role",
    examples=(
        ("Who has it may read Pods", "create role pod-reader --verb=get,list,watch --resource=pods"),
        ("One object only", "create role web-reader --verb=get --resource=deployments.apps --resource-name=web"),
    ),
    options=RuleOptions,
    run=run,
)
