"""Rows and columns of ``get``: a kind's own columns, with the ones that options ask for around them."""

from __future__ import annotations

from minikctl import kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from minikctl.commands._resources import Found
    from minikctl.commands.get import GetOptions
    from minikctl.kinds import KindInfo
    from minikctl.kinds.base import Kind

    Obj = dict[str, Any]


class TablePrinter:
    """Turns objects into rows and writes them: one table for each run of objects of a kind."""

    def __init__(self, options: GetOptions, now: float, *, with_kind: bool) -> None:
        self.wide = options.output == "wide"
        #: --server-print=false: without the API's columns, names and ages are all that kubectl knows of
        self.is_bare = not options.server_print
        self.no_headers = options.no_headers
        self.show_labels = options.show_labels
        self.label_columns = options.label_columns
        self.with_namespace = options.all_namespaces
        self.with_kind = with_kind
        self.now = now

    def write(self, objects: Iterable[tuple[KindInfo, Obj]], write: Callable[[str], object]) -> bool:
        """Write all objects as tables; whether there was anything to write."""
        return self.write_rows(((info, self.row(info, obj)) for info, obj in objects), write)

    def write_rows(self, rows: Iterable[tuple[KindInfo, list[str]]], write: Callable[[str], object]) -> bool:
        """As ``write``, of what ``row`` made of the objects."""
        from minikctl.printing.table import TableWriter

        writer = TableWriter(write, no_headers=self.no_headers)
        last: KindInfo | None = None
        for info, cells in rows:
            if info is not last:
                writer.start(self.headers(info))
                last = info
            writer.row(cells)
        writer.flush()
        return writer.written

    def digest(self, found: Found, info: KindInfo, obj: Obj) -> list[str]:
        """The row of an object of which nothing else is needed (see ``ResourceQuery``)."""
        self.with_kind = self.with_kind or found.several_kinds
        return self.row(info, obj)

    def headers(self, info: KindInfo) -> list[str]:
        """The headers for a kind."""
        headers = [column.name for column in kinds.load(info).columns if self.wide or not column.wide]
        if self.is_bare:
            headers = ["NAME", "AGE"]
        if self.with_namespace and info.namespaced:
            headers.insert(0, "NAMESPACE")
        headers += [label.rpartition("/")[2].upper() for label in self.label_columns]
        if self.show_labels:
            headers.append("LABELS")
        return headers

    def row(self, info: KindInfo, obj: Obj) -> list[str]:
        """The cells for an object."""
        kind = kinds.load(info)
        cells = self._bare_cells(obj) if self.is_bare else self._cells(kind, obj)
        meta = obj["metadata"]
        if self.with_kind and (self.is_bare or kind.columns[0].name == "NAME"):  # Events start with LAST SEEN
            cells[0] = f"{info.singular_resource}/{cells[0]}"
        if self.with_namespace and info.namespaced:
            cells.insert(0, meta.get("namespace", ""))
        labels = meta.get("labels") or {}
        cells += [labels.get(label, "") for label in self.label_columns]
        if self.show_labels:
            cells.append(",".join(f"{key}={labels[key]}" for key in sorted(labels)) or "<none>")
        return cells

    def _cells(self, kind: Kind, obj: Obj) -> list[str]:
        """What stands in the kind's own columns."""
        if kind.path_columns:
            from minikctl.printing.pathcolumns import path_row

            row: Sequence[str] = path_row(kind.path_columns, obj, self.now)
        else:
            row = kind.row(obj, self.now)
        return [cell for cell, column in zip(row, kind.columns, strict=True) if self.wide or not column.wide]

    def _bare_cells(self, obj: Obj) -> list[str]:
        """Name and age (upstream: cli-runtime's ``printObjectMeta``)."""
        from minikctl.lib.times import age

        meta = obj["metadata"]
        return [meta["name"], age(meta.get("creationTimestamp"), self.now)]
