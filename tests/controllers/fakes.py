"""A cluster in memory for controllers: what ``controllers.base.Context`` promises, and no more.

For tests of one controller's steps. What several controllers make of a cluster together is tested over the real API.
"""

from __future__ import annotations

import copy
import json

from minikctl import kinds
from minikctl.errors import AlreadyExists, Conflict, Forbidden, NotFound
from minikctl.lib.times import format_time

START = 1_780_000_000.0
#: resources that tests use before their kinds are there, or that have a plural of their own
_PLURALS = {"Endpoints": "endpoints", "NetworkPolicy": "networkpolicies.networking.k8s.io"}


def resource_of(obj):
    """The resource of ``obj``; for a kind that is not known, what its name lets one guess."""
    info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
    if info is not None:
        return info.resource
    group = obj["apiVersion"].rpartition("/")[0]
    plural = _PLURALS.get(obj["kind"], obj["kind"].lower() + "s")
    return plural if "." in plural or not group else f"{plural}.{group}"


def _only(fields, obj):
    """``obj`` with nothing but ``fields`` (paths with dots)."""
    less = {"metadata": {}}
    for field in fields:
        *path, last = field.split(".")
        source, target = obj, less
        for name in path:
            source, target = source.get(name) or {}, target.setdefault(name, {})
        if last in source:
            target[last] = source[last]
    return less


class FakeChange:
    def __init__(self, revision, resource, namespace, name, before, after):
        self.revision = revision
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.before = before
        self.after = after


