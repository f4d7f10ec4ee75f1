"""``explain -o plaintext-openapiv2``: the older layout, without enums and with fewer names of types.

Upstream: ``kubectl/pkg/explain`` (model_printer.go, fields_printer.go, recursive_fields_printer.go, formatter.go) over
kube-openapi's ``proto.Models``, which knows five sorts of nodes: references, objects with fields, maps, lists and
single values; what has no type is arbitrary.
"""

from __future__ import annotations

import re

from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.printing.explain.model import Model

WIDTH = 80
FIELD_INDENT = 3
DESCRIPTION_INDENT = 5
#: what a field's description stands in from the field, and a field from the one that it is in
INNER_INDENT = 2
LEVEL_INDENT = 3

REFERENCE, OBJECT, MAP, LIST, SINGLE, ARBITRARY = "reference", "object", "map", "list", "single", "arbitrary"
#: types that are decoded by hand, as the older document has them
_BY_HAND = {"Quantity": SINGLE, "IntOrString": SINGLE, "FieldsV1": MAP, "RawExtension": MAP}
_BULLET = re.compile(r"^(\d+\.?|-|\*)\s")


def explain(kind: Model, gvk: tuple[str, str, str], path: Sequence[str], *, recursive: bool = False) -> str:
    """A kind, or the field of it that ``path`` leads to. ``gvk`` is group, version and kind.

    Raises MinikctlError for a field that is not there.
    """
    group, version, name = gvk
    found = _look_up(kind, list(path))
    if found is None:
        return ""
    heading = f"KIND:     {name}\nVERSION:  {group + '/' if group else ''}{version}\n\n"
    return heading + _model(found, path[-1] if path else "", recursive=recursive)


def _sort(model: Model) -> str:
    """Which of the five sorts a node is, or arbitrary."""
    by_hand = _BY_HAND.get(model.title) if model.is_document else None
    if by_hand:
        return by_hand
    if model.ref is not None:
        return REFERENCE
    if model.properties:
        return OBJECT
    if model.type == "object":
        return MAP
    if model.type == "array":
        return LIST
    return SINGLE if model.type else ARBITRARY


def _inner(model: Model, sort: str) -> Model | None:
    """What stands behind a reference, in a list or in a map; None where that is arbitrary."""
    return {REFERENCE: model.ref, LIST: model.items, MAP: model.additional}.get(sort)


def _look_up(model: Model, path: list[str]) -> Model | None:
    """Where ``path`` leads to. A single value is taken for the end of the path, whatever else is asked for.

    None: into what is arbitrary, where kubectl says nothing.
    """
    sort = _sort(model)
    if not path or sort in {SINGLE, ARBITRARY}:
        return model
    if sort == OBJECT:
        field = model.properties.get(path[0])
        if field is None:
            raise MinikctlError(f'field "{path[0]}" does not exist')
        return _look_up(field, path[1:])
    inner = _inner(model, sort)
    return None if inner is None else _look_up(inner, path)


def type_name(model: Model) -> str:
    """``Object``, ``[]string``, ``map[string]string`` ...; "" for what is arbitrary."""
    sort = _sort(model)
    if sort == OBJECT:
        return "Object"
    if sort == SINGLE:
        return model.type or "string"
    inner = _inner(model, sort)
    name = type_name(inner) if inner is not None else ""
    return {LIST: "[]", MAP: "map[string]"}.get(sort, "") + name


def _model(model: Model, name: str, *, recursive: bool) -> str:
    """The name, the descriptions gathered on the way to an object or a value, and the fields."""
    shown = type_name(model)
    descriptions = [model.description]
    sort = _sort(model)
    while sort in {REFERENCE, LIST, MAP}:
        inner = _inner(model, sort)
        if inner is None:
            sort = ARBITRARY
            descriptions.append("")
            break
        model, sort = inner, _sort(inner)
        descriptions.append(model.description)
    text = _description(descriptions)
    if sort == ARBITRARY:
        return text
    if sort == SINGLE:
        return f"FIELD:    {name} <{shown}>\n\n{text}"
    heading = f"RESOURCE: {name} <{shown}>\n\n" if name else ""
    fields = _all_fields(model, FIELD_INDENT, frozenset()) if recursive else _fields(model)
    return f"{heading}{text}\nFIELDS:\n{fields}"


def _description(descriptions: list[str]) -> str:
    out = "DESCRIPTION:\n"
    for position, description in enumerate(descriptions):
        if description:
            out += ("\n" if position else "") + _wrapped(description, DESCRIPTION_INDENT)
    return out if any(descriptions) else out + _wrapped("<empty>", DESCRIPTION_INDENT)


def _fields(model: Model) -> str:
    pad = " " * FIELD_INDENT
    out = ""
    for name, field in model.properties.items():
        required = " -required-" if name in model.required else ""
        out += f"{pad}{name}\t<{type_name(field)}>{required}\n"
        out += _wrapped(field.description, FIELD_INDENT + INNER_INDENT) + "\n"
    return out


def _all_fields(model: Model, indent: int, seen: frozenset[str]) -> str:
    """The names of the fields and of those in them. What is being listed already is not listed again in itself."""
    sort = _sort(model)
    if sort == OBJECT:
        return "".join(
            f"{' ' * indent}{name}\t<{type_name(field)}>\n" + _all_fields(field, indent + LEVEL_INDENT, seen)
            for name, field in model.properties.items()
        )
    if sort == REFERENCE and model.ref is not None:
        identity = model.ref.identity
        return "" if identity in seen else _all_fields(model.ref, indent, seen | {identity})
    inner = _inner(model, sort)
    return "" if inner is None else _all_fields(inner, indent, seen)


def _wrapped(text: str, indent: int) -> str:
    """Lines of at most 80 columns. Code, lists and empty lines of the text stay; other lines are joined."""
    limit = WIDTH - indent
    lines: list[str] = []
    words: list[str] = []

    def flush() -> None:
        if words:
            lines.append(" ".join(words))
            words.clear()

    for written in text.split("\n"):
        if written.startswith("    "):
            flush()
            lines.append(written)
            continue
        if lines and not written.strip():
            flush()
            lines.append("")
            continue
        if not written.strip() or (words and words[-1].endswith(":")) or _BULLET.match(written.strip()):
            flush()
        for word in written.split():
            if words and len(" ".join([*words, word]).encode()) > limit:
                flush()
            words.append(word)
    flush()
    return "".join(f"{' ' * indent}{line}\n" if line else "\n" for line in lines)
