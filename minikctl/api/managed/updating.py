"""Who manages what after a write: an update takes the fields that it changed, an apply those that it names.

Upstream: structured-merge-diff ``merge/update.go`` (``Updater``) and apimachinery's managers around it. The managers that
are given are changed.
"""

from __future__ import annotations

from minikctl.api.managed.comparing import compare, field_set, with_named_fields
from minikctl.api.managed.entries import APPLY, UPDATE, Manager, cap
from minikctl.api.managed.merging import merge, remove
from minikctl.lib.fieldsets import in_order, shown, tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.managed.comparing import Comparison
    from minikctl.api.managed.entries import Managers
    from minikctl.api.managed.shapes import Shape
    from minikctl.lib.fieldsets import Path, Paths

    Obj = dict[str, Any]

#: what nobody manages: the server sets it, or it says which object this is (upstream: ``stripSet``)
_STRIPPED = {("f:apiVersion",), ("f:kind",), ("f:metadata",)} | {
    ("f:metadata", "f:" + name) for name in (
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
        "resourceVersion",
    )
}
BEFORE_FIRST_APPLY = "before-first-apply"


class Scope:
    """What a request can touch: which kind, through which subresource.

    A status is not written with the object itself, and nothing else with the status (upstream: the strategies'
    ``GetResetFields``); scale has only the replicas.
    """

    __slots__ = ("api_version", "empty", "has_status", "replicas", "shape", "subresource")

    def __init__(
        self, api_version: str, shape: Shape, empty: Obj, subresource: str = "", *, has_status: bool = True,
        replicas: Path = ("f:spec", "f:replicas"),
    ) -> None:
        self.api_version = api_version
        self.shape = shape
        #: what a creation is compared with
        self.empty = empty
        self.subresource = subresource
        self.has_status = has_status
        self.replicas = replicas

    def allows(self, paths: Paths) -> Paths:
        """Those of the fields that the request can touch."""
        if self.subresource == "status":
            return {
                path for path in paths
                if path[:1] == ("f:status",) or path[:2] == ("f:metadata", "f:annotations")
            }
        if self.subresource == "scale":
            return {path for path in paths if path == self.replicas}
        return {path for path in paths if path[:1] != ("f:status",)} if self.has_status else paths


class Conflicts(Exception):  # noqa: N818 - upstream's name
    """Fields that an apply would change belong to others: (manager, path) each."""

    def __init__(self, conflicts: list[tuple[Manager, Path]]) -> None:
        super().__init__(conflicts)
        self.conflicts = conflicts

    @property
    def message(self) -> str:
        """What the API server says (upstream: ``getConflictMessage``)."""
        if len(self.conflicts) == 1:
            manager, path = self.conflicts[0]
            return f"Apply failed with 1 conflict: conflict with {manager.shown}: {shown(path)}"
        lines = []
        last = None
        for manager, path in self.conflicts:
            if manager is not last:
                lines.append(f"conflicts with {manager.shown}:")
                last = manager
            lines.append(f"- {shown(path)}")
        return f"Apply failed with {len(self.conflicts)} conflicts: " + "\n".join(lines)


def update(managers: Managers, name: str, scope: Scope, before: Obj | None, after: Obj, time: str) -> None:
    """``name`` has made ``after`` of ``before`` (None: it is new)."""
    if before is not None and not managers:
        return  # nobody kept account of it, or it was ended: the first apply begins again
    difference = compare(scope.empty if before is None else before, after, scope.shape)
    _take_from_others(managers, scope, difference, force=True)
    taken = scope.allows(difference.changed - difference.removed) - _STRIPPED
    if taken:
        fresh = Manager(name, UPDATE, scope.api_version, scope.subresource)
        manager = managers.setdefault(fresh.key, fresh)
        manager.fields |= taken
        manager.time = time
    cap(managers)


def apply(
    managers: Managers, name: str, scope: Scope, live: Obj | None, config: Obj, time: str, *, force: bool = False
) -> Obj:
    """``name`` applies ``config`` to ``live`` (None: it is new); the object that comes out, which may be ``live`` itself.

    Raises Conflicts, unless ``force``; ``managers`` are then as they were.
    """
    if live is not None and not managers:
        update(managers, BEFORE_FIRST_APPLY, scope, None, live, time)
    old = {} if live is None else live
    merged = merge(old, config, scope.shape)
    manager = Manager(name, APPLY, scope.api_version, scope.subresource)
    last = managers.get(manager.key)
    # With the name and the like, which nobody manages in the end: what is applied is not to be pruned.
    manager.fields = scope.allows(field_set(config, scope.shape))
    manager.time = None if last is None else last.time
    others = {key: each.copy() for key, each in managers.items() if key != manager.key}
    if last is not None and last.fields:
        merged = _without_dropped(merged, last.fields, {**others, manager.key: manager}, scope.shape)
    difference = compare(old if live is not None else scope.empty, merged, scope.shape)
    _take_from_others(others, scope, difference, force=force)
    changed = live is None or merged != live
    if changed:
        manager.time = time
    manager.fields -= _STRIPPED
    managers.clear()
    managers.update(others)
    if manager.fields:
        managers[manager.key] = manager
    return merged if changed else old


def _take_from_others(managers: Managers, scope: Scope, difference: Comparison, *, force: bool) -> None:
    """Nobody else has any more what was changed or went. Raises Conflicts unless ``force``."""
    changed = scope.allows(difference.changed)
    removed = scope.allows(difference.removed)
    conflicts = [(each, each.fields & changed) for each in managers.values()]
    if not force and any(fields for _, fields in conflicts):
        raise Conflicts([
            (each, path) for each, fields in sorted(conflicts, key=lambda pair: pair[0].key) for path in in_order(fields)
        ])
    for key, each in list(managers.items()):
        each.fields -= changed
        each.fields -= removed
        if not each.fields:
            del managers[key]


def _without_dropped(merged: Obj, last: Paths, managers: Managers, shape: Shape) -> Obj:
    """Take away what the manager applied last time and does not any more, unless somebody else has it (``prune``)."""
    pruned: Any = remove(merged, tree(with_named_fields(last, shape)), shape) or {}
    everything = with_named_fields(field_set(merged, shape), shape)
    left = with_named_fields(field_set(pruned, shape), shape)
    owned: Paths = set()
    for each in managers.values():
        owned |= each.fields
    gone = everything - (left | with_named_fields(owned, shape))
    pruned = remove(merged, tree(gone), shape) or {}
    left = with_named_fields(field_set(pruned, shape), shape)
    gone = (everything - left) & with_named_fields(last, shape)
    found: Obj = remove(merged, tree(gone), shape) or {}
    return found


__all__ = ["BEFORE_FIRST_APPLY", "Conflicts", "Scope", "apply", "update"]
