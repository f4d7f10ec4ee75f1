"""Values of a wrong type: what to say of one, what was probably meant, and what to go on with instead."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.findings import Finding
    from minikctl.api.schemas import Schema
    from minikctl.api.validating.schema_checks import Misfit

_WORDS = {
    "boolean": "true or false", "integer": "an integer", "number": "a number", "string": "a string", "array": "a list",
}
_FORMATS = {
    "quantity": "a quantity (such as 500m or 1Gi)", "int-or-string": "an integer or a string",
    "date-time": "a time (such as 2026-01-02T15:04:05Z)", "micro-time": "a time (such as 2026-01-02T15:04:05.000000Z)",
    "byte": "a base64 text",
}
_RANGES = {"int32": "from -2147483648 to 2147483647", "int64": "of 64 bits"}
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "y", "t", "1"), True), **dict.fromkeys(("false", "no", "off", "n", "f", "0"), False),
}
#: how much of a value a message shows
_SHOWN = 60
#: what stands in a suggestion for the value as the manifest has it
TEXT = "{text}"


def wrong_value(finding: Finding, path: str, schema: Schema) -> Misfit:
    """Say what is wrong with the value of a finding about a type or a format."""
    from minikctl.api.validating.schema_checks import Misfit

    node, value = finding.node, finding.value
    if finding.keyword == "format":
        return Misfit("wrong-format", path, f"{path}: {_format_words(finding, schema)}", of_value=True)
    message = f"{path}: must be {expected(node)}, not {shown(value)}"
    return Misfit("wrong-type", path, message, _advice(node, value), of_value=True)


def _format_words(finding: Finding, schema: Schema) -> str:
    from minikctl.api.decode_errors import decode_error

    form = finding.node.format
    if form in _RANGES:
        return f"must be an integer {_RANGES[form]}"
    words = decode_error(finding, schema)[1]
    return words if form != "int-or-string" else f"must be {_FORMATS[form]}"


def expected(node: Schema) -> str:
    """What a field takes, in words: ``an integer``, ``a list``, ``an object (PodSpec)``."""
    if node.format in _FORMATS:
        return _FORMATS[node.format]
    if node.has_fields:
        return f"an object ({node.title})" if node.title else "an object"
    if node.type == "array":
        items = node.items
        return f"a list of {_plural(items)}" if items is not None and _plural(items) else "a list"
    if node.type == "object":
        values = node.additional
        return f"an object of {_plural(values)}" if not isinstance(values, bool) and _plural(values) else "an object"
    return _WORDS.get(node.type) or " or ".join(_WORDS.get(each, "an object") for each in node.types)


def _plural(node: Schema) -> str:
    return "objects" if node.has_fields else {"string": "strings", "integer": "integers"}.get(node.type, "")


def shown(value: Any) -> str:
    """A value in words: ``the string "three"``, ``the number 80``, ``a list``."""
    from minikctl.errors import show_value

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    if value is None:
        return "null"
    text = show_value(value)
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return f"the string {text}" if isinstance(value, str) else f"the number {text}"


def _advice(node: Schema, value: Any) -> str:
    """What to write instead; "" where nobody can know."""
    kind = node.type
    if kind == "string" and isinstance(value, bool | int | float):
        what = "a boolean" if isinstance(value, bool) else "a number"
        return f'write "{TEXT}": without quotes it is {what} to YAML'
    if kind in {"integer", "number", "boolean"} and isinstance(value, str):
        meant = mended(node, value)
        if isinstance(meant, bool):
            meant = "true" if meant else "false"
        return "" if meant is None else f"write {meant}, without quotes"
    if kind == "array" and node.format != "byte":
        return _list_advice(node, value)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and kind == "object":
        return 'there is only one: leave the "- " out'
    return ""


def _list_advice(node: Schema, value: Any) -> str:
    items = node.items
    if isinstance(value, str | int | float) and items is not None and not items.has_fields:
        return f"write a list: [{TEXT}]"
    if isinstance(value, dict) and items is not None and items.has_fields:
        fields = items.properties
        if {"name", "value"} <= set(fields) and not set(value) & set(fields):
            return 'write a list of "- name: ..." with "value: ..."'
        if set(value) <= set(fields):
            return 'write a list: begin each item with "- "'
    return ""


def mended(node: Schema, value: Any) -> Any:
    """What a value of a wrong type was probably meant to be, None where that cannot be known."""
    kind, items = node.type, node.items
    if node.format in _FORMATS and node.format != "byte":
        return None
    if isinstance(value, str):
        return _mended_text(node, value.strip())
    found: Any = None
    if kind == "string":
        if isinstance(value, bool):
            found = "true" if value else "false"
        elif isinstance(value, int | float):
            found = str(value)
    elif isinstance(value, dict) and items is not None:
        found = [value] if items.has_fields and set(value) <= set(items.properties) else None
    elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and node.has_fields:
        found = value[0]
    return found


def _mended_text(node: Schema, text: str) -> Any:
    if node.type == "boolean":
        return _BOOLEANS.get(text.lower())
    if node.type in {"integer", "number"}:
        return _number(text, whole=node.type == "integer")
    items = node.items
    return [text] if items is not None and items.type == "string" and not items.format else None


def _number(text: str, *, whole: bool) -> int | float | None:
    try:
        return int(text) if whole or text.lstrip("+-").isdigit() else float(text)
    except ValueError:
        return None
