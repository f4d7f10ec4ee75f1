"""``create -f``: store new objects from files (upstream: kubectl ``cmd/create``)."""

from __future__ import annotations

import sys

from minikctl.commands._manifests import matching, read_targets, validation_mode
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode, in_source
from minikctl.commands._shared import (
    DryRunOptions,
    FieldManagerOptions,
    FilenameOptions,
    PrintOptions,
    RecordOptions,
    SelectorOptions,
    ValidateOptions,
)
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateOptions(
    RecordOptions,
    FilenameOptions, SelectorOptions, DryRunOptions, ValidateOptions, PrintOptions, FieldManagerOptions
):
    """Flags of ``create``."""

    save_config: bool = flag("save-config", kind="bool", help="Remember the file in the object, as apply does.")
    edit: bool = flag("edit", kind="bool", help="Change each object in an editor first.")
    windows_line_endings: bool = flag(
        "windows-line-endings", kind="bool", default=sys.platform == "win32", help="With --edit: end its lines with CRLF."
    )
    raw: str = flag("raw", help="Send the file to this path of the API, and print the answer.")


def run(options: CreateOptions, session: Session) -> None:
    """Create every object of the files; go on after an error with the next one."""
    if options.args:
        raise UsageError(
            f"Unexpected args: [{' '.join(options.args)}]\nSee '{session.program} create -h' for help and examples"
        )
    if not options.filename and not options.kustomize:
        raise UsageError("must specify one of -f and -k")
    if options.raw:
        from minikctl.commands import _raw

        if options.edit:
            raise UsageError("--raw and --edit are mutually exclusive")
        _raw.check_raw(options, options.raw)
        _raw.post(session, options.raw, options.filename[0])
        return
    if options.edit:
        from minikctl.commands.create._edited import create_edited

        create_edited(options, session)
        return
    _create(options, session)


def _create(options: CreateOptions, session: Session) -> None:
    dry_run = dry_run_mode(options.dry_run, session)
    validation = validation_mode(options.validate)
    printer = ChangePrinter(session, options, dry_run=dry_run)
    targets, errors = read_targets(session, options, validation=validation)
    if options.selector:
        targets = matching(targets, options.selector)
    if not targets and not errors:
        raise UsageError("no objects passed to create")
    if targets:
        with session.change(dry_run=bool(dry_run)) as api:
            for target in targets:
                assert target.manifest is not None
                obj = target.manifest
                if options.save_config:
                    from minikctl.api.patches import lastapplied

                    obj = lastapplied.with_annotation(obj)
                obj = session.recorded(obj)
                try:
                    if dry_run != "client":
                        with api.store.savepoint():
                            obj = api.create(obj, client=True, validation=validation)
                except MinikctlError as error:
                    errors.append(target.blame(in_source(error, "creating", target.source)))
                    continue
                printer.print(target.info, obj, "created")
            session.show_warnings()
    session.end_with(errors)


COMMAND = Command(
    usage="create -f FILE",
    summary="Create objects from files or words",
    description="An object that is there already is an error; see apply for files that are applied again and again.",
    examples=(
        ("Create what a file describes", "create -f web.yaml"),
        ("Show what would be stored", "create -f web.yaml --dry-run=server -o yaml"),
    ),
    options=CreateOptions,
    run=run,
)
