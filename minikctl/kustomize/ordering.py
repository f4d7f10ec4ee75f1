"""The order of the output: as it came (fifo), or by kind (legacy, which is what ``kubectl kustomize`` does by itself).

Upstream: ``builtins.SortOrderTransformer``.
"""

from __future__ import annotations

from minikctl.kustomize.nodes import KustomizeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.kustomize.ids import Gvk
    from minikctl.kustomize.resource import Resource

#: kinds that others need come first
FIRST = (
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role",
    "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange",
    "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
)
#: kinds that could stand in the way of others come last
LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def rank(gvk: Gvk, first: Sequence[str] = FIRST, last: Sequence[str] = LAST) -> tuple[int, str]:
    """What kinds are sorted by: their place in the lists, then their names."""
    if gvk.kind in last:
        return 1 + last.index(gvk.kind), gvk.sort_text()
    return (first.index(gvk.kind) - len(first) if gvk.kind in first else 0), gvk.sort_text()


def ordered(resources: list[Resource], options: dict[str, Any] | None) -> list[Resource]:
    """``resources`` as ``sortOptions`` wants them; legacy where there are none. Raises KustomizeError."""
    order = (options or {}).get("order") or ("fifo" if options is not None else "legacy")
    if options is not None:
        order = options.get("order") or ""
    legacy = (options or {}).get("legacySortOptions")
    if order not in {"fifo", "legacy"}:
        raise KustomizeError("the field 'sortOptions.order' must be one of [fifo, legacy]")
    if order == "fifo":
        if legacy is not None:
            raise KustomizeError(
                "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
            )
        return resources
    first, last = FIRST, LAST
    if legacy is not None:
        first, last = tuple(legacy.get("orderFirst") or ()), tuple(legacy.get("orderLast") or ())

    def key(resource: Resource) -> tuple[tuple[int, str], str]:
        here = resource.current_id
        return rank(here.gvk, first, last), f"{here.gvk}|{here.namespace or '~X'}|{here.name or '~N'}"

    return sorted(resources, key=key)
