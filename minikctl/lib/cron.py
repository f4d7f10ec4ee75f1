"""Schedules of CronJobs: ``0 3 * * *``, ``*/5 8-18 * jan,jul mon-fri``, ``@daily``, ``@every 90m``, in any time zone.

The rules are those of Go's robfig/cron v3 (``ParseStandard``, ``SpecSchedule.Next``), which Kubernetes uses. Libraries
for Python follow Vixie's cron, which differs: here ``*/2`` in the day of the month does not count as ``*`` (so that the
day of the week may match instead), Sunday is 0 and never 7, there is no ``L`` or ``#``, an hour that a change of the
clocks leaves out is passed over, and what is wrong is said in other words.
"""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    #: seconds by which a zone's clocks are ahead of UTC, at a time
    Offset = Callable[[float], int]

#: Go's zero time: what comes after the last time of a schedule that never comes
NEVER = -62_135_596_800.0
#: a schedule that has no time within so many years has none
YEARS = 5

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
#: lowest and highest value of each field, and the names of values
_BOUNDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    (0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}
_EVERY = "@every "


class CronError(ValueError):
    """A schedule makes no sense; the message is upstream's."""


class Every:
    """A schedule with the same time between each two (``@every 90m``)."""

    __slots__ = ("delay",)

    def __init__(self, seconds: float) -> None:
        self.delay = max(int(seconds), 1)

    def next(self, after: float) -> float:
        """The first time after ``after``, in seconds since the epoch."""
        return float(after // 1 + self.delay)


class Schedule:
    """A schedule by minute, hour, day of the month, month and day of the week."""

    __slots__ = ("any_day", "days", "hours", "minutes", "months", "offset", "weekdays")

    def __init__(self, fields: list[tuple[frozenset[int], bool]], offset: Offset) -> None:
        """``fields``: the values of each, and whether it is a star. ``offset``: of the time zone."""
        (self.minutes, _), (self.hours, _), (self.days, day_star), (self.months, _), (self.weekdays, star) = fields
        #: one of the two fields of days is a star: both have to match, else one is enough
        self.any_day = day_star or star
        self.offset = offset

    def next(self, after: float) -> float:
        """The first time after ``after``, in seconds since the epoch; ``NEVER`` where there is none.

        Upstream goes over fields and starts again when one wraps around; so does this, minute by minute.
        """
        now = (after // 60 + 1) * 60
        limit = self._wall(now).tm_year + YEARS
        while True:
            wall = self._wall(now)
            if wall.tm_year > limit:
                return NEVER
            if wall.tm_mon not in self.months:
                year, month = (wall.tm_year + 1, 1) if wall.tm_mon == 12 else (wall.tm_year, wall.tm_mon + 1)
                now = self._instant(year, month, 1)
            elif not self._day_matches(wall):
                now = self._next_midnight(now, wall)
            elif wall.tm_hour not in self.hours:
                now += 3600 - 60 * wall.tm_min
            elif wall.tm_min not in self.minutes:
                later = [minute for minute in self.minutes if minute > wall.tm_min]
                now += 60 * ((min(later) if later else 60) - wall.tm_min)
            else:
                return float(now)

    def _wall(self, now: float) -> time.struct_time:
        """What the clocks of the zone show."""
        return time.gmtime(now + self.offset(now))

    def _day_matches(self, wall: time.struct_time) -> bool:
        # Python's week begins with Monday, cron's with Sunday.
        day, weekday = wall.tm_mday in self.days, (wall.tm_wday + 1) % 7 in self.weekdays
        return day and weekday if self.any_day else day or weekday

    def _next_midnight(self, now: float, wall: time.struct_time) -> float:
        """The start of the next day, which is not at midnight where the clocks change then."""
        start = self._instant(wall.tm_year, wall.tm_mon, wall.tm_mday + 1)
        if start <= now:  # a day that begins twice
            start = now + 3600
        hour = self._wall(start).tm_hour
        if hour > 12:
            start += (24 - hour) * 3600
        return start

    def _instant(self, year: int, month: int, day: int) -> float:
        """When the clocks of the zone show the start of a day (``day`` may be one more than the month has).

        Go's ``time.Date``: where the clocks change meanwhile, the offset after the change holds.
        """
        from calendar import timegm

        local = timegm((year, month, 1, 0, 0, 0)) + (day - 1) * 86400
        offset = self.offset(local)
        if self.offset(local - offset) != offset:
            offset = self.offset(local - offset)
        return float(local - offset)


#: schedules that were read: one is asked for several times each time that it comes
_read: dict[str, Schedule | Every] = {}


def parse(text: str) -> Schedule | Every:
    """Read a schedule, with ``TZ=Zone`` before it or not. Raises ``CronError`` in upstream's words."""
    found = _read.get(text)
    if found is None:
        if len(_read) > 1000:
            _read.clear()
        found = _read[text] = _parse(text)
    return found


def _parse(text: str) -> Schedule | Every:
    if not text:
        raise CronError("empty spec string")
    offset: Offset = _utc
    if text.startswith(("TZ=", "CRON_TZ=")):
        zone, _, text = text.partition("=")[2].partition(" ")
        try:
            offset = offset_of(zone)
        except CronError as error:
            raise CronError(f"provided bad location {zone}: {error}") from error
        text = text.strip()
    if text.startswith("@"):
        described = _descriptor(text)
        if not isinstance(described, str):
            return described
        text = described
    fields = text.split()
    if len(fields) != len(_BOUNDS):
        raise CronError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    return Schedule([_field(*pair) for pair in zip(fields, _BOUNDS, strict=True)], offset)


def _descriptor(text: str) -> str | Every:
    known = _DESCRIPTORS.get(text)
    if known is not None:
        return known
    if not text.startswith(_EVERY):
        raise CronError(f"unrecognized descriptor: {text}")
    from minikctl.lib.duration import DurationError, parse_duration

    try:
        return Every(parse_duration(text.removeprefix(_EVERY)))
    except DurationError as error:
        raise CronError(f"failed to parse duration {text}: {error}") from error


def _field(text: str, bounds: tuple[int, int, dict[str, int]]) -> tuple[frozenset[int], bool]:
    """The values of one field, and whether it is a star (upstream: ``getField``)."""
    values: set[int] = set()
    star = False
    for part in text.split(","):
        if part:
            found, is_star = _range(part, bounds)
            values.update(found)
            star = star or is_star
    return frozenset(values), star


def _range(text: str, bounds: tuple[int, int, dict[str, int]]) -> tuple[range, bool]:
    """The values of ``*``, ``5``, ``5-9``, ``*/3``, ``5-9/2`` or ``5/2`` (upstream: ``getRange``)."""
    least, most, names = bounds
    low, *steps = text.split("/")
    ends = low.split("-")
    star = ends[0] in ("*", "?")
    if star:
        first, last = least, most
    else:
        first = last = _number(ends[0], names)
        if len(ends) > 2:
            raise CronError(f"too many hyphens: {text}")
        last = _number(ends[-1], names)
    step = 1
    if len(steps) > 1:
        raise CronError(f"too many slashes: {text}")
    if steps:
        step = _number(steps[0], {})
        if len(ends) == 1:  # 5/2 is 5-59/2
            last = most
        star = star and step <= 1
    if first < least:
        raise CronError(f"beginning of range ({first}) below minimum ({least}): {text}")
    if last > most:
        raise CronError(f"end of range ({last}) above maximum ({most}): {text}")
    if first > last:
        raise CronError(f"beginning of range ({first}) beyond end of range ({last}): {text}")
    if step == 0:
        raise CronError(f"step of range should be a positive number: {text}")
    return range(first, last + 1, step), star


def _number(text: str, names: dict[str, int]) -> int:
    named = names.get(text.lower())
    if named is not None:
        return named
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        from minikctl.errors import quote

        raise CronError(f"failed to parse int from {text}: strconv.Atoi: parsing {quote(text)}: invalid syntax")
    significant = digits.lstrip("0") or "0"
    if len(significant) > 18:  # Python does not convert endless digits
        from minikctl.errors import quote

        raise CronError(f"failed to parse int from {text}: strconv.Atoi: parsing {quote(text)}: value out of range")
    return int(significant)


# ---------------------------------------------------------------------------------------------------------------------
# Time zones
# ---------------------------------------------------------------------------------------------------------------------


def _utc(now: float) -> int:  # noqa: ARG001 - an Offset
    return 0


def offset_of(zone: str) -> Offset:
    """How far a time zone is ahead of UTC. Raises ``CronError`` as Go's ``time.LoadLocation``."""
    if zone in ("", "UTC"):
        return _utc
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    try:
        info = ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise CronError(f"unknown time zone {zone}") from error

    def offset(now: float) -> int:
        ahead = datetime.fromtimestamp(now, UTC).astimezone(info).utcoffset()
        return 0 if ahead is None else int(ahead.total_seconds())

    return offset