class FakeContext:
    """Objects by (resource, namespace, name); every write is a change in ``changes``."""

    def __init__(self, *objects, now=START):
        self.clock = now
        self.objects = {}
        self.changes = []
        #: (type, reason, message, component), in order
        self.events = []
        #: (key, seconds), in order
        self.requeued = []
        #: called with each object that is to be created; may raise
        self.admit = None
        self.scratch = {}
        self._random = 0
        for obj in objects:
            self.create(obj)

    # -- reading

    def now(self):
        return self.clock

    def get(self, resource, namespace, name):
        return copy.deepcopy(self.objects.get((resource, namespace, name)))

    def look(self, resource, namespace, name):
        return self.get(resource, namespace, name)

    def list(self, resource, namespace=None, *, selector=None, owner=None, not_owner=None, node=None, fields=(), mentions=""):
        found = []
        for (its_resource, its_namespace, _), obj in sorted(self.objects.items()):
            meta = obj["metadata"]
            owners = {reference["uid"] for reference in meta.get("ownerReferences") or ()}
            if (
                its_resource == resource
                and namespace in (None, its_namespace)
                and (selector is None or selector.matches(meta.get("labels") or {}))
                and (owner is None or owner in owners)
                and (not_owner is None or not_owner not in owners)
                and (node is None or obj["spec"].get("nodeName") == node)
                and f'"{mentions}' in json.dumps(obj)
            ):
                found.append(copy.deepcopy(_only(fields, obj) if fields else obj))
        return found

    def each(self, resource, namespace=None, **wanted):
        return iter(self.list(resource, namespace, **wanted))

    def count(self, resource, namespace=None, *, limit=-1):
        count = len(self.list(resource, namespace))
        return count if limit < 0 else min(count, limit)

    def sums(self, what, node=None):
        found = {}
        for (resource, _, _), obj in self.objects.items():
            added = kinds.load(kinds.info_for(resource)).sums(None, obj)[1] or {}
            ref = (obj.get("spec") or {}).get("nodeName") or ""
            for (its, name), amount in added.items():
                if its == what and node in (None, ref):
                    by_name = found.setdefault(ref, {})
                    by_name[name] = by_name.get(name, 0) + amount
        return found

    def dependents(self, uid):
        return [
            copy.deepcopy(obj) for _, obj in sorted(self.objects.items())
            if uid in {reference["uid"] for reference in obj["metadata"].get("ownerReferences") or ()}
        ]

    def settings(self, resource):
        return self.list(resource)

    def has_dependents(self, uid):
        return bool(self.dependents(uid))

    def owned(self, resource, namespace, uid):
        return self.list(resource, namespace, owner=uid)

    def namespaced_objects(self, namespace):
        return [(resource, name) for resource, of, name in sorted(self.objects) if of == namespace]

    # -- writing

    def create(self, obj):
        obj = copy.deepcopy(obj)
        meta = obj["metadata"]
        resource = resource_of(obj)
        info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
        if info is None or info.namespaced:
            meta.setdefault("namespace", "default")
        if "name" not in meta:
            meta["name"] = meta["generateName"] + self.random_suffix()
        key = (resource, meta.get("namespace", ""), meta["name"])
        namespace = self.objects.get(("namespaces", "", meta.get("namespace", "")))
        if namespace is not None and "deletionTimestamp" in namespace["metadata"]:
            detail = f"unable to create new content in namespace {meta['namespace']} because it is being terminated"
            raise Forbidden(resource, meta["name"], detail)
        if self.admit is not None:
            self.admit(obj)
        if key in self.objects:
            raise AlreadyExists(resource, meta["name"])
        meta.setdefault("uid", f"uid-{len(self.changes) + 1}")
        meta.setdefault("creationTimestamp", format_time(self.clock))
        meta.setdefault("generation", 1)
        self._store(key, obj)
        return copy.deepcopy(obj)

    def mould(self, obj):
        return lambda: self.create(obj)

    def update(self, obj):
        return self._update(obj, status=False)

    def update_status(self, obj, *, as_read=False, text=None):  # noqa: ARG002 - the signature of Context
        return self._update(obj, status=True)

    def _update(self, obj, *, status):
        resource = resource_of(obj)
        meta = obj["metadata"]
        key = (resource, meta.get("namespace", ""), meta["name"])
        old = self.objects.get(key)
        if old is None:
            raise NotFound(resource, meta["name"])
        if meta.get("resourceVersion", old["metadata"]["resourceVersion"]) != old["metadata"]["resourceVersion"]:
            raise Conflict(resource, meta["name"])
        new = copy.deepcopy(old if status else obj)
        taken = obj if status else old
        if "status" in taken:
            new["status"] = copy.deepcopy(taken["status"])
        else:
            new.pop("status", None)
        if new.get("spec") != old.get("spec"):
            new["metadata"]["generation"] = old["metadata"]["generation"] + 1
        if new == old:
            return copy.deepcopy(old)
        self._store(key, new)
        going = "deletionTimestamp" in new["metadata"] and resource not in {"pods", "namespaces"}
        if going and not new["metadata"].get("finalizers"):
            self._remove(key)
        return copy.deepcopy(new)

    def delete(self, resource, namespace, name, *, uid=None, propagation=None, grace_period=None):
        key = (resource, namespace, name)
        old = self.objects.get(key)
        if old is None:
            raise NotFound(resource, name)
        if uid is not None and old["metadata"]["uid"] != uid:
            raise Conflict(resource, name, "Precondition failed")
        new = copy.deepcopy(old)
        finalizer = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}.get(propagation)
        if finalizer:
            new["metadata"]["finalizers"] = [*new["metadata"].get("finalizers", ()), finalizer]
        graceful = resource == "pods" and (old.get("spec") or {}).get("nodeName") and grace_period != 0
        if not graceful and not new["metadata"].get("finalizers") and resource != "namespaces":
            self._remove(key)
            return
        new["metadata"].setdefault("deletionTimestamp", format_time(self.clock))
        if new != old:
            self._store(key, new)

    def remove(self, obj):
        meta = obj["metadata"]
        self._remove((resource_of(obj), meta.get("namespace", ""), meta["name"]))

    def finalize_namespace(self, name):
        self._remove(("namespaces", "", name))

    def event(self, obj, kind, reason, message, component):  # noqa: ARG002 - as the real one
        self.events.append((kind, reason, message, component))

    def random_suffix(self, length=5):
        self._random += 1
        return f"{self._random:0{length}d}".translate(str.maketrans("0123456789", "bcdfghjklm"))

    def requeue_after(self, key, seconds):
        self.requeued.append((key, seconds))

    def cancel(self, key):
        self.requeued = [(its_key, seconds) for its_key, seconds in self.requeued if its_key != key]

    def due_at(self, key):
        return min((self.clock + seconds for its_key, seconds in self.requeued if its_key == key), default=None)

    def _store(self, key, obj):
        before = self.objects.get(key)
        obj["metadata"]["resourceVersion"] = str(len(self.changes) + 1)
        self.objects[key] = obj
        self.changes.append(FakeChange(len(self.changes) + 1, *key, before, obj))

    def _remove(self, key):
        before = self.objects.pop(key)
        self.changes.append(FakeChange(len(self.changes) + 1, *key, before, None))

    # -- what tests ask

    def names(self, resource):
        return [name for its_resource, _, name in sorted(self.objects) if its_resource == resource]

    def one(self, resource):
        (obj,) = self.list(resource)
        return obj

    def messages(self, reason):
        return [message for _, its_reason, message, _ in self.events if its_reason == reason]


def run(context, *controllers, since=0):
    """Show every change after ``since`` to the controllers, sync what is due, until nothing is; returns the passes."""
    seen = dict.fromkeys(controllers, since)
    for passes in range(100):
        writes = len(context.changes)
        context.scratch.clear()
        for controller in controllers:
            _sync_due(context, controller, seen, "sync")
        for controller in reversed(controllers):
            _sync_due(context, controller, dict(seen), "sync_status", anew=since)
        if len(context.changes) == writes:
            return passes
    raise AssertionError("the controllers do not come to rest")


def _sync_due(context, controller, seen, method, anew=None):
    start = seen[controller] if anew is None else anew
    seen[controller] = len(context.changes)
    keys = {}
    for change in context.changes[start:]:
        if change.resource in controller.watches or not controller.watches:
            keys.update(dict.fromkeys(controller.keys(change, context)))
    for key in keys:
        getattr(controller, method)(context, key)
