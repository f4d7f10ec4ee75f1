"""``create --edit``: each object of the files goes through the editor before it is created (upstream: ``RunEditOnCreate``)."""

from __future__ import annotations

from minikctl.commands._editing import Editing, Mode
from minikctl.commands._manifests import read_targets, validation_mode
from minikctl.commands._printing import ChangePrinter
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.commands._editing import Results
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session
    from minikctl.commands.create.from_file import CreateOptions


def create_edited(options: CreateOptions, session: Session) -> None:
    """Open one object after the other; as in kubectl, one that is not changed is not created. Raises MinikctlError."""
    validation = validation_mode(options.validate)
    targets, errors = read_targets(session, options, validation="ignore")
    mode = Creating(session, options, validation)
    for target in targets:
        target.obj = target.manifest
        try:
            Editing(
                session, mode, output=options.output, validation=validation,
                windows_line_endings=options.windows_line_endings, save_config=options.save_config,
            ).run([target])
        except MinikctlError as error:
            errors.append(error)
    session.end_with(errors)


class Creating(Mode):
    """Create what comes back; an error ends it, and the text is kept."""

    def __init__(self, session: Session, options: CreateOptions, validation: str) -> None:
        self.session = session
        self.options = options
        self.validation = validation

    def save(
        self,
        targets: Sequence[Target],  # noqa: ARG002 - nothing is compared with what there was
        updated: Sequence[Target],
        results: Results,  # noqa: ARG002 - as in kubectl, no error of the API opens the editor again here
    ) -> None:
        """Create the objects. Raises MinikctlError."""
        printer = ChangePrinter(self.session, self.options)
        with self.session.change() as api:
            for target in updated:
                assert target.obj is not None
                printer.print(target.info, api.create(target.obj, client=True, validation=self.validation), "created")
            self.session.show_warnings()
