"""Who controls what: ownerReferences as controllers read, set and take them away.

Upstream: apimachinery ``meta/v1/controller_ref.go`` and ``pkg/controller/controller_ref_manager.go``. At most one
ownerReference of an object has ``controller: true``; that owner alone may count the object as its own.
"""

from __future__ import annotations

from minikctl.errors import Invalid, NotFound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]


def controller_of(obj: Obj) -> Obj | None:
    """The ownerReference of the controller of ``obj``, or None (upstream: ``GetControllerOf``)."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            found: Obj = reference
            return found
    return None


def is_controlled_by(obj: Obj, owner: Obj) -> bool:
    """Whether ``owner`` is the controller of ``obj`` (by UID: a namesake is somebody else)."""
    reference = controller_of(obj)
    return reference is not None and reference["uid"] == owner["metadata"]["uid"]


def new_controller_ref(owner: Obj) -> Obj:
    """The ownerReference that makes ``owner`` the controller of an object (upstream: ``NewControllerRef``)."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def is_deleting(obj: Obj) -> bool:
    """Whether the deletion of ``obj`` has begun."""
    return obj["metadata"].get("deletionTimestamp") is not None


def claim(
    context: Context, owner: Obj, objects: Iterable[Obj], matches: Callable[[Obj], bool], *, finalizer: str = "",
) -> list[Obj]:
    """Return those of ``objects`` that belong to ``owner``, after adopting and releasing.

    Orphans that ``matches`` accepts are adopted; objects of ``owner`` that it no longer accepts are released; those of
    others are left alone. An owner that is being deleted does neither. What is adopted gets ``finalizer`` too.
    Upstream: ``ClaimObject`` of ``BaseControllerRefManager``.
    """
    uid = owner["metadata"]["uid"]
    leaving = is_deleting(owner)
    claimed = []
    for obj in objects:
        reference = controller_of(obj)
        if reference is not None:
            if reference["uid"] != uid:
                continue
            if matches(obj):
                claimed.append(obj)
            elif not leaving:
                _release(context, obj, uid)
        elif not leaving and not is_deleting(obj) and matches(obj):
            adopted = _adopt(context, obj, owner, finalizer)
            if adopted is not None:
                claimed.append(adopted)
    return claimed


def _adopt(context: Context, obj: Obj, owner: Obj, finalizer: str) -> Obj | None:
    metadata = obj["metadata"]
    uid = owner["metadata"]["uid"]
    others = [reference for reference in metadata.get("ownerReferences") or () if reference["uid"] != uid]
    metadata["ownerReferences"] = [*others, new_controller_ref(owner)]
    if finalizer and finalizer not in (metadata.get("finalizers") or ()):
        metadata["finalizers"] = [*(metadata.get("finalizers") or ()), finalizer]
    try:
        return context.update(obj)
    except NotFound:
        return None


def _release(context: Context, obj: Obj, uid: str) -> None:
    remove_owners(obj, {uid})
    # Gone, or without owners already: released either way.
    try:
        context.update(obj)
    except (NotFound, Invalid):
        return


def remove_owners(obj: Obj, uids: set[str]) -> None:
    """Take the ownerReferences to ``uids`` out of ``obj``; where none is left, the field goes."""
    metadata = obj["metadata"]
    left = [reference for reference in metadata.get("ownerReferences") or () if reference["uid"] not in uids]
    if left:
        metadata["ownerReferences"] = left
    else:
        metadata.pop("ownerReferences", None)
