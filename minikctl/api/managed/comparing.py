"""Which fields an object has, and in which fields two objects differ.

Objects are walked by the shapes of their kind; what is the same on both sides is passed over without being walked.
Upstream: structured-merge-diff ``typed/tofieldset.go``, ``typed/compare.go``.
"""

from __future__ import annotations

from minikctl.api.managed.shapes import ATOMIC, KEYED, MAP, SCALAR, SET, STRUCT, Shape, deduced, shape_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.api.schemas import Schema
    from minikctl.lib.fieldsets import Path, Paths


class _Missing:
    """A side that does not have the field, which is another thing than null."""


MISSING: Any = _Missing()


# -- the fields of one object -----------------------------------------------------------------------------------------


def field_set(value: Any, shape: Shape) -> Paths:
    """The fields of an applied configuration: leaves, elements of lists and keys of maps (``ToFieldSet``)."""
    found: Paths = set()
    _collect(value, shape, (), found)
    return found


def _collect(value: Any, shape: Shape, path: Path, found: Paths) -> None:
    shape = deduced(shape, value)
    sort = shape.sort
    if sort in (SCALAR, ATOMIC):
        found.add(path)
    elif sort in (STRUCT, MAP):
        if not isinstance(value, dict):
            return
        for name, inner in value.items():
            inner_path = (*path, "f:" + name)
            _collect(inner, shape.field(name), inner_path, found)
            if inner is None or inner == {} or not shape.has_field(name):
                found.add(inner_path)
    elif isinstance(value, list):
        seen = set()
        for item in value:
            inner_path = (*path, shape.path_element(item))
            found.add(inner_path)
            if inner_path not in seen:
                seen.add(inner_path)
                _collect(item, shape.element, inner_path, found)


# -- the differences between two --------------------------------------------------------------------------------------


class Comparison:
    """The fields in which an object differs from one before it."""

    __slots__ = ("added", "modified", "removed")

    def __init__(self) -> None:
        self.added: Paths = set()
        self.modified: Paths = set()
        self.removed: Paths = set()

    @property
    def changed(self) -> Paths:
        """What a writer has taken for itself."""
        return self.added | self.modified


def compare(old: Any, new: Any, shape: Shape) -> Comparison:
    """What became of ``old`` in ``new``."""
    result = Comparison()
    _compare(old, new, shape, (), result)
    return result


def _leaf(old: Any, new: Any, path: Path, result: Comparison) -> None:
    if old is MISSING:
        result.added.add(path)
    elif new is MISSING:
        result.removed.add(path)
    elif old != new:
        result.modified.add(path)


def _compare(old: Any, new: Any, shape: Shape, path: Path, result: Comparison) -> None:
    if old is not MISSING and old == new:
        return
    known = new if new is not MISSING else old
    shape = deduced(shape, known)
    sort = shape.sort
    container = (dict, list)
    if sort in (SCALAR, ATOMIC) or (
        not (isinstance(old, container) and old) and not (isinstance(new, container) and new)
    ):
        _leaf(old, new, path, result)
        return
    if sort in (STRUCT, MAP):
        _compare_maps(old, new, shape, path, result)
    else:
        _compare_lists(old, new, shape, path, result)
    if old is MISSING:
        result.added.add(path)
    elif new is MISSING:
        result.removed.add(path)


def _compare_maps(old: Any, new: Any, shape: Shape, path: Path, result: Comparison) -> None:
    before = old if isinstance(old, dict) else {}
    after = new if isinstance(new, dict) else {}
    for name, value in before.items():
        _compare(value, after.get(name, MISSING), shape.field(name), (*path, "f:" + name), result)
    for name, value in after.items():
        if name not in before:
            _compare(MISSING, value, shape.field(name), (*path, "f:" + name), result)


def _compare_lists(old: Any, new: Any, shape: Shape, path: Path, result: Comparison) -> None:
    before, after = by_element(old, shape), by_element(new, shape)
    element = shape.element
    for name, items in before.items():
        others = after.get(name, [])
        inner = (*path, name)
        if len(items) == 1 and len(others) <= 1:
            _compare(items[0], others[0] if others else MISSING, element, inner, result)
        elif not others:
            result.removed.add(inner)
        elif items != others:  # of doubles nobody can say which is which
            result.modified.add(inner)
    for name, items in after.items():
        if name in before:
            continue
        inner = (*path, name)
        if len(items) == 1:
            _compare(MISSING, items[0], element, inner, result)
        else:
            result.added.add(inner)


def by_element(items: Any, shape: Shape) -> dict[str, list[Any]]:
    """The items of a list by how they are told apart; those that cannot be are left out, as upstream leaves them."""
    found: dict[str, list[Any]] = {}
    for item in items if isinstance(items, list) else ():
        try:
            found.setdefault(shape.path_element(item), []).append(item)
        except ValueError:
            continue
    return found


