"""What an object becomes when it is read into Go's types and written again.

null is an absent field (and in a list or map the element's zero value), unknown fields are gone, 3.0 is 3, quantities
and times have their canonical spelling, empty values are left out where the type says ``omitempty``. ``written`` puts
in what is always written (``resources: {}``). Upstream does all of this by having typed objects; here the schema's
``go_zero`` and formats say it.
"""

from __future__ import annotations

from minikctl.api.schemas import Schema, remembered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Obj = dict[str, Any]
    Writer = Callable[[Any], None]


def tidy(value: Any, node: Schema) -> Any:
    """Return ``value`` as it would be kept; parts that stay may be shared. What is of a wrong type is left alone."""
    if isinstance(value, dict):
        return _tidy_object(value, node)
    if isinstance(value, list):
        items = node.items
        return value if items is None else [zero(items) if item is None else tidy(item, items) for item in value]
    form = node.format
    if form == "quantity":
        value = _spelled(value, "minikctl.lib.quantity", "canonical")
    elif form == "date-time":
        value = _spelled(value, "minikctl.lib.times", "parse_time", "format_time")
    elif form == "byte" and isinstance(value, str):
        value = value.replace("\n", "").replace("\r", "")
    elif isinstance(value, float) and value.is_integer() and "integer" in node.types:
        value = int(value)
    return value


def _spelled(value: Any, module: str, *functions: str) -> Any:
    """``value`` through the functions, unless it is none of theirs: then it stays for others to complain about."""
    from importlib import import_module

    found = import_module(module)
    try:
        for function in functions:
            value = getattr(found, function)(value)
    except (TypeError, ValueError):
        return value
    return value


def _tidy_object(value: Obj, node: Schema) -> Obj:
    if not node.has_fields:
        values = node.additional
        if not isinstance(values, Schema):
            return value
        return {name: zero(values) if item is None else tidy(item, values) for name, item in value.items()}
    fields = node.target.own.get("properties") or {}
    rest = node.additional
    out = {}
    for name, item in value.items():
        if name in fields:
            field = node.target.named(name)
        elif rest is False:
            continue
        elif isinstance(rest, Schema):
            field = rest
        else:
            out[name] = item
            continue
        if item is None:
            continue
        kept = tidy(item, field)
        if kept or node.target.custom or field.go_zero != "dropped" or not is_zero(kept, field):
            out[name] = kept
    return out


def is_zero(value: Any, field: Schema) -> bool:
    """Whether ``omitempty`` leaves ``value`` out: "", 0, false, and an empty list or map."""
    if value or field.has_fields:
        return False
    return field.type in {"boolean", "integer", "number", "array", "object"} or (
        field.type == "string" and field.format in {"", "byte"}
    )


def without_nulls(value: Any, node: Schema | None) -> Any:
    """Return ``value`` with each null that means an absent field or a zero element put right, and nothing else done."""
    if node is None:
        return value
    if isinstance(value, dict):
        fields = node.has_fields
        out = {}
        for name, item in value.items():
            inner = node.field(name)
            if item is not None:
                out[name] = without_nulls(item, inner)
            elif not fields and inner is not None:
                out[name] = zero(inner)
            elif inner is None:
                out[name] = item
        return out
    items = node.items
    if isinstance(value, list) and items is not None:
        return [zero(items) if item is None else without_nulls(item, items) for item in value]
    return value


_ZEROS: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False}


def zero(node: Schema) -> Any:
    """Go's zero value of a field as JSON: "", 0, false, ``{}`` for a struct, null for a list, a map and a time."""
    if node.has_fields:
        return {}
    form = node.format
    if form in {"date-time", "micro-time", "byte"}:
        return "" if form == "byte" else None
    if form in {"quantity", "int-or-string"}:
        return "0" if form == "quantity" else 0
    return _ZEROS.get(node.type)


def written(value: Obj, node: Schema) -> None:
    """Put into ``value`` the fields that Go writes even where they are empty, in place, on every level.

    ``{"name": "c"}`` as a Container gets ``resources: {}``. For an object that was decoded and defaulted.
    """
    write: Writer = remembered(node, "writer", _struct_writer)
    write(value)


def _struct_writer(node: Schema) -> Writer:
    """What to do with an object of a definition. The table of fields fills up as fields are met."""
    fields = node.own.get("properties") or {}
    always = [(name, zero(node.named(name))) for name, own in fields.items() if own.get("x-go-zero") == "written"]
    known: dict[str, Writer | None] = {}

    def write(value: Obj) -> None:
        for name, empty in always:
            if name not in value:
                value[name] = {} if empty == {} else empty
        for name, item in value.items():
            if item.__class__ is dict or item.__class__ is list:
                inner = known[name] if name in known else meet(name)
                if inner is not None:
                    inner(item)

    def meet(name: str) -> Writer | None:
        field = node.field(name)
        known[name] = found = None if field is None else _writer(field)
        return found

    return write


def _writer(node: Schema) -> Writer | None:
    """What to do with a value of a field; None where nothing in it is ever written."""
    if node.has_fields:
        made: list[Writer] = []

        def write_struct(value: Any) -> None:
            if not made:
                made.append(remembered(node, "writer", _struct_writer))
            made[0](value)

        return write_struct
    within = node.items if node.type == "array" else node.additional
    if isinstance(within, bool) or within is None or not (within.has_fields or within.type == "array"):
        return None
    each = _writer(within)
    if each is None:
        return None

    def write_all(value: Any) -> None:
        for item in value.values() if value.__class__ is dict else value:
            if item.__class__ is dict or item.__class__ is list:
                each(item)

    return write_all
