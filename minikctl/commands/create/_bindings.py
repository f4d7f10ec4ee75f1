"""Who is bound to a role, out of words (upstream: kubectl ``create_rolebinding.go``, ``create_clusterrolebinding.go``)."""

from __future__ import annotations

from minikctl.commands._options import flag
from minikctl.commands.create._generators import GeneratorOptions
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

RBAC = "rbac.authorization.k8s.io"


class BindingOptions(GeneratorOptions):
    """Flags of every verb that makes a binding."""

    user: list[str] = flag("user", kind="array", help="A user; may be repeated.")
    group: list[str] = flag("group", kind="array", help="A group; may be repeated.")
    serviceaccount: list[str] = flag(
        "serviceaccount", kind="array", help="A ServiceAccount: NAMESPACE:NAME; may be repeated."
    )


def subjects_of(options: BindingOptions) -> list[Obj]:
    """Users, groups and service accounts, in this order. Raises UsageError."""
    found: list[Obj] = [{"kind": "User", "apiGroup": RBAC, "name": name} for name in options.user]
    found += [{"kind": "Group", "apiGroup": RBAC, "name": name} for name in options.group]
    for account in options.serviceaccount:
        parts = account.split(":")
        if len(parts) != 2 or not all(parts):
            raise UsageError("serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "name": parts[1], "namespace": parts[0]})
    return found


def binding(kind: str, metadata: Obj, subjects: list[Obj], role_kind: str, role: str) -> Obj:
    """A binding with its fields in the API's order; without subjects it has none."""
    obj: Obj = {"kind": kind, "apiVersion": f"{RBAC}/v1", "metadata": metadata}
    if subjects:
        obj["subjects"] = subjects
    obj["roleRef"] = {"apiGroup": RBAC, "kind": role_kind, "name": role}
    return obj