# -- what the server takes for given -----------------------------------------------------------------------------------


def empty_object(schema: Schema | None) -> Any:
    """An object that nobody has set anything of, as a Go struct of the kind is: with the fields that are always written.

    A creation is compared with it: that a Deployment has a ``spec`` is nobody's doing.
    """
    if schema is None or schema.custom or not schema.has_fields:
        return {}
    found: dict[str, Any] = {}
    for name, field in schema.properties.items():
        if field.go_zero == "written":
            if field.has_fields:
                found[name] = empty_object(field)
            else:
                found[name] = _ZEROS.get(field.type)
    return found


_ZEROS = {"string": "", "integer": 0, "boolean": False}


def with_named_fields(paths: Paths, shape: Shape) -> Paths:
    """The set with the objects that its members stand in, as far as the kind declares these (``EnsureNamedFieldsAreMembers``)."""
    found = set(paths)
    seen: dict[Path, Shape] = {(): shape}
    for path in paths:
        here = shape
        for position, element in enumerate(path, 1):
            prefix = path[:position]
            inner = seen.get(prefix)
            if inner is None:
                inner = seen[prefix] = here.field(element[2:]) if element[0] == "f" else here.element
                if position < len(path) and element[0] == "f" and here.has_field(element[2:]):
                    found.add(prefix)
            elif position < len(path) and element[0] == "f" and here.has_field(element[2:]):
                found.add(prefix)
            here = inner
    return found


# -- whether an applied configuration fits ------------------------------------------------------------------------------


def misfits(value: Any, shape: Shape) -> list[str]:
    """What is wrong with a configuration by its kind's shape, in upstream's words (``typed/validate.go``)."""
    return [f"{path}: {words}" if path else words for path, words in _misfits(value, shape, ())]


def _misfits(value: Any, shape: Shape, path: Path) -> Iterator[tuple[str, str]]:  # noqa: C901, PLR0912 - the sorts
    from minikctl.lib.fieldsets import shown

    if value is None:
        return
    shape = deduced(shape, value)
    sort = shape.sort
    if sort == SCALAR:
        words = _scalar_misfit(value, shape)
        if words:
            yield shown(path), words
    elif sort in (STRUCT, MAP) or (sort == ATOMIC and shape.schema is not None and shape.schema.has_fields):
        if not isinstance(value, dict):
            yield shown(path), f"expected map, got {_pointer(value)}"
            return
        struct = shape.schema is not None and shape.schema.has_fields
        for name, inner in sorted(value.items()):
            inner_path = (*path, "f:" + name)
            if struct and shape.schema is not None and shape.schema.field(name) is None:
                yield shown(inner_path), "field not declared in schema"
            else:
                yield from _misfits(inner, shape.field(name), inner_path)
    elif sort in (KEYED, SET) or (sort == ATOMIC and shape.schema is not None and shape.schema.items is not None):
        if not isinstance(value, list):
            yield shown(path), f"expected list, got {_pointer(value)}"
            return
        seen = set()
        for position, item in enumerate(value):
            element = f"i:{position}"
            if sort != ATOMIC:
                try:
                    element = shape.path_element(item)
                except ValueError as error:
                    yield shown(path), f"element {position}: {error}"
                    continue
                if element in seen:
                    yield shown(path), f"duplicate entries for key {shown((element,))}"
                seen.add(element)
            yield from _misfits(item, shape.element, (*path, element))


def _scalar_misfit(value: Any, shape: Shape) -> str:
    schema = shape.schema
    types = schema.types if schema is not None else ()
    if len(types) > 1 or not types:
        return f"expected any scalar, got {_pointer(value)}" if isinstance(value, (dict, list)) else ""
    if types[0] in ("integer", "number"):
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
        return "" if numeric else f"expected numeric (int or float), got {_go_type(value)}"
    if types[0] == "string":
        return "" if isinstance(value, str) else f"expected string, got {_go_syntax(value)}"
    return "" if isinstance(value, bool) else f"expected boolean, got {_pointer(value)}"


def _pointer(value: Any) -> str:
    """``%v`` of upstream's ``*valueUnstructured``."""
    from minikctl.lib import gofmt

    return "&{" + gofmt.value(value) + "}"


def _go_syntax(value: Any) -> str:
    """``%#v`` of it."""
    from minikctl.lib import gofmt

    return "&value.valueUnstructured{Value:" + gofmt.syntax(value) + "}"


def _go_type(value: Any) -> str:
    """``%T``."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, dict):
        return "map[string]interface {}"
    return "[]interface {}" if isinstance(value, list) else "string"


__all__ = [
    "MISSING", "Comparison", "by_element", "compare", "empty_object", "field_set", "misfits", "shape_of", "with_named_fields",
]
