"""Strategic merge patches are made: from two objects, the patch that makes the second of the first.

Upstream: ``diffMaps`` and what it calls in ``strategicpatch/patch.go``. Lists with a merge key become lists of changed
elements and deletions, with their order beside them (``$setElementOrder/containers``); lists of merged scalars become
additions and ``$deleteFromPrimitiveList/finalizers``; fields whose strategy is retainKeys say all the keys that stay.
"""

from __future__ import annotations

from minikctl.api.patches.lookup import list_meta, map_meta
from minikctl.api.patches.ordering import DELETE, DIRECTIVE, element_kind, key_value, sort_by
from minikctl.api.patches.values import go_sorted, same, unique
from minikctl.api.patches.words import PatchError
from minikctl.lib import gofmt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.patches.lookup import Meta, Node

    Map = dict[str, Any]

DELETE_FROM_LIST = "$deleteFromPrimitiveList"
SET_ORDER = "$setElementOrder"
RETAIN_KEYS = "$retainKeys"


class Options:
    """What a patch is to have in it: changes (with additions), deletions, the order of list elements."""

    __slots__ = ("changes", "deletions", "order")

    def __init__(self, *, changes: bool = True, deletions: bool = True, order: bool = True) -> None:
        self.changes = changes
        self.deletions = deletions
        self.order = order


def diff_maps(original: Map, modified: Map, schema: Node | None, options: Options, *, retain_keys: bool = False) -> Map:
    """The patch from ``original`` to ``modified``, both of ``schema``; shares values with them. Raises PatchError."""
    patch: Map = {}
    for key, new in modified.items():
        if key in original:
            _diff_value(key, original[key], new, patch, schema, options)
        elif options.changes:
            patch[key] = new
    if options.deletions:
        patch.update(dict.fromkeys((key for key in original if key not in modified), None))
    if retain_keys:
        kept = sorted(key for key, new in modified.items() if new is not None)
        gone = any(old is not None and key not in modified for key, old in original.items())
        if kept and (patch or gone):
            patch[RETAIN_KEYS] = kept
    return patch


def _diff_value(key: str, old: Any, new: Any, patch: Map, schema: Node | None, options: Options) -> None:
    """Put into ``patch`` what makes ``new`` of ``old`` in field ``key``."""
    if key == DIRECTIVE:
        if not isinstance(old, str) or not isinstance(new, str):
            raise PatchError(f"invalid value for special key: {DIRECTIVE}")
        if new != old:
            patch[key] = new
    elif type(old) is type(new) and isinstance(new, dict):
        _diff_field(key, old, new, patch, schema, options)
    elif type(old) is type(new) and isinstance(new, list):
        _diff_list_field(key, old, new, patch, schema, options)
    elif options.changes and not same(old, new):
        patch[key] = new


def _diff_field(key: str, old: Map, new: Map, patch: Map, schema: Node | None, options: Options) -> None:
    try:
        meta = map_meta(schema, key)
    except PatchError:
        if same(old, new):
            return
        raise
    if meta.strategy == "replace":
        if options.changes:
            patch[key] = new
        return
    found = diff_maps(old, new, meta.inner, options, retain_keys=meta.retain_keys)
    if found:
        patch[key] = found


def _diff_list_field(
    key: str, old: list[Any], new: list[Any], patch: Map, schema: Node | None, options: Options
) -> None:
    try:
        meta = list_meta(schema, key)
    except PatchError:
        if same(old, new):
            return
        raise
    if meta.strategy != "merge":
        if options.changes and not same(old, new):
            patch[key] = new
        return
    additions, deletions, order = _diff_lists(old, new, meta, options)
    if additions:
        patch[key] = additions
    if deletions:
        patch[f"{DELETE_FROM_LIST}/{key}"] = deletions
    if order:
        patch[f"{SET_ORDER}/{key}"] = order


def _diff_lists(
    original: list[Any], modified: list[Any], meta: Meta, options: Options
) -> tuple[list[Any], list[Any], list[Any]]:
    """What comes or changes, which scalars go, and the order of what is there then."""
    if not original:
        return (modified if options.changes else []), [], []
    if element_kind(original, modified) is not dict:
        additions, deletions = _diff_scalars(original, modified, options)
        # Upstream has sorted the original in place by now: an unsorted list of the user's counts as changed.
        changed = not same([item for _, item in _by_text(original)], modified)
        ordered = options.order and ((options.deletions and bool(deletions)) or (options.changes and changed))
        return sort_by(additions, modified, ""), deletions, modified if ordered else []
    merge_key = meta.merge_key
    changes, gone = _diff_elements(original, modified, meta, options)
    patch = sort_by(changes, modified, merge_key)
    moved = not _same_order(original, modified, merge_key)
    patch += gone
    ordered = options.order and ((options.changes and (bool(patch) or moved)) or (options.deletions and bool(patch)))
    return patch, [], [{merge_key: each[merge_key]} for each in modified] if ordered else []


def _same_order(original: list[Any], modified: list[Any], merge_key: str) -> bool:
    return len(original) == len(modified) and all(
        same(key_value(old, merge_key), key_value(new, merge_key))
        for old, new in zip(original, modified, strict=True)
    )


def _diff_scalars(original: list[Any], modified: list[Any], options: Options) -> tuple[list[Any], list[Any]]:
    """Walk both lists in the order of their texts, as upstream does; repeated scalars pair off one by one."""
    olds, news = _by_text(original), _by_text(modified)
    additions, deletions = [], []
    old = new = 0
    while old < len(olds) or new < len(news):
        left = olds[old][0] if old < len(olds) else None
        right = news[new][0] if new < len(news) else None
        if left == right:
            old, new = old + 1, new + 1
        elif left is None or (right is not None and left > right):
            if options.changes:
                additions.append(news[new][1])
            new += 1
        else:
            if options.deletions:
                deletions.append(olds[old][1])
            old += 1
    return additions, unique(deletions)


def _by_text(items: list[Any]) -> list[tuple[str, Any]]:
    """Scalars with their texts, sorted by these."""
    texts = [gofmt.value(each) for each in items]
    return go_sorted(list(zip(texts, items, strict=True)), texts)


def _diff_elements(
    original: list[Any], modified: list[Any], meta: Meta, options: Options
) -> tuple[list[Any], list[Any]]:
    """Changed and new elements, and deletions, by merge key."""
    merge_key = meta.merge_key
    olds, news = _by_key(original, merge_key), _by_key(modified, merge_key)
    changes: list[Any] = []
    gone: list[Any] = []
    old = new = 0
    while old < len(olds) or new < len(news):
        left = olds[old][0] if old < len(olds) else None
        right = news[new][0] if new < len(news) else None
        if left == right:
            item = news[new][1]
            found = diff_maps(olds[old][1], item, meta.inner, options, retain_keys=meta.retain_keys)
            if found:
                found[merge_key] = item[merge_key]
                changes.append(found)
            old, new = old + 1, new + 1
        elif left is None or (right is not None and left > right):
            if options.changes:
                changes.append(news[new][1])
            new += 1
        else:
            if options.deletions:
                gone.append({merge_key: olds[old][1][merge_key], DIRECTIVE: DELETE})
            old += 1
    return changes, gone


def _by_key(items: list[Any], merge_key: str) -> list[tuple[str, Map]]:
    """Elements with the texts of their merge keys, sorted by these."""
    texts = [gofmt.value(key_value(each, merge_key)) for each in items]
    return go_sorted(list(zip(texts, items, strict=True)), texts)
