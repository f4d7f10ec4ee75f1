"""Who asks: users as the API server knows them once they are authenticated, or impersonated.

Upstream: ``apiserver/pkg/authentication/user`` and ``serviceaccount``, and ``endpoints/filters/impersonation.go``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    Obj = dict[str, Any]

MASTERS = "system:masters"
AUTHENTICATED, UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
ANONYMOUS = "system:anonymous"
SERVICE_ACCOUNTS = "system:serviceaccounts"
ACCOUNT_PREFIX = "system:serviceaccount:"


class User:
    """Name, UID, groups and further attributes (each a list of texts) of who asks (upstream: ``user.DefaultInfo``)."""

    __slots__ = ("extra", "groups", "name", "uid")

    def __init__(
        self, name: str, groups: Sequence[str] = (), *, uid: str = "", extra: Mapping[str, list[str]] | None = None
    ) -> None:
        self.name = name
        self.groups = list(groups)
        self.uid = uid
        self.extra = dict(extra or {})

    @property
    def is_superuser(self) -> bool:
        """Whether no rule is asked (upstream: ``authorizerfactory.NewPrivilegedGroups``)."""
        return MASTERS in self.groups

    def info(self) -> Obj:
        """The user as the API's ``UserInfo`` shows him."""
        found: Obj = {"username": self.name}
        if self.uid:
            found["uid"] = self.uid
        if self.groups:
            found["groups"] = list(self.groups)
        if self.extra:
            found["extra"] = {key: list(values) for key, values in self.extra.items()}
        return found


def administrator() -> User:
    """Who works with minikctl unless ``--as`` says otherwise."""
    return User("kubernetes-admin", [MASTERS, AUTHENTICATED])


def account_of(name: str) -> tuple[str, str] | None:
    """Namespace and name of the ServiceAccount that a user's name stands for, or None (upstream: ``SplitUsername``)."""
    if not name.startswith(ACCOUNT_PREFIX):
        return None
    from minikctl.lib.names import is_dns1123_label, is_dns1123_subdomain

    parts = name[len(ACCOUNT_PREFIX):].split(":")
    if len(parts) != 2 or is_dns1123_label(parts[0]) or is_dns1123_subdomain(parts[1]):
        return None
    return parts[0], parts[1]


def account_name(namespace: str, name: str) -> str:
    """The name as which a ServiceAccount asks."""
    return f"{ACCOUNT_PREFIX}{namespace}:{name}"


def account_groups(namespace: str) -> list[str]:
    """The groups that every ServiceAccount of a namespace is in."""
    return [SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}"]


def impersonated(
    name: str, groups: Sequence[str] = (), *, uid: str = "", extra: Mapping[str, list[str]] | None = None
) -> User:
    """The user that ``--as`` and what belongs to it ask for, in the groups that the API server adds by itself."""
    account = account_of(name)
    found = account_groups(account[0]) if account and not groups else list(groups)
    if AUTHENTICATED not in found and UNAUTHENTICATED not in found:
        found.append(UNAUTHENTICATED if name == ANONYMOUS else AUTHENTICATED)
    return User(name, found, uid=uid, extra=extra)
