"""Strategic merge patches: JSON merge patches that know by a kind's schema which lists are merged, and by which key.

Upstream: apimachinery ``strategicpatch``. Nothing here changes what it is given. Objects and patches are plain dicts;
schemas are those of ``minikctl.api.schemas``, or None where anything may stand.
"""

from __future__ import annotations

from minikctl.api.patches.diffing import RETAIN_KEYS, Options, diff_maps
from minikctl.api.patches.lookup import list_meta, map_meta
from minikctl.api.patches.merging import merge_map
from minikctl.api.patches.ordering import DIRECTIVE, element_kind
from minikctl.api.patches.values import copy, go_sorted, same, unique
from minikctl.api.patches.words import ConflictError, PatchError
from minikctl.lib import gofmt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from minikctl.api.patches.lookup import Node

    Map = dict[str, Any]
    Precondition = Callable[[Map], bool]


def apply(original: Map, patch: Map, schema: Node | None) -> Map:
    """Return ``original`` with ``patch`` applied (upstream: ``StrategicMergeMapPatch``). Raises PatchError."""
    merged: Map = merge_map(copy(original), copy(patch), schema, final=True)
    return merged


def create_two_way(
    original: Map, modified: Map, schema: Node | None, preconditions: Iterable[Precondition] = ()
) -> Map:
    """Return the patch that makes ``modified`` of ``original`` (upstream: ``CreateTwoWayMergePatch``).

    Each of ``preconditions`` gets the patch and says whether it may be. Raises PatchError.
    """
    patch = copy(diff_maps(original, modified, schema, Options()))
    check_preconditions(patch, preconditions)
    return patch  # type: ignore[no-any-return]  # a copy of a dict is one


def create_three_way(
    original: Map, modified: Map, current: Map, schema: Node | None, *, overwrite: bool = True,
    preconditions: Iterable[Precondition] = (),
) -> Map:
    """Return the patch for ``current`` that ``kubectl apply`` sends (upstream: ``CreateThreeWayMergePatch``).

    ``original`` is what was applied last, ``modified`` what is applied now: what is in ``modified`` is set, what was
    in ``original`` and is not in ``modified`` is deleted, what is only in ``current`` stays. ``overwrite=False``
    refuses to change what others changed since ``original`` (ConflictError). Raises PatchError.
    """
    changes = copy(diff_maps(current, modified, schema, Options(deletions=False)))
    deletions = copy(diff_maps(original, modified, schema, Options(changes=False)))
    patch: Map = merge_map(deletions, changes, schema, final=False)
    check_preconditions(patch, preconditions)
    if not overwrite:
        changed = diff_maps(original, current, schema, Options(order=False))
        if _have_conflicts(patch, changed, schema, "", ""):
            raise ConflictError(patch, changed)
    return patch


def check_preconditions(patch: Map, preconditions: Iterable[Precondition]) -> None:
    """Raise PatchError where a patch may not be."""
    if not all(each(patch) for each in preconditions):
        raise PatchError(f"precondition failed for: {gofmt.value(patch)}")


def _have_conflicts(left: Any, right: Any, schema: Node | None, strategy: str, merge_key: str) -> bool:
    """Whether two patches set the same field to different values (upstream: ``MergingMapsHaveConflicts``)."""
    if type(left) is not type(right):
        return True
    if isinstance(left, dict):
        if left.get(DIRECTIVE) != right.get(DIRECTIVE):
            return True
        return strategy != "replace" and _maps_have_conflicts(left, right, schema)
    if isinstance(left, list):
        return _lists_have_conflicts(left, right, schema, strategy, merge_key)
    return not same(left, right)


def _maps_have_conflicts(left: Map, right: Map, schema: Node | None) -> bool:
    for key, value in left.items():
        if key in {DIRECTIVE, RETAIN_KEYS} or key not in right:
            continue
        inner, strategy, merge_key = None, "", ""
        if isinstance(value, (dict, list)):
            meta = (map_meta if isinstance(value, dict) else list_meta)(schema, key)
            inner, strategy, merge_key = meta.inner, meta.strategy, meta.merge_key
        if _have_conflicts(value, right[key], inner, strategy, merge_key):
            return True
    return False


def _lists_have_conflicts(
    left: list[Any], right: list[Any], schema: Node | None, strategy: str, merge_key: str
) -> bool:
    kind = element_kind(left, right)
    if strategy == "merge":
        if kind is not dict:
            return False
        rivals = _by_key(right, merge_key)
        return any(
            key in rivals and _have_conflicts(each, rivals[key], schema, "", "")
            for key, each in _by_key(left, merge_key).items()
        )
    if len(left) != len(right):
        return True
    if kind is not dict:
        left, right = _sorted_scalars(left), _sorted_scalars(right)
        if len(left) != len(right):
            return True
    return any(_have_conflicts(*pair, schema, "", "") for pair in zip(left, right, strict=True))


def _by_key(items: list[Any], merge_key: str) -> Map:
    for each in items:
        if merge_key not in each:
            raise PatchError(f"cannot find merge key `{merge_key}` in merging list element:{gofmt.value(each)}")
    return {gofmt.value(each[merge_key]): each for each in items}


def _sorted_scalars(items: list[Any]) -> list[Any]:
    items = unique(items)
    return go_sorted(items, [gofmt.value(each) for each in items])
