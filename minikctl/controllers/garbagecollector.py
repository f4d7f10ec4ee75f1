"""What becomes of objects whose owners go (upstream: ``pkg/controller/garbagecollector``).

Upstream keeps a graph of all objects in memory; here the store's table of owners is the graph. The unit of work is
an *owner*, named by ``resource/namespace/name/uid``: it is due when it goes, when its deletion waits for others, and
when something that names it comes, goes or changes its owners. Nine thousand Pods of one ReplicaSet make one key.

An owner is looked up where its dependents say it is: in their own namespace, or in none when its kind is
cluster-scoped. One that is not there, or is there with another UID, is absent, and what has no other owner is deleted.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.controllers.base import Controller
from minikctl.controllers.refs import is_deleting, remove_owners
from minikctl.errors import Conflict, NotFound
from minikctl.store.texts import decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
COMPONENT = "garbage-collector-controller"


class GarbageCollector(Controller):
    """Owners, by ``resource/namespace/name/uid`` (no namespace where there is none)."""

    name = "garbagecollector"
    watches = ()  # everything

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:  # noqa: ARG002 - the hook
        """All but events, which own nothing; owners and finalizers stand in the metadata."""
        return resource != "events" and (changed is None or "metadata" in changed)

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """Owners that the change is news for, and the object itself when it goes or waits to go."""
        if change.resource == "events":
            return
        before, after = change.before, change.after
        if _references(before) != _references(after):
            for obj in (before, after):
                yield from [] if obj is None else _owner_keys(obj)
        if after is None:
            if before is not None and context.has_dependents(before["metadata"]["uid"]):
                yield _key(change.resource, before)
        elif is_deleting(after) and {FOREGROUND, ORPHAN} & set(after["metadata"].get("finalizers") or ()):
            yield _key(change.resource, after)

    def sync(self, context: Context, key: str) -> None:
        """Collect what the owner leaves behind, and what that leaves behind in its turn."""
        work = [key]
        while work:
            work += _Owner(context, work.pop()).process()


def owner_key(dependent: Obj, reference: Obj) -> str | None:
    """The key of the owner that ``reference`` of ``dependent`` names; None for one that can never be looked up."""
    info = kinds.info_for_object(reference.get("apiVersion", ""), reference.get("kind", ""))
    if info is None:
        return None
    namespace = dependent["metadata"].get("namespace", "")
    if not info.namespaced:
        return f"{info.resource}//{reference['name']}/{reference['uid']}"
    return f"{info.resource}/{namespace}/{reference['name']}/{reference['uid']}" if namespace else None


def _key(resource: str, obj: Obj) -> str:
    metadata = obj["metadata"]
    return f"{resource}/{metadata.get('namespace', '')}/{metadata['name']}/{metadata['uid']}"


def _owner_keys(obj: Obj) -> list[str]:
    keys = [owner_key(obj, reference) for reference in _references(obj)]
    return [key for key in keys if key is not None]


def _references(obj: Obj | None) -> list[Obj]:
    found: list[Obj] = [] if obj is None else obj["metadata"].get("ownerReferences") or []
    return found


class _Owner:
    """One owner and what is to be done about it. Look-ups of owners are remembered: dependents share them."""

    def __init__(self, context: Context, key: str) -> None:
        self.context = context
        self.resource, self.namespace, self.name, self.uid = key.split("/")
        self._seen: dict[str, Obj | None] = {}

    def process(self) -> list[str]:
        """Do what is due; returns the keys of other owners for which that is news."""
        owner = self._look_up(f"{self.resource}/{self.namespace}/{self.name}/{self.uid}")
        if owner is None:
            return self._collect(self.context.dependents(self.uid))
        finalizers = owner["metadata"].get("finalizers") or ()
        if is_deleting(owner):
            if ORPHAN in finalizers:
                return self._orphan(owner)
            if FOREGROUND in finalizers:
                return self._delete_in_foreground(owner)
        return []

    def _look_up(self, key: str) -> Obj | None:
        """The owner of this key, or None where it is absent (a namesake with another UID is not it)."""
        if key not in self._seen:
            resource, namespace, name, uid = key.split("/")
            obj = self.context.look(resource, namespace, name)
            self._seen[key] = obj if obj is not None and obj["metadata"]["uid"] == uid else None
        return self._seen[key]

    def _collect(self, dependents: list[Obj]) -> list[str]:
        news: list[str] = []
        for dependent in dependents:
            news += self._attempt_to_delete(dependent)
        return news

    # -- background -------------------------------------------------------------------------------------------------

    def _attempt_to_delete(self, dependent: Obj) -> list[str]:
        """Delete ``dependent`` unless an owner holds it (upstream: ``attemptToDeleteItem``)."""
        if is_deleting(dependent):
            return []
        solid, dangling, waiting = self._classify(dependent)
        if solid:
            if dangling or waiting:
                self._release(dependent, {reference["uid"] for reference in dangling + waiting})
            return []
        finalizers = dependent["metadata"].get("finalizers") or ()
        if waiting and self.context.has_dependents(dependent["metadata"]["uid"]):
            return self._delete(dependent, "Foreground")
        if ORPHAN in finalizers:
            return self._delete(dependent, "Orphan")
        return self._delete(dependent, "Foreground" if FOREGROUND in finalizers else "Background")

    def _classify(self, dependent: Obj) -> tuple[list[Obj], list[Obj], list[Obj]]:
        """The ownerReferences of ``dependent``: of owners that are there, that are absent, that wait for dependents."""
        solid, dangling, waiting = [], [], []
        for reference in _references(dependent):
            key = owner_key(dependent, reference)
            if key is None:
                # Of a kind that is not known, or in a namespace while this is in none: nobody can tell that it is gone.
                solid.append(reference)
                continue
            owner = self._look_up(key)
            if owner is None:
                dangling.append(reference)
            elif is_deleting(owner) and FOREGROUND in (owner["metadata"].get("finalizers") or ()):
                waiting.append(reference)
            else:
                solid.append(reference)
        return solid, dangling, waiting

    def _release(self, dependent: Obj, uids: set[str]) -> None:
        """Take owners out of a dependent, as it is now: what was done before may have changed it."""
        info = kinds.info_for_object(dependent["apiVersion"], dependent["kind"])
        assert info is not None
        metadata = dependent["metadata"]
        present = self.context.get(info.resource, metadata.get("namespace", ""), metadata["name"])
        if present is not None and present["metadata"]["uid"] == metadata["uid"]:
            remove_owners(present, uids)
            self.context.update(present)

    def _delete(self, obj: Obj, propagation: str) -> list[str]:
        """Delete; returns the key of ``obj`` where it has dependents, and those of its owners where it went at once."""
        metadata = obj["metadata"]
        info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
        assert info is not None
        namespace = metadata.get("namespace", "")
        try:
            self.context.delete(
                info.resource, namespace, metadata["name"], uid=metadata["uid"], propagation=propagation
            )
        except (NotFound, Conflict):  # gone, or another one by now
            return []
        news = []
        if propagation != "Background" or self.context.has_dependents(metadata["uid"]):
            news.append(_key(info.resource, obj))
        if self.context.look(info.resource, namespace, metadata["name"]) is None:
            news += [key for key in _owner_keys(obj) if not key.endswith(f"/{self.uid}")]
        return news

    # -- foreground and orphan --------------------------------------------------------------------------------------

    def _delete_in_foreground(self, owner: Obj) -> list[str]:
        """Delete the dependents; the owner goes when none is left that blocks it."""
        dependents = self.context.dependents(self.uid)
        news = self._collect(dependents)
        if any(self._blocks(dependent) for dependent in self.context.dependents(self.uid)):
            return news
        return news + self._remove_finalizer(owner, FOREGROUND)

    def _blocks(self, dependent: Obj) -> bool:
        return any(
            reference["uid"] == self.uid and reference.get("blockOwnerDeletion") for reference in _references(dependent)
        )

    def _orphan(self, owner: Obj) -> list[str]:
        """Take the owner out of its dependents, then let it go."""
        for dependent in self.context.dependents(self.uid):
            self._release(dependent, {self.uid})
        return self._remove_finalizer(owner, ORPHAN)

    def _remove_finalizer(self, owner: Obj, finalizer: str) -> list[str]:
        """Take one finalizer away; where it was the last the owner is gone, which is news for its own owners."""
        own = decode(encode(owner))
        metadata = own["metadata"]
        left = [name for name in metadata["finalizers"] if name != finalizer]
        if left:
            metadata["finalizers"] = left
        else:
            del metadata["finalizers"]
        self.context.update(own)
        return _owner_keys(own)


CONTROLLER = GarbageCollector
