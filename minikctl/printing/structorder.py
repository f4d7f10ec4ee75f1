"""The fields of objects in the order of their Go structs, in which kubectl writes the JSON of its own types.

What kubectl reads as plain JSON (``get``, ``apply``, ``patch`` ...) it prints sorted by name. What it has decoded into its types
(the answers to ``create``, ``run``, ``expose``, ``autoscale``, ``set``, ``rollout``, ``taint``) comes out as Go's encoder has it:
structs in the order of their fields, maps sorted. ``field_order.json`` is made by ``tools/read_go_types.py``.
"""

from __future__ import annotations

import json
import os.path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.schemas import Schema

    Obj = dict[str, Any]

_order: dict[str, list[str]] = {}


def in_struct_order(obj: Obj) -> Obj:
    """A copy of an object with its fields in the order of its Go type; a kind without such a type is sorted by name."""
    from minikctl.api.schemas import schema_for

    schema = schema_for(str(obj.get("apiVersion", "")), str(obj.get("kind", "")))
    ordered: Obj = _in_order(obj, None if schema is None or schema.custom else schema)
    return ordered


def by_name(obj: Obj) -> Obj:
    """A copy of an object with all fields sorted; a List is one of kubectl's own types, what is in it is not."""
    ordered: Obj = _in_order(obj, None)
    if obj.get("kind") == "List":
        return {name: ordered[name] for name in ("kind", "apiVersion", "metadata", "items") if name in ordered}
    return ordered


def _in_order(value: Any, schema: Schema | None) -> Any:
    if isinstance(value, list):
        return [_in_order(each, schema.items if schema is not None else None) for each in value]
    if not isinstance(value, dict):
        return value
    names = sorted(value)
    if schema is not None and schema.has_fields:
        known = _order_of(schema.target.document)
        names.sort(key=lambda name: known.index(name) if name in known else len(known))
    return {name: _in_order(value[name], schema.field(name) if schema is not None else None) for name in names}


def _order_of(document: str) -> list[str]:
    """The fields of the type in a file of the schemas; [] where it is the alphabet's."""
    if not _order:
        with open(os.path.join(os.path.dirname(__file__), "field_order.json"), encoding="utf-8") as file:
            _order.update(json.load(file))
    folder, _, name = document.removesuffix(".json").rpartition("/")
    return _order.get(f"{folder.rpartition('/')[2]}/{name}", [])
