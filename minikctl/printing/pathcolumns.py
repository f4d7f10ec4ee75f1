"""Columns of custom resources: cells by JSONPath, as the API server fills them in.

Upstream: ``apiextensions-apiserver/pkg/registry/customresource/tableconvertor``; what is not found, or not of the column's
type, is an empty cell.
"""

from __future__ import annotations

from minikctl.lib.times import age, parse_time
from minikctl.printing.jsonpath import JSONPathError, compile_path, to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.kinds.base import PathColumn
    from minikctl.printing.jsonpath import Template

    Obj = dict[str, Any]

#: up to here, a float that is whole is written as an integer
MAX_EXACT = 1e21
#: the paths that were compiled
_parsed: dict[str, Template] = {}


def path_row(columns: Iterable[PathColumn], obj: Obj, now: float) -> list[str]:
    """The name of ``obj``, then a cell for each column; ``now`` in seconds since the epoch."""
    return [obj["metadata"]["name"], *(_cell(column, obj, now) for column in columns)]


def _cell(column: PathColumn, obj: Obj, now: float) -> str:
    try:
        template = _parsed.get(column.path)
        if template is None:
            template = _parsed[column.path] = compile_path(f"{{{column.path}}}")
        results = template.find_results(obj)
    except JSONPathError:
        return ""
    if not results or not results[0]:
        return ""
    value = results[0][0]
    if column.type == "string":
        # Missing keys along a path give nothing; null that is there is Go's words for it.
        return to_text(value) if value is not None else "<no value>"
    return _typed(value, column.type, now)


def _typed(value: Any, kind: str, now: float) -> str:
    """A value in a column that is not of texts."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "integer" and is_number:
        return str(int(value))
    if kind == "number" and is_number:
        return to_text(int(value) if isinstance(value, float) and value.is_integer() and abs(value) < MAX_EXACT else value)
    if kind == "boolean" and isinstance(value, bool):
        return "true" if value else "false"
    if kind == "date" and isinstance(value, str):
        try:
            parse_time(value)
        except ValueError:
            return "<invalid>"
        return age(value, now)
    return ""
