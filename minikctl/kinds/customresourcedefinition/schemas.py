"""The rules of the schemas in a CustomResourceDefinition, in three rounds as upstream has them.

First each node by itself (``validateCustomResourceDefinitionValidation`` in ``validation.go``); then whether the whole is
structural (``structural``), so that objects can be pruned and defaulted by it; then whether defaults fit their own schemas
(``schema/defaulting/validation.go``).
"""

from __future__ import annotations

import re

from minikctl.errors import FieldError, forbidden, invalid, not_supported, required
from minikctl.kinds.customresource.expressions import compile_problems
from minikctl.kinds.customresource.structure import children, malformed, prune
from minikctl.kinds.customresourcedefinition.structural import validate_structural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Obj = dict[str, Any]

TYPES = ("array", "boolean", "integer", "number", "object", "string")
META_FIELDS = ("metadata", "kind", "apiVersion")
_UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_LIST_TYPES = ("atomic", "set", "map")
#: what may stand at the root where the status has a schema of its own, in the words of upstream's message
_AT_ROOT = (
    "Description", "Type", "Format", "Title", "Maximum", "ExclusiveMaximum", "Minimum", "ExclusiveMinimum", "MaxLength",
    "MinLength", "Pattern", "MaxItems", "MinItems", "UniqueItems", "MultipleOf", "Required", "Items", "Properties",
    "ExternalDocs", "Example", "XPreserveUnknownFields", "XValidations",
)
_NOT_AT_ROOT = ("default", "enum", "maxProperties", "minProperties", "allOf", "oneOf", "anyOf", "not", "additionalProperties",
                "nullable", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "x-kubernetes-list-type",
                "x-kubernetes-list-map-keys", "x-kubernetes-map-type")
_LINE_BREAK = re.compile(r"[\n\r]")


def validate_schema(schema: Obj, path: str, *, has_status: bool) -> list[FieldError]:
    """Every broken rule of ``openAPIV3Schema``; ``has_status``: the kind has the status subresource."""
    errors = [invalid(where, value, "is of a wrong type") for where, value in malformed(schema, path)]
    if errors:
        return errors
    if has_status:
        errors += _validate_root(schema, path)
    if schema.get("nullable"):
        errors.append(forbidden(f"{path}.nullable", "nullable cannot be true at the root"))
    errors += _validate_node(schema, path, root=True)
    structural = validate_structural(schema, path)
    errors += structural
    if not structural:
        errors += _validate_defaults(schema, path, in_meta=False, root=True)
    return errors


def _validate_root(schema: Obj, path: str) -> Iterator[FieldError]:
    if schema.get("type") and schema["type"] != "object":
        yield invalid(
            f"{path}.type", schema["type"],
            'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
        )
    elif any(schema.get(field) for field in _NOT_AT_ROOT):
        detail = f"only [{' '.join(_AT_ROOT)}] fields are allowed at the root of the schema if the status subresource is enabled"
        yield invalid(path, schema, detail)


def _validate_node(
    node: Obj, path: str, *, root: bool = False, in_meta: bool = False, no_defaults: str | None = None
) -> Iterator[FieldError]:
    """The rules of one node, then of those in it. ``no_defaults``: why there may be no default, None where there may."""
    yield from _validate_keywords(node, path, no_defaults)
    if in_meta and node.get("x-kubernetes-embedded-resource"):
        yield forbidden(f"{path}.x-kubernetes-embedded-resource", "must not be used inside of resource meta")
    additional = node.get("additionalProperties")
    if additional is not None and node.get("properties") and additional is not True:
        yield forbidden(f"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive")
    for where, child in children(node):
        inner, reason = in_meta, no_defaults
        name = where[12:-1] if where.startswith(".properties[") else ""
        if where == ".additionalProperties" and in_meta:
            reason = "inside additionalProperties applying to object metadata"
        elif name in META_FIELDS and (root or node.get("x-kubernetes-embedded-resource")):
            inner = True
            reason = f"in top-level {name}" if root else reason
        yield from _validate_node(child, path + where, in_meta=inner, no_defaults=reason)
    kind = node.get("type") or ""
    yield from _validate_map_type(node, path, kind)
    yield from _validate_list_type(node, path, kind)
    yield from _validate_expressions(node, path)
    yield from _validate_list_items(node, path)


