"""``apply edit-last-applied`` (upstream: kubectl ``cmd/apply/apply_edit_last_applied.go``, ``editoptions.go``)."""

from __future__ import annotations

from minikctl.api.patches import MERGE, Patch, lastapplied
from minikctl.commands._editing import LAST_APPLIED_HEADER, Editing, Mode, original_of, save_each
from minikctl.commands._manifests import NAME_RESOURCES, find_targets, validation_mode
from minikctl.commands._options import Command
from minikctl.commands._printing import ChangePrinter
from minikctl.commands._resources import Target
from minikctl.commands.edit import EditorOptions
from minikctl.errors import MinikctlError
from minikctl.lib.gojson import compact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._editing import Results
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


def run(options: EditorOptions, session: Session) -> None:
    """Open the annotations of what the words name in an editor and store what comes back."""
    validation = validation_mode(options.validate)
    found = find_targets(session, options, options.args, nothing_named=NAME_RESOURCES, all_of_kind=True)
    session.end_with(found.errors)
    targets = [
        Target(each.info, each.namespace, each.name, lastapplied.get_object(each.obj or {}))
        for each in found.targets
        if lastapplied.get_annotation(each.obj or {}) is not None
    ]
    if not targets:
        raise MinikctlError(
            "no last-applied-configuration annotation found on resources, to create the annotation, use command "
            f"`{session.program} apply set-last-applied --create-annotation`"
        )
    mode = Annotating(session, options, validation)
    Editing(
        session, mode, output=options.output, validation=validation, windows_line_endings=options.windows_line_endings
    ).run(targets)


class Annotating(Mode):
    """Write each text that was changed into the annotation of the object that it names."""

    header = LAST_APPLIED_HEADER

    def __init__(self, session: Session, options: EditorOptions, validation: str) -> None:
        self.session = session
        self.options = options
        self.validation = validation

    def save(
        self,
        targets: Sequence[Target],
        updated: Sequence[Target],
        results: Results,  # noqa: ARG002 - as in kubectl, no error of the API opens the editor again here
    ) -> None:
        """Annotate one after the other."""
        printer = ChangePrinter(self.session, self.options)

        def save(api: Api, target: Target) -> None:
            assert target.obj is not None
            same = original_of(target, targets).obj == target.obj
            if not same:
                with api.store.savepoint():
                    self._annotate(api, target, target.obj)
            printer.print(target.info, target.obj, "skipped" if same else "edited")

        save_each(self.session, updated, save)

    def _annotate(self, api: Api, target: Target, obj: Obj) -> None:
        patch = Patch(MERGE, {"metadata": {"annotations": {lastapplied.ANNOTATION: compact(obj) + "\n"}}})
        api.patch(
            target.info.resource, target.namespace, target.name, patch.apply, validation=self.validation, patch=None
        )


COMMAND = Command(
    usage="apply edit-last-applied (TYPE NAME | TYPE/NAME | -f FILE)",
    summary="Change in an editor what was applied last",
    description="As edit, but of the annotation in which apply notes the manifest; nothing else of the object changes.",
    examples=(
        ("Of a Deployment", "apply edit-last-applied deployment/web"),
        ("As JSON", "apply edit-last-applied -f web.yaml -o json"),
    ),
    options=EditorOptions,
    run=run,
    complete="resources",
)
