"""The order of merged lists: what a patch says of its own elements, and where the others stay.

Elements of a patch keep the patch's order, the rest keeps the live list's, and both are interleaved by the live list as
far as it knows them. Upstream: ``normalizeElementOrder`` and its helpers in ``strategicpatch/patch.go``.
"""

from __future__ import annotations

from minikctl.api.patches.lookup import as_map
from minikctl.api.patches.values import first_places, token
from minikctl.api.patches.words import PatchError, lists_of_lists, no_merge_key
from minikctl.lib import gofmt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DIRECTIVE = "$patch"
DELETE = "delete"


def element_kind(*lists: list[Any]) -> type:
    """The one Python type of all elements of ``lists``. Raises PatchError where there are several, none, or lists."""
    kinds = {type(each) for each in (item for items in lists for item in items)}
    if not kinds:
        raise PatchError("no elements in any of the given slices")
    if len(kinds) > 1:
        raise PatchError(f"list element types are not identical: {gofmt.value(list(lists))}")
    kind = kinds.pop()
    if kind is list:
        raise lists_of_lists()
    return kind


def key_value(item: Any, merge_key: str) -> Any:
    """The value of an element's merge key. Raises PatchError."""
    item = as_map(item)
    if merge_key not in item:
        raise no_merge_key(item, merge_key)
    return item[merge_key]


def interleave(
    patched: list[Any], others: list[Any], patch_order: list[Any], live_order: list[Any], merge_key: str
) -> list[Any]:
    """Both lists in one: each in its own order, and between each other by ``live_order`` as far as that knows them."""
    patched = sort_by(patched, patch_order, merge_key)
    others = sort_by(others, live_order, merge_key)
    places = first_places([_key(each, merge_key) for each in live_order])
    merged: list[Any] = []
    rest = list(reversed(patched))
    for other in others:
        place = places.get(token(_key(other, merge_key)))
        while rest:
            rival = places.get(token(_key(rest[-1], merge_key)))
            if place is not None and rival is not None and place < rival:
                break
            merged.append(rest.pop())
        merged.append(other)
    return merged + rest[::-1]


def sort_by(items: list[Any], order: list[Any], merge_key: str) -> list[Any]:
    """``items`` in the order in which ``order`` has them; deletions come last. Raises PatchError without merge keys.

    Upstream's comparison calls everything less that ``order`` does not have: Go's insertion sort takes it to the front.
    """
    deletions: list[Any] = []
    if merge_key:
        for each in (*items, *order):
            key_value(each, merge_key)
        deletions = [each for each in items if each.get(DIRECTIVE) == DELETE]
        items = [each for each in items if each.get(DIRECTIVE) != DELETE]
    places = first_places([_key(each, merge_key) for each in order])
    ranked = [(places.get(token(_key(each, merge_key))), each) for each in items]
    unknown = any(place is None for place, _ in ranked)
    return [each for _, each in (_insertion_sorted(ranked) if unknown else sorted(ranked, key=_first))] + deletions


def _insertion_sorted(ranked: list[tuple[int | None, Any]]) -> list[tuple[int | None, Any]]:
    done: list[tuple[int | None, Any]] = []
    for entry in ranked:
        at = len(done)
        while at and _is_less(entry[0], done[at - 1][0]):
            at -= 1
        done.insert(at, entry)
    return done


def _is_less(left: int | None, right: int | None) -> bool:
    return left is None or right is None or left < right


def _first(entry: tuple[int | None, Any]) -> int:
    return entry[0] or 0


def _key(item: Any, merge_key: str) -> Any:
    return item.get(merge_key) if merge_key and isinstance(item, dict) else item
