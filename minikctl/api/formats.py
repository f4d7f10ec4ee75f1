"""The texts and numbers with a decoder of their own: what each takes, and Go's words for what it does not take.

``format`` in a schema names them: int32, int64, byte (base64), date-time, micro-time, quantity, int-or-string. Every
function takes a value of a right JSON type and raises ValueError with the decoder's words. Upstream: ``UnmarshalJSON``
of Time, MicroTime, Quantity and IntOrString; Go's ``encoding/base64`` for ``[]byte``.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

INT32 = 1 << 31
INT64 = 1 << 63

MICRO_TIME_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"

#: a quantity that is already spelled as the API server spells it, for sure; most are
plain_quantity = re.compile(r"0|[1-9][0-9]{0,2}(?:m|k|M|G|T|Ki|Mi|Gi|Ti)?").fullmatch
# The rarer patterns are compiled at their first use: together they would cost every start a millisecond.
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_BASE64_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_NEWLINES = b"\r\n"
_MICROS = r"(?s)(.{19})(\.[0-9]{6})(.*)"


def check_int32(value: float) -> None:
    """An integer of 32 bits."""
    if not -INT32 <= value < INT32:
        raise ValueError("out of range")


def check_int64(value: float) -> None:
    """An integer of 64 bits."""
    if not -INT64 <= value < INT64:
        raise ValueError("out of range")


def check_int_or_string(value: float | str) -> None:
    """Any string, or an integer of 32 bits."""
    if not isinstance(value, str):
        check_int32(value)


def check_quantity(value: float | str) -> None:
    """A resource quantity: ``500m``, ``1Gi``, ``2``."""
    if isinstance(value, str) and plain_quantity(value):
        return
    from minikctl.lib.quantity import parse_quantity

    parse_quantity(value)


def is_canonical_quantity(value: float | str) -> bool:
    """Whether a quantity is a text that the API server would write just so."""
    if not isinstance(value, str):
        return False
    if plain_quantity(value):
        return True
    from minikctl.lib.quantity import canonical

    return canonical(value) == value


def check_time(value: str) -> None:
    """An RFC 3339 time."""
    from minikctl.lib.times import parse_time

    parse_time(value)


def is_canonical_time(value: str) -> bool:
    """Whether a right time is spelled as the API server spells it: whole seconds, UTC."""
    return len(value) == 20 and value[-1] == "Z"


def check_micro_time(value: str) -> None:
    """An RFC 3339 time with exactly six digits of a second."""
    from minikctl.lib.times import parse_time

    found = re.fullmatch(_MICROS, value)
    try:
        parse_time(found[1] + found[3] if found else value)
    except ValueError as error:
        raise ValueError(str(error).replace("2006-01-02T15:04:05Z07:00", MICRO_TIME_LAYOUT)) from None
    if found is None:
        raise ValueError(
            f'parsing time "{value}" as "{MICRO_TIME_LAYOUT}": cannot parse "{value[19:]}" as ".000000"'
        )


def check_byte(value: str) -> None:
    """Bytes in standard base64; line ends are passed over. The words name the first byte that is wrong."""
    if not re.fullmatch(_BASE64, value):
        at = base64_error(value.encode("utf-8", "surrogatepass"))
        if at is not None:
            raise ValueError(f"illegal base64 data at input byte {at}")


def base64_error(source: bytes) -> int | None:  # noqa: C901 - one state machine, as upstream
    """Where Go's base64 decoder gives up, or None. Upstream: ``decodeQuantum``, whose offsets have their quirks."""
    at, end = 0, len(source)

    def skip_newlines() -> None:
        nonlocal at
        while at < end and source[at] in _NEWLINES:
            at += 1

    while True:
        letters = 0
        while letters < 4:
            if at == end:
                return None if letters == 0 else at - letters
            byte = source[at]
            at += 1
            if byte in _BASE64_LETTERS:
                letters += 1
            elif byte in _NEWLINES:
                continue
            elif byte != ord("=") or letters < 2:
                return at - 1
            else:
                if letters == 2:
                    # The second "=" has to come, and nothing after it.
                    skip_newlines()
                    if at == end:
                        return end
                    if source[at] != ord("="):
                        return at - 1
                    at += 1
                skip_newlines()
                return at if at < end else None


CHECKS: dict[str, Callable[[Any], None]] = {
    "int32": check_int32,
    "int64": check_int64,
    "int-or-string": check_int_or_string,
    "quantity": check_quantity,
    "date-time": check_time,
    "micro-time": check_micro_time,
    "byte": check_byte,
}
