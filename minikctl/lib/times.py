"""Points in time: seconds since the epoch inside, RFC 3339 in objects, kubectl's AGE and dates for people.

Tables print thousands of ages, and passes compare thousands of times, so this does without ``datetime`` and
``strptime``. Upstream: apimachinery ``metav1.Time`` and ``MicroTime``, kubectl's ``translateTimestampSince``, Go's
``time.Parse``.
"""

from __future__ import annotations

import re
import time

from minikctl.lib.duration import human_duration

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_LAYOUT = "2006-01-02T15:04:05Z07:00"
#: compiled when it is first needed: most times need no pattern
_RFC3339 = (
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})([.,][0-9]+)?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
#: midnights by date: objects come in crowds of one day
_midnights: dict[str, int] = {}
#: texts of moments: time stands still within a command
_written: dict[float, str] = {}


# ---------------------------------------------------------------------------------------------------------------------
# Writing
# ---------------------------------------------------------------------------------------------------------------------


def format_time(seconds: float) -> str:
    """``2026-11-21T14:45:17Z``; parts of a second are cut off, as in ``metav1.Time``."""
    second = seconds // 1
    text = _written.get(second)
    if text is None:
        if len(_written) > 100:
            _written.clear()
        text = _written[second] = _date_and_clock(second) + "Z"
    return text


def format_micro_time(seconds: float) -> str:
    """``2026-11-21T14:45:17.123456Z``, as in ``metav1.MicroTime``."""
    micros = round(seconds * 1_000_000)
    return f"{_date_and_clock(micros // 1_000_000)}.{micros % 1_000_000:06d}Z"


def _date_and_clock(seconds: float) -> str:
    year, month, day, hour, minute, second = time.gmtime(seconds)[:6]
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}"


def describe_time(text: str | None) -> str:
    """The time of an object as ``describe`` shows it, in the zone of the user: ``Sat, 21 Nov 2026 14:45:17 +0000``.

    An absent time is Go's zero time, as upstream prints it. Raises ValueError where ``text`` is no time.
    """
    if not text:
        return "Mon, 01 Jan 0001 00:00:00 +0000"
    there = time.localtime(parse_time(text) // 1)
    return _rfc1123(there, there.tm_gmtoff // 60)


def describe_time_utc(seconds: float) -> str:
    """A time as events of controllers show it: ``Sat, 21 Nov 2026 14:45:17 +0000``."""
    return _rfc1123(time.gmtime(seconds // 1), 0)


def _rfc1123(there: time.struct_time, offset: int) -> str:
    """Go's ``time.RFC1123Z``; ``offset`` is that of the zone, in minutes."""
    sign = "-" if offset < 0 else "+"
    hours, minutes = divmod(abs(offset), 60)
    return (
        f"{_DAYS[there.tm_wday]}, {there.tm_mday:02d} {_MONTHS[there.tm_mon - 1]} {there.tm_year:04d} "
        f"{there.tm_hour:02d}:{there.tm_min:02d}:{there.tm_sec:02d} {sign}{hours:02d}{minutes:02d}"
    )


def age(timestamp: str | None, now: float) -> str:
    """How long ago ``timestamp`` was, as in AGE: ``3s``, ``5d``, ``<unknown>`` for none, ``<invalid>`` in the future.

    Upstream: ``translateTimestampSince``.
    """
    return human_duration(now - parse_time(timestamp)) if timestamp else "<unknown>"


# ---------------------------------------------------------------------------------------------------------------------
# Reading
# ---------------------------------------------------------------------------------------------------------------------


def parse_time(text: str) -> float:
    """Seconds since the epoch of an RFC 3339 time (``2026-11-21T14:45:17Z``, ``...17.25+01:00``).

    Raises ValueError in the words of Go's ``time.Parse``.
    """
    # The form of nearly every time in an object, by slices; whatever is odd about it goes the long way.
    if len(text) == 20 and text[10] + text[13] + text[16] + text[19] == "T::Z":
        clock = text[11:13] + text[14:16] + text[17:19]
        if clock.isdecimal() and clock.isascii():
            hour, minute, second = int(clock[:2]), int(clock[2:4]), int(clock[4:])
            if hour < 24 and minute < 60 and second < 60:
                midnight = _midnights.get(text[:10])
                if midnight is None:
                    midnight = _midnight_of(text[:10])
                if midnight is not None:
                    return float(midnight + hour * 3600 + minute * 60 + second)
    return _parse_slowly(text)


def _midnight_of(date: str) -> int | None:
    """Seconds since the epoch at the start of ``2026-11-21``, remembered; None where that is no date."""
    digits = date[:4] + date[5:7] + date[8:]
    if date[4] + date[7] != "--" or not digits.isdecimal() or not digits.isascii():
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if _out_of_range(year, month, day, (0, 0, 0)):
        return None
    if len(_midnights) > 10_000:
        _midnights.clear()
    _midnights[date] = _midnight(year, month, day)
    return _midnights[date]


def _parse_slowly(text: str) -> float:
    found = re.fullmatch(_RFC3339, text)
    if found is None:
        raise ValueError(_complaint(text))
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    wrong = _out_of_range(year, month, day, (hour, minute, second))
    if not wrong and found[8] and (int(found[9]) > 24 or int(found[10]) > 60):
        wrong = "time zone offset hour" if int(found[9]) > 24 else "time zone offset minute"
    if wrong:
        raise ValueError(f'parsing time "{text}": {wrong} out of range')
    seconds = float(_midnight(year, month, day) + hour * 3600 + minute * 60 + second)
    if found[8]:
        offset = int(found[9]) * 3600 + int(found[10]) * 60
        seconds += offset if found[8] == "-" else -offset
    return seconds + float("0." + found[7][1:]) if found[7] else seconds


def _out_of_range(year: int, month: int, day: int, clock: tuple[int, int, int]) -> str:
    """The name of the first thing that no calendar or clock has, in the order that Go finds them; "" if all is well."""
    if not 1 <= month <= 12:
        return "month"
    for value, most, name in zip(clock, (24, 60, 60), ("hour", "minute", "second"), strict=True):
        if value >= most:
            return name
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return "" if 1 <= day <= _MONTH_DAYS[month - 1] + leap else "day"


def _midnight(year: int, month: int, day: int) -> int:
    """Seconds since the epoch at the start of a day of the Gregorian calendar."""
    # Years that start in March have their leap day at the end; 719468 days lie between 0000-03-01 and 1970-01-01.
    if month < 3:
        year -= 1
        month += 12
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 1
    return (days - 719468) * 86400


def _complaint(text: str) -> str:
    """What Go says of a text that does not follow the layout: which piece of it the rest does not start with."""
    rest = text
    for pattern, piece in (
        ("[0-9]{4}", "2006"), ("-", "-"), ("[0-9]{2}", "01"), ("-", "-"), ("[0-9]{2}", "02"), ("T", "T"),
        ("[0-9]{1,2}", "15"), (":", ":"), ("[0-9]{2}", "04"), (":", ":"), ("[0-9]{2}(?:[.,][0-9]+)?", "05"),
        ("Z|[+-][0-9]{2}:[0-9]{2}", "Z07:00"),
    ):
        found = re.match(pattern, rest)
        if found is None:
            return f'parsing time "{text}" as "{_LAYOUT}": cannot parse "{rest}" as "{piece}"'
        rest = rest[found.end():]
    if rest:
        return f'parsing time "{text}": extra text: "{rest}"'
    return f'parsing time "{text}" as "{_LAYOUT}": cannot parse "{text[11:]}" as "15"'
