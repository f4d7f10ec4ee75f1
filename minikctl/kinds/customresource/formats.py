"""The formats of strings that the API server checks in custom resources; it drops all others.

Upstream: ``apiextensions-apiserver/pkg/apiserver/validation/formats.go`` and ``kube-openapi/pkg/validation/strfmt``.
"""

from __future__ import annotations

import re

from minikctl.lib.ips import parse_cidr, parse_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: the formats that are known, without their dashes
KNOWN = frozenset({
    "bsonobjectid", "uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "uuid3", "uuid4", "uuid5", "isbn",
    "isbn10", "isbn13", "creditcard", "ssn", "hexcolor", "rgbcolor", "byte", "password", "date", "duration", "datetime",
    "k8sshortname", "k8slongname",
})

_HEX = "[0-9a-fA-F]"
_LABEL = "[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?"
_PATTERNS = {
    "bsonobjectid": f"{_HEX}{{24}}",
    "email": r"[^@\s<>()\[\],;:\"]+@[^@\s<>()\[\],;:\"]+",
    "hostname": rf"(?=.{{1,255}}$){_LABEL}(\.{_LABEL})*\.?",
    "mac": f"{_HEX}{{2}}([:-]{_HEX}{{2}}){{5}}(([:-]{_HEX}{{2}}){{2}})?|{_HEX}{{4}}(\\.{_HEX}{{4}}){{2,3}}",
    "uuid": f"{_HEX}{{8}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{4}}-?{_HEX}{{12}}",
    "uuid3": f"{_HEX}{{8}}-?{_HEX}{{4}}-?3{_HEX}{{3}}-?{_HEX}{{4}}-?{_HEX}{{12}}",
    "uuid4": f"{_HEX}{{8}}-?{_HEX}{{4}}-?4{_HEX}{{3}}-?[89abAB]{_HEX}{{3}}-?{_HEX}{{12}}",
    "uuid5": f"{_HEX}{{8}}-?{_HEX}{{4}}-?5{_HEX}{{3}}-?[89abAB]{_HEX}{{3}}-?{_HEX}{{12}}",
    "ssn": r"\d{3}[- ]?\d{2}[- ]?\d{4}",
    "hexcolor": f"#?({_HEX}{{3}}|{_HEX}{{6}})",
    "rgbcolor": r"rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*(,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*){2}\)",
    "uri": r"[^\s]+",
    "k8sshortname": r"(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    "k8slongname": r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
}


def conforms(value: str, form: str) -> bool:
    """Whether ``value`` is of a known format."""
    name = form.replace("-", "")
    check = _CHECKS.get(name)
    if check is not None:
        return check(value)
    pattern = _PATTERNS.get(name)
    return pattern is None or re.fullmatch(pattern, value, re.ASCII) is not None


def _is_time(value: str) -> bool:
    """An RFC 3339 time; the shorter forms of ISO 8601 are taken too (upstream: ``strfmt.ParseDateTime``)."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?\d{2})?", value, re.ASCII):
        return False
    return _is_date(value[:10]) and int(value[11:13]) < 24 and int(value[14:16]) < 60 and int(value[17:19]) < 60


def _is_date(value: str) -> bool:
    import datetime as dt

    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2006-01-02")


def _is_duration(value: str) -> bool:
    """Go's durations, and words such as ``3 days`` (upstream: ``strfmt.ParseDuration``)."""
    from minikctl.lib.duration import parse_duration

    try:
        parse_duration(value)
    except ValueError:
        unit = "(ns|nanos?|us|µs|micros?|ms|millis?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)"
        return re.fullmatch(rf"\d+\s*{unit}", value.strip(), re.IGNORECASE | re.ASCII) is not None
    return True


def _is_ip(value: str, version: int) -> bool:
    found = parse_ip(value)
    return found is not None and found[0] == version


def _is_base64(value: str) -> bool:
    import base64

    try:
        base64.b64decode(value, validate=True)
    except ValueError:
        return False
    return True


def _is_isbn10(value: str) -> bool:
    digits = re.sub(r"[\s-]", "", value)
    if not re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
        return False
    return sum((index + 1) * (10 if char == "X" else int(char)) for index, char in enumerate(digits)) % 11 == 0


def _is_isbn13(value: str) -> bool:
    digits = re.sub(r"[\s-]", "", value)
    if not re.fullmatch(r"\d{13}", digits, re.ASCII):
        return False
    return sum(int(char) * (3 if index % 2 else 1) for index, char in enumerate(digits)) % 10 == 0


def _is_credit_card(value: str) -> bool:
    digits = re.sub(r"[^0-9]", "", value)
    if not 13 <= len(digits) <= 19:
        return False
    doubled = [int(char) * (2 if index % 2 else 1) for index, char in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


_CHECKS: dict[str, Callable[[str], bool]] = {
    "datetime": _is_time,
    "date": _is_date,
    "duration": _is_duration,
    "ipv4": lambda value: _is_ip(value, 4),
    "ipv6": lambda value: _is_ip(value, 6),
    "cidr": lambda value: parse_cidr(value) is not None,
    "byte": _is_base64,
    "isbn10": _is_isbn10,
    "isbn13": _is_isbn13,
    "isbn": lambda value: _is_isbn10(value) or _is_isbn13(value),
    "creditcard": _is_credit_card,
}
