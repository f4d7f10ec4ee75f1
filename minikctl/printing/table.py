"""kubectl's tables: columns as wide as their widest cell and three spaces, at least six; the last is not padded.

``TableWriter`` is for ``get``, which may print several tables (one a kind) and more rows later (``--watch``);
``format_table`` makes one table at once. Upstream: cli-runtime's ``GetNewTabWriter`` (a ``text/tabwriter`` that
remembers its widths) and ``HumanReadablePrinter``, kubectl's ``get.go``.
"""

from __future__ import annotations

from minikctl.printing.tabwriter import align

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MIN_WIDTH = 6
PADDING = 3

#: how many rows are laid out before some are written
_CHUNK = 5000


def format_table(headers: Sequence[str] | None, rows: Iterable[Sequence[str]]) -> str:
    """Return a table as text, a newline after each row; ``headers`` None: without them.

    Cells are taken as they are: a newline inside of one starts a line, as it does in kubectl's custom columns.
    """
    table: list[Sequence[str]] = [list(row) for row in rows]
    if headers is not None:
        table.insert(0, list(headers))
    return "".join(_lay_out(table, [], plain=_are_plain(table)))


class TableWriter:
    """Writes the tables of ``get``: call ``start`` for each kind, ``row`` for each object, ``flush`` at the end.

    A table without rows leaves nothing behind, not even its headers. Tables are set apart by an empty line, but not
    without headers.
    """

    __slots__ = ("_headers", "_no_headers", "_rows", "_separate", "_widths", "_write", "written")

    def __init__(self, write: Callable[[str], object], *, no_headers: bool = False) -> None:
        """``write`` takes text as it gets ready (``env.out.write``)."""
        self._write = write
        self._no_headers = no_headers
        self._headers: list[str] | None = None
        self._rows: list[Sequence[str]] = []
        self._widths: list[int] = []
        self._separate = False
        #: whether anything was written (if not, ``get`` says that there is nothing)
        self.written = False

    def start(self, headers: Sequence[str]) -> None:
        """Begin a table. What is waiting is written; its widths are forgotten."""
        self.flush()
        self._widths = []
        self._headers = None if self._no_headers else list(headers)
        self._separate = self.written and not self._no_headers

    def row(self, cells: Sequence[str]) -> None:
        """Add a row: as many cells as there are headers."""
        self._rows.append(cells)

    def rows(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows."""
        self._rows.extend(rows)

    def flush(self) -> None:
        """Write what is waiting. Rows that follow are as wide as these, or wider (``--watch``)."""
        if not self._rows:
            return
        rows, self._rows = self._rows, []
        plain = _are_plain(rows)
        if not plain:
            rows = [[safe_cell(cell) for cell in row] for row in rows]
        if self._headers is not None:
            rows.insert(0, self._headers)
            self._headers = None
        if self._separate:
            self._write("\n")
            self._separate = False
        for text in _lay_out(rows, self._widths, plain=plain):
            self._write(text)
        self.written = True


def safe_cell(text: str) -> str:
    """A cell up to its first line break, with ``...`` for the rest, and escape characters made visible."""
    for char in "\f\n\r":
        if char in text:
            text = text.partition(char)[0] + "..."
    return text.replace("\x1b", "^[").replace("\r", "\\r")


def _are_plain(rows: list[Sequence[str]]) -> bool:
    """Whether no cell has a tab, line break or escape character in it."""
    for start in range(0, len(rows), _CHUNK):
        text = "".join(["".join(row) for row in rows[start:start + _CHUNK]])
        # The quick question first: a printable character is none of these.
        if not text.isprintable() and any(char in text for char in "\x1b\f\r\n\t\v"):
            return False
    return True


def _lay_out(rows: list[Sequence[str]], widths: list[int], *, plain: bool) -> Iterable[str]:
    """The rows as text, in pieces. ``widths`` are the least ones and are brought up to date.

    ``plain``: no cell has a tab or line break in it (one that has makes cells and lines of its own).
    """
    count = len(rows[0]) if rows else 0
    if not plain or any(len(row) != count for row in rows):
        return (align("".join(["\t".join(row) + "\n" for row in rows]), min_width=MIN_WIDTH, padding=PADDING, remember=True),)
    columns = list(zip(*rows, strict=True))
    for index, column in enumerate(columns[:-1]):
        width = max(MIN_WIDTH, PADDING + max(map(len, column)))
        if index == len(widths):
            widths.append(width)
        elif widths[index] < width:
            widths[index] = width
    template = "".join([f"%-{width}s" for width in widths]) + "%s\n"
    return (
        "".join([template % tuple(row) for row in rows[start:start + _CHUNK]]) for start in range(0, len(rows), _CHUNK)
    )
