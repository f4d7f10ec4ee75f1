"""Values as a Go template sees them, where Python's own are not enough.

A template tells three kinds of nothing apart: a key that is not there (``MISSING``, Go's invalid ``reflect.Value``; it
prints ``<no value>``), a null inside of an object (None, Go's nil ``interface {}``; asking it for a field is an error),
and no argument at all (``NO_ARGUMENT``). And it knows whether a value was taken straight out of a list or an object
(``Boxed``): errors call the type of such a one ``interface {}``.
"""

from __future__ import annotations

from minikctl.lib.gotypes import MAX_INT64, MIN_INT64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Nothing:
    """See ``MISSING`` and ``NO_ARGUMENT``."""

    __slots__ = ()


MISSING: Any = _Nothing()
NO_ARGUMENT: Any = _Nothing()


class Boxed:
    """An item of a list or object as the dot or a variable of ``range``."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def unboxed(value: Any) -> Any:
    """Return a value without its box."""
    return value.value if isinstance(value, Boxed) else value


def concrete(value: Any) -> Any:
    """Return what a pipeline makes of a value: without its box, and ``MISSING`` for null."""
    if isinstance(value, Boxed):
        value = value.value
    return MISSING if value is None else value


def is_true(value: Any) -> bool:
    """Whether ``if`` takes a value for true: not missing, null, false, 0 or empty."""
    value = unboxed(value)
    return value is not MISSING and bool(value)


def leaf(value: Any) -> Any:
    """Return a number as it is after kubectl wrote the object as JSON and read it again.

    A float without a fraction comes back as an ``int64`` (3.0 prints 3), a number above 64 bits as a ``float64``.
    """
    if isinstance(value, float):
        return int(value) if value.is_integer() and MIN_INT64 <= value < MAX_INT64 else value
    if type(value) is int and not MIN_INT64 <= value <= MAX_INT64:
        return float(value)
    return value


def normal(value: Any) -> Any:
    """Return a list or object with all numbers inside of it as ``leaf`` has them, and anything else as it is.

    A number by itself was taken out of an object before, or is one of the template: 1e3 stays a float.
    """
    if isinstance(value, dict):
        changed = {key: leaf(normal(item)) for key, item in value.items()}
        return changed if any(changed[key] is not item for key, item in value.items()) else value
    if isinstance(value, list):
        items = [leaf(normal(item)) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def measure(data: Any) -> tuple[int, int]:
    """Return how many values are in an object, and about how many characters."""
    values = size = 0
    stack = [data]
    while stack:
        value = stack.pop()
        values += 1
        if isinstance(value, dict):
            stack.extend(value.values())
            size += sum(map(len, value))
        elif isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, str):
            size += len(value)
    return values, size
