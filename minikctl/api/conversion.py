"""What the API server says of a patched object that its kind does not take.

A strategic merge patch is laid on maps, and the result is turned into the Go type without JSON in between, by a
converter with words of its own (``unrecognized type: int32``); JSON patches and JSON merge patches give JSON, which is
decoded as any body. Either way the answer is an Invalid status about ``patch``. Upstream: apimachinery
``runtime/converter.go`` and ``apiserver/pkg/endpoints/handlers/patch.go``.
"""

from __future__ import annotations

from minikctl.api.accepting import NO, acceptor_for
from minikctl.api.decoding import IGNORE, STRICT, Decoded, check_against
from minikctl.api.schemas import default_registry
from minikctl.errors import RequestInvalid, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.findings import Finding
    from minikctl.api.schemas import Registry, Schema

    Obj = dict[str, Any]

#: what ``reflect`` calls the kinds of values that JSON is read into
_KINDS = ((bool, "bool"), (int, "int64"), (float, "float64"), (str, "string"), (list, "slice"))


def decode_patched(
    obj: Obj, api_version: str, kind: str, patch: Obj | None, validation: str = STRICT, *,
    registry: Registry | None = None,
) -> tuple[Obj, list[str]]:
    """Decode the result of a patch; return the object as it is kept and the warnings to send.

    ``patch`` is a strategic merge patch, None for the other kinds of patches. ``validation`` as for ``decode``. Raises
    RequestInvalid in the API server's words: ``patch: Invalid value: "map[spec:map[replicas:three]]": ...``.
    """
    schema = (registry or default_registry()).schema_for(api_version, kind)
    if schema is None:
        return obj, []
    decoded = check_against(obj, schema) if patch is None or schema.custom else _convert(obj, schema)
    error = decoded.error or (decoded.strict_error if validation == STRICT else "")
    if error:
        from minikctl.kinds.confidential import hidden, is_confidential

        if is_confidential(api_version, kind):  # upstream shows them whole
            obj, patch = hidden(obj), patch and hidden(patch)
        raise RequestInvalid(str(invalid("patch", _shown(obj, patch), error)))
    return decoded.obj, [] if validation == IGNORE else decoded.warnings


def _shown(obj: Obj, patch: Obj | None) -> str:
    if patch is None:
        from minikctl.lib.gojson import compact

        return compact(obj)
    from minikctl.lib.gofmt import value

    return value(patch)


def _convert(obj: Obj, schema: Schema) -> Decoded:
    """Decode as the converter does: its own words, unknown fields sorted by their messages."""
    if acceptor_for(schema)(obj) != NO:
        return check_against(obj, schema)
    decoded = check_against(obj, schema)
    if decoded.error:
        from minikctl.api.findings import find
        from minikctl.api.tidying import without_nulls

        findings = find(without_nulls(obj, schema), schema)
        words = (conversion_error(finding) for finding in findings if finding.keyword in {"type", "format"})
        decoded.error = next(filter(None, words), decoded.error)
    decoded.unknown.sort()
    return decoded


def conversion_error(finding: Finding) -> str:
    """The converter's words for a value of a wrong type."""
    from minikctl.api.decode_errors import decode_error

    node, value = finding.node, finding.value
    source = next((name for kind, name in _KINDS if isinstance(value, kind)), "map")
    if node.has_fields:
        return f"cannot restore struct from: {source}"
    if node.format in {"quantity", "date-time", "micro-time", "int-or-string"}:
        # These go through their JSON decoder, outside of any struct.
        words = decode_error(finding, node)[1]
        head, _, tail = words.partition(" into Go struct field ")
        return f"{head} into Go value of type {tail.rpartition(' of type ')[2]}" if tail else words
    if node.format == "byte" and source == "string":
        return f"error decoding from json: {decode_error(finding, node)[1]}"
    if node.type in {"array", "object"} or node.format == "byte":
        return f"cannot restore {'map' if node.type == 'object' else 'slice'} from {source}"
    # Go can make a string of an integer (as a code point) and an integer of a float; JSON must not.
    if (source, node.type) in {("int64", "string"), ("float64", "integer")}:
        return f"cannot convert {source} to {node.go_type}"
    basic = {"string": "string", "boolean": "bool", "number": "float64"}.get(node.type, node.format or "int64")
    return f"unrecognized type: {basic}"
