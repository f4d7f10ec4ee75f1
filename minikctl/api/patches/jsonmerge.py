"""JSON merge patches (RFC 7386), for kinds whose schema does not say how lists are merged.

Upstream: evanphx/json-patch ``merge.go`` with its own ways (nulls in what is new are dropped), and apimachinery
``jsonmergepatch`` for ``kubectl apply`` of custom resources.
"""

from __future__ import annotations

from minikctl.api.patches.strategic import check_preconditions
from minikctl.api.patches.values import copy, same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.api.patches.strategic import Precondition

    Map = dict[str, Any]


def apply(original: Any, patch: Any) -> Any:
    """Return ``original`` with ``patch`` applied: null deletes a field, lists are replaced, maps merged."""
    return _merge(copy(original), copy(patch))


def _merge(original: Any, patch: Any) -> Any:
    if not isinstance(original, dict):
        return _without_nulls(patch)
    if not isinstance(patch, dict):
        return patch
    for key, value in patch.items():
        if value is None:
            original.pop(key, None)
        elif original.get(key) is None:
            original[key] = _without_nulls(value)
        else:
            original[key] = _merge(original[key], value)
    return original


def _without_nulls(value: Any) -> Any:
    """Drop fields that are null; elements of lists stay, null or not."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


def create_two_way(original: Map, modified: Map) -> Map:
    """Return the patch that makes ``modified`` of ``original`` (upstream: ``jsonpatch.CreateMergePatch``)."""
    patch: Map = {}
    for key, new in modified.items():
        if key not in original:
            patch[key] = copy(new)
            continue
        old = original[key]
        if isinstance(old, dict) and isinstance(new, dict):
            inner = create_two_way(old, new)
            if inner:
                patch[key] = inner
        elif not same(old, new):
            patch[key] = copy(new)
    patch.update(dict.fromkeys((key for key in original if key not in modified), None))
    return patch


def create_three_way(
    original: Map, modified: Map, current: Map, preconditions: Iterable[Precondition] = ()
) -> Map:
    """Return the patch that ``kubectl apply`` sends for a custom resource; see ``strategic.create_three_way``.

    Upstream: ``CreateThreeWayJSONMergePatch``. Raises PatchError.
    """
    changes = _changes(create_two_way(current, modified))
    deletions = _deletions(create_two_way(original, modified))
    # Upstream looks for conflicts between the two here. There cannot be any: what is set stands in the manifest, what
    # is deleted does not.
    patch: Map = _merge(deletions, changes)
    check_preconditions(patch, preconditions)
    return patch


def _changes(patch: Map) -> Map:
    """What a patch sets: no nulls, and no maps in which nothing is left. A map that is set empty stays."""
    kept: Map = {}
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            inner = _changes(value)
            if inner:
                kept[key] = inner
        elif value is not None:
            kept[key] = value
    return kept


def _deletions(patch: Map) -> Map:
    """What a patch deletes: the nulls, and the maps that they stand in."""
    kept: Map = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict):
            inner = _deletions(value)
            if inner:
                kept[key] = inner
    return kept


def require_unchanged(*path: str) -> Precondition:
    """A precondition: the patch has nothing to say of the field at ``path`` (``metadata``, ``name``)."""

    def holds(patch: Map) -> bool:
        here: Any = patch
        for name in path:
            if not isinstance(here, dict) or name not in here:
                return True
            here = here[name]
        return False

    return holds
