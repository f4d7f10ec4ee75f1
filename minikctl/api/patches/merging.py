"""Strategic merge patches are applied, or one is merged into another.

Upstream: ``mergeMap`` and what it calls in ``strategicpatch/patch.go``. Everything here changes what it is given:
``strategic`` hands in copies.
"""

from __future__ import annotations

from minikctl.api.patches.diffing import DELETE_FROM_LIST, RETAIN_KEYS, SET_ORDER
from minikctl.api.patches.lookup import as_list, as_map, list_meta, map_meta
from minikctl.api.patches.ordering import DELETE, DIRECTIVE, element_kind, interleave, key_value
from minikctl.api.patches.values import same, token, unique
from minikctl.api.patches.words import PatchError, bad_directive, bad_format, no_merge_key
from minikctl.lib import gofmt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.patches.lookup import Meta, Node

    Map = dict[str, Any]


def merge_map(original: Map, patch: Map, schema: Node | None, *, final: bool) -> Map:
    """Merge ``patch`` into ``original`` and return the result. Raises PatchError.

    ``final``: ``original`` is an object; directives are carried out and nulls that delete nothing are dropped.
    Otherwise it is a patch itself, and both stay (so a three-way patch puts changes and deletions together).
    """
    if DIRECTIVE in patch:
        return _replaced(patch)
    _retain_keys(original, patch, final=final)
    _merge_ordered_lists(original, patch, schema, final=final)
    for field, value in patch.items():
        if not field.startswith(DELETE_FROM_LIST):
            _merge_value(original, field, value, schema, final=final, deletes=False)
        elif final:
            key = _field_of(field, DELETE_FROM_LIST, "primitive list")
            _merge_value(original, key, value, schema, final=True, deletes=True)
        else:
            original[field] = value
    return original


def _merge_value(original: Map, key: str, value: Any, schema: Node | None, *, final: bool, deletes: bool) -> None:
    """Merge one field; ``deletes``: ``value`` is a list of scalars that go."""
    if value is None:
        original.pop(key, None)
        if final:
            return
    if key not in original or type(original[key]) is not type(value):
        if not deletes:
            _take(original, key, value, final=final)
    elif isinstance(value, dict):
        meta = map_meta(schema, key)
        if meta.strategy != "replace":
            value = merge_map(original[key], value, meta.inner, final=final)
        original[key] = value
    elif isinstance(value, list):
        original[key] = _merge_lists(original[key], value, list_meta(schema, key), final=final, deletes=deletes)
    else:
        original[key] = value


def _replaced(patch: Map) -> Map:
    """``$patch`` in a map: replace leaves the patch alone, delete leaves nothing."""
    directive = patch.pop(DIRECTIVE)
    if directive == "replace":
        return patch
    if directive == DELETE:
        return {}
    raise bad_directive(directive, {**patch, DIRECTIVE: directive})


def _take(original: Map, key: str, value: Any, *, final: bool) -> None:
    """Set what was not there before, or was of another type; directives and nulls in it have nothing to work on."""
    if final:
        _drop_nulls(value)
    kept, cleaned = _without_directives(value)
    if kept:
        original[key] = cleaned
    else:
        original.pop(key, None)


def _drop_nulls(value: Any) -> None:
    if isinstance(value, dict):
        for key in [key for key, each in value.items() if each is None]:
            del value[key]
        for each in value.values():
            _drop_nulls(each)
    elif isinstance(value, list):
        for each in value:
            _drop_nulls(each)


def _without_directives(value: Any) -> tuple[bool, Any]:
    """Whether ``value`` stays, and what of it: maps with ``$patch`` go (upstream: ``removeDirectives``)."""
    if isinstance(value, dict):
        if DIRECTIVE in value:
            return False, None
        cleaned = ((key, _without_directives(each)) for key, each in value.items())
        return True, {key: each for key, (kept, each) in cleaned if kept}
    if isinstance(value, list):
        return True, [each for kept, each in map(_without_directives, value) if kept]
    return True, value


