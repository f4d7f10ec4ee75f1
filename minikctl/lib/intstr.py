"""Values that are a number or a text: ``maxSurge: 1`` or ``25%``, ``targetPort: 80`` or ``http``.

Upstream: apimachinery ``util/intstr``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    IntOrString = int | str

_MOST = 1 << 63


class IntOrStringError(ValueError):
    """A value is neither a number nor a percentage; the message is upstream's."""


def parse(text: str) -> IntOrString:
    """A number where ``text`` is one, else the text itself (upstream: ``intstr.Parse``)."""
    number = _atoi(text)
    return text if isinstance(number, str) else number


def int_or_percent(value: IntOrString | None) -> tuple[int, bool]:
    """Return (the number, whether it is a percentage). Raises ``IntOrStringError``, as upstream words it."""
    if value is None:
        raise IntOrStringError("nil value for IntOrString")
    if isinstance(value, int):
        return value, False
    if not value.endswith("%"):
        raise IntOrStringError("invalid value for IntOrString: invalid type: string is not a percentage")
    number = _atoi(value.removesuffix("%"))
    if isinstance(number, str):
        from minikctl.errors import quote

        raise IntOrStringError(
            f"invalid value for IntOrString: invalid value {quote(value)}: strconv.Atoi: {number}"
        )
    return number, True


def scaled_value_from_int_or_percent(value: IntOrString | None, total: int, round_up: bool) -> int:
    """The number itself, or the percentage of ``total``, rounded up or down: ``25%`` of 10 is 3 or 2.

    Raises ``IntOrStringError``. Upstream: ``GetScaledValueFromIntOrPercent``.
    """
    number, percent = int_or_percent(value)
    if not percent:
        return number
    # Exact in ints; upstream's floats agree as long as the product has fewer than 16 digits.
    return -(-number * total // 100) if round_up else number * total // 100


def _atoi(text: str) -> int | str:
    """The number, or what Go's ``strconv.Atoi`` says of the text."""
    from minikctl.errors import quote

    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not (digits.isascii() and digits.isdigit()):
        return f"parsing {quote(text)}: invalid syntax"
    significant = digits.lstrip("0") or "0"  # Python does not convert endless digits
    number = int(text[: len(text) - len(digits)] + significant[:20])
    return number if -_MOST <= number < _MOST else f"parsing {quote(text)}: value out of range"
