"""Values as Go's ``fmt`` prints them: ``%v`` and ``%#v`` of what JSON can hold.

kubectl and the API server put whole objects into some of their messages (``map: map[name:x] does not contain ...``,
``object given to jsonpath engine was: map[string]interface {}{...}``). Maps come out sorted by key.
Upstream: Go's ``fmt/print.go`` and ``strconv/ftoa.go``. This module knows nothing of Kubernetes.
"""

from __future__ import annotations

from minikctl.lib.gojson import plain, shortest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: what ``%#v`` calls a map that was decoded from JSON
JSON_MAP = "map[string]interface {}"
#: what ``%#v`` calls a map that go-yaml decoded
YAML_MAP = "map[interface {}]interface {}"


def value(item: Any) -> str:
    """Return ``item`` as ``%v`` prints it: ``map[a:1 b:[x y]]``, ``<nil>``, strings without quotes."""
    if item is None:
        return "<nil>"
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, float):
        return general(item)
    if isinstance(item, dict):
        return "map[" + " ".join(f"{key}:{value(item[key])}" for key in sorted(item)) + "]"
    if isinstance(item, list):
        return "[" + " ".join(map(value, item)) + "]"
    return str(item)


def syntax(item: Any, map_type: str = JSON_MAP) -> str:
    """Return ``item`` as ``%#v`` prints it: ``map[string]interface {}{"a":1}``, ``[]interface {}{"x"}``."""
    from minikctl.errors import quote

    if item is None:
        return "interface {}(nil)"
    if isinstance(item, str):
        return quote(item)
    if isinstance(item, dict):
        return map_type + "{" + ", ".join(f"{quote(key)}:{syntax(item[key], map_type)}" for key in sorted(item)) + "}"
    if isinstance(item, list):
        return "[]interface {}{" + ", ".join(syntax(each, map_type) for each in item) + "}"
    return value(item)


def general(number: float, bits: int = 64) -> str:
    """Return a float as ``%v`` and ``FormatFloat(x, 'g', -1, bits)`` have it: ``1.5``, ``1``, ``1e+06``, ``1e-05``.

    The shortest digits; an exponent below 1e-4 and from 1e6 on. ``bits=32`` rounds to float32 and to the digits that it
    needs (go-yaml prints map keys so).
    """
    if number != number:  # noqa: PLR0124 - only NaN differs from itself
        return "NaN"
    if bits == 32:
        number = _single(number)
    if number in (float("inf"), float("-inf")):
        return "+Inf" if number > 0 else "-Inf"
    if number == 0:
        return "-0" if str(number).startswith("-") else "0"
    negative, digits, exponent = shortest(number)
    sign = "-" if negative else ""
    if exponent < -4 or exponent >= 6:
        fraction = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    return sign + plain(digits, exponent)


def _single(number: float) -> float:
    """Return the decimal number with the fewest digits that means the same float32 as ``number``."""
    from struct import pack, unpack

    try:
        packed = pack("f", number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
    rounded: float = unpack("f", packed)[0]
    for places in range(1, 10):
        candidate = float(f"{rounded:.{places}g}")
        if pack("f", candidate) == packed:
            return candidate
    return rounded
