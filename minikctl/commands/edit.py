"""``edit``: change stored objects in an editor (upstream: kubectl ``cmd/edit``)."""

from __future__ import annotations

import sys

from minikctl import kinds
from minikctl.commands._editing import Editing, Mode, original_of, save_each, without_managed_fields
from minikctl.commands._manifests import NAME_RESOURCES, find_targets, validation_mode
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter
from minikctl.commands._shared import FieldManagerOptions, FilenameOptions, PrintOptions, RecordOptions, ValidateOptions
from minikctl.errors import MinikctlError, NotFound, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.api.patches import Patch
    from minikctl.api.server import Api
    from minikctl.commands._editing import Results
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]


class EditorOptions(FilenameOptions, ValidateOptions, PrintOptions, FieldManagerOptions):
    """Flags of every verb that opens an editor."""

    windows_line_endings: bool = flag(
        "windows-line-endings", kind="bool", default=sys.platform == "win32", help="End the lines of the file with CRLF."
    )


class EditOptions(RecordOptions, EditorOptions):
    """Flags of ``edit``."""

    save_config: bool = flag("save-config", kind="bool", help="Remember the object in itself, as apply does.")
    output_patch: bool = flag("output-patch", kind="bool", help="Print the patch that the change comes to.")
    subresource: str = flag("subresource", help="Edit this part only: status.")


def run(options: EditOptions, session: Session) -> None:
    """Open what the words name in an editor and store what comes back."""
    validation = validation_mode(options.validate)
    found = find_targets(session, options, options.args, nothing_named=NAME_RESOURCES, all_of_kind=True)
    session.end_with(found.errors)
    if not found.targets:
        raise MinikctlError("edit cancelled, no objects found")
    for target in found.targets:
        check_subresource(target.info, options.subresource)
        target.obj = without_managed_fields(target.obj or {})
    mode = Patching(session, options, validation)
    Editing(
        session, mode, output=options.output, validation=validation, windows_line_endings=options.windows_line_endings,
        save_config=options.save_config,
    ).run(found.targets)


def check_subresource(info: KindInfo, subresource: str) -> None:
    """Raise NotFound for a part that the kind does not have, MinikctlError for one that cannot be edited here."""
    if subresource == "scale" and kinds.load(info).scale_paths() is not None:
        raise MinikctlError("--subresource=scale is not supported; use scale, or edit spec.replicas")
    if subresource and not (subresource == "status" and kinds.load(info).has_status):
        raise NotFound(info.resource, message="the server could not find the requested resource")


class Patching(Mode):
    """Send each object that was changed as a patch of what it was."""

    def __init__(self, session: Session, options: EditOptions, validation: str) -> None:
        self.session = session
        self.options = options
        self.validation = validation

    def save(self, targets: Sequence[Target], updated: Sequence[Target], results: Results) -> None:
        """Patch one after the other."""
        printer = ChangePrinter(self.session, self.options)

        def save(api: Api, target: Target) -> None:
            self._save(api, original_of(target, targets), target, results, printer)

        save_each(self.session, updated, save)

    def _save(self, api: Api, original: Target, target: Target, results: Results, printer: ChangePrinter) -> None:
        assert original.obj is not None
        assert target.obj is not None
        edited = self.session.recorded(without_managed_fields(target.obj))
        if edited == original.obj:
            printer.print(target.info, target.obj, "skipped")
            return
        patch = _patch(original.obj, edited)
        if self.options.output_patch:
            from minikctl.lib.gojson import compact

            self.session.print(f"Patch: {compact(patch.content)}")
        try:
            stored = self._store(api, target, patch)
        except StatusError as error:
            self.session.complain(results.add(error, target))
            return
        printer.print(target.info, stored, "edited")

    def _store(self, api: Api, target: Target, patch: Patch) -> Obj:
        from minikctl.api.patches import STRATEGIC

        with api.store.savepoint():
            return api.patch(
                target.info.resource,
                target.namespace,
                target.name,
                patch.apply,
                subresource=self.options.subresource,
                validation=self.validation,
                patch=patch.content if patch.kind == STRATEGIC else None,
            )[0]


def _patch(original: Obj, edited: Obj) -> Patch:
    """The patch of a change. Raises MinikctlError where it would make another object of it."""
    from minikctl.api.patches import two_way

    patch = two_way(original, edited)
    if {"apiVersion", "kind", "managedFields"} & patch.content.keys() or "name" in (patch.content.get("metadata") or {}):
        raise MinikctlError("At least one of apiVersion, kind and name was changed")
    return patch


COMMAND = Command(
    usage="edit (TYPE NAME | TYPE/NAME | -f FILE)",
    summary="Change objects in an editor",
    description=(
        "Opens the editor of $KUBE_EDITOR or $EDITOR, else vi, on a file with the objects, and stores what has changed when it "
        "is closed. Where something is wrong the editor opens again, with what it is at the top. Several objects are one List."
    ),
    examples=(
        ("Edit a Deployment", "edit deployment/web"),
        ("As JSON", "edit deployment/web -o json"),
        ("With an editor that is not the usual one", "edit deployment/web --output-patch"),
    ),
    options=EditOptions,
    run=run,
    complete="resources",
)
