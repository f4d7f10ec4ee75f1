"""Floats as Go's ``strconv.FormatFloat`` writes them, by a precision or with the shortest digits.

Upstream: Go's ``strconv/ftoa.go``. ``lib.gofmt.general`` is ``%v``. This module knows nothing of Kubernetes.
"""

from __future__ import annotations

from minikctl.lib.gofmt import general
from minikctl.lib.gojson import plain, shortest


def format_float(number: float, verb: str, precision: int) -> str:
    """Return ``number`` by ``verb`` (one of ``eEfgGbxX``); ``precision`` -1: as few digits as read back the same."""
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN differs from itself
        return general(number)
    if verb in "xX":
        text = _hexadecimal(number, precision)
    elif verb == "b":
        text = _binary(number)
    elif precision >= 0:
        text = f"{number:.{precision}{verb}}"
    elif verb in "gG":
        text = general(number)
    else:
        text = _shortest(number, verb)
    return text.upper() if verb in "XG" else text


def _shortest(number: float, verb: str) -> str:
    negative, digits, exponent = shortest(number) if number else (str(number).startswith("-"), "0", 0)
    sign = "-" if negative else ""
    if verb == "f":
        return sign + plain(digits, exponent)
    fraction = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}{verb}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _hexadecimal(number: float, precision: int) -> str:
    """``0x1.8p+00``: a hexadecimal mantissa below 2 and a power of two."""
    sign = "-" if str(number).startswith("-") else ""
    if number == 0:
        return f"{sign}0x0{'.' + '0' * precision if precision > 0 else ''}p+00"
    mantissa, exponent = _normal(abs(number))
    if precision >= 0 and precision < 13:
        shift = 4 * (13 - precision)
        kept, rest = mantissa >> shift, mantissa & ((1 << shift) - 1)
        half = 1 << (shift - 1)
        if rest > half or (rest == half and kept & 1):
            kept += 1
        if kept >> (4 * precision + 1):
            kept >>= 1
            exponent += 1
        digits = f"{kept & ((1 << 4 * precision) - 1):0{precision}x}" if precision else ""
    else:
        digits = f"{mantissa & ((1 << 52) - 1):013x}"
        digits = digits.rstrip("0") if precision < 0 else digits.ljust(precision, "0")
    return f"{sign}0x1{'.' + digits if digits else ''}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _binary(number: float) -> str:
    """``4503599627370496p-52``: the mantissa as a whole number and a power of two."""
    sign = "-" if str(number).startswith("-") else ""
    if number == 0:
        return f"{sign}0p-1074"
    numerator, exponent = _normal(abs(number))
    least = -1022
    if exponent < least:
        numerator >>= least - exponent
        exponent = least
    exponent -= 52
    return f"{sign}{numerator}p{'-' if exponent < 0 else '+'}{abs(exponent)}"


def _normal(number: float) -> tuple[int, int]:
    """Split a positive float: a mantissa of 53 bits, the first of them set, and the exponent of that bit."""
    from math import frexp

    fraction, exponent = frexp(number)
    return int(fraction * (1 << 53)), exponent - 1
