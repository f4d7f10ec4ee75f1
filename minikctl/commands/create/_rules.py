"""Rules of Roles and ClusterRoles out of words (upstream: kubectl ``cmd/create/create_role.go``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import flag
from minikctl.commands.create._generators import GeneratorOptions
from minikctl.errors import PlainError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: verbs that say nothing to be warned of
_RESOURCE_VERBS = frozenset(
    {
        "*",
        "get",
        "delete",
        "list",
        "create",
        "update",
        "patch",
        "watch",
        "proxy",
        "deletecollection",
        "use",
        "bind",
        "escalate",
        "impersonate",
        "approve",
        "sign",
    }
)
#: verbs that only these resources know: (resource, group)
_SPECIAL_VERBS: dict[str, frozenset[tuple[str, str]]] = {
    "use": frozenset({("podsecuritypolicies", "policy"), ("podsecuritypolicies", "extensions")}),
    "bind": frozenset({("roles", "rbac.authorization.k8s.io"), ("clusterroles", "rbac.authorization.k8s.io")}),
    "escalate": frozenset({("roles", "rbac.authorization.k8s.io"), ("clusterroles", "rbac.authorization.k8s.io")}),
    "impersonate": frozenset(
        {
            ("users", ""),
            ("serviceaccounts", ""),
            ("groups", ""),
            ("userextras", "authentication.k8s.io"),
        }
    ),
    "approve": frozenset({("signers", "certificates.k8s.io")}),
    "sign": frozenset({("signers", "certificates.k8s.io")}),
}


class RuleOptions(GeneratorOptions):
    """Flags of every verb that makes rules."""

    verb: list[str] = flag("verb", kind="strings", help="What may be done: get,list,watch; * is everything.")
    resource: list[str] = flag(
        "resource", kind="strings", help="With what: pods, deployments.apps, pods/log; * is everything."
    )
    resource_name: list[str] = flag(
        "resource-name", kind="array", help="Only the objects of this name; may be repeated."
    )


class Resource:
    """What ``--resource`` names: ``deployments.apps/scale``."""

    __slots__ = ("group", "name", "subresource")

    def __init__(self, text: str) -> None:
        whole, _, self.subresource = text.partition("/")
        self.name, _, self.group = whole.partition(".")

    def known(self) -> tuple[str, str] | None:
        """The plural and the group of the kind that is meant, None where there is none."""
        info = kinds.find_kind(f"{self.name}.{self.group}" if self.group else self.name)
        return (info.plural, info.group) if info else None

    @property
    def resolved(self) -> tuple[str, str]:
        """``known``, or the words as they are."""
        return self.known() or (self.name, self.group)


def verbs_of(options: RuleOptions) -> list[str]:
    """The verbs, each once; only * where it is among them."""
    return ["*"] if "*" in options.verb else list(dict.fromkeys(options.verb))


def resources_of(options: RuleOptions) -> list[Resource]:
    """The resources; only * where it stands by itself."""
    return [Resource("*")] if "*" in options.resource else [Resource(text) for text in options.resource]


def check_verbs(session: Session, verbs: list[str]) -> None:
    """Warn of verbs that no resource has by nature."""
    for verb in verbs:
        if verb not in _RESOURCE_VERBS:
            session.complain(f"Warning: '{verb}' is not a standard resource verb")


def check_resources(resources: list[Resource], verbs: list[str]) -> None:
    """Refuse resources that are not there, and verbs that do not go with them. Raises MinikctlError."""
    for resource in resources:
        if not resource.name:
            raise UsageError("resource must be specified if apiGroup/subresource specified")
        if resource.name == "*":
            return
        name, group = resource.resolved
        found = resource.known() is not None
        for verb in verbs:
            if verb not in _SPECIAL_VERBS:
                continue
            if (name, group) not in _SPECIAL_VERBS[verb]:
                raise UsageError(f"can not perform '{verb}' on '{name}' in group '{group}'")
            found = True
        if not found:
            # upstream: the mapper's NoResourceMatchError, which kubectl's checkErr words without ``error:``
            place = f' in group "{resource.group}"' if resource.group else ""
            raise PlainError(f'the server doesn\'t have a resource type "{resource.name}"{place}')


def rules_of(verbs: list[str], resources: list[Resource], names: list[str], urls: list[str] | None = None) -> list[Obj]:
    """A rule for each group, and one for the URLs (upstream: ``generateResourcePolicyRules``)."""
    by_group: dict[str, dict[str, None]] = {}
    for resource in resources:
        name, group = resource.resolved
        full = f"{name}/{resource.subresource}" if resource.subresource else name
        by_group.setdefault(group, {})[full] = None
    rules: list[Obj] = []
    for group in sorted(by_group):
        rule: Obj = {"verbs": list(verbs), "apiGroups": [group], "resources": list(by_group[group])}
        if names:
            rule["resourceNames"] = list(dict.fromkeys(names))
        rules.append(rule)
    if urls:
        rules.append({"verbs": list(verbs), "nonResourceURLs": urls})
    return rules
