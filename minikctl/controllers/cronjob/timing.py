"""When a CronJob is to run: arithmetic of past and coming times of a schedule (pure functions).

Upstream: ``mostRecentScheduleTime``, ``nextScheduleTime`` and ``nextScheduleTimeDuration`` in
``pkg/controller/cronjob``. All times are seconds since the epoch.
"""

from __future__ import annotations

from minikctl.lib.cron import CronError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.lib.cron import Every, Schedule

#: more missed runs than this are worth an event
MANY_MISSED = 100


def most_recent_run(schedule: Schedule | Every, earliest: float, now: float) -> tuple[float | None, int]:
    """Return the last time of ``schedule`` after ``earliest`` that has come by ``now``, and how many have been missed.

    None: there was none. The number is a guess by the time between the first two, and 0 where at most one has come; for
    times that are not evenly apart it may go so far that None is returned though there were some.
    Raises ``CronError`` for a schedule that never comes (the 31st of February).
    """
    first = schedule.next(earliest)
    if now < first:
        return None, 0
    second = schedule.next(first)
    if first <= now < second:
        return first, 0
    between = int(second - first)
    if between < 1:
        raise CronError("time difference between two schedules is less than 1 second")
    missed = int(now - first) // between + 1
    # Back one time more than the guess says, for schedules whose times are not evenly apart.
    run = schedule.next(first + (missed - 2) * between)
    recent = None
    while run <= now:
        recent = run
        run = schedule.next(run)
    return recent, missed


def earliest_run(created: float, last: float | None, now: float, deadline: int | None) -> float:
    """Return after when runs count: the last one, else the creation; nothing that is ``deadline`` seconds late does."""
    earliest = created if last is None else last
    return earliest if deadline is None else max(earliest, now - deadline)


def seconds_to_next_run(schedule: Schedule | Every, earliest: float, now: float) -> float:
    """Return how long it is until the next run. ``earliest`` knows of no deadline."""
    try:
        recent, missed = most_recent_run(schedule, earliest, now)
    except CronError:
        recent, missed = now, 0
    if recent is None:
        recent = now if missed else earliest
    return schedule.next(recent) - now
