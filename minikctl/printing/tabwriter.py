"""Go's ``text/tabwriter``: cells that end with a tab are lined up over neighbouring lines.

``describe`` and ``rollout history`` are made with it. A column is a run of lines that all have a cell there; a line
without one ends the column, which is why a short line in the middle gives the two halves different widths. What follows
the last tab of a line belongs to no column. Widths count characters. Upstream: Go's ``text/tabwriter`` with padding by
spaces and no flags.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def align(text: str, *, min_width: int = 0, padding: int = 2, remember: bool = False) -> str:
    """Return ``text`` with its cells lined up. The defaults are kubectl's for ``describe``; tables have 6 and 3.

    A form feed is a line break that ends every column. ``remember``: a column is never narrower than the one in its
    place before it, as in tables (upstream: ``RememberWidths`` of the tabwriter that kubectl carries).
    """
    if "\t" not in text and "\v" not in text:
        return text.replace("\f", "\n")
    known: dict[int, int] | None = {} if remember else None
    return "\n".join(
        _align_part(part.replace("\v", "\t").split("\n"), min_width, padding, known) for part in text.split("\f")
    )


def _align_part(lines: Sequence[str], min_width: int, padding: int, known: dict[int, int] | None) -> str:
    table = [line.split("\t") for line in lines]
    widths: list[list[int]] = [[] for _ in table]
    # (first line, line after the last, column): what has to be looked at, the uppermost lines at the end
    waiting = [(0, len(table), 0)]
    while waiting:
        start, end, column = waiting.pop()
        run = next(_runs(table, start, end, column), None)
        if run is None:
            continue
        first, after = run
        width = max(min_width, padding + max(len(table[line][column]) for line in range(first, after)))
        if known is not None:
            width = known[column] = max(width, known.get(column, 0))
        for line in range(first, after):
            widths[line].append(width)
        waiting += [(after, end, column), (first, after, column + 1)]
    return "\n".join(
        "".join(map(str.ljust, cells, width)) + cells[-1] for cells, width in zip(table, widths, strict=True)
    )


def _runs(table: Sequence[Sequence[str]], start: int, end: int, column: int) -> Iterator[tuple[int, int]]:
    """Where neighbouring lines have a cell in ``column`` that a tab ends: (first line, line after the last)."""
    first = None
    for line in range(start, end):
        if len(table[line]) > column + 1:
            if first is None:
                first = line
        elif first is not None:
            yield first, line
            first = None
    if first is not None:
        yield first, end