def _validate_keywords(node: Obj, path: str, no_defaults: str | None) -> Iterator[FieldError]:
    """What a schema may say at all (upstream: ``specStandardValidatorV3``)."""
    kind = node.get("type") or ""
    if kind and kind not in TYPES:
        yield not_supported(f"{path}.type", kind, TYPES)
    if node.get("default") is not None and no_defaults is not None:
        yield forbidden(f"{path}.default", f"must not be set {no_defaults}".rstrip())
    for field in _UNSUPPORTED:
        if node.get(field):
            yield forbidden(f"{path}.{field}", f"{field} is not supported")
    if kind == "null":
        yield forbidden(f"{path}.type", "type cannot be set to null, use nullable as an alternative")
    if isinstance(node.get("items"), list):
        yield forbidden(f"{path}.items", "items must be a schema object and not an array")
    if node.get("uniqueItems"):
        yield forbidden(
            f"{path}.uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        )
    if node.get("x-kubernetes-preserve-unknown-fields") is False:
        yield invalid(f"{path}.x-kubernetes-preserve-unknown-fields", value=False, detail="must be true or undefined")


def _validate_map_type(node: Obj, path: str, kind: str) -> Iterator[FieldError]:
    map_type = node.get("x-kubernetes-map-type")
    if map_type is None:
        return
    if kind != "object":
        yield _of_type(path, kind, "must be object if x-kubernetes-map-type is specified")
    if map_type not in ("atomic", "granular"):
        yield not_supported(f"{path}.x-kubernetes-map-type", map_type, ("atomic", "granular"))


def _validate_list_type(node: Obj, path: str, kind: str) -> Iterator[FieldError]:
    list_type, keys = node.get("x-kubernetes-list-type"), node.get("x-kubernetes-list-map-keys") or []
    if list_type is not None and kind != "array":
        yield _of_type(path, kind, "must be array if x-kubernetes-list-type is specified")
    elif list_type == "set" and isinstance(node.get("items"), dict):
        yield from _validate_set_items(node["items"], f"{path}.items")
    if list_type is not None and list_type not in _LIST_TYPES:
        yield not_supported(f"{path}.x-kubernetes-list-type", list_type, _LIST_TYPES)
    if keys and list_type != "map":
        detail = "must be map if x-kubernetes-list-map-keys is non-empty"
        where = f"{path}.x-kubernetes-list-type"
        yield required(where, detail) if list_type is None else invalid(where, list_type, detail)
    if list_type == "map":
        yield from _validate_list_map(node, keys, path)


def _validate_set_items(items: Obj, path: str) -> Iterator[FieldError]:
    detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
    if items.get("type") == "array" and items.get("x-kubernetes-list-type", "atomic") != "atomic":
        yield invalid(f"{path}.x-kubernetes-list-type", items["x-kubernetes-list-type"], detail)
    elif items.get("type") == "object" and items.get("x-kubernetes-map-type") != "atomic":
        yield invalid(f"{path}.x-kubernetes-map-type", items.get("x-kubernetes-map-type"), detail)


def _of_type(path: str, kind: str, detail: str) -> FieldError:
    return invalid(f"{path}.type", kind, detail) if kind else required(f"{path}.type", detail)


def _validate_list_map(node: Obj, keys: list[str], path: str) -> Iterator[FieldError]:
    if not keys:
        yield required(f"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map")
    items = node.get("items")
    if items is None:
        yield required(f"{path}.items", "must have a schema if x-kubernetes-list-type is map")
        return
    if not isinstance(items, dict):
        return
    if items.get("type") != "object":
        detail = "must be object if parent array's x-kubernetes-list-type is map"
        yield invalid(f"{path}.items.type", items.get("type") or "", detail)
        return
    seen = set()
    for key in keys:
        field = (items.get("properties") or {}).get(key)
        if field is None:
            yield invalid(f"{path}.x-kubernetes-list-map-keys", keys, "entries must all be names of item properties")
        elif field.get("type") in ("array", "object"):
            detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            yield invalid(f"{path}.items.properties[{key}].type", items["type"], detail)
        if key in seen:
            yield invalid(f"{path}.x-kubernetes-list-map-keys", keys, "must not contain duplicate entries")
        seen.add(key)


def _validate_list_items(node: Obj, path: str) -> Iterator[FieldError]:
    """What elements of maps and sets must be (upstream: ``validateMapListKeysMapSet``)."""
    items, list_type = node.get("items"), node.get("x-kubernetes-list-type")
    if not isinstance(items, dict) or list_type not in ("set", "map"):
        return
    if items.get("nullable"):
        yield forbidden(f"{path}.items.nullable", f"cannot be nullable when x-kubernetes-list-type is {list_type}")
    for key in (node.get("x-kubernetes-list-map-keys") or ()) if list_type == "map" else ():
        field = (items.get("properties") or {}).get(key)
        if field is None:
            continue
        where = f"{path}.items.properties[{key}]"
        if key not in (items.get("required") or ()) and field.get("default") is None:
            yield required(
                f"{where}.default",
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
            )
        if field.get("nullable"):
            yield forbidden(
                f"{where}.nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable",
            )


def _validate_expressions(node: Obj, path: str) -> Iterator[FieldError]:
    for index, rule in enumerate(node.get("x-kubernetes-validations") or ()):
        where = f"{path}.x-kubernetes-validations[{index}]"
        text, given = (rule.get("rule") or "").strip(), rule.get("message") or ""
        message = given.strip()
        if not text:
            yield required(f"{where}.rule", "rule is not specified")
        elif given and not message:
            yield invalid(f"{where}.message", given, "message must be non-empty if specified")
        elif _LINE_BREAK.search(message):
            yield invalid(f"{where}.message", given, "message must not contain line breaks")
        elif _LINE_BREAK.search(text) and not message:
            yield required(f"{where}.message", "message must be specified if rule contains line breaks")
        if text:
            for field, problem in compile_problems(rule):
                yield invalid(f"{where}.{field}", _go_rule(rule) if field == "rule" else rule[field], problem)


def _go_rule(rule: Obj) -> Obj:
    """A rule as upstream's error shows it: by the names of Go's fields."""
    return {
        "Rule": rule.get("rule", ""), "Message": rule.get("message", ""),
        "MessageExpression": rule.get("messageExpression", ""), "Reason": rule.get("reason"),
        "FieldPath": rule.get("fieldPath", ""), "OptionalOldSelf": rule.get("optionalOldSelf"),
    }


def _validate_defaults(node: Obj, path: str, *, in_meta: bool, root: bool = False) -> Iterator[FieldError]:
    """Defaults have to be what their schemas take, and nothing more."""
    default = node.get("default")
    if default is not None and not in_meta:
        yield from _validate_default(default, node, f"{path}.default")
    for where, child in children(node, nested=False):
        meta = in_meta
        if root and where.startswith(".properties[") and where[12:-1] in META_FIELDS:
            meta = True
        yield from _validate_defaults(child, path + where, in_meta=meta)


def _validate_default(default: Any, node: Obj, path: str) -> Iterator[FieldError]:
    from copy import deepcopy

    from minikctl.kinds.customresource.rules import NO_PATH, schema_errors

    pruned = deepcopy(default)
    if prune(pruned, node):
        yield invalid(path, default, "must not have unknown fields")
        return
    for error in schema_errors(default, node):
        error.path = path + (f".{error.path}" if error.path not in ("", NO_PATH) else "")
        yield error
