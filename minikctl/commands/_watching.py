"""``get --watch``: what the journal gets, as it gets it."""

from __future__ import annotations

from minikctl import kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.commands.get import GetOptions
    from minikctl.kinds import KindInfo
    from minikctl.store import Change

    Obj = dict[str, Any]

#: seconds between two looks at the journal
INTERVAL = 0.1

#: what --output-watch-events calls a change
_EVENTS = {"create": "ADDED", "update": "MODIFIED", "delete": "DELETED"}


def watch(options: GetOptions, session: Session) -> None:
    """Print the objects that there are (unless --watch-only), then each that changes, until it is interrupted.

    A changed object that begins or ceases to match the selectors is added or deleted, as in an API server's watch.
    """
    from minikctl.commands.get import find, object_printer
    from minikctl.errors import UsageError

    printer = object_printer(options)
    if options.filename or options.kustomize or len(options.args) == 0:
        raise UsageError("--watch with files is not supported: name a type")
    found = find(options, session)
    session.end_with(found.errors)
    if len({info.resource for info in found.infos}) != 1:
        raise UsageError("you may only specify a single resource type")
    info = found.infos[0]
    store = session.trusted.store
    store.refresh()
    revision = store.revision
    show = _Shower(options, session, printer, info)
    if not options.watch_only:
        for target in found.targets:
            if target.obj is not None:
                show.object("ADDED", target.obj)
    names = None if found.is_list else {target.name for target in found.targets}
    namespace = None if options.all_namespaces or not info.namespaced else session.namespace
    one = options.args[-1].rpartition("/")[2] if found.single and not found.is_list else ""
    session.allow("watch", info.resource, "" if options.all_namespaces or not info.namespaced else session.namespace, one)
    matches = _matcher(options, info)
    for change in changes(session, info.hub or info.resource, revision, namespace):
        if names is None or change.name in names:
            _show_change(show, change, matches)


def changes(session: Session, resource: str, revision: int, namespace: str | None) -> Iterator[Change]:
    """What the journal gets of a resource after ``revision``, as it gets it: for ever, or for --request-timeout."""
    import time

    store = session.api.store
    end = time.monotonic() + session.request_timeout if session.request_timeout > 0 else None
    while end is None or time.monotonic() < end:
        session.env.out.flush()
        if store.refresh():
            yield from list(store.history(resource, revision, namespace))
            revision = store.revision
        time.sleep(INTERVAL)


def _show_change(show: _Shower, change: Change, matches: Any) -> None:
    before, after = show.form(change.before), show.form(change.after)
    was = before is not None and matches(before)
    if after is not None and matches(after):
        show.object("MODIFIED" if was else "ADDED", after)
    elif was and before is not None:
        show.object("DELETED", after or before)


def _matcher(options: GetOptions, info: KindInfo) -> Any:
    from minikctl.commands._resources import field_filter
    from minikctl.lib import labels

    selector = labels.parse(options.selector) if options.selector else None
    fields = field_filter(info, options.field_selector) if options.field_selector else None

    def matches(obj: Obj) -> bool:
        return (selector is None or selector.matches(obj["metadata"].get("labels") or {})) and (
            fields is None or fields(obj)
        )

    return matches


class _Shower:
    """Prints objects one by one; the columns of a table stay as wide as the first rows made them."""

    def __init__(self, options: GetOptions, session: Session, printer: Any, info: KindInfo) -> None:
        from minikctl.commands._tables import TablePrinter
        from minikctl.printing.table import TableWriter

        self.options = options
        self.session = session
        self.printer = printer
        self.info = info
        self.tables = TablePrinter(options, session.api.now(), with_kind=options.show_kind)
        self.writer = TableWriter(session.write, no_headers=options.no_headers)
        self.started = False

    def form(self, obj: Obj | None) -> Obj | None:
        """A stored object as the kind that was asked for has it."""
        return kinds.load(self.info).from_hub(obj) if self.info.hub and obj is not None else obj

    def object(self, event: str, obj: Obj) -> None:
        """Print one object as its event asks."""
        if self.printer is not None:
            from minikctl.commands import _managing

            options = self.options
            if _managing.asks_for_managed_fields(options.output, options.template, shown=options.show_managed_fields):
                obj = _managing.attach(self.session.api, obj)
            if self.options.output_watch_events and self.options.output in ("yaml", "json"):
                obj = {"type": event, "object": obj}
            self.session.write(self.printer.print(obj))
            return
        self.session.api.tick()
        self.tables.now = self.session.api.now()
        cells = self.tables.row(self.info, obj)
        headers = self.tables.headers(self.info)
        if self.options.output_watch_events:
            cells.insert(0, event)
            headers.insert(0, "EVENT")
        if not self.started:
            self.writer.start(headers)
            self.started = True
        self.writer.row(cells)
        self.writer.flush()
