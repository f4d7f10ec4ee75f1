"""``create -f``: store new objects from files (upstream: kubectl ``cmd/create``)."""

from __future__ import annotations

from minikctl.commands._manifests import matching, read_targets, validation_mode
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode, in_source
from minikctl.commands._shared import (
    DryRunOptions,
    FieldManagerOptions,
    FilenameOptions,
    PrintOptions,
    SelectorOptions,
    ValidateOptions,
)
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateOptions(
    FilenameOptions, SelectorOptions, DryRunOptions, ValidateOptions, PrintOptions, FieldManagerOptions
):
    """Flags of ``create``."""

    save_config: bool = flag("save-config", kind="bool", help="Remember the file in the object, as apply does.")


def run(options: CreateOptions, session: Session) -> None:
    """Create every object of the files; go on after an error with the next one."""
    if options.args:
        raise UsageError(
            f"Unexpected args: [{' '.join(options.args)}]\nSee '{session.program} create -h' for help and examples"
        )
    if not options.filename and not options.kustomize:
        raise UsageError("must specify one of -f and -k")
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
