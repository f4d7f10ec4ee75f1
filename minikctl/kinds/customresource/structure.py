"""What a structural schema says of which fields there are: pruning, defaults, nulls.

The functions walk ``openAPIV3Schema`` as it is written and change objects in place. Upstream:
``apiextensions-apiserver/pkg/apiserver/schema/pruning`` and ``defaulting``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Obj = dict[str, Any]

#: fields that every object has, whatever its schema says
META_FIELDS = ("apiVersion", "kind", "metadata")


_NUMBER = (int, float)
#: what keywords hold; what stands below ``items`` and ``additionalProperties`` is not decoded by any schema
_SHAPES: dict[str, Any] = {
    "type": str, "format": str, "pattern": str, "title": str, "description": str, "properties": dict, "required": list,
    "enum": list, "items": (dict, list), "additionalProperties": (dict, bool), "allOf": list, "anyOf": list, "oneOf": list,
    "not": dict, "minimum": _NUMBER, "maximum": _NUMBER, "multipleOf": _NUMBER, "minLength": int, "maxLength": int,
    "minItems": int, "maxItems": int, "minProperties": int, "maxProperties": int, "x-kubernetes-validations": list,
    "x-kubernetes-list-map-keys": list, "x-kubernetes-list-type": str, "x-kubernetes-map-type": str,
}


def malformed(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The places (with what stands there) at which a schema is none: keywords with values of a wrong type."""
    if not isinstance(node, dict):
        yield path, node
        return
    for keyword, shape in _SHAPES.items():
        if node.get(keyword) is not None and not isinstance(node[keyword], shape):
            yield f"{path}.{keyword}", node[keyword]
    yield from _malformed_elements(node, path)
    fields = node.get("properties")
    for name, field in (fields if isinstance(fields, dict) else {}).items():
        yield from malformed(field, f"{path}.properties[{name}]")
    for keyword in ("allOf", "anyOf", "oneOf"):
        for index, part in enumerate(_elements(node.get(keyword))):
            yield from malformed(part, f"{path}.{keyword}[{index}]")
    for keyword in ("items", "additionalProperties", "not"):
        if isinstance(node.get(keyword), dict):
            yield from malformed(node[keyword], f"{path}.{keyword}")


def _malformed_elements(node: Obj, path: str) -> Iterator[tuple[str, Any]]:
    for keyword in ("required", "x-kubernetes-list-map-keys"):
        for index, name in enumerate(_elements(node.get(keyword))):
            if not isinstance(name, str):
                yield f"{path}.{keyword}[{index}]", name
    for index, rule in enumerate(_elements(node.get("x-kubernetes-validations"))):
        if not isinstance(rule, dict) or not all(isinstance(rule.get(key) or "", str) for key in ("rule", "message")):
            yield f"{path}.x-kubernetes-validations[{index}]", rule


def _elements(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def children(node: Obj, *, nested: bool = True) -> Iterator[tuple[str, Obj]]:
    """The schemas in a schema with their paths (``.properties[spec]``), the junctors' too where ``nested``."""
    if isinstance(node.get("additionalProperties"), dict):
        yield ".additionalProperties", node["additionalProperties"]
    for name, field in sorted((node.get("properties") or {}).items()):
        yield f".properties[{name}]", field
    if nested:
        if isinstance(node.get("not"), dict):
            yield ".not", node["not"]
        for keyword in ("allOf", "oneOf", "anyOf"):
            for index, part in enumerate(node.get(keyword) or ()):
                yield f".{keyword}[{index}]", part
    if isinstance(node.get("items"), dict):
        yield ".items", node["items"]


def field_schema(node: Obj | None, name: str) -> Obj | None:
    """The schema of the field ``name`` of an object: its own, or that of all values of a map; None: not specified."""
    if node is None:
        return None
    found = (node.get("properties") or {}).get(name)
    if found is None:
        found = node.get("additionalProperties")
    return found if isinstance(found, dict) else None


def _items(node: Obj | None) -> Obj | None:
    found = None if node is None else node.get("items")
    return found if isinstance(found, dict) else None


def prune(value: Any, schema: Obj | None, *, root: bool = False) -> list[str]:
    """Take out of ``value`` what ``schema`` does not specify; return the paths of what was taken out, sorted.

    ``root``: it is a whole object, whose apiVersion, kind and metadata stay as they are.
    """
    unknown: list[str] = []
    if root:
        schema = {**(schema or {}), "x-kubernetes-embedded-resource": True}
    _prune(value, schema, "", unknown)
    return sorted(unknown)


def _prune(value: Any, node: Obj | None, path: str, unknown: list[str]) -> None:
    keeps = bool(node is not None and node.get("x-kubernetes-preserve-unknown-fields"))
    if isinstance(value, dict):
        node = node or {}
        fields, additional = node.get("properties") or {}, node.get("additionalProperties")
        for name in list(value):
            if node.get("x-kubernetes-embedded-resource") and name in META_FIELDS:
                continue
            where = f"{path}.{name}" if path else name
            if name in fields:
                _prune(value[name], fields[name], where, unknown)
            elif isinstance(additional, dict):
                _prune(value[name], additional, where, unknown)
            elif not keeps and not additional:
                unknown.append(where)
                del value[name]
    elif isinstance(value, list):
        items = _items(node)
        if keeps and items is None:
            return
        for index, item in enumerate(value):
            # What is not specified of the elements of a list that keeps everything is kept too.
            inner = {**items, "x-kubernetes-preserve-unknown-fields": True} if keeps and items else items
            _prune(item, inner, f"{path}[{index}]", unknown)


def prune_nulls(value: Any, node: Obj | None) -> None:
    """Take out nulls where null is no value and there is no default (upstream: PruneNonNullableNullsWithoutDefaults)."""
    if isinstance(value, dict):
        for name in list(value):
            field = field_schema(node, name)
            item = value[name]
            if item is None and field is not None and not field.get("nullable") and field.get("default") is None:
                del value[name]
            else:
                prune_nulls(item, field)
    elif isinstance(value, list):
        for item in value:
            prune_nulls(item, _items(node))


def default(value: Any, node: Obj | None) -> None:
    """Fill in the defaults of what is absent, or null where null is no value (upstream: ``defaulting.Default``)."""
    if node is None:
        return
    if isinstance(value, dict):
        for name, field in (node.get("properties") or {}).items():
            known = field.get("default")
            if known is not None and (name not in value or _is_wrong_null(value[name], field)):
                value[name] = _copy(known)
        for name in value:
            inner = field_schema(node, name)
            if inner is not None:
                value[name] = _defaulted(value[name], inner)
    elif isinstance(value, list):
        items = _items(node)
        if items is not None:
            value[:] = [_defaulted(item, items) for item in value]


def _defaulted(value: Any, node: Obj) -> Any:
    """A value of a map or list with its defaults; null, where null is no value, is the default itself."""
    if _is_wrong_null(value, node) and node.get("default") is not None:
        value = _copy(node["default"])
    default(value, node)
    return value


def _is_wrong_null(value: Any, node: Obj) -> bool:
    return value is None and not node.get("nullable")


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def ruled_nodes(schema: Obj) -> frozenset[int]:
    """The nodes of a schema, by their ``id``, with ``x-kubernetes-validations`` in them or below."""
    found: set[int] = set()

    def look(node: Obj) -> bool:
        below = [look(child) for _, child in children(node)]
        if node.get("x-kubernetes-validations") or any(below):
            found.add(id(node))
            return True
        return False

    look(schema)
    return frozenset(found)
