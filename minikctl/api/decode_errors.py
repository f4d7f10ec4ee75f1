"""What the API server says of a body that does not decode: Go's and sigs.k8s.io/json's words for jsonschema's findings.

Upstream: ``sigs.k8s.io/json/internal/golang/encoding/json`` (``decode.go``: ``UnmarshalTypeError`` and its error
context, ``saveStrictError``) and the ``UnmarshalJSON`` methods of the API's own types. Two sorts of errors are told
apart: most are saved while decoding goes on, and the first one is reported; those of a decoder of the type's own end it
at once, and are reported in any case.
"""

from __future__ import annotations

from minikctl.api import formats
from minikctl.api.findings import find, path_text, takes
from minikctl.api.tidying import without_nulls
from minikctl.lib.gojson import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.findings import Finding
    from minikctl.api.schemas import Schema

#: upstream stops to collect unknown fields here
MOST_STRICT_ERRORS = 100

_FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


def decode_errors(obj: Any, schema: Schema) -> tuple[list[str], str]:
    """The paths of the unknown fields, and the error that ends decoding ("" where it decodes)."""
    findings = find(without_nulls(obj, schema), schema)
    unknown = [path_text(finding.path) for finding in findings if finding.keyword == "additionalProperties"]
    unknown = list(dict.fromkeys(unknown))[:MOST_STRICT_ERRORS]
    saved = ""
    for finding in findings:
        if finding.keyword in {"type", "format"}:
            ends, words = decode_error(finding, schema)
            if ends:
                return unknown, words
            saved = saved or words
    return unknown, saved


def decode_error(finding: Finding, schema: Schema) -> tuple[bool, str]:
    """Whether this ends decoding, and the words for it."""
    node, value = finding.node, finding.value
    struct, fields = _context(schema, finding.path)
    form, what = node.format, json_kind(value)
    ends, go_type = False, node.go_type
    if form in formats.CHECKS and takes(form, value):
        words = format_error(form, value)
        if form in {"quantity", "date-time", "micro-time"}:
            return True, words
        if form == "byte":
            return False, words
    if form == "quantity":
        return True, _FORMAT_WRONG
    if form in {"date-time", "micro-time"}:
        ends, go_type = True, "string"
    elif form == "int-or-string":
        ends, go_type = True, "int32"
    elif node.types == ("boolean", "object"):
        return True, "boolean or JSON schema expected"
    if what == "number" and (node.type == "integer" or form == "int-or-string"):
        what = f"number {number_text(value)}"
    return ends, f"json: cannot unmarshal {what} into Go struct field {struct}.{'.'.join(fields)} of type {go_type}"


def _context(schema: Schema, path: tuple[str | int, ...]) -> tuple[str, list[str]]:
    """The Go struct that holds the field, and the fields on the way; indexes and keys of maps are no fields."""
    node: Schema | None = schema
    struct, fields = "", []
    for step in path:
        if node is None:
            break
        if isinstance(step, int):
            node = node.items
            continue
        if node.has_fields:
            struct = node.title
            fields.append(step)
        node = node.field(step)
    return struct, fields


def format_error(form: str, value: Any) -> str:
    """The words of a decoder of its own for ``value``, "" where it takes it."""
    try:
        formats.CHECKS[form](value)
    except ValueError as error:
        return str(error)
    return ""


def json_kind(value: Any) -> str:
    """What Go calls a JSON value: string, bool, number, array, object."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def number_text(value: float) -> str:
    """A number as kubectl sends it: integers beyond 64 bits have become floats on the way."""
    if isinstance(value, int) and -formats.INT64 <= value < formats.INT64:
        return str(value)
    return number(float(value))
