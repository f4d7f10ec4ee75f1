"""``-o custom-columns=NAME:.metadata.name,...`` and ``-o custom-columns-file=FILE``.

Upstream: kubectl ``get/customcolumn.go`` and ``customcolumn_flags.go``. Each column is a header and a path in kubectl's
JSONPath; a cell shows what the path finds as Go's ``fmt.Sprint`` does (``map[a:1]``, ``<nil>``), several values with
commas between them, and ``<none>`` for nothing.
"""

from __future__ import annotations

import re

from minikctl.printing.errors import PrintError
from minikctl.printing.jsonpath import JSONPathError, compile_path, relaxed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.printing.jsonpath import Template

#: what stands between Go's white space (str.split knows four control characters more)
_WORD = re.compile(r"(?:[^\s\x85]|[\x1c-\x1f])+")
_EXPECTED = "Expected format is one line of space separated headers, one line of space separated column specs."


class CustomColumns:
    """The columns of one command; ``paths`` are relaxed and not yet parsed (upstream parses them when it prints)."""

    __slots__ = ("headers", "no_headers", "paths")

    def __init__(self, headers: Sequence[str], paths: Sequence[str], *, no_headers: bool = False) -> None:
        self.headers = list(headers)
        self.paths = list(paths)
        self.no_headers = no_headers

    def render(self, objects: Iterable[dict[str, Any]]) -> str:
        """Return the table of ``objects`` (the items of a list, not the list itself), a newline after each row.

        Raises ``PrintError`` when a path does not parse or does not fit an object, with the rows before in ``stdout``.
        """
        rows: list[list[str]] = []
        try:
            columns = [compile_path(path) for path in self.paths]
            for obj in objects:
                rows.append([_cell(column, obj) for column in columns])  # noqa: PERF401 - the rows before a fault count
        except JSONPathError as error:
            raise PrintError(str(error), stdout=self._table(rows)) from error
        return self._table(rows)

    def _table(self, rows: list[list[str]]) -> str:
        if not self.headers:  # two blank lines are a template, too
            return "\n" * (len(rows) + 1)
        from minikctl.printing.table import format_table

        return format_table(None if self.no_headers else self.headers, rows)


def from_spec(spec: str, *, no_headers: bool = False) -> CustomColumns:
    """Return the columns of ``HEADER:path,HEADER:path``. Raises ``JSONPathError`` with upstream's words.

    The split is at every comma, also at one inside of brackets, as upstream has it.
    """
    if not spec:
        raise JSONPathError("custom-columns format specified but no custom columns given")
    headers, paths = [], []
    for part in spec.split(","):
        header, colon, path = part.partition(":")
        if not colon:
            raise JSONPathError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        headers.append(header)
        paths.append(relaxed(path))
    return CustomColumns(headers, paths, no_headers=no_headers)


def from_template(text: str) -> CustomColumns:
    """Return the columns of a ``custom-columns-file``: a line of headers and a line of paths; more lines are ignored.

    ``--no-headers`` is not for these, upstream prints the headers all the same. Raises ``JSONPathError``.
    """
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if not lines:
        raise JSONPathError(f"invalid template, missing header line. {_EXPECTED}")
    if len(lines) < 2:
        raise JSONPathError(f"invalid template, missing spec line. {_EXPECTED}")
    headers, paths = _WORD.findall(lines[0]), _WORD.findall(lines[1])
    if len(headers) != len(paths):
        raise JSONPathError(f"number of headers ({len(headers)}) and field specifications ({len(paths)}) don't match")
    return CustomColumns(headers, [relaxed(path) for path in paths])


def _cell(column: Template, obj: dict[str, Any]) -> str:
    results = column.find_results(obj)
    words = [_show(value) for values in results for value in values]
    # What comes first in the path decides: `<none>` stands even before values that later parts find.
    if not results or not results[0]:
        words.insert(0, "<none>")
    return ",".join(words)


def _show(value: Any) -> str:
    if not isinstance(value, str):
        from minikctl.lib.gofmt import value as show

        value = show(value)
    if value.isprintable():
        return str(value)
    # Upstream: printers.EscapeTerminal. Tabs and newlines stay: they make cells and lines.
    return str(value.replace("\x1b", "^[").replace("\r", "\\r"))