def _field_of(field: str, prefix: str, what: str) -> str:
    """``containers`` of ``$setElementOrder/containers``. Raises PatchError."""
    head, slash, name = field.partition("/")
    if head != prefix or not slash:
        raise bad_format(what)
    return name


def _retain_keys(original: Map, patch: Map, *, final: bool) -> None:
    """Carry out ``$retainKeys``: what it does not name goes from ``original``.

    Upstream: ``applyRetainKeysDirective``.
    """
    if RETAIN_KEYS not in patch:
        return
    keys = patch.pop(RETAIN_KEYS)
    if not final:
        there = original.setdefault(RETAIN_KEYS, keys)
        if not same(there, keys):
            raise PatchError(
                f"{gofmt.value(there)} and {gofmt.value(keys)} are not deep equal: "
                "this may happen when calculating the 3-way diff patch"
            )
        return
    if not isinstance(keys, list):
        raise bad_format("retainKeys")
    kept = {token(key) for key in keys}
    for field, value in patch.items():
        directive = field.startswith((DELETE_FROM_LIST, SET_ORDER))
        if value is not None and not directive and token(field) not in kept:
            raise bad_format("retainKeys")
    for field in [field for field in original if token(field) not in kept]:
        del original[field]


# ---------------------------------------------------------------------------------------------------------------------
# Lists
# ---------------------------------------------------------------------------------------------------------------------


def _merge_ordered_lists(original: Map, patch: Map, schema: Node | None, *, final: bool) -> None:
    """Merge the lists that ``$setElementOrder`` speaks of; what is done goes from ``patch``.

    Upstream: ``mergePatchIntoOriginal``.
    """
    for field in [field for field in patch if field.startswith(SET_ORDER)]:
        order = patch.pop(field)
        if not final and not same(original.setdefault(field, order), order):
            raise bad_format("setElementOrder list")
        order = as_list(order)
        key = _field_of(field, SET_ORDER, "setElementOrder list")
        live = as_list(original[key]) if key in original else None
        changes = as_list(patch[key]) if key in patch else None
        meta = list_meta(schema, key)
        _check_order(changes or [], order, meta.merge_key)
        if live is None and changes is None:
            continue
        if live is None:
            merged = list(changes or ())
        elif changes is None:
            merged = list(live)
        else:
            merged = _merge_lists(live, changes, meta, final=final, deletes=False)
        mine, others = _partition(merged, order, meta.merge_key)
        merge_key = meta.merge_key if element_kind(live or [], changes or []) is dict else ""
        places = _disturbed(live or [], changes or [], merge_key) if merge_key else live or []
        original[key] = interleave(mine, others, order, places, merge_key)
        patch.pop(key, None)


def _check_order(changes: list[Any], order: list[Any], merge_key: str) -> None:
    """Every changed element has to be in ``order``, and in that order (upstream: ``validatePatchWithSetOrderList``)."""
    if not order or not changes:
        return
    waiting = list(changes)
    if merge_key:
        waiting = [each for each in waiting if as_map(each).get(DIRECTIVE) != DELETE]
    at = place = 0
    while at < len(waiting) and place < len(order):
        if isinstance(waiting[at], dict) and DIRECTIVE in waiting[at]:
            at += 1
            continue
        left, right = waiting[at], order[place]
        if merge_key:
            left, right = key_value(left, merge_key), key_value(right, merge_key)
        at += same(left, right)
        place += 1
    if at < len(waiting) and place >= len(order):
        shown, wanted = gofmt.value(changes), gofmt.value(order)
        raise PatchError(f"The order in patch list:\n{shown}\n doesn't match {SET_ORDER} list:\n{wanted}\n")


