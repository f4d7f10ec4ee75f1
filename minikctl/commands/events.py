"""``events``: the events of a namespace or of one object, the newest last (upstream: kubectl ``cmd/events``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._shared import AllNamespacesOptions, PrintOptions
from minikctl.errors import MinikctlError, PlainError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

_REFERENCE: Obj = dict.fromkeys(("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"))
_METADATA: Obj = dict.fromkeys(
    ("name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "labels", "annotations")
)
#: the fields of an Event as Go's struct has them, with those of the structs in it
FIELDS: Obj = {
    **dict.fromkeys(("kind", "apiVersion")),
    "metadata": _METADATA,
    "involvedObject": _REFERENCE,
    **dict.fromkeys(("reason", "message")),
    "source": dict.fromkeys(("component", "host")),
    **dict.fromkeys(("firstTimestamp", "lastTimestamp", "count", "type", "eventTime")),
    "series": dict.fromkeys(("count", "lastObservedTime")),
    "action": None,
    "related": _REFERENCE,
    **dict.fromkeys(("reportingComponent", "reportingInstance")),
}

HEADERS = ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")


class EventsOptions(AllNamespacesOptions, PrintOptions):
    """Flags of ``events``."""

    about: str = flag(
        "for", group="Selection", shown="TYPE/NAME", complete="resources", help="Only events about this object."
    )
    types: list[str] = flag(
        "types", kind="strings", group="Selection", help="Only events of these types: Normal, Warning."
    )
    watch: bool = flag("watch", "w", kind="bool", help="Then go on and show events as they come.")
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="Leave the line of headers out.")
    chunk_size: int = flag("chunk-size", kind="int", default=500, help="All events come at once, whatever this says.")


def run(options: EventsOptions, session: Session) -> None:
    """Print the events."""
    matches = _matcher(options, session)
    printer = _printer(options)
    namespace = None if options.all_namespaces else session.namespace
    if options.watch:
        _watch(options, session, matches, printer, namespace)
        return
    events = [event for event in session.api.list("events", namespace) if matches(event)]
    if not events:
        session.complain("No events found." if namespace is None else f"No events found in {namespace} namespace.")
        return
    _sort(events)
    if printer is not None:
        if options.output != "name":  # kubectl finds no names in a list of its own types
            items = [_in_order(event, FIELDS) for event in events]
            session.write(printer.print({"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": items}))
        return
    from minikctl.printing.table import format_table

    now = session.api.now()
    rows = [_row(event, now, with_namespace=options.all_namespaces) for event in events]
    session.write(format_table(None if options.no_headers else _headers(options), rows))


def _printer(options: EventsOptions) -> Any:
    """What prints objects for ``-o``, None for the table. Raises MinikctlError for an unknown format."""
    if not options.output and not options.template:
        return None
    from minikctl.printing import make_printer

    return make_printer(
        options.output or "go-template",
        template=options.template,
        allow_missing=options.allow_missing_template_keys,
        show_managed_fields=options.show_managed_fields,
        keep_order=True,
    )


def _in_order(obj: Obj, fields: Obj) -> Obj:
    """An object with its fields in the order of Go's struct, in which kubectl prints objects of its own types."""
    known = {name: _in_order(obj[name], inner) if inner else obj[name] for name, inner in fields.items() if name in obj}
    return {**known, **obj, **known}


def _matcher(options: EventsOptions, session: Session) -> Callable[[Obj], bool]:
    """A test for the events that are wanted. Raises UsageError and MinikctlError in kubectl's words."""
    about = _about(options.about, session) if options.about else None
    for name in options.types:
        if name.lower() not in ("normal", "warning"):
            raise UsageError("valid --types are Normal or Warning")
    types = {name.lower() for name in options.types}

    def matches(event: Obj) -> bool:
        if types and event.get("type", "").lower() not in types:
            return False
        subject = event.get("involvedObject") or {}
        return about is None or about == (subject.get("kind"), subject.get("apiVersion"), subject.get("name"))

    return matches


