"""ClusterRoles that collect the rules of others by their labels.

Upstream: ``pkg/controller/clusterroleaggregation``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.lib.labels import from_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

CLUSTER_ROLES = "clusterroles.rbac.authorization.k8s.io"


class ClusterRoleAggregationController(Controller):
    """All ClusterRoles at once: what one collects, another may collect from it."""

    name = "clusterroleaggregation"
    watches = (CLUSTER_ROLES,)

    def keys(self, change: Change, context: Context) -> Iterator[str]:  # noqa: ARG002 - the signature of Controller
        """Any role may have come into the selection of another, or left it."""
        yield "all"

    def sync(self, context: Context, key: str) -> None:  # noqa: ARG002 - there is only one
        """Let each role that collects do so, until none has anything new."""
        roles = context.list(CLUSTER_ROLES)
        collecting = [role for role in roles if role.get("aggregationRule") is not None]
        for _ in collecting:
            stale = [role for role in collecting if collected(role, roles) != (role.get("rules") or [])]
            for role in stale:
                role["rules"] = collected(role, roles)
                role["metadata"]["resourceVersion"] = context.update(role)["metadata"]["resourceVersion"]
            if not stale:
                return


def collected(role: Obj, roles: list[Obj]) -> list[Obj]:
    """The rules of all ``roles`` but itself that the selectors of ``role`` select."""
    rules: list[Obj] = []
    for selector in role["aggregationRule"].get("clusterRoleSelectors") or ():
        wanted = from_label_selector(selector)
        for other in roles:
            meta = other["metadata"]
            if meta["name"] != role["metadata"]["name"] and wanted.matches(meta.get("labels") or {}):
                rules += [rule for rule in other.get("rules") or () if rule not in rules]
    return rules


CONTROLLER = ClusterRoleAggregationController
