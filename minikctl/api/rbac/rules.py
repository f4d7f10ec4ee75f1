"""Whether somebody may do something: roles and bindings, looked at as the authorizer does.

Upstream: ``plugin/pkg/auth/authorizer/rbac/rbac.go``, ``pkg/registry/rbac/validation/rule.go`` and
``pkg/apis/rbac/v1/evaluation_helpers.go``.
"""

from __future__ import annotations

from minikctl.errors import AggregateError, Forbidden, MinikctlError, NotFound, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.api.rbac.user import User
    from minikctl.api.server import Api

    Obj = dict[str, Any]

GROUP = "rbac.authorization.k8s.io"
CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS = f"clusterroles.{GROUP}", f"clusterrolebindings.{GROUP}"
ROLES, ROLE_BINDINGS = f"roles.{GROUP}", f"rolebindings.{GROUP}"


class Attributes:
    """What is asked for: a verb on a resource of a namespace ("": of the cluster, or of all), or on a path.

    Upstream: ``authorizer.Attributes``. ``resource`` is the plural without its group; ``name`` is "" for what has none:
    lists and creations.
    """

    __slots__ = ("group", "name", "namespace", "path", "resource", "subresource", "user", "verb")

    def __init__(
        self,
        user: User,
        verb: str,
        *,
        group: str = "",
        resource: str = "",
        subresource: str = "",
        namespace: str = "",
        name: str = "",
        path: str = "",
    ) -> None:
        self.user = user
        self.verb = verb
        self.group = group
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
        self.path = path

    @property
    def combined_resource(self) -> str:
        """``pods`` or ``pods/log``."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    def sentence(self) -> str:
        """Who cannot do what (upstream: ``forbiddenMessage``)."""
        who = f"User {quote(self.user.name)} cannot {self.verb}"
        if self.path:
            return f"{who} path {quote(self.path)}"
        place = f"in the namespace {quote(self.namespace)}" if self.namespace else "at the cluster scope"
        return f"{who} resource {quote(self.combined_resource)} in API group {quote(self.group)} {place}"

    def refusal(self, reason: str) -> Forbidden:
        """The error of who may not (upstream: ``ForbiddenStatusError``)."""
        qualified = f"{self.resource}.{self.group}" if self.group else self.resource
        detail = self.sentence() + (f": {reason}" if reason else "")
        error = Forbidden(qualified, self.name, detail)
        if not self.name:
            error.message = f"{qualified} is forbidden: {detail}" if qualified else f"forbidden: {detail}"
            error.args = (error.message,)
        return error


class Resolver:
    """Finds the rules that hold for a user; reads each binding and role once for as long as nothing is written."""

    def __init__(self, api: Api) -> None:
        #: what is asked for roles and bindings; nobody's rights are looked at on the way
        self.api = api
        self._known: dict[tuple[str, str | None], list[Obj]] = {}
        self._roles: dict[tuple[str, str, str], Obj | None] = {}
        self._holds = (-1, -1)

    # -- upstream: RBACAuthorizer -----------------------------------------------------------------------------------

    def authorize(self, attributes: Attributes) -> tuple[bool, str]:
        """Whether it is allowed, and why (or what went wrong on the way, "" where nothing did)."""
        if attributes.user.is_superuser:
            return True, ""
        errors: list[MinikctlError] = []
        for source, rule in self.visit(attributes.user, attributes.namespace, errors):
            if rule_allows(attributes, rule):
                return True, f"RBAC: allowed by {source}"
        return False, f"RBAC: {AggregateError(errors)}" if errors else ""

    def rules_for(self, user: User, namespace: str) -> tuple[list[Obj], list[MinikctlError]]:
        """All rules of a user in a namespace ("": of the cluster), and what could not be resolved."""
        errors: list[MinikctlError] = []
        return [rule for _, rule in self.visit(user, namespace, errors)], errors

    def visit(self, user: User, namespace: str, errors: list[MinikctlError]) -> Iterator[tuple[str, Obj]]:
        """Each rule with a description of where it comes from: of the cluster's bindings, then of the namespace's."""
        for binding in self._list(CLUSTER_ROLE_BINDINGS, None):
            subject = _subject_for(user, binding, "")
            if subject is not None:
                source = _describe("ClusterRoleBinding", binding["metadata"]["name"], binding["roleRef"], subject, "")
                yield from self._rules_of(binding["roleRef"], "", source, errors)
        if not namespace:
            return
        for binding in self._list(ROLE_BINDINGS, namespace):
            subject = _subject_for(user, binding, namespace)
            if subject is not None:
                name = f"{binding['metadata']['name']}/{namespace}"
                source = _describe("RoleBinding", name, binding["roleRef"], subject, namespace)
                yield from self._rules_of(binding["roleRef"], namespace, source, errors)

    def _rules_of(
        self, ref: Obj, namespace: str, source: str, errors: list[MinikctlError]
    ) -> Iterator[tuple[str, Obj]]:
        try:
            rules = self.role_rules(ref, namespace)
        except MinikctlError as error:
            errors.append(error)
            return
        for rule in rules:
            yield source, rule

    def role_rules(self, ref: Obj, namespace: str) -> list[Obj]:
        """The rules of the role that a binding names (upstream: ``GetRoleReferenceRules``). Raises NotFound."""
        kind, name = ref.get("kind", ""), ref.get("name", "")
        if kind == "Role":
            role = self._get(ROLES, namespace, name)
            singular = f"role.{GROUP}"
        elif kind == "ClusterRole":
            role = self._get(CLUSTER_ROLES, "", name)
            singular = f"clusterrole.{GROUP}"
        else:
            raise MinikctlError(f'unsupported role reference kind: "{kind}"')
        if role is None:
            raise NotFound(singular, name)
        return list(role.get("rules") or ())

    # -- what is known ----------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        store = self.api.store
        if self._holds != (store.epoch, store.revision):
            self._holds = (store.epoch, store.revision)
            self._known.clear()
            self._roles.clear()

    def _list(self, resource: str, namespace: str | None) -> list[Obj]:
        self._refresh()
        key = (resource, namespace)
        if key not in self._known:
            self._known[key] = self.api.store.list(resource, namespace)
        return self._known[key]

    def _get(self, resource: str, namespace: str, name: str) -> Obj | None:
        self._refresh()
        key = (resource, namespace, name)
        if key not in self._roles:
            self._roles[key] = self.api.store.get(resource, namespace, name)
        return self._roles[key]


def _subject_for(user: User, binding: Obj, namespace: str) -> Obj | None:
    """The subject of a binding that the user is, or is in; None where there is none (upstream: ``appliesTo``)."""
    for subject in binding.get("subjects") or ():
        kind, name = subject.get("kind"), subject.get("name", "")
        if kind == "User":
            applies = user.name == name
        elif kind == "Group":
            applies = name in user.groups
        elif kind == "ServiceAccount":
            home = subject.get("namespace") or namespace
            applies = bool(home) and user.name == f"system:serviceaccount:{home}:{name}"
        else:
            applies = False
        if applies:
            found: Obj = subject
            return found
    return None


def _describe(kind: str, name: str, ref: Obj, subject: Obj, namespace: str) -> str:
    """``RoleBinding "rb/default" of Role "r" to ServiceAccount "robot/default"``."""
    who = subject.get("name", "")
    if subject.get("kind") == "ServiceAccount":
        who = f"{who}/{subject.get('namespace') or namespace}"
    return f"{kind} {quote(name)} of {ref.get('kind', '')} {quote(ref.get('name', ''))} to {subject.get('kind')} {quote(who)}"


# -- upstream: evaluation_helpers -------------------------------------------------------------------------------------


def rule_allows(attributes: Attributes, rule: Obj) -> bool:
    """Whether a rule allows what is asked for (upstream: ``RuleAllows``)."""
    verbs = rule.get("verbs") or ()
    if "*" not in verbs and attributes.verb not in verbs:
        return False
    if attributes.path:
        return url_matches(rule, attributes.path)
    groups, names = rule.get("apiGroups") or (), rule.get("resourceNames") or ()
    return (
        ("*" in groups or attributes.group in groups)
        and resource_matches(rule, attributes.combined_resource, attributes.subresource)
        and (not names or attributes.name in names)
    )


def resource_matches(rule: Obj, combined: str, subresource: str) -> bool:
    """``*``, ``pods/log`` or ``*/log`` (upstream: ``ResourceMatches``)."""
    resources = rule.get("resources") or ()
    return "*" in resources or combined in resources or bool(subresource and f"*/{subresource}" in resources)


def url_matches(rule: Obj, path: str) -> bool:
    """A path itself, or its beginning before a star (upstream: ``NonResourceURLMatches``)."""
    return any(
        url in ("*", path) or (url.endswith("*") and path.startswith(url.rstrip("*")))
        for url in rule.get("nonResourceURLs") or ()
    )