def _about(text: str, session: Session) -> tuple[str, str, str]:
    """``--for pod/web`` as kind, apiVersion and name (upstream: ``decodeResourceTypeName``)."""
    from minikctl.commands._resources import kind_for

    if "/" not in text:
        raise UsageError("--for must be in resource/name form")
    word, _, name = text.partition("/")
    if "/" in name:
        raise UsageError("arguments in resource/name form may not have more than one slash")
    try:
        info = kind_for(word, session)
    except MinikctlError as error:
        raise PlainError(str(error)) from error
    return info.kind, info.api_version, name


def _sort(events: list[Obj]) -> None:
    """Sort by the time of the last repetition, as Go's ``sort.Sort`` leaves them (upstream: ``SortableEvents``)."""
    from minikctl.lib.gosort import go_sort
    from minikctl.lib.times import parse_time

    times = []
    for event in events:
        series = event.get("series")
        text = (series or {}).get("lastObservedTime") if series else event.get("lastTimestamp") or event.get("eventTime")
        times.append(parse_time(text) if text else float("-inf"))

    def swap(i: int, j: int) -> None:
        times[i], times[j] = times[j], times[i]
        events[i], events[j] = events[j], events[i]

    go_sort(len(events), lambda i, j: times[i] < times[j], swap)


def _headers(options: EventsOptions) -> list[str]:
    return [*(["NAMESPACE"] if options.all_namespaces else []), *HEADERS]


def _row(event: Obj, now: float, *, with_namespace: bool) -> list[str]:
    """One line of the table (upstream: ``printOneEvent``)."""
    subject = event.get("involvedObject") or {}
    cells = [
        event.get("type", ""), event.get("reason", ""), f"{subject.get('kind', '')}/{subject.get('name', '')}",
        event.get("message", "").strip(),
    ]
    cells = [cell.replace("\x1b", "^[").replace("\r", "\\r") for cell in cells]
    namespace = [event["metadata"].get("namespace", "")] if with_namespace else []
    return [*namespace, last_seen(event, now), *cells]


def last_seen(event: Obj, now: float) -> str:
    """``10s``, and of a repeated event ``10s (x3 over 5m)`` (upstream: ``getInterval``)."""
    from minikctl.lib.times import age

    first = age(event.get("eventTime") or event.get("firstTimestamp"), now)
    series, count = event.get("series"), event.get("count") or 0
    if series:
        return f"{age(series.get('lastObservedTime'), now)} (x{series.get('count', 0)} over {first})"
    return f"{age(event.get('lastTimestamp'), now)} (x{count} over {first})" if count > 1 else first


def _watch(
    options: EventsOptions, session: Session, matches: Callable[[Obj], bool], printer: Any, namespace: str | None
) -> None:
    """Print the events that there are, then those that come or are repeated, until it is interrupted."""
    from minikctl.commands._watching import changes
    from minikctl.printing.table import TableWriter

    api = session.api
    api.store.refresh()
    revision = api.store.revision
    writer = TableWriter(session.write, no_headers=options.no_headers)
    writer.start(_headers(options))

    def show(event: Obj) -> None:
        if printer is not None:
            session.write(printer.print(event))
            return
        api.tick()
        writer.row(_row(event, api.now(), with_namespace=options.all_namespaces))
        writer.flush()

    for event in api.list("events", namespace):
        if matches(event):
            show(event)
    for change in changes(session, "events", revision, namespace):
        if change.after is not None and matches(change.after):
            show(change.after)


COMMAND = Command(
    usage="events [--for TYPE/NAME] [--types=Normal,Warning] [--watch] [-o FORMAT]",
    summary="List events, the newest last",
    examples=(
        ("What happened in the namespace", "events"),
        ("What happened to one object", "events --for deployment/web"),
        ("What went wrong, everywhere", "events --types=Warning --all-namespaces"),
    ),
    options=EventsOptions,
    run=run,
)
