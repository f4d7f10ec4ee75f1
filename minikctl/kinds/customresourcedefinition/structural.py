"""Whether a schema is structural: every field is specified outside of ``allOf``, ``anyOf``, ``oneOf`` and ``not``.

Only then can it be known, without looking at a value, which fields there are. Upstream: ``ValidateStructural`` in
``apiextensions-apiserver/pkg/apiserver/schema/validation.go`` and ``complete.go``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Obj = dict[str, Any]

ROOT, ITEM, FIELD = "at the root", "for specified array items", "for specified object fields"
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
#: what may not stand within a junctor, with what is said of it
_NOT_NESTED = (
    ("type", "must be empty to be structural"),
    ("additionalProperties", "must be undefined to be structural"),
    ("default", "must be undefined to be structural"),
    ("title", "must be empty to be structural"),
    ("description", "must be empty to be structural"),
    ("nullable", "must be false to be structural"),
    ("externalDocs", "must be undefined to be structural"),
    ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
    ("x-kubernetes-embedded-resource", "must be false to be structural"),
    ("x-kubernetes-int-or-string", "must be false to be structural"),
    ("x-kubernetes-list-map-keys", "must be empty to be structural"),
    ("x-kubernetes-list-type", "must be undefined to be structural"),
    ("x-kubernetes-map-type", "must be undefined to be structural"),
    ("x-kubernetes-validations", "must be empty to be structural"),
)


def validate_structural(schema: Obj, path: str) -> list[FieldError]:
    """What keeps ``schema`` from being structural, by text (upstream sorts, too)."""
    return sorted([*_invariants(schema, ROOT, path), *_completeness(schema, path)], key=str)


def junctors(node: Obj) -> Iterator[tuple[str, Obj]]:
    """The schemas of ``allOf``, ``anyOf``, ``oneOf`` and ``not`` with their paths."""
    for keyword in ("anyOf", "allOf", "oneOf"):
        for index, part in enumerate(node.get(keyword) or ()):
            yield f".{keyword}[{index}]", part
    if isinstance(node.get("not"), dict):
        yield ".not", node["not"]


def _invariants(node: Obj, level: str, path: str) -> Iterator[FieldError]:
    kind, items, additional = node.get("type") or "", node.get("items"), node.get("additionalProperties")
    if kind == "array" and items is None:
        yield required(f"{path}.items", "must be specified")
    if isinstance(items, dict):
        yield from _invariants(items, ITEM, f"{path}.items")
    for name, field in (node.get("properties") or {}).items():
        yield from _invariants(field, FIELD, f"{path}.properties[{name}]")
    if additional is not None and level == ROOT:
        yield forbidden(f"{path}.additionalProperties", "must not be used at the root")
    if isinstance(additional, dict):
        yield from _invariants(additional, FIELD, f"{path}.additionalProperties")
    yield from _value_validation(node, path)
    yield from _extensions(node, kind, level, path)
    if level == ROOT and kind and kind != "object":
        yield invalid(f"{path}.type", kind, "must be object at the root")
    embedded = bool(node.get("x-kubernetes-embedded-resource"))
    yield from _type_meta(node, path, checks=level == ROOT or embedded, root=level == ROOT)


def _extensions(node: Obj, kind: str, level: str, path: str) -> Iterator[FieldError]:
    """What the extensions of Kubernetes ask of the types, and of each other."""
    embedded, keeps = node.get("x-kubernetes-embedded-resource"), node.get("x-kubernetes-preserve-unknown-fields")
    int_or_string = node.get("x-kubernetes-int-or-string")
    for field, value in (("preserve-unknown-fields", keeps), ("embedded-resource", embedded)):
        if int_or_string and value:
            yield invalid(f"{path}.x-kubernetes-{field}", value, "must be false if x-kubernetes-int-or-string is true")
    if not embedded:
        if not (kind or int_or_string or keeps):
            yield required(f"{path}.type", f"must not be empty {level}")
        return
    if kind != "object":
        detail = "must be object if x-kubernetes-embedded-resource is true"
        yield invalid(f"{path}.type", kind, detail) if kind else required(f"{path}.type", detail)
    if node.get("additionalProperties") is not None:
        yield forbidden(f"{path}.additionalProperties", "must not be used if x-kubernetes-embedded-resource is set")
    if not keeps and not node.get("properties"):
        yield required(
            f"{path}.properties",
            "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
        )


def _type_meta(node: Obj, path: str, *, checks: bool, root: bool) -> Iterator[FieldError]:
    fields = node.get("properties") or {}
    for name in ("kind", "apiVersion") if checks else ():
        if name in fields and fields[name].get("type") != "string":
            yield invalid(f"{path}.properties[{name}].type", fields[name].get("type") or "", "must be string")
    metadata = fields.get("metadata")
    if metadata is None or not checks:
        return
    where = f"{path}.properties[metadata]"
    if metadata.get("type") != "object":
        yield invalid(f"{where}.type", metadata.get("type") or "", "must be object")
    if root:
        rest = {key for key in metadata if key not in ("type", "description", "default")}
        if set(metadata.get("properties") or ()) <= {"name", "generateName"}:
            rest.discard("properties")
        if rest:
            yield forbidden(
                where, "must not specify anything other than name and generateName, but metadata is implicitly specified",
            )


def _value_validation(node: Obj, path: str, *, nested: bool = False) -> Iterator[FieldError]:
    skip_any = not nested and node.get("anyOf") == _INT_OR_STRING
    first = (node.get("allOf") or [{}])[0]
    skip_first = not nested and isinstance(first, dict) and first.get("anyOf") == _INT_OR_STRING
    for where, part in junctors(node):
        if skip_any and where.startswith(".anyOf"):
            continue
        yield from _nested(part, path + where, skip_any=skip_first and where == ".allOf[0]")
    pattern = node.get("pattern")
    if pattern:
        problem = pattern_problem(pattern)
        if problem:
            yield invalid(f"{path}.pattern", pattern, f"must be a valid regular expression, but isn't: {problem}")


def _nested(node: Obj, path: str, *, skip_any: bool = False) -> Iterator[FieldError]:
    """What stands within a junctor may only validate."""
    inner = {key: value for key, value in node.items() if key != "anyOf"} if skip_any else node
    yield from _value_validation(inner, path, nested=True)
    if isinstance(node.get("items"), dict):
        yield from _nested(node["items"], f"{path}.items")
    for name, field in (node.get("properties") or {}).items():
        yield from _nested(field, f"{path}.properties[{name}]")
    for field, words in _NOT_NESTED:
        if node.get(field) or (field in ("additionalProperties", "default") and node.get(field) is not None):
            yield forbidden(f"{path}.{field}", words)
    if "metadata" in (node.get("properties") or {}):
        yield forbidden(f"{path}.properties[metadata]", "must not be specified in a nested context")


def _completeness(node: Obj, path: str) -> Iterator[FieldError]:
    """Each field and list that a junctor speaks of is specified outside of it too."""
    for where, part in junctors(node):
        yield from _missing(part, node, path + where, path)
    if isinstance(node.get("items"), dict):
        yield from _completeness(node["items"], f"{path}.items")
    for name, field in (node.get("properties") or {}).items():
        yield from _completeness(field, f"{path}.properties[{name}]")
    if isinstance(node.get("additionalProperties"), dict):
        yield from _completeness(node["additionalProperties"], f"{path}.additionalProperties")


def _missing(part: Obj, node: Obj, part_path: str, path: str) -> Iterator[FieldError]:
    for name, field in (part.get("properties") or {}).items():
        known = (node.get("properties") or {}).get(name)
        where = f".properties[{name}]"
        if known is None:
            yield required(path + where, f"because it is defined in {part_path}{where}")
        else:
            yield from _missing(field, known, part_path + where, path + where)
    if isinstance(part.get("items"), dict):
        if not isinstance(node.get("items"), dict):
            yield required(f"{path}.items", f"because it is defined in {part_path}.items")
        else:
            yield from _missing(part["items"], node["items"], f"{part_path}.items", f"{path}.items")
    for where, inner in junctors(part):
        yield from _missing(inner, node, part_path + where, path)


def pattern_problem(pattern: str) -> str:
    """Why a pattern is no regular expression of Go's, "" where it is one."""
    from minikctl.lib.goregexp import RegexpError, compile_regexp

    try:
        compile_regexp(pattern)
    except RegexpError as error:
        return str(error)
    return ""
