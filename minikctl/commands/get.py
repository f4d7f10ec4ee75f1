"""``get``: show objects as tables or in any output format (upstream: kubectl ``cmd/get``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import find_targets, singular_input
from minikctl.commands._options import Command, flag
from minikctl.commands._shared import (
    AllNamespacesOptions,
    FieldSelectorOptions,
    FilenameOptions,
    PrintOptions,
    SelectorOptions,
)
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.commands._resources import Found
    from minikctl.commands._session import Session
    from minikctl.commands._tables import TablePrinter
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]


class GetOptions(PrintOptions, FilenameOptions, SelectorOptions, FieldSelectorOptions, AllNamespacesOptions):
    """Flags of ``get``."""

    output: str = flag(
        "output",
        "o",
        group="Output",
        complete="outputs",
        help="wide, name, yaml, json, jsonpath=..., go-template=..., custom-columns=... (and their -file forms).",
    )
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="Leave the line of headers out.")
    show_labels: bool = flag("show-labels", kind="bool", group="Output", help="All labels as the last column.")
    show_kind: bool = flag("show-kind", kind="bool", group="Output", help="Names with their kind.")
    label_columns: list[str] = flag(
        "label-columns", "L", kind="strings", group="Output", help="A column for each of these labels."
    )
    sort_by: str = flag("sort-by", group="Output", help="Sort by the value at this path, such as .metadata.name.")
    server_print: bool = flag(
        "server-print", kind="bool", default=True, group="Output", help="The kind's own columns; else name and age alone."
    )
    chunk_size: int = flag("chunk-size", kind="int", default=500, help="Lists are read at once: no answer depends on it.")
    raw: str = flag("raw", help="Print what the API answers at this path.")
    subresource: str = flag("subresource", help="A part: status, scale, or of Pods resize or ephemeralcontainers.")
    ignore_not_found: bool = flag("ignore-not-found", kind="bool", help="An object that is not there is no error.")
    watch: bool = flag("watch", "w", kind="bool", help="Then go on and show what changes.")
    watch_only: bool = flag("watch-only", kind="bool", help="Show what changes from now on.")
    output_watch_events: bool = flag(
        "output-watch-events", kind="bool", group="Output", help="With --watch: say what happened to each object."
    )


def run(options: GetOptions, session: Session) -> None:
    """Print the objects that the words name."""
    if options.raw:
        from minikctl.commands import _rawget

        _rawget.check(options)
        _check_printing(options)
        _rawget.get(session, options.raw)
        return
    _check(options, session)
    if options.watch or options.watch_only:
        if options.subresource:
            raise MinikctlError("--subresource is not supported together with --watch")
        from minikctl.commands._watching import watch

        watch(options, session)
        return
    printer = object_printer(options)
    if printer is None and not options.sort_by:
        from minikctl.commands._tables import TablePrinter

        tables = TablePrinter(options, session.api.now(), with_kind=options.show_kind)
        found = find(options, session, digest=tables.digest)
        warn_of_kinds(session, found)
        _print_tables(options, session, found, tables)
        session.end_with(found.errors, looks_up_first=singular_input(options))
        return
    only_names = options.output.lower() == "name" and not options.sort_by
    found = find(options, session, digest=(lambda _, __, obj: printer.print(obj)) if only_names else None)
    warn_of_kinds(session, found)
    if printer is None:
        print_tables(options, session, found)
    else:
        single = found.single
        one_file = bool(options.filename or options.kustomize) and singular_input(options)
        if options.filename or options.kustomize:
            single = len(found.infos) == 1 and one_file
        if not (one_file and found.errors):  # upstream: what one file implies is shown as a whole or not at all
            _print_objects(options, session, found, printer, single=single)
    session.end_with(found.errors, looks_up_first=singular_input(options))


def _check(options: GetOptions, session: Session) -> None:
    program = session.program
    if not options.args and not options.filename and not options.kustomize:
        session.complain(
            f'You must specify the type of resource to get. Use "{program} api-resources" for a complete list of supported '
            "resources.\n"
        )
        raise UsageError(
            f'Required resource not specified.\nUse "{program} explain <resource>" for a detailed description of that resource '
            f"(e.g. {program} explain pods).\nSee '{program} get -h' for help and examples"
        )
    if (options.filename or options.kustomize) and options.args:
        raise UsageError(
            "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
        )
    _check_printing(options)
    if (options.watch or options.watch_only) and options.sort_by:
        session.complain("warning: --watch requested, --sort-by will be ignored for watch events received")


def _check_printing(options: GetOptions) -> None:
    """Raise UsageError for flags about output that do not go together."""
    if options.show_labels and options.output not in ("", "wide"):
        raise UsageError("--show-labels option cannot be used with " + options.output.partition("=")[0] + " printer")
    if options.output_watch_events and not (options.watch or options.watch_only):
        raise UsageError("--output-watch-events option can only be used with --watch or --watch-only")


def find(
    options: GetOptions, session: Session, *, digest: Callable[[Found, KindInfo, Obj], Any] | None = None
) -> Found:
    """The objects that the options ask for, or their parts (--subresource); see ``ResourceQuery`` for ``digest``."""
    found = _find(options, session, digest)
    if options.subresource:
        from minikctl.commands._scales import take_parts

        if found.is_list:
            raise UsageError("subresource cannot be used when bulk resources are specified")
        if not (options.filename or options.kustomize):  # what files name, kubectl reads whole
            take_parts(session, found, options.subresource)
    return found


def _find(options: GetOptions, session: Session, digest: Callable[[Found, KindInfo, Obj], Any] | None) -> Found:
    return find_targets(
        session,
        options,
        options.args,
        collects=True,
        selector=options.selector,
        field_selector=options.field_selector,
        all_namespaces=options.all_namespaces,
        all_of_kind=True,
        ignore_not_found=options.ignore_not_found,
        digest=digest,
    )


def object_printer(options: GetOptions) -> Any:
    """The printer that ``-o`` asks for; None for kubectl's tables."""
    if not options.output and options.template:
        options.output = "go-template"
    if options.output in ("", "wide"):
        return None
    from minikctl.printing import make_printer

    return make_printer(
        options.output,
        template=options.template,
        allow_missing=options.allow_missing_template_keys,
        show_managed_fields=options.show_managed_fields,
        no_headers=options.no_headers,
        tables=True,
    )


