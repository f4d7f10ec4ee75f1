"""Lengths of time: kubectl's short words for people (``4m52s``), and Go's durations (``1h30m0s``) in and out.

Upstream: apimachinery ``util/duration``, Go's ``time.ParseDuration`` and ``Duration.String``.
"""

from __future__ import annotations

import re

_MINUTE = 60
_HOUR = 3600
_DAY = 86400

_UNITS = {
    "ns": 1,
    "us": 1000,
    "\u00b5s": 1000,  # micro sign
    "\u03bcs": 1000,  # Greek letter mu
    "ms": 1000_000,
    "s": 1000_000_000,
    "m": 60 * 1000_000_000,
    "h": 3600 * 1000_000_000,
}
#: a duration is an int64 of nanoseconds
_MOST = 1 << 63
#: digits, a point and digits, a unit; compiled when it is first needed
_PART = r"([0-9]*)(?:(\.)([0-9]*))?([^.0-9]*)"


class DurationError(ValueError):
    """A text is no Go duration; the message is Go's."""


# ---------------------------------------------------------------------------------------------------------------------
# For people
# ---------------------------------------------------------------------------------------------------------------------


def human_duration(seconds: float) -> str:
    """Two or three digits of a length of time: ``3s``, ``4m52s``, ``10m``, ``3h5m``, ``2d3h``, ``5y20d``.

    A second in the future is ``0s`` (clocks differ), more is ``<invalid>``. Upstream: ``HumanDuration``.
    """
    whole = int(seconds)
    if whole < 120:
        if whole >= 0:
            return f"{whole}s"
        return "0s" if whole == -1 else "<invalid>"
    minutes = whole // _MINUTE
    if minutes < 180:
        rest = whole % _MINUTE
        return f"{minutes}m{rest}s" if minutes < 10 and rest else f"{minutes}m"
    return _human_hours(whole)


def _human_hours(whole: int) -> str:
    """``human_duration`` from three hours on."""
    hours = whole // _HOUR
    days = hours // 24
    if hours < 8:
        rest, size, name, rest_name = whole // _MINUTE % 60, hours, "h", "m"
    elif hours < 48:
        return f"{hours}h"
    elif days < 8:
        rest, size, name, rest_name = hours % 24, days, "d", "h"
    elif days < 730:
        return f"{days}d"
    elif days < 365 * 8:
        rest, size, name, rest_name = days % 365, days // 365, "y", "d"
    else:
        return f"{days // 365}y"
    return f"{size}{name}{rest}{rest_name}" if rest else f"{size}{name}"


# ---------------------------------------------------------------------------------------------------------------------
# Go's durations
# ---------------------------------------------------------------------------------------------------------------------


def parse_duration(text: str) -> float:
    """Seconds of a Go duration (``1h30m``, ``300ms``, ``-1.5s``, ``0``). Raises ``DurationError`` in Go's words."""
    return parse_nanoseconds(text) / 1e9


def parse_nanoseconds(text: str) -> int:
    """Nanoseconds of a Go duration. Raises ``DurationError`` in Go's words. Upstream: ``time.ParseDuration``."""
    rest = text[1:] if text[:1] in {"-", "+"} else text
    if rest == "0":
        return 0
    total = 0
    position = 0
    pattern = re.compile(_PART, re.DOTALL)
    while position < len(rest):
        part = pattern.match(rest, position)
        if part is None or not (part[1] or part[3]):
            raise DurationError(f"time: invalid duration {_quote(text)}")
        if not part[4]:
            raise DurationError(f"time: missing unit in duration {_quote(text)}")
        unit = _UNITS.get(part[4])
        if unit is None:
            raise DurationError(f"time: unknown unit {_quote(part[4])} in duration {_quote(text)}")
        total += int(part[1] or "0") * unit + _fraction(part[3] or "", unit)
        if total > _MOST:
            raise DurationError(f"time: invalid duration {_quote(text)}")
        position = part.end()
    if position == 0 or (total == _MOST and text[0] != "-"):
        raise DurationError(f"time: invalid duration {_quote(text)}")
    return -total if text[0] == "-" else total


def _fraction(digits: str, unit: int) -> int:
    """The part of ``unit`` that stands after the point, by the float that Go takes for it."""
    value, scale = 0, 1.0
    for digit in digits:
        if value * 10 + int(digit) > _MOST:
            break
        value = value * 10 + int(digit)
        scale *= 10
    return int(value * (unit / scale))


def _quote(text: str) -> str:
    """Go's ``time`` has a quote of its own: bytes that are not printable ASCII are written in hexadecimal."""
    out = []
    for char in text:
        if char < " " or char >= "\x80":
            out += [f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogatepass")]
        else:
            out.append(f"\\{char}" if char in '"\\' else char)
    return '"' + "".join(out) + '"'


def format_duration(seconds: float) -> str:
    """Write seconds as Go's ``Duration.String()``: ``1h30m0s``, ``1.5s``, ``300ms``, ``10µs``, ``0s``."""
    nanoseconds = round(seconds * 1e9)
    sign = "-" if nanoseconds < 0 else ""
    left = abs(nanoseconds)
    if left == 0:
        return "0s"
    if left < 1000_000_000:
        for name, unit in (("ns", 1), ("\u00b5s", 1000), ("ms", 1000_000)):
            if left < unit * 1000:
                return f"{sign}{_decimal(left, unit)}{name}"
    minutes, left = divmod(left, 60 * 1000_000_000)
    text = f"{_decimal(left, 1000_000_000)}s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{hours}h{minutes}m{text}" if hours else f"{minutes}m{text}"
    return sign + text


def _decimal(value: int, unit: int) -> str:
    """``value / unit`` without zeros at the end; ``unit`` is a power of ten."""
    whole, rest = divmod(value, unit)
    digits = str(rest).rjust(len(str(unit)) - 1, "0").rstrip("0") if rest else ""
    return f"{whole}.{digits}" if digits else str(whole)
