"""``create clusterrole`` (upstream: kubectl ``cmd/create/create_clusterrole.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import create, metadata, one_name
from minikctl.commands.create._rules import (
    Resource,
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
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: what can be done with a URL
_URL_VERBS = frozenset({"*", "get", "post", "put", "delete", "patch", "head", "options"})


class CreateClusterRoleOptions(RuleOptions):
    """Flags of ``create clusterrole``."""

    non_resource_url: list[str] = flag(
        "non-resource-url", kind="strings", help="A path of the API: /logs/*; may be repeated."
    )
    aggregation_rule: list[str] = flag(
        "aggregation-rule",
        kind="pairs",
        help="Take the rules of all ClusterRoles with this label: KEY=VALUE.",
    )


def run(options: CreateClusterRoleOptions, session: Session) -> None:
    """Make a ClusterRole of rules, or one that takes those of others."""
    name = one_name(session, options, "create clusterrole")
    verbs, resources = verbs_of(options), resources_of(options)
    labels = dict(pair.split("=", 1) for pair in options.aggregation_rule)
    obj: Obj = {
        "kind": "ClusterRole",
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "metadata": metadata(session, name, namespaced=False),
    }
    if labels:
        if options.non_resource_url or verbs or resources or options.resource_name:
            raise UsageError(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"
            )
        obj["rules"] = None
        obj["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": labels}]}
    else:
        urls = list(dict.fromkeys(options.non_resource_url))
        _check(session, verbs, resources, urls)
        obj["rules"] = rules_of(verbs, resources, options.resource_name, urls)
    create(session, options, obj)


def _check(session: Session, verbs: list[str], resources: list[Resource], urls: list[str]) -> None:
    if not verbs:
        raise UsageError("at least one verb must be specified")
    if not resources and not urls:
        raise UsageError("one of resource or nonResourceURL must be specified")
    if resources:
        check_verbs(session, verbs)
        check_resources(resources, verbs)
    if urls:
        _check_urls(verbs, urls)


def _check_urls(verbs: list[str], urls: list[str]) -> None:
    for verb in verbs:
        if verb not in _URL_VERBS:
            raise UsageError(f"invalid verb: '{verb}' for nonResourceURL")
    for url in urls:
        if url == "*":
            continue
        if not url.startswith("/"):
            raise UsageError("nonResourceURL should start with /")
        if "*" in url[:-1]:
            raise UsageError("nonResourceURL only supports wildcard matches when '*' is at the end")


COMMAND = Command(
    usage="create clusterrole NAME --verb=VERB --resource=RESOURCE.GROUP [--resource-name=NAME] [--non-resource-url=URL]",
    summary="Create a ClusterRole",
    examples=(
        ("Who has it may read nodes", "create clusterrole node-reader --verb=get,list,watch --resource=nodes"),
        ("A path of the API", "create clusterrole prober --verb=get --non-resource-url=/healthz"),
        (
            "The rules of all that have a label",
            "create clusterrole monitoring --aggregation-rule=example.com/aggregate-to-monitoring=true",
        ),
    ),
    options=CreateClusterRoleOptions,
    run=run,
)
