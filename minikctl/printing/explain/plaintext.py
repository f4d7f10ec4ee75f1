"""``explain -o plaintext``: kubectl's layout, blank lines and trailing spaces included.

Upstream: ``kubectl/pkg/explain/v2/templates/plaintext.tmpl``, whose templates are the functions here.
"""

from __future__ import annotations

from minikctl.errors import MinikctlError
from minikctl.lib.wordwrap import wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.printing.explain.model import Model

    Seen = frozenset[str]

#: the width of a description where it is not indented
WIDTH = 76
#: how many values of an enum a list of fields shows
MOST_VALUES = 4


def explain(kind: Model, gvk: tuple[str, str, str], path: Sequence[str], *, recursive: bool = False) -> str:
    """A kind, or the field of it that ``path`` leads to. ``gvk`` is group, version and kind.

    Raises MinikctlError for a field that is not there; kubectl has written the heading by then (``error.stdout``).
    """
    group, version, name = gvk
    heading = f"GROUP:      {group}\n" if group else ""
    heading += f"KIND:       {name}\nVERSION:    {version}\n\n"
    body = _Explainer(recursive=recursive).output(kind, list(path), frozenset())
    if not body:
        error = MinikctlError(f'field "{path[-1]}" does not exist')
        error.stdout = heading
        raise error
    return heading + body + "\n"


def type_name(model: Model) -> str:
    """``string``, ``[]Container``, ``map[string]Quantity`` ...: the named type only where it stands for an object."""
    items, additional, ref = model.items, model.additional, model.ref
    if items is not None:
        return "[]" + type_name(items)
    if additional is not None:
        return "map[string]" + type_name(additional)
    if ref is not None:
        return ref.title if ref.type in {"", "object"} else ref.type
    return "Object" if model.type in {"", "object"} else model.type


def _indent(text: str, amount: int) -> str:
    pad = " " * amount
    return pad + text.replace("\n", "\n" + pad)


def _value(value: Any) -> str:
    if value == "":
        return '""'
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Explainer:
    """The templates, with the one setting that goes through all of them."""

    def __init__(self, *, recursive: bool) -> None:
        self.recursive = recursive

    def output(self, model: Model, path: list[str], seen: Seen) -> str:
        """What ``path`` leads to from ``model``; "" where it leads nowhere. Lists and maps are walked through."""
        if not path:
            return self.details(model)
        properties = model.properties
        if path[0] in properties:
            found = properties[path[0]]
            heading = ""
            if len(path) == 1:
                heading = f"FIELD: {path[0]} <{type_name(found)}>\n"
                values = model.enum_of(path[0], found)
                if values:
                    heading += "ENUM:" + "".join(f"\n    {_value(value)}" for value in values)
                heading += "\n\n"
            return heading + self.output(found, path[1:], frozenset())
        for inner in (model.items, model.additional):
            if inner is not None:
                return self.output(inner, path, seen)
        ref = model.ref
        if ref is None or ref.identity in seen:
            return ""
        return self.output(ref, path, seen | {ref.identity})

    def details(self, model: Model) -> str:
        """The description and the fields of what was asked for."""
        out = "DESCRIPTION:\n" + _indent(wrap(_description(model) or "<empty>", WIDTH), 4) + "\n"
        docs = _external_docs(model, 0, 4, WIDTH)
        if docs:
            out += "\n" + docs
        fields = self.fields(model, 1, frozenset())
        return f"{out}FIELDS:\n{fields}" if fields else out

    def fields(self, model: Model, level: int, seen: Seen) -> str:
        """The fields of a node, and those within its elements, values or named type."""
        out = []
        for name, field in model.properties.items():
            out.append(self.field(model, name, field, level))
            if self.recursive:
                out.append(self.fields(field, level + 1, seen))
        ref = model.ref
        if ref is not None and ref.identity not in seen:
            out.append(self.fields(ref, level, seen | {ref.identity}))
        out += [self.fields(inner, level, seen) for inner in (model.items, model.additional) if inner is not None]
        return "".join(out)

    def field(self, parent: Model, name: str, model: Model, level: int) -> str:
        """One field: a line, its enum, and its description unless everything is listed."""
        indent = 2 * level
        out = f"{' ' * indent}{name}\t<{type_name(model)}>"
        if name in parent.required:
            out += " -required-"
        values = parent.enum_of(name, model)
        if values:
            out += f"\n{' ' * indent}enum: " + ", ".join(_value(value) for value in values[:MOST_VALUES])
            if len(values) > MOST_VALUES:
                out += ", ...."
        out += "\n"
        if self.recursive:
            return out
        text = model.description or "<no description>"
        out += _indent(wrap(text, WIDTH + 2 - indent), indent + 2) + "\n"
        docs = _external_docs(model, indent + 2, indent + 4, WIDTH - indent)
        if docs:
            out += "\n" + docs
        return out + "\n"


def _description(model: Model) -> str:
    """The text of a node and those of what it is made of, a line each."""
    own = model.description
    out = f"{own}\n" if own else ""
    return out + "".join(_description(inner) for inner in (model.ref, model.items, model.additional) if inner)


def _external_docs(model: Model, indent: int, inner: int, width: int) -> str:
    docs = model.external_docs
    if not docs:
        return ""
    out = _indent("EXTERNAL DOCS:", indent) + "\n"
    if docs.get("description"):
        out += _indent(wrap(docs["description"], width), inner) + "\n"
    if docs.get("url"):
        out += _indent("URL: " + docs["url"], inner) + "\n"
    return out
