"""Strategic merge patches as kustomize carries them out: in its own way, with the schema that it has built in.

It differs from the API server's merge (``api.patches.strategic``): what a patch adds to a list stands before what was
there; an element may lack some of its keys; a kind that the schema does not know is merged without keys; ``$patch`` is all
there is of directives. Upstream: kyaml ``yaml/merge2`` and ``yaml/walk``.
"""

from __future__ import annotations

from minikctl.kustomize import openapi
from minikctl.kustomize.nodes import UNTYPED, KustomizeError, Scalar, is_null, mapping, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kustomize.openapi import Schema

_DIRECTIVE = "$patch"


def merge(base: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any] | None:
    """Merge ``patch`` into ``base``, which is changed; None where the patch deletes it. Raises KustomizeError."""
    merged: dict[str, Any] | None = _walk(base, patch, None)
    return merged


def _walk(base: Any, patch: Any, schema: Schema | None) -> Any:
    """What becomes of a place with ``base`` in it, for which the patch has ``patch`` (None: there is no such field)."""
    schema = schema or _schema_of(base) or _schema_of(patch)
    kind = type(patch if is_null(base) else base) if not (is_null(base) and is_null(patch)) else dict
    for each in (base, patch):
        if not is_null(each) and type(each) is not kind:
            raise KustomizeError(_wrong_kind(kind, each))
    if kind is dict:
        return _walk_map(base, patch, schema)
    if kind is list:
        if schema is not None and schema.keys is not None:
            return _walk_merged_list(base, patch, schema)
        return base if patch is None else patch
    if patch is None:
        return base
    return None if is_null(patch) else patch


def _schema_of(node: Any) -> Schema | None:
    """The schema of an object that says its kind."""
    if not isinstance(node, dict):
        return None
    version, kind = text_of(node.get("apiVersion")), text_of(node.get("kind"))
    return openapi.schema_for(version, kind) if version and kind else None


def _walk_map(base: Any, patch: Any, schema: Schema | None) -> Any:
    if is_null(base):
        if isinstance(patch, dict) and _directive(patch) == "delete":
            return None
        if patch is None and base is not None and base.text:
            return Scalar(base.text, UNTYPED)  # a null that was written stays
        result = patch
    elif patch is not None and is_null(patch):
        return None
    else:
        directive = _directive(patch) if patch is not None else "merge"
        if directive == "delete":
            return None
        result = patch if directive == "replace" else base
    if not isinstance(result, dict):
        return result
    # A map that the patch brings is walked with itself: that is how the nulls in it get lost.
    for name in sorted({**result, **(patch or {})}):
        field = schema.field(name) if schema else None
        merged = _walk(result.get(name), (patch or {}).get(name), field)
        if merged is None or is_null(merged):
            result.pop(name, None)
        else:
            result[name] = merged
    return result


def _directive(patch: dict[str, Any]) -> str:
    """``$patch``, which is taken out: delete, replace or merge. Raises KustomizeError for another word."""
    if _DIRECTIVE not in patch:
        return "merge"
    word = text_of(patch[_DIRECTIVE])
    if word not in {"delete", "replace", "merge"}:
        raise KustomizeError(f"unknown patch strategy '{word}'")
    del patch[_DIRECTIVE]
    return word


# ---------------------------------------------------------------------------------------------------------------------
# Lists that are merged
# ---------------------------------------------------------------------------------------------------------------------


def _walk_merged_list(base: Any, patch: Any, schema: Schema) -> Any:
    if patch is not None and is_null(patch) and not is_null(base):
        return None
    result = patch if is_null(base) else base
    if not isinstance(result, list):
        return None
    if isinstance(patch, list) and not is_null(base):
        directive = _list_directive(patch)
        if directive == "delete":
            return None
        result = patch if directive == "replace" else base
    sources = [patch if isinstance(patch, list) else None, result]
    assert schema.keys is not None
    if schema.keys:
        return _merge_elements(sources, schema.keys, schema)
    return _merge_scalars(sources)


def _list_directive(patch: list[Any]) -> str:
    """The directive that is an element by itself (``- $patch: replace``), merge where there is none.

    It is taken out, and with it the elements that have directives of their own.
    """
    found = next((each for each in patch if isinstance(each, dict) and list(each) == [_DIRECTIVE]), None)
    if found is None:
        return "merge"
    patch[:] = [each for each in patch if _DIRECTIVE not in mapping(each)]
    return _directive(found)


def _merge_scalars(sources: list[list[Any] | None]) -> list[Any]:
    """The patch's values, then those that only the base has (finalizers)."""
    merged: dict[str, Any] = {}
    for source in sources:
        for each in source or ():
            merged.setdefault(text_of(each), each)
    return list(merged.values())


