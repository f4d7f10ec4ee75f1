"""``rollout undo`` (upstream: kubectl ``cmd/rollout/rollout_undo.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._shared import DryRunOptions, PrintOptions
from minikctl.commands.rollout._targets import RolloutOptions, capability, find, none_of
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.server import Api
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

_MANAGED = (
    "resource {resource}/{name} was previously managed with '{program} apply'. Rolling back will not update the "
    "kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future "
    "'{program} apply' operations. Consider using '{program} apply' with your previous configuration file instead."
)


class UndoOptions(RolloutOptions, DryRunOptions, PrintOptions):
    """Flags of ``rollout undo``."""

    to_revision: int = flag(
        "to-revision", kind="int", help="The revision to go back to; 0: the one before the present."
    )


def run(options: UndoOptions, session: Session) -> None:
    """Roll every object that is named back."""
    found = find(options, session)
    dry_run = dry_run_mode(options.dry_run, session)
    printer = ChangePrinter(session, options, dry_run=dry_run, typed=True)
    errors = found.errors
    with session.change(dry_run=bool(dry_run)) as api:
        for target in found.targets:
            try:
                with api.store.savepoint():
                    _undo(session, api, target, options, printer, dry_run)
            except MinikctlError as error:
                errors.append(error)
        session.show_warnings()
    session.end_with(errors)


def _undo(
    session: Session, api: Api, target: Target, options: UndoOptions, printer: ChangePrinter, dry_run: str
) -> None:
    from minikctl.api.patches import lastapplied

    live = api.must_get(target.info.resource, target.namespace, target.name)
    if lastapplied.get_annotation(live) is not None:
        session.warn(_MANAGED.format(resource=target.info.plural, name=target.name, program=session.program))
    rollout = capability(target, none_of("rollbacker", target))
    words, changed = rollout.undo(live, options.to_revision, api, dry_run=dry_run or "none", program=session.program)
    if changed is not None:
        api.update(changed, client=True, verb="patch")
    printer.print(target.info, live, words)  # as it was read


COMMAND = Command(
    usage="rollout undo (TYPE NAME | TYPE/NAME) [--to-revision=N]",
    summary="Go back to an earlier revision",
    examples=(
        ("Go back to the revision before", "rollout undo deployment/web"),
        ("Go back to revision 1", "rollout undo deployment/web --to-revision=1"),
        ("Show what would come back", "rollout undo deployment/web --dry-run=client"),
    ),
    options=UndoOptions,
    run=run,
    complete="workloads",
)
