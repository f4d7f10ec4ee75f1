"""JSON values compared as Go compares them: True is not 1, and 1 is not 1.0."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same, types too (upstream: ``reflect.DeepEqual``)."""
    kind = left.__class__
    if kind is not right.__class__:
        return False
    if kind is dict:
        return len(left) == len(right) and all(key in right and same(each, right[key]) for key, each in left.items())
    if kind is list:
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def copy(value: Any) -> Any:
    """A copy of a JSON value that shares nothing with it."""
    if value.__class__ is dict:
        return {key: copy(each) for key, each in value.items()}
    if value.__class__ is list:
        return [copy(each) for each in value]
    return value


def token(value: Any) -> Any:
    """What two values have in common if and only if they are the same, to be used as a key."""
    if isinstance(value, (dict, list)):
        from minikctl.lib.gojson import compact

        return (type(value), compact(value))
    return (type(value), value)


def first_places(values: Sequence[Any]) -> dict[Any, int]:
    """The first index of each value, by its token."""
    places: dict[Any, int] = {}
    for index, value in enumerate(values):
        places.setdefault(token(value), index)
    return places


def unique(values: list[Any]) -> list[Any]:
    """Drop repeated scalars. Upstream's ``deduplicateScalars`` fills a gap with the last element; so does this."""
    kept = list(values)
    last = len(kept) - 1
    i = 0
    while i < last:
        j = i + 1
        while j <= last:
            if same(kept[i], kept[j]):
                kept[j] = kept[last]
                kept.pop()
                last -= 1
            else:
                j += 1
        i += 1
    return kept


def go_sorted(values: list[Any], texts: list[str]) -> list[Any]:
    """``values`` in the order of ``texts``, equal ones the other way round.

    Upstream sorts with a "less" that is true for equal elements; Go's insertion sort then turns their order round.
    """
    order = sorted(range(len(values) - 1, -1, -1), key=texts.__getitem__)
    return [values[index] for index in order]