def _merge_elements(sources: list[list[Any] | None], keys: list[str], schema: Schema) -> list[Any]:
    """The elements of patch and base, those with equal keys as one; the patch's come first."""
    patch, base = sources
    assert base is not None
    if len(keys) > 1 and any(mapping(each).get(key) for each in (patch or []) + base for key in keys[1:]):
        return _merge_by_several_keys(patch or [], base, keys, schema)
    keys = keys[:1]
    merged: list[Any] = []
    wanted: dict[tuple[str, ...], None] = {}
    for source in sources:
        for each in source or ():
            wanted[tuple(text_of(each.get(key)) if isinstance(each, dict) else "" for key in keys)] = None
    for values in wanted:
        given = _given(values, keys)
        element = _walk(_find(base, given), _find(patch, given), schema.elements)
        if is_null(element) or element == {}:
            base[:] = _without(base, given)
            continue
        for key, value in given:
            if key not in element:
                element[key] = Scalar(value, UNTYPED)
        _put(merged, element, given)
    rest = base
    for values in wanted:
        for each in list(rest):
            _put_rest(merged, each, [key for key, _ in _given(values, keys)])
        rest = merged
    return rest


def _merge_by_several_keys(
    patch: list[Any], base: list[Any], keys: list[str], schema: Schema
) -> list[Any]:
    """Merge a list like a container's ports, of which some have a ``protocol`` and some have not.

    What is new comes first; the rest stays where the base has it. What lacks a key is not filled in with the default: of
    the base, it takes the place of all before it that have its first key; of the patch, it counts only where nothing has
    its first key together with the others. So it comes out of kustomize 5.
    """

    def values(element: Any) -> tuple[str, ...]:
        return tuple(text_of(mapping(element).get(key)) for key in keys)

    if patch is base:
        return [merged for each in base if (merged := _walk(each, each, schema.elements))]
    whole = {values(each)[0] for each in patch + base if all(values(each))}
    partial = {values(each)[0] for each in base if not all(values(each))}
    changes: dict[tuple[str, ...], Any] = {
        values(each): each for each in patch if all(values(each)) or values(each)[0] not in whole
    }
    known = {values(each) for each in base}
    result = [
        _walk(None, each, schema.elements)
        for wanted, each in changes.items()
        if wanted not in known and not (all(wanted) and wanted[0] in partial)
    ]
    for each in base:
        wanted = values(each)
        if not all(wanted):
            result = [other for other in result if values(other)[0] != wanted[0]]
        result.append(_walk(each, changes.get(wanted), schema.elements))
    return [each for each in result if not (is_null(each) or each == {})]


def _given(values: tuple[str, ...], keys: list[str]) -> list[tuple[str, str]]:
    """The keys that an element has, with its values; all of them where it has none (upstream: ``validateKeys``)."""
    return [(key, value) for key, value in zip(keys, values, strict=True) if value] or list(
        zip(keys, values, strict=True)
    )


def _find(items: list[Any] | None, given: list[tuple[str, str]]) -> Any:
    """The first element with these values."""
    for each in items or ():
        if isinstance(each, dict) and all(key in each and text_of(each[key]) == value for key, value in given):
            return each
    return None


def _matches(item: Any, given: list[tuple[str, str]]) -> bool:
    """Whether an element is meant; an empty value stands for any (upstream: ``FieldMatcher`` without a value)."""
    return isinstance(item, dict) and all(
        key in item and (not value or text_of(item[key]) == value) for key, value in given
    )


def _without(items: list[Any], given: list[tuple[str, str]]) -> list[Any]:
    return [each for each in items if not (is_null(each) or each == {}) and not _matches(each, given)]


def _put(items: list[Any], element: Any, given: list[tuple[str, str]]) -> None:
    """Replace the elements with these values by ``element``, or put it at the end (upstream: ``ElementSetter``)."""
    kept = [each for each in items if not (is_null(each) or each == {})]
    found = [_matches(each, given) for each in kept]
    items[:] = [element if there else each for each, there in zip(kept, found, strict=True)]
    if not any(found):
        items.append(element)


def _put_rest(items: list[Any], element: Any, keys: list[str]) -> None:
    """Put an element of the base to those that were merged (upstream: ``appendListNode``)."""
    if len(keys) > 1:
        return
    if not isinstance(element, dict) or is_null(element.get(keys[0])):
        # It has no key: it takes the place of all that have one.
        items[:] = [element]
        return
    _put(items, element, [(keys[0], text_of(element[keys[0]]))])


def _wrong_kind(kind: type, node: Any) -> str:
    names = {dict: "MappingNode", list: "SequenceNode", Scalar: "ScalarNode"}
    from minikctl.kustomize.texts import dump

    return (
        f"wrong node kind: expected {names[kind]} but got {names[type(node)]}: node contents:\n{dump(node)}"
    )
