"""Merging an applied configuration into an object, and taking fields out of one.

Upstream: structured-merge-diff ``typed/merge.go`` and ``typed/remove.go``. What is given stays as it is.
"""

from __future__ import annotations

from minikctl.api.managed.comparing import MISSING
from minikctl.api.managed.shapes import ATOMIC, MAP, SCALAR, STRUCT, Shape, deduced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def merge(live: Any, config: Any, shape: Shape) -> Any:
    """``live`` with what ``config`` says: leaves are replaced, granular maps and keyed lists merged."""
    known = config if config is not MISSING else live
    shape = deduced(shape, known)
    if shape.sort in (SCALAR, ATOMIC):
        return known
    if shape.sort in (STRUCT, MAP):
        before = live if isinstance(live, dict) else {}
        after = config if isinstance(config, dict) else {}
        if not before and not after:
            return known
        merged = {name: merge(value, after.get(name, MISSING), shape.field(name)) for name, value in before.items()}
        for name, value in after.items():
            if name not in before:
                merged[name] = merge(MISSING, value, shape.field(name))
        return merged
    return _merge_lists(live, config, shape) if live or config else known


def _merge_lists(live: Any, config: Any, shape: Shape) -> list[Any]:
    """The elements of both, in an order that keeps the configuration's and as much as can be of the other."""
    before = _numbered(live, shape)
    after = _numbered(config, shape)
    old_order, new_order = list(before), list(after)
    shared = [name for name in new_order if name in before]
    element = shape.element
    out: list[Any] = []
    at_old = at_new = at_shared = 0

    def take(name: Any) -> None:
        out.append(merge(before.get(name, MISSING), after.get(name, MISSING), element))

    while at_old < len(old_order) or at_new < len(new_order):
        following = shared[at_shared] if at_shared < len(shared) else None
        if at_old < len(old_order) and at_new < len(new_order):
            name = old_order[at_old]
            if name == new_order[at_new]:
                take(name)
                at_old, at_new, at_shared = at_old + 1, at_new + 1, at_shared + 1
                continue
            if name in after and following is not None and following != name:
                at_old += 1  # it is shared, but not the next one: its turn comes with the configuration's
                continue
        if at_old < len(old_order) and old_order[at_old] not in after:
            take(old_order[at_old])
            at_old += 1
            continue
        if at_new < len(new_order):
            name = new_order[at_new]
            take(name)
            at_new += 1
            if following == name:
                at_shared += 1
        else:
            at_old += 1  # it came with the configuration's
    return out


def _numbered(items: Any, shape: Shape) -> dict[Any, Any]:
    """The items by how they are told apart; doubles, which only a live object has, by their number too."""
    found: dict[Any, Any] = {}
    for item in items if isinstance(items, list) else ():
        try:
            name: Any = shape.path_element(item)
        except ValueError:
            continue
        while name in found:
            name = (name, len(found))
        found[name] = item
    return found


def remove(value: Any, gone: dict[str, Any], shape: Shape) -> Any:
    """``value`` without the fields of the tree ``gone`` (``lib.fieldsets.tree``); None where nothing is left."""
    shape = deduced(shape, value)
    if shape.sort == SCALAR:
        return value
    if shape.sort == ATOMIC or not value:
        return None
    return _remove_fields(value, gone, shape) if shape.sort in (STRUCT, MAP) else _remove_items(value, gone, shape)


def _remove_fields(value: Any, gone: dict[str, Any], shape: Shape) -> Any:
    kept = {}
    for name, inner in value.items() if isinstance(value, dict) else ():
        node = gone.get("f:" + name)
        if node is None:
            kept[name] = inner
        elif "" not in node:
            left = remove(inner, node, shape.field(name))
            if left is not None:
                kept[name] = left
    return kept or None


def _remove_items(value: Any, gone: dict[str, Any], shape: Shape) -> Any:
    items = []
    for item in value if isinstance(value, list) else ():
        try:
            node = gone.get(shape.path_element(item))
        except ValueError:
            node = None
        if node is None:
            items.append(item)
        elif "" not in node:
            items.append(remove(item, node, shape.element))
    return items or None
