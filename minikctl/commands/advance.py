"""``advance``: move simulated time, with everything that happens on the way (minikctl's own)."""

from __future__ import annotations

from minikctl.commands._options import Command, Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class AdvanceOptions(Options):
    """Flags of ``advance``."""

    quiet: bool = flag("quiet", "q", kind="bool", help="Say nothing.")


def run(options: AdvanceOptions, session: Session) -> None:
    """Move time by the duration that is given."""
    from minikctl.env import LAST_TIME
    from minikctl.lib.duration import parse_duration
    from minikctl.lib.times import format_time

    if len(options.args) != 1:
        raise UsageError("advance takes one duration, such as 90s, 10m or 24h")
    try:
        seconds = parse_duration(options.args[0])
    except ValueError as error:
        raise UsageError(str(error)) from error
    if seconds < 0:
        raise UsageError("time runs forwards only: the duration must not be negative")
    with session.change(reconcile=False) as api:
        reconciler, begin = session.reconciler(), api.now()
        if begin + seconds > LAST_TIME:
            raise UsageError("time cannot be moved beyond the year 9999")
        line = session.progress
        if line is not None:
            from minikctl.lib.duration import human_duration

            def show(time: float) -> None:
                done = time - begin
                line.say("Advancing", done / seconds if seconds else 1.0, f"{human_duration(done)} of {human_duration(seconds)}")

            show(begin)
            reconciler.on_jump = show
        passes = reconciler.advance_to(begin + seconds)
        if not options.quiet:
            session.print(f"it is {format_time(api.now())} now ({passes} pass{'' if passes == 1 else 'es'})")


COMMAND = Command(
    usage="advance DURATION",
    summary="Move simulated time on",
    description="Every timer on the way runs out at its time and in its order: back-offs, deadlines, probes, schedules.",
    examples=(("Let ten minutes pass", "advance 10m"), ("Let a day pass", "advance 24h")),
    options=AdvanceOptions,
    run=run,
)