def _merge_lists(live: list[Any], patch: list[Any], meta: Meta, *, final: bool, deletes: bool) -> list[Any]:
    """``live`` with ``patch`` merged in, in order (upstream: ``mergeSliceHandler`` and ``mergeSlice``)."""
    if meta.strategy != "merge":
        return patch
    if not live and not patch:
        return live
    kind = element_kind(live, patch)
    if kind is not dict:
        if final and deletes:
            gone = {token(each) for each in patch}
            return [each for each in live if token(each) not in gone]
        merged = unique(live + patch)
    else:
        if not meta.merge_key:
            raise PatchError(f"cannot merge lists without merge key for {getattr(meta.inner, 'title', '')}")
        live, patch = _carry_out_directives(live, patch, meta.merge_key)
        merged = _merge_elements(live, patch, meta, final=final)
    mine, others = _partition(merged, patch, meta.merge_key)
    return interleave(mine, others, patch, live, meta.merge_key if kind is dict else "")


def _partition(items: list[Any], wanted: list[Any], merge_key: str) -> tuple[list[Any], list[Any]]:
    """Those of ``items`` that ``wanted`` has too, and the others."""
    if not merge_key:
        tokens = {token(each) for each in wanted}
        return [each for each in items if token(each) in tokens], [each for each in items if token(each) not in tokens]
    tokens = {token(as_map(each).get(merge_key)) for each in wanted if merge_key in as_map(each)}
    mine: list[Any] = []
    others: list[Any] = []
    for each in items:
        (mine if token(key_value(each, merge_key)) in tokens else others).append(each)
    return mine, others


def _carry_out_directives(live: list[Any], patch: list[Any], merge_key: str) -> tuple[list[Any], list[Any]]:
    """Carry out the elements with ``$patch``; returns both lists without what they are about."""
    rest: list[Any] = []
    replaces = False
    for each in patch:
        directive = each.get(DIRECTIVE)
        if DIRECTIVE not in each:
            rest.append(each)
        elif directive == DELETE:
            if merge_key not in each:
                raise no_merge_key(each, merge_key)
            gone = token(each[merge_key])
            live = [item for item in live if token(as_map(item).get(merge_key)) != gone]
        elif directive == "replace":
            replaces = True
        elif directive == "merge":
            raise PatchError("merging lists cannot yet be specified in the patch")
        else:
            raise bad_directive(directive, each)
    return (rest, []) if replaces else (live, rest)


def _disturbed(live: list[Any], patch: list[Any], merge_key: str) -> list[Any]:
    """The live list as upstream sees it when it asks where elements stood: deletions have shifted it by then.

    Go deletes and appends in the same array: of [a, b, c], with a deleted and x added, is left [b, c, x]. So a new
    element comes after those that stay when another goes, and before them otherwise.
    """
    array, size = list(live), len(live)
    for gone in (token(each.get(merge_key)) for each in patch if each.get(DIRECTIVE) == DELETE):
        at = 0
        while at < size:
            if token(array[at].get(merge_key)) == gone:
                array[at : size - 1] = array[at + 1 : size]
                size -= 1
            else:
                at += 1
    if any(each.get(DIRECTIVE) == "replace" for each in patch):
        return array
    there = {token(each.get(merge_key)) for each in array[:size]}
    for each in patch:
        if DIRECTIVE not in each and token(each.get(merge_key)) not in there and size < len(array):
            there.add(token(each.get(merge_key)))
            array[size] = each
            size += 1
    return array


def _merge_elements(live: list[Any], patch: list[Any], meta: Meta, *, final: bool) -> list[Any]:
    """Merge each element of ``patch`` into the first of ``live`` with its key, or put it at the end."""
    merged = list(live)
    places: dict[Any, int] = {}
    for place, each in enumerate(merged):
        if meta.merge_key in as_map(each):
            places.setdefault(token(each[meta.merge_key]), place)
    for each in patch:
        found = token(key_value(each, meta.merge_key))
        if found in places:
            merged[places[found]] = merge_map(merged[places[found]], each, meta.inner, final=final)
        else:
            places[found] = len(merged)
            merged.append(each)
    return merged
