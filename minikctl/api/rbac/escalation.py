"""Nobody may hand on what he has not got: checks on the writing of roles and bindings.

Upstream: ``pkg/registry/rbac`` (``policybased`` storages, ``escalation_check.go``), ``validation.ConfirmNoEscalation`` and
``component-helpers/auth/rbac/validation`` (``Covers``).
"""

from __future__ import annotations

from minikctl.api.rbac.rules import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, GROUP, ROLE_BINDINGS, ROLES, Attributes
from minikctl.errors import Forbidden, quote
from minikctl.kinds.rbacrules import breakdown, compact_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.api.rbac.rules import Resolver
    from minikctl.api.rbac.user import User

    Obj = dict[str, Any]

#: the resources whose writing is looked at
GUARDED = frozenset({ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS})
#: who wants rules collected by labels has to be able to do everything: nobody knows what will be collected
FULL_AUTHORITY: tuple[Obj, ...] = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}, {"verbs": ["*"], "nonResourceURLs": ["*"]},
)
_PARTS = (
    ("APIGroups", "apiGroups"), ("Resources", "resources"), ("NonResourceURLs", "nonResourceURLs"),
    ("ResourceNames", "resourceNames"), ("Verbs", "verbs"),
)


def check(resolver: Resolver, user: User, resource: str, namespace: str, obj: Obj) -> None:
    """Look at a role or binding that ``user`` wants to write. Raises Forbidden; NotFound for a role that is not there."""
    if user.is_superuser:
        return
    name = obj["metadata"].get("name", "")
    if resource in (ROLES, CLUSTER_ROLES):
        plural = resource.partition(".")[0]
        escalate = Attributes(user, "escalate", group=GROUP, resource=plural, namespace=namespace, name=name)
        if resolver.authorize(escalate)[0]:
            return
        missing = missing_rights(resolver, user, namespace, obj.get("rules") or ())
        if missing:
            raise Forbidden(resource, name, missing)
        if obj.get("aggregationRule") is not None:
            missing = missing_rights(resolver, user, namespace, FULL_AUTHORITY)
            if missing:
                detail = f"must have cluster-admin privileges to use the aggregationRule: {missing}"
                raise Forbidden(resource, name, detail)
        return
    ref = obj.get("roleRef") or {}
    plural = "roles" if ref.get("kind") == "Role" else "clusterroles"
    bind = Attributes(user, "bind", group=GROUP, resource=plural, namespace=namespace, name=ref.get("name", ""))
    if resolver.authorize(bind)[0]:
        return
    missing = missing_rights(resolver, user, namespace, resolver.role_rules(ref, namespace))
    if missing:
        raise Forbidden(resource, name, missing)


def missing_rights(resolver: Resolver, user: User, namespace: str, rules: Iterable[Obj]) -> str:
    """What of ``rules`` the user cannot do himself, as the API server says it; "" where he can do all of it."""
    owned, errors = resolver.rules_for(user, namespace)
    missing = uncovered(owned, rules)
    if not missing:
        return ""
    groups = " ".join(map(quote, user.groups))
    lines = sorted({compact_string(rule) for rule in compact_rules(missing)})
    text = (
        f"user {quote(user.name)} (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n"
        + "\n".join(lines)
    )
    if errors:
        text += f"; resolution errors: [{' '.join(map(str, errors))}]"
    return text


def uncovered(owner_rules: Sequence[Obj], servant_rules: Iterable[Obj]) -> list[Obj]:
    """The smallest parts of ``servant_rules`` that no single rule of ``owner_rules`` covers (upstream: ``Covers``)."""
    parts = (part for rule in servant_rules for part in breakdown(rule))
    return [part for part in parts if not any(rule_covers(owner, part) for owner in owner_rules)]


def rule_covers(owner: Obj, part: Obj) -> bool:
    """Whether a rule allows all that a part of another does, which has one verb, resource and name at most."""
    names, wanted = owner.get("resourceNames") or (), part.get("resourceNames") or ()
    return (
        _has(owner.get("verbs"), part["verbs"])
        and _has(owner.get("apiGroups"), part.get("apiGroups"))
        and all(_resource_covered(owner.get("resources") or (), each) for each in part.get("resources") or ())
        and (not names or (bool(wanted) and all(name in names for name in wanted)))
        and all(_url_covered(owner.get("nonResourceURLs") or (), url) for url in part.get("nonResourceURLs") or ())
    )


def _has(owned: Sequence[str] | None, wanted: Sequence[str] | None) -> bool:
    return "*" in (owned or ()) or all(each in (owned or ()) for each in wanted or ())


def _resource_covered(owned: Sequence[str], resource: str) -> bool:
    _, slash, subresource = resource.partition("/")
    return "*" in owned or resource in owned or bool(slash and f"*/{subresource}" in owned)


def _url_covered(owned: Sequence[str], path: str) -> bool:
    return any(url == path or (url.endswith("*") and path.startswith(url.rstrip("*"))) for url in owned)


def compact_string(rule: Obj) -> str:
    """``{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`` (upstream: ``CompactString``)."""
    parts = [
        f"{title}:[{' '.join(map(quote, rule[field]))}]" for title, field in _PARTS if rule.get(field)
    ]
    return "{" + ", ".join(parts) + "}"
