"""``reconcile``: one pass of the controllers, or passes until the state is at rest (minikctl's own)."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session
    from minikctl.reconcile import Pass


class ReconcileOptions(Options):
    """Flags of ``reconcile``."""

    until_stable: bool = flag(
        "until-stable", kind="bool", help="Run passes until nothing is due now. Time stands still."
    )
    quiet: bool = flag("quiet", "q", kind="bool", help="Say nothing.")


def run(options: ReconcileOptions, session: Session) -> None:
    """Run the pass or passes and say what they did."""
    if options.args:
        raise UsageError(f"reconcile takes no arguments, not {' '.join(options.args)}")
    with session.change(reconcile=False):
        reconciler = session.reconciler()
        passes = reconciler.until_stable() if options.until_stable else [reconciler.run_pass()]
        if not options.quiet:
            _report(session, passes, reconciler.next_time())


def _report(session: Session, passes: list[Pass], next_time: float | None) -> None:
    writes = sum(done.writes for done in passes)
    counts: dict[str, int] = {}
    for done in passes:
        for controller, _ in done.synced:
            counts[controller] = counts.get(controller, 0) + 1
        for controller, key, error in done.failed:
            session.complain(f"{controller} {key}: {error.user_message().removeprefix('error: ')}")
    number = f"{len(passes)} pass{'' if len(passes) == 1 else 'es'}"
    synced = ", ".join(f"{name} {count}" for name, count in counts.items())
    session.print(f"{number}, {writes} write{'' if writes == 1 else 's'}" + (f" ({synced})" if synced else ""))
    if next_time is not None:
        from minikctl.lib.duration import human_duration

        session.print(f"next timer in {human_duration(max(0.0, next_time - session.api.now()))}")


COMMAND = Command(
    usage="reconcile [--until-stable]",
    summary="Run one pass of the controllers",
    description=(
        "Every command that changes something runs one pass by itself. A rolling update moves on by one step a pass; with "
        "--until-stable, passes follow each other until nothing is due now."
    ),
    examples=(("One step", "reconcile"), ("All that is due now", "reconcile --until-stable")),
    options=ReconcileOptions,
    run=run,
)
