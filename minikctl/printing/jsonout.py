"""``-o json`` as kubectl prints it: four spaces deeper each level, strings and numbers as Go writes them.

Objects from the cluster have sorted keys; what a client makes itself (``create --dry-run=client``) has the order of the
Go structs, which is the order of the dict here. Upstream: cli-runtime's ``JSONPrinter``, Go's ``json.MarshalIndent``.
"""

from __future__ import annotations

from json.encoder import encode_basestring

from minikctl.lib.gojson import compact, escaped, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["compact", "dump", "indented"]

_INDENT = "    "


def dump(value: Any, *, keep_order: bool = False) -> str:
    """Write ``value`` as indented JSON, without a newline at the end (kubectl prints one after an object).

    ``keep_order``: keys stay in the order of the dicts, else they are sorted. Raises ValueError for a float that JSON
    cannot say.
    """
    out: list[str] = []
    _write(value, "\n", out, keep_order=keep_order)
    return escaped("".join(out))


#: the same for what is no object: the results of ``-o jsonpath-as-json``
indented = dump


def _write(value: Any, line: str, out: list[str], *, keep_order: bool) -> None:
    """Append the pieces of ``value``; ``line`` is a newline and the indent of the line that the value starts on."""
    if isinstance(value, str):
        out.append(encode_basestring(value))
    elif isinstance(value, dict) and value:
        deeper = line + _INDENT
        mark = "{"
        for key in value if keep_order else sorted(value):
            out.append(f"{mark}{deeper}{encode_basestring(key)}: ")
            _write(value[key], deeper, out, keep_order=keep_order)
            mark = ","
        out.append(line + "}")
    elif isinstance(value, list | tuple) and value:
        deeper = line + _INDENT
        mark = "["
        for item in value:
            out.append(mark + deeper)
            _write(item, deeper, out, keep_order=keep_order)
            mark = ","
        out.append(line + "]")
    else:
        out.append(_simple(value))


def numeral(value: float) -> str:
    """A number as kubectl's JSON has it. What is no int64 was a float since it was read. Raises ValueError."""
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        return str(value)
    return number(float(value))


def _simple(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        return numeral(value)
    return "[]" if isinstance(value, list | tuple) else "{}"
