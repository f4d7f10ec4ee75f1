"""The schema of a custom resource, as its CustomResourceDefinition has it, made a plain JSON Schema.

A structural schema differs from JSON Schema draft 2020-12 in little: exclusive bounds are booleans, an object with
fields is closed without saying so, and the metadata is ObjectMeta whatever is said of it. Upstream:
``apiextensions-apiserver/pkg/apiserver/schema``. Only loaded when a custom resource's schema is added.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

#: keywords whose values are values of the resource, not schemas
_VALUES = frozenset({"default", "enum", "example"})
_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def plain_schema(schema: Json, kind: str, object_meta: str) -> Json:
    """Return ``openAPIV3Schema`` of ``kind`` as JSON Schema; ``object_meta`` is the reference to ObjectMeta."""
    closed: Json = _close({"type": "object", "properties": {}, **schema})
    closed["title"] = kind
    closed["properties"] |= {
        "apiVersion": {"type": "string"}, "kind": {"type": "string"},
        "metadata": {"$ref": object_meta, "x-go-zero": "written"},
    }
    return closed


def _close(node: Any) -> Any:
    if isinstance(node, list):
        return [_close(item) for item in node]
    if not isinstance(node, dict):
        return node
    out: Json = {}
    for key, value in node.items():
        if key == "properties":
            out[key] = {name: _close(field) for name, field in value.items()}
        elif key in _VALUES:
            out[key] = value
        elif key in _BOUNDS and isinstance(value, bool):
            if value and _BOUNDS[key] in node:
                out[key] = node[_BOUNDS[key]]
        else:
            out[key] = _close(value)
    keeps_all = node.get("x-kubernetes-preserve-unknown-fields")
    if "properties" in node and "additionalProperties" not in node and not keeps_all:
        out["additionalProperties"] = False
    return out
