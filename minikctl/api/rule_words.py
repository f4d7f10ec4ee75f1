"""How the API server words a broken rule of a schema, for built-in kinds and for custom resources.

Upstream: apimachinery ``util/validation/field`` and ``apis/validation`` for the former, ``kube-openapi/pkg/validation``
(``errors/schema.go``) and apiextensions' ``validation.go``, which makes field errors of them, for the latter.
"""

from __future__ import annotations

from minikctl.errors import FieldError, invalid, not_supported, quote, required, too_long, too_many
from minikctl.lib.names import range_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.findings import Finding
    from minikctl.api.schemas import Schema

#: what is said after ``spec.x in body``, by keyword
_IN_BODY = {
    "minimum": "should be greater than or equal to {}",
    "maximum": "should be less than or equal to {}",
    "exclusiveMinimum": "should be greater than {}",
    "exclusiveMaximum": "should be less than {}",
    "multipleOf": "should be a multiple of {}",
    "minLength": "should be at least {} chars long",
    "minItems": "should have at least {} items",
    "minProperties": "should have at least {} properties",
    "pattern": "should match '{}'",
    "uniqueItems": "shouldn't contain duplicates",
}
#: what is said after the quoted path, by keyword
_COMBINED = {
    "oneOf": "must validate one and only one schema (oneOf). {}",
    "anyOf": "must validate at least one schema (anyOf)",
    "allOf": "must validate all the schemas (allOf)",
    "not": "must not validate the schema (not)",
}


def field_error(finding: Finding, schema: Schema) -> FieldError | None:
    """The words for a finding; None for what is no broken rule (unknown fields)."""
    path = _path(finding.path, schema)
    if finding.keyword == "additionalProperties":
        return None
    if finding.keyword == "required":
        return required(path)
    if finding.keyword == "maxLength":
        return too_long(path, finding.limit)
    if finding.keyword in {"maxItems", "maxProperties"}:
        return too_many(path, len(finding.value), finding.limit)
    return _custom(path, finding) if schema.custom else _built_in(path, finding)


def _path(path: tuple[str | int, ...], schema: Schema) -> str:
    """The path with keys of maps in brackets: ``spec.hard[cpu]``."""
    node: Schema | None = schema
    text = ""
    for step in path:
        if isinstance(step, int) or (node is not None and not node.has_fields):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
        if node is not None:
            node = node.items if isinstance(step, int) else node.field(step)
    return text


def _built_in(path: str, finding: Finding) -> FieldError:
    node, value = finding.node, finding.value
    detail = node.own.get("x-invalid-detail") or node.target.own.get("x-invalid-detail")
    if detail:
        return invalid(path, value, detail)
    if finding.keyword == "enum":
        return not_supported(path, value, finding.limit)
    if finding.keyword in {"minimum", "maximum"}:
        low, high = node.own.get("minimum"), node.own.get("maximum")
        if low is not None and high is not None:
            return invalid(path, value, range_error(low, high))
        word = "greater" if low is not None else "less"
        return invalid(path, value, f"must be {word} than or equal to {finding.limit}")
    if finding.keyword in {"minItems", "minLength"}:
        return required(path)
    return invalid(path, value, _IN_BODY.get(finding.keyword, finding.keyword).format(finding.limit))


def _custom(path: str, finding: Finding) -> FieldError:
    keyword, value, limit = finding.keyword, finding.value, finding.limit
    if keyword == "enum":
        supported = ", ".join(quote(str(one)) for one in limit)
        return FieldError("Unsupported value", path, value, f"supported values: {supported}")
    if keyword == "type":
        wanted = limit if isinstance(limit, str) else ",".join(limit)
        return invalid(path, _openapi_kind(value), f'{path} in body must be of type {wanted}: "{_openapi_kind(value)}"')
    if keyword == "format":
        return invalid(path, value, f"{path} in body must be of type {limit}: {quote(str(value))}")
    if keyword in _COMBINED:
        return invalid(path, "", f"{quote(path)} {_COMBINED[keyword].format(limit)}")
    return invalid(path, value, f"{path} in body {_IN_BODY.get(keyword, keyword).format(limit)}")


def _openapi_kind(value: Any) -> str:
    """What kube-openapi calls the type of a value: string, boolean, integer, number, array, object, null."""
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "object"
