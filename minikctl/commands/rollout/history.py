"""``rollout history`` (upstream: kubectl ``cmd/rollout/rollout_history.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._shared import PrintOptions
from minikctl.commands.rollout._targets import RolloutOptions, capability, find, none_of
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session


class HistoryOptions(RolloutOptions, PrintOptions):
    """Flags of ``rollout history``."""

    revision: int = flag("revision", kind="int", help="Show the template of this revision.")


def run(options: HistoryOptions, session: Session) -> None:
    """Print the revisions of every object that is named."""
    if options.revision < 0:
        raise UsageError(f"revision must be a positive integer: {options.revision}")
    found = find(options, session)
    errors = found.errors
    for target in found.targets:
        try:
            _show(session, options, target)
        except MinikctlError as error:
            errors.append(error)
    session.end_with(errors)


def _show(session: Session, options: HistoryOptions, target: Target) -> None:
    rollout = capability(target, none_of("history viewer", target))
    assert target.obj is not None
    if options.output:
        from minikctl.printing import make_printer
        from minikctl.printing.structorder import in_struct_order

        printer = make_printer(
            options.output,
            template=options.template,
            allow_missing=options.allow_missing_template_keys,
            show_managed_fields=options.show_managed_fields,
            keep_order=True,
        )
        if options.revision > 0:
            kept = rollout.find_revision(target.obj, options.revision, session.api)
            session.write(printer.print(in_struct_order(rollout.object_of(target.obj, kept))))
            return
        for kept in rollout.history(target.obj, session.api).values():
            session.write(printer.print(in_struct_order(rollout.object_of(target.obj, kept))))
        return
    text = rollout.view_history(target.obj, session.api, options.revision)
    suffix = f"with revision #{options.revision}" if options.revision > 0 else ""
    session.print(f"{target.display} {suffix}")
    session.print(text)


COMMAND = Command(
    usage="rollout history (TYPE NAME | TYPE/NAME)",
    summary="Show the revisions of a workload",
    examples=(
        ("Show the revisions of a Deployment", "rollout history deployment/web"),
        ("Show what revision 1 was", "rollout history deployment/web --revision=1"),
    ),
    options=HistoryOptions,
    run=run,
    complete="workloads",
)
