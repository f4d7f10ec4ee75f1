"""ResourceQuotas: what is used of them, worked out anew where something went, ended or shrank.

What comes or grows is charged by admission (``api.admission.resource_quota``), so that a namespace without changes of
the other kind costs nothing. Upstream: ``pkg/controller/resourcequota``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

# Every change is shown to this controller: what counts is imported where there is a quota.
QUOTAS = "resourcequotas"


class ResourceQuotaController(Controller):
    """Keys are ``namespace/name`` of quotas."""

    name = "resourcequota"
    watches = ()
    serves = QUOTAS

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:
        """Quotas; what goes; what may shrink."""
        if verb == "update" and resource == "pods":
            return changed is None or "status" in changed
        return resource == QUOTAS or verb == "delete" or (
            verb == "update" and resource in ("services", "persistentvolumeclaims")
        )

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """A quota that asks for something else; the quotas of a namespace in which something gave room."""
        if change.resource == QUOTAS:
            before, after = change.before, change.after
            if after is not None and (before is None or before.get("spec") != after.get("spec")):
                return (f"{change.namespace}/{change.name}",)
        known = _quotas(context, change.namespace) if change.namespace else ()
        if not known or not _gives_room(change):
            return ()
        from minikctl.api import quota as quotas

        return [
            f"{change.namespace}/{quota['metadata']['name']}" for quota in known
            if quotas.names_of(change.resource, (quota.get("spec") or {}).get("hard") or {})
        ]

    def sync(self, context: Context, key: str) -> None:
        """Count what the quota is about, and write it down where it is something else."""
        namespace, _, name = key.partition("/")
        quota = context.get(QUOTAS, namespace, name)
        if quota is None or "deletionTimestamp" in quota["metadata"]:
            return
        from minikctl.api import quota as quotas

        quota["status"] = quotas.usage_status(context, quota)
        context.update_status(quota)


def _quotas(context: Context, namespace: str) -> list[Obj]:
    """The quotas of a namespace (read once a pass)."""
    known: dict[str, list[Obj]] = context.scratch.setdefault("quotas", {})
    if namespace not in known:
        known[namespace] = context.list(QUOTAS, namespace, fields=("metadata.name", "spec.hard"))
    return known[namespace]


def _gives_room(change: Change) -> bool:
    """Whether the object went, ended, or is of a kind whose usage may shrink."""
    if change.before is None:
        return False
    if change.after is None:
        return True
    if change.resource == "pods":
        ended = ("Succeeded", "Failed")
        return _phase(change.after) in ended and _phase(change.before) not in ended
    return change.resource in ("services", "persistentvolumeclaims") and change.before["spec"] != change.after["spec"]


def _phase(pod: Obj) -> Any:
    return (pod.get("status") or {}).get("phase")


CONTROLLER = ResourceQuotaController