def warn_of_kinds(session: Session, found: Found) -> None:
    """Print the warnings that kinds have for every request."""
    for info in {(info.resource, info.version): info for info in found.infos}.values():
        warning = kinds.load(info).request_warning
        if warning:
            session.warn(warning, received=True)


def _print_objects(options: GetOptions, session: Session, found: Found, printer: Any, *, single: bool) -> None:
    """Print objects in one of the formats: a single one as itself, others as a List.

    ``single``: one was asked for, and where it is not there nothing is printed (a file with several counts as one).
    """
    if found.errors and single:
        return
    if any(target.digest is not None for target in found.targets):
        session.write("".join([target.digest for target in found.targets]))
        return
    objects = [target.obj for target in found.targets if target.obj is not None]
    if not objects and options.ignore_not_found:
        return
    single = single and len(objects) == 1
    if options.sort_by and not single:
        from minikctl.printing.sorting import sort_objects

        objects = sort_objects(objects, options.sort_by)
    if single:
        session.write(_text(options, session, printer, objects[0]))
        return
    everything = {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}
    session.write(_text(options, session, printer, everything))


def _text(options: GetOptions, session: Session, printer: Any, obj: Obj) -> str:
    """An object in its format, with its managedFields where these can be seen in it."""
    from minikctl.commands import _managing

    if _managing.asks_for_managed_fields(options.output, options.template, shown=options.show_managed_fields):
        obj = _managing.attach(session.api, obj)
    try:
        text: str = printer.print(obj)
    except MinikctlError:  # of a template: it shows the object, which then has to be whole
        text = printer.print(_managing.attach(session.api, obj))
    return text


def print_tables(options: GetOptions, session: Session, found: Found) -> None:
    """Print kubectl's tables, one for each run of objects of a kind."""
    from minikctl.commands._tables import TablePrinter

    rows = [(target.info, target.obj) for target in found.targets if target.obj is not None]
    if options.sort_by:
        rows = _sorted_rows(rows, options.sort_by, found, session.api.store.revision)
    tables = TablePrinter(options, session.api.now(), with_kind=options.show_kind or found.several_kinds)
    _complain_of_nothing(options, session, found, written=tables.write(rows, session.write))


def _print_tables(options: GetOptions, session: Session, found: Found, tables: TablePrinter) -> None:
    """Print tables of what was found, of which most is rows already."""
    tables.with_kind = options.show_kind or found.several_kinds
    rows = [
        (target.info, target.digest if target.obj is None else tables.row(target.info, target.obj))
        for target in found.targets if target.digest is not None or target.obj is not None
    ]
    _complain_of_nothing(options, session, found, written=tables.write_rows(rows, session.write))


def _complain_of_nothing(options: GetOptions, session: Session, found: Found, *, written: bool) -> None:
    """Say that there is nothing, unless that was to be expected or something else was said."""
    if not written and not options.ignore_not_found and not found.errors:
        if all(info.namespaced for info in found.infos) and not options.all_namespaces:
            session.complain(f"No resources found in {session.namespace} namespace.")
        else:
            session.complain("No resources found")


def _sorted_rows(
    rows: list[tuple[KindInfo, Obj]], path: str, found: Found, revision: int
) -> list[tuple[KindInfo, Obj]]:
    """Rows as ``--sort-by`` orders them: those of the only table, or several tables (see ``sort_tables``)."""
    from minikctl.printing.sorting import sort_rows, sort_tables

    if found.is_list and not found.several_kinds:
        objects = sort_rows([obj for _, obj in rows], path)
        return [(rows[0][0], obj) for obj in objects or ()]
    if found.is_list:
        tables = [[row for row in rows if row[0] is info] for info in found.infos]
        versions = [str(revision)] * len(tables)
    else:
        tables = [[row] for row in rows]
        versions = [obj["metadata"].get("resourceVersion", "") for _, obj in rows]
    order = sort_tables([[obj for _, obj in table] for table in tables], versions, path)
    ordered: list[tuple[KindInfo, Obj]] = []
    for index in order:  # then each is sorted by itself, and one without the path is lost
        ordered += [(tables[index][0][0], obj) for obj in sort_rows([obj for _, obj in tables[index]], path) or ()]
    return ordered


COMMAND = Command(
    usage="get (TYPE[,TYPE...] [NAME ...] | TYPE/NAME ... | -f FILE)",
    summary="Show objects",
    description='Types may be plural, singular or short (pods, pod, po); commas separate several; "all" is the usual ones.',
    examples=(
        ("Pods of the namespace", "get pods"),
        ("With nodes and addresses", "get pods -o wide"),
        ("One object as it is stored", "get deployment web -o yaml"),
        ("Everything with a label", "get all -l app=web"),
        ("A value for a script", "get service kubernetes -o jsonpath={.spec.clusterIP}"),
        ("Columns of one's own", "get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName"),
    ),
    options=GetOptions,
    run=run,
    complete="resources",
)
