"""Deleting: at once, after a grace period, or when the last finalizer is gone (upstream: ``generic/registry/store.go``)."""

from __future__ import annotations

import math

from minikctl import kinds
from minikctl.api.server.writing import Writing
from minikctl.errors import Conflict, Forbidden
from minikctl.lib.times import format_time, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Kind

    Obj = dict[str, Any]

#: namespaces that a cluster cannot do without (upstream: NamespaceLifecycle's immortal namespaces)
IMMORTAL_NAMESPACES = frozenset({"default", "kube-system", "kube-public"})


class Deleting(Writing):
    """The part of ``Api`` that deletes."""

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        resource_version: str | None = None,
        propagation: str | None = None,
        grace_period: int | None = None,
        client: bool = False,
    ) -> Obj:
        """Delete an object and return it as it was last; it may stay for a while (a Pod that stops, finalizers).

        ``propagation``: Background (the default), Foreground or Orphan. ``grace_period`` in seconds; 0: now.
        Raises NotFound, Conflict (a precondition), Forbidden.
        """
        if client:
            self._let_fail("delete", resource, name)
        old = self.must_get(resource, namespace, name)
        info = kinds.info_for(resource)
        kind = kinds.load(info)
        was = old["metadata"]
        if info.hub:
            return kind.from_hub(self.delete(info.hub, namespace, name, uid=uid, resource_version=resource_version))
        for field, wanted in (("uid", uid), ("resourceVersion", resource_version)):
            if wanted is not None and was[field] != wanted:
                label = "UID" if field == "uid" else "ResourceVersion"
                raise Conflict(
                    resource,
                    name,
                    f"Precondition failed: {label} in precondition: {wanted}, {label} in object meta: {was[field]}",
                )
        if resource == "namespaces" and name in IMMORTAL_NAMESPACES:
            raise Forbidden(resource, name, "this namespace may not be deleted")
        refusal = kind.refuse_deletion(old)
        if refusal:
            raise Forbidden(resource, name, refusal)
        grace = kind.deletion_grace(old, grace_period)
        obj = {**old, "metadata": dict(was)}
        self._add_propagation_finalizers(obj, propagation)
        if grace <= 0 and not kind.is_held(obj):
            self._remove(kind, old)
            return old
        self._mark_deleted(kind, obj, old, grace)
        if obj != old:
            self._replace(kind, obj, old)
        return obj

    def _mark_deleted(self, kind: Kind, obj: Obj, old: Obj, grace: int) -> None:
        """Set deletionTimestamp, or bring it forward when the deletion is asked for again with less grace."""
        meta, was = obj["metadata"], old["metadata"]
        if "deletionTimestamp" in was:
            if grace >= was.get("deletionGracePeriodSeconds", 0):
                return
            started = parse_time(was["deletionTimestamp"]) - was.get("deletionGracePeriodSeconds", 0)
            meta["deletionTimestamp"] = format_time(max(started + grace, math.floor(self._now)))
        else:
            meta["deletionTimestamp"] = format_time(self._now + grace)
            if was.get("generation"):
                meta["generation"] = was["generation"] + 1
        meta["deletionGracePeriodSeconds"] = grace
        if "status" in obj:
            obj["status"] = dict(obj["status"])
        kind.prepare_for_delete(obj)

    @staticmethod
    def _add_propagation_finalizers(obj: Obj, propagation: str | None) -> None:
        """Foreground and orphan deletion are done by finalizers (upstream: ``deletionFinalizersForGarbageCollection``)."""
        meta = obj["metadata"]
        own = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}
        if propagation is None:
            return
        finalizers = [f for f in meta.get("finalizers") or () if f not in own.values()]
        if propagation in own:
            finalizers.append(own[propagation])
        if finalizers:
            meta["finalizers"] = finalizers
        else:
            meta.pop("finalizers", None)

    def remove(self, obj: Obj) -> None:
        """End a deletion that is under way: the object goes now, unless finalizers hold it or it is gone already."""
        kind = self.kind_of(obj)
        info = kind.info
        meta = obj["metadata"]
        old = self.get(info.resource, meta.get("namespace", ""), meta["name"])
        if old is None or old["metadata"]["uid"] != meta["uid"]:
            return
        if kind.is_held(old):
            if old["metadata"].get("deletionGracePeriodSeconds"):
                held = {**old, "metadata": {**old["metadata"], "deletionGracePeriodSeconds": 0}}
                self._replace(kind, held, old)
            return
        self._remove(kind, old)

    def finalize_namespace(self, name: str) -> None:
        """Drop the finalizer ``kubernetes`` of a namespace; a deleted one then goes (upstream: /finalize)."""
        old = self.get("namespaces", "", name)
        if old is None:
            return
        spec = {
            **(old.get("spec") or {}),
            "finalizers": [f for f in (old.get("spec") or {}).get("finalizers") or () if f != "kubernetes"],
        }
        if not spec["finalizers"]:
            del spec["finalizers"]
        obj = {**old, "spec": spec}
        kind = self.kind_of(obj)
        if obj != old:
            self._replace(kind, obj, old)
        if "deletionTimestamp" in obj["metadata"] and not kind.is_held(obj):
            self._remove(kind, obj)
