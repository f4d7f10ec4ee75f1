"""The API as somebody sees it who may not do everything: each request is authorised before it is carried out.

Upstream: ``apiserver/pkg/endpoints/filters/authorization.go``. What the API does by itself on the way (admission,
controllers, the garbage collector) is not held up: it goes to ``trusted``, the API behind this one.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.api.rbac import escalation
from minikctl.api.rbac.rules import Attributes, Resolver
from minikctl.errors import Forbidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from minikctl.api.rbac.user import User
    from minikctl.api.server import Api

    Obj = dict[str, Any]
    # A method is called ``list``: below it, the type needs another name.
    Objects = list[Obj]

#: what of ``Api`` asks for nobody's data, or belongs to a request that was authorised at its beginning
UNGUARDED = frozenset({
    "admit_namespace", "advance_to", "definitions", "dependents", "draw_name", "finalize_namespace", "generate_name", "insert",
    "kind_of", "mould", "namespaced_objects",
    "new_uid", "now", "random", "random_suffix", "remove", "settings", "sums", "tick", "touch",
})
_OWN = frozenset({"trusted", "user", "resolver"})


class GuardedApi:
    """``Api`` for one user. What is not a request goes to the API behind it as it is."""

    def __init__(self, trusted: Api, user: User) -> None:
        object.__setattr__(self, "trusted", trusted)
        object.__setattr__(self, "user", user)
        object.__setattr__(self, "resolver", Resolver(trusted))
        trusted.user = user

    if TYPE_CHECKING:
        trusted: Api
        user: User
        resolver: Resolver

    def __getattr__(self, name: str) -> Any:
        return getattr(self.trusted, name)

    def __setattr__(self, name: str, value: Any) -> None:
        assert name not in _OWN
        setattr(self.trusted, name, value)

    def check(
        self, verb: str, resource: str, namespace: str | None = None, name: str = "", *, subresource: str = ""
    ) -> None:
        """Raise Forbidden where the user may not; ``resource`` is the plural with its group."""
        plural, _, group = resource.partition(".")
        if resource == "namespaces" and name and verb != "create":
            namespace = name  # upstream: the path of a namespace is one within it (RequestInfo)
        attributes = Attributes(
            self.user, verb, group=group, resource=plural, subresource=subresource, namespace=namespace or "", name=name
        )
        allowed, reason = self.resolver.authorize(attributes)
        if not allowed:
            raise attributes.refusal(reason)

    # -- requests ---------------------------------------------------------------------------------------------------

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """See ``Api.get``."""
        self.check("get", resource, namespace, name)
        return self.trusted.get(resource, namespace, name)

    def must_get(self, resource: str, namespace: str, name: str) -> Obj:
        """See ``Api.must_get``."""
        self.check("get", resource, namespace, name)
        return self.trusted.must_get(resource, namespace, name)

    def list(self, resource: str, namespace: str | None = None, **query: Any) -> Objects:
        """See ``Api.list``."""
        self.check("list", resource, namespace)
        return self.trusted.list(resource, namespace, **query)

    def each(self, resource: str, namespace: str | None = None, **query: Any) -> Iterator[Obj]:
        """See ``Api.each``."""
        self.check("list", resource, namespace)
        return self.trusted.each(resource, namespace, **query)

    def count(self, resource: str, namespace: str | None = None) -> int:
        """See ``Api.count``."""
        self.check("list", resource, namespace)
        return self.trusted.count(resource, namespace)

    def create(self, obj: Obj, **how: Any) -> Obj:
        """See ``Api.create``."""
        info = self.trusted.kind_of(obj).info
        meta = obj.get("metadata") or {}
        namespace = (meta.get("namespace") or "default") if info.namespaced else ""
        self.check("create", info.resource, namespace)
        if info.resource in escalation.GUARDED:
            escalation.check(self.resolver, self.user, info.resource, namespace, obj)
        kind: Any = kinds.load(info)
        if not hasattr(kind, "requester"):
            return self.trusted.create(obj, **how)
        kind.requester = self.user.info()
        try:
            return self.trusted.create(obj, **how)
        finally:
            del kind.requester

    def update(self, obj: Obj, *, subresource: str = "", verb: str = "update", **how: Any) -> Obj:
        """See ``Api.update``."""
        info = self.trusted.kind_of(obj).info
        meta = obj["metadata"]
        namespace = meta.get("namespace", "") if info.namespaced else ""
        self.check(verb, info.resource, namespace, meta["name"], subresource=subresource or self.trusted.store.subresource)
        self._check_escalation(info.resource, namespace, obj)
        return self.trusted.update(obj, subresource=subresource, verb=verb, **how)

    def update_status(self, obj: Obj, **how: Any) -> Obj:
        """See ``Api.update_status``."""
        info = self.trusted.kind_of(obj).info
        meta = obj["metadata"]
        self.check("update", info.resource, meta.get("namespace", ""), meta["name"], subresource="status")
        return self.trusted.update_status(obj, **how)

    def patch(
        self, resource: str, namespace: str, name: str, change: Callable[[Obj], Obj], *, subresource: str = "", **how: Any
    ) -> tuple[Obj, bool]:
        """See ``Api.patch``."""
        part = subresource or self.trusted.store.subresource
        self.check("patch", resource, namespace, name, subresource=part)

        def looked_at(obj: Obj) -> Obj:
            changed = change(obj)
            self._check_escalation(resource, namespace, changed)
            return changed

        return self.trusted.patch(resource, namespace, name, looked_at, subresource=subresource, **how)

    def delete(self, resource: str, namespace: str, name: str, **how: Any) -> Obj:
        """See ``Api.delete``."""
        self.check("delete", resource, namespace, name)
        return self.trusted.delete(resource, namespace, name, **how)

    def bind(self, pod: Obj) -> Obj:
        """See ``Api.bind``."""
        meta = pod["metadata"]
        self.check("create", "pods", meta["namespace"], meta["name"], subresource="binding")
        return self.trusted.bind(pod)

    def _check_escalation(self, resource: str, namespace: str, obj: Obj) -> None:
        """Look at a role or binding that is changed, unless nothing but what its deletion needs is."""
        if resource not in escalation.GUARDED:
            return
        old = self.trusted.get(resource, namespace, obj["metadata"]["name"])
        if old is not None and _without_collection(old) == _without_collection(obj):
            return
        escalation.check(self.resolver, self.user, resource, namespace, obj)


class Lenient:
    """Reads for who shows more than he was asked for: what the user may not see is not there."""

    def __init__(self, api: GuardedApi) -> None:
        self.api = api

    def __getattr__(self, name: str) -> Any:
        return getattr(self.api, name)

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """One object, or None."""
        try:
            return self.api.get(resource, namespace, name)
        except Forbidden:
            return None

    def list(self, resource: str, namespace: str | None = None, **query: Any) -> Objects:
        """Objects, or none."""
        try:
            return self.api.list(resource, namespace, **query)
        except Forbidden:
            return []


def _without_collection(obj: Obj) -> Obj:
    """An object without what the garbage collector writes (upstream: ``IsOnlyMutatingGCFields``)."""
    dropped = ("ownerReferences", "finalizers", "resourceVersion", "managedFields")
    meta = {field: value for field, value in obj["metadata"].items() if field not in dropped}
    return {**obj, "metadata": meta}
