"""``apply set-last-applied`` (upstream: kubectl ``cmd/apply/apply_set_last_applied.go``)."""

from __future__ import annotations

from minikctl.api.patches import MERGE, Patch, lastapplied
from minikctl.commands._manifests import NAME_RESOURCES, read_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._resources import ResourceQuery
from minikctl.commands._shared import DryRunOptions, FilesOptions, PrintOptions
from minikctl.commands.apply._clientside import describe_target
from minikctl.errors import AggregateError, MinikctlError, UsageError
from minikctl.lib.gojson import compact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SetOptions(FilesOptions, DryRunOptions, PrintOptions):
    """Flags of ``apply set-last-applied``."""

    create_annotation: bool = flag(
        "create-annotation", kind="bool", help="Do so, too, where nothing was applied to the object yet."
    )


def run(options: SetOptions, session: Session) -> None:
    """Let the annotation of every object of the files say what the file says; nothing else of the object changes."""
    if not options.filename:
        raise UsageError(NAME_RESOURCES)
    dry_run = dry_run_mode(options.dry_run, session)
    printer = ChangePrinter(session, options, dry_run=dry_run)
    targets, errors = read_targets(session, options, validation="ignore")
    if errors:
        raise errors[0].errors[0] if isinstance(errors[0], AggregateError) else errors[0]
    changes = [(target, patch) for target in targets if (patch := _patch(session, target, options)) is not None]
    with session.change(dry_run=bool(dry_run)) as api:
        for target, patch in changes:
            assert target.obj is not None
            stored = target.obj
            if dry_run != "client":
                stored, _ = api.patch(
                    target.info.resource, target.namespace, target.name, patch.apply, validation="warn", patch=None
                )
            printer.print(target.info, stored, "configured")
        session.show_warnings()


def _patch(session: Session, target: Target, options: SetOptions) -> Patch | None:
    """The patch for one object; None where its annotation says the same already. Raises MinikctlError."""
    assert target.manifest is not None
    if not target.name:
        raise MinikctlError(
            f"error when retrieving current configuration of:\n{describe_target(target)}\n"
            f'from server for: "{target.source}": resource name may not be empty'
        )
    found = ResourceQuery(session, [], documents=[target]).find()
    session.end_with(found.errors)
    current = lastapplied.get_annotation(target.obj or {})
    if current is None and not options.create_annotation:
        raise MinikctlError(
            f"no last-applied-configuration annotation found on resource: {target.name}, to create the annotation, run the "
            "command with --create-annotation"
        )
    text = compact(target.manifest) + "\n"
    if current is not None and current.strip() == text.strip():
        session.print(f"set-last-applied {target.name}: no changes required.")
        return None
    return Patch(MERGE, {"metadata": {"annotations": {lastapplied.ANNOTATION: text}}})


COMMAND = Command(
    usage="apply set-last-applied -f FILE",
    summary="Note a file as what was applied last",
    description="The annotation becomes what it would be had the file been applied; nothing else of the object changes.",
    examples=(
        ("From a file", "apply set-last-applied -f web.yaml"),
        ("Of an object that was not applied yet", "apply set-last-applied -f web.yaml --create-annotation"),
    ),
    options=SetOptions,
    run=run,
)
