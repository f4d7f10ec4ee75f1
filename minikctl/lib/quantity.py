"""Resource quantities (``500m``, ``1536Mi``, ``1e3``): exact arithmetic and the API server's canonical spelling.

Upstream: apimachinery ``pkg/api/resource`` (``Quantity``). A quantity remembers the family of its suffix (``BinarySI``,
``DecimalSI``, ``DecimalExponent``) and is written back in it. A text that upstream's quick parser takes for canonical
is kept letter by letter (``00100m``, ``1.500``), which the API server does too, so it is done here.

Values are ``mantissa * 10**scale`` in plain ints: nothing is rounded but what is finer than nano, which is rounded away
from zero, as upstream does.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BINARY_SI = "BinarySI"
DECIMAL_SI = "DecimalSI"
DECIMAL_EXPONENT = "DecimalExponent"

NANO = -9
MICRO = -6
MILLI = -3

_SPLIT = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
FORMAT_WRONG = f"quantities must match the regular expression '{_SPLIT}'"
NUMERIC_WRONG = "unable to parse numeric part of quantity"
SUFFIX_WRONG = "unable to parse quantity's suffix"

_DIGITS = "0123456789"
_SUFFIX_LETTERS = "eEinumkKMGTP"
_BINARY_SUFFIXES = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIXES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY_NAMES = {power: name for name, power in _BINARY_SUFFIXES.items()} | {0: ""}
_DECIMAL_NAMES = {power: name for name, power in _DECIMAL_SUFFIXES.items()}

_MAX_INT64 = (1 << 63) - 1
#: decimal digits that surely fit into an int64 (upstream: maxInt64Factors)
_SAFE_DIGITS = 18
#: scales further apart than this are compared by magnitude alone: ``1e2000000000`` must not fill the memory
_FAR_APART = 4000


class QuantityError(ValueError):
    """A text is no quantity; the message is upstream's."""


class Quantity:
    """An exact number with the suffix family it was written in. Immutable: ``add`` and the like return new ones."""

    __slots__ = ("format", "mantissa", "scale", "spelling")

    mantissa: int
    scale: int
    #: BINARY_SI, DECIMAL_SI or DECIMAL_EXPONENT
    format: str
    #: the text it is written with; None as long as nobody asked for the canonical one
    spelling: str | None

    def __init__(self, value: str | float) -> None:
        """Parse ``value`` as it stands in an object: a text, or a number as JSON has it (``cpu: 2``, ``cpu: 0.5``).

        White space around a text is taken off. Raises ``QuantityError`` with upstream's words.
        """
        parsed = parse_quantity(value)
        self.mantissa, self.scale, self.spelling = parsed.mantissa, parsed.scale, parsed.spelling
        self.format = parsed.format

    @classmethod
    def make(cls, mantissa: int, scale: int = 0, format_: str = DECIMAL_SI, text: str | None = None) -> Quantity:
        """``mantissa * 10**scale``, in a family of suffixes; ``text``: a spelling to keep (None: the canonical one)."""
        quantity = cls.__new__(cls)
        quantity.mantissa = mantissa
        quantity.scale = scale
        quantity.spelling = text
        quantity.format = format_
        return quantity

    def __str__(self) -> str:
        if self.spelling is None:
            self.spelling = self._canonical()
        return self.spelling

    def __repr__(self) -> str:
        return f"Quantity({str(self)!r})"

    # -- numbers ----------------------------------------------------------------------------------------------------

    def is_zero(self) -> bool:
        """Whether the value is 0."""
        return self.mantissa == 0

    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.mantissa > 0) - (self.mantissa < 0)

    def scaled_value(self, scale: int) -> int:
        """The value in units of ``10**scale``, rounded away from zero: ``1500m`` is 2 at scale 0, 1500 at ``MILLI``.

        Upstream wraps around beyond an int64; here the value stays exact, save for absurd exponents, which give the
        int64 maximum.
        """
        shift = self.scale - scale
        if shift >= 0:
            if shift > _FAR_APART:
                return self.sign() * _MAX_INT64
            return self.mantissa * _power(shift)
        if -shift > _FAR_APART:
            return self.sign()
        quotient, rest = divmod(abs(self.mantissa), _power(-shift))
        return self.sign() * (quotient + (rest > 0))

    def value(self) -> int:
        """The value as a whole number, rounded away from zero (``0.5`` is 1, ``1.5Gi`` is 1610612736)."""
        return self.scaled_value(0)

    def milli_value(self) -> int:
        """The value in thousandths, rounded away from zero (``0.5`` is 500)."""
        return self.scaled_value(MILLI)

    def as_float(self) -> float:
        """The value as a float; precision may be lost, an absurd exponent gives infinity or 0."""
        return float(f"{self.mantissa}e{self.scale}")

    # -- arithmetic -------------------------------------------------------------------------------------------------

    def add(self, other: Quantity) -> Quantity:
        """The sum. It is written in this quantity's family, or in the other's when this one is zero."""
        if abs(self.scale - other.scale) > _FAR_APART and self.mantissa and other.mantissa:
            return self if self.scale > other.scale else other  # what the smaller one adds is out of sight
        left, right, scale = _align(self, other)
        return Quantity.make(left + right, scale, other.format if self.is_zero() else self.format)

    def sub(self, other: Quantity) -> Quantity:
        """The difference, written as the sum would be."""
        return self.add(other.neg())

    def neg(self) -> Quantity:
        """The value with its sign turned."""
        return Quantity.make(-self.mantissa, self.scale, self.format)

    def round_up(self, scale: int) -> Quantity:
        """The value with nothing finer than ``10**scale`` left (upstream: ``RoundUp``, away from zero).

        The API server does it with ``MILLI`` to a Pod's resources (``SetDefaults_ResourceList``): ``1n`` gives ``1m``.
        """
        if self.scale >= scale:
            return self
        return Quantity.make(self.scaled_value(scale), scale, self.format)

    def cmp(self, other: Quantity) -> int:
        """-1, 0 or 1, as this value is less than, equal to or greater than the other."""
        left, right, _ = _align(self, other)
        return (left > right) - (left < right)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.cmp(other) == 0

    def __lt__(self, other: Quantity) -> bool:
        return self.cmp(other) < 0

    def __le__(self, other: Quantity) -> bool:
        return self.cmp(other) <= 0

    def __gt__(self, other: Quantity) -> bool:
        return self.cmp(other) > 0

    def __ge__(self, other: Quantity) -> bool:
        return self.cmp(other) >= 0

    def __hash__(self) -> int:
        return hash(self._reduced() if self.mantissa else (0, 0))

    __add__ = add
    __sub__ = sub
    __neg__ = neg

    # -- the canonical spelling ---------------------------------------------------------------------------------------

    def _reduced(self) -> tuple[int, int]:
        """Mantissa and scale with the zeros at the end moved into the scale. The mantissa is not 0."""
        digits = str(self.mantissa)
        bare = digits.rstrip("0")
        return int(bare), self.scale + len(digits) - len(bare)

    def _canonical(self) -> str:
        """Upstream: ``CanonicalizeBytes``."""
        if not self.mantissa:
            return "0"
        mantissa, scale = self._reduced()
        if self.format == BINARY_SI and 0 <= scale <= _FAR_APART:
            whole = mantissa * 10**scale
            if abs(whole) >= 1024:  # less than 1Ki is clearer without a suffix
                power = 0
                while whole % 1024 == 0:
                    whole //= 1024
                    power += 10
                return f"{whole}{_BINARY_NAMES.get(power, '')}"
        extra = scale % 3
        mantissa *= 10**extra
        scale -= extra
        if self.format == DECIMAL_EXPONENT:
            return f"{mantissa}e{scale}" if scale else str(mantissa)
        # 10**21 and more has no suffix, and 1.36 drops the exponent then: "1000E" is stored as "1".
        return f"{mantissa}{_DECIMAL_NAMES.get(scale, '')}"


def _power(exponent: int) -> int:
    return int(10**exponent)


def _align(left: Quantity, right: Quantity) -> tuple[int, int, int]:
    """Both mantissas at one scale. Values too far apart are reduced to their signs and order of magnitude."""
    a, a_scale, b, b_scale = left.mantissa, left.scale, right.mantissa, right.scale
    if a_scale == b_scale:
        return a, b, a_scale
    if not a or not b:
        return a, b, a_scale if a else b_scale
    shift = a_scale - b_scale
    if shift > _FAR_APART:
        return left.sign() * 10 ** (len(str(abs(b))) + 1), b, b_scale
    if shift < -_FAR_APART:
        return a, right.sign() * 10 ** (len(str(abs(a))) + 1), a_scale
    if shift > 0:
        return a * 10**shift, b, b_scale
    return a, b * 10**-shift, a_scale


# ---------------------------------------------------------------------------------------------------------------------
# Parsing
# ---------------------------------------------------------------------------------------------------------------------

_cache: dict[str, Quantity] = {}


def parse_quantity(value: Any) -> Quantity:
    """``Quantity(value)``, remembered: a cluster has few different amounts, and many of each."""
    if isinstance(value, str):
        found = _cache.get(value)
        if found is not None:
            return found
        text = value.strip()
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise QuantityError(FORMAT_WRONG)
    else:
        from minikctl.lib.gojson import number

        text = number(value) if isinstance(value, float) else str(value)
    quantity = _parse(text)
    if isinstance(value, str):
        if len(_cache) > 4096:
            _cache.clear()
        _cache[value] = quantity
    return quantity


def canonical(value: Any) -> str:
    """The API server's spelling of a quantity (``1024Mi`` is ``1Gi``). Raises ``QuantityError``."""
    return str(parse_quantity(value))


def _split(text: str) -> tuple[bool, str, str, str, str]:
    """Cut a text into (positive, whole number as written, digits before, digits after the point, suffix).

    Upstream: ``parseQuantityString``, with all that it lets through: ``"-"`` and ``"."`` are zero.
    """
    end = len(text)
    start = 1 if text[0] in "+-" else 0
    start = end - len(text[start:].lstrip("0"))
    if start >= end:
        return text[0] != "-", "0", "0", "", ""
    position = start
    while position < end and text[position] in _DIGITS:
        position += 1
    before = text[start:position]
    after = ""
    if position < end:
        before = before or "0"
        if text[position] == ".":
            point = position + 1
            position = point
            while position < end and text[position] in _DIGITS:
                position += 1
            after = text[point:position]
    number = text[:position]
    tail = position
    while tail < end and text[tail] in _SUFFIX_LETTERS:
        tail += 1
    if tail < end and text[tail] in "+-":
        tail += 1
    while tail < end and text[tail] in _DIGITS:
        tail += 1
    if tail < end:
        raise QuantityError(FORMAT_WRONG)
    return text[0] != "-", number, before, after, text[position:]


def _interpret(suffix: str) -> tuple[int, str]:
    """Return the exponent and the family of a suffix. Upstream: ``suffixHandler.interpret``."""
    if suffix in _DECIMAL_SUFFIXES:
        return _DECIMAL_SUFFIXES[suffix], DECIMAL_SI
    if suffix in _BINARY_SUFFIXES:
        return _BINARY_SUFFIXES[suffix], BINARY_SI
    if suffix[0] in "eE":
        digits = suffix[2:] if suffix[1:2] in {"+", "-"} else suffix[1:]
        if digits.isascii() and digits.isdigit():
            exponent = int(suffix[1:])
            if -_MAX_INT64 - 1 <= exponent <= _MAX_INT64:
                return (exponent + (1 << 31)) % (1 << 32) - (1 << 31), DECIMAL_EXPONENT  # upstream keeps an int32
    raise QuantityError(SUFFIX_WRONG)


def _parse(text: str) -> Quantity:
    """Upstream: ``ParseQuantity``."""
    if not text:
        raise QuantityError(FORMAT_WRONG)
    if text == "0":
        return Quantity.make(0, 0, DECIMAL_SI, text)
    positive, number, before, after, suffix = _split(text)
    exponent, format_ = _interpret(suffix)
    sign = 1 if positive else -1

    # The quick way, for what fits into an int64; it alone keeps the text where that looks canonical.
    if format_ == BINARY_SI:
        scale, factor = 0, 1 << exponent
        precision = 15 - len(before) - exponent * 3 // 10 - 1 if not after else -1
    else:
        scale, factor = exponent - len(after), 1
        precision = _SAFE_DIGITS - len(before) - len(after)
    if precision >= 0 and scale >= NANO:
        digits = before + after
        value = int(digits)
        if value * factor <= _MAX_INT64:
            if format_ == BINARY_SI:
                keep = exponent % 10 == 0 and value & 7 != 0
            else:
                keep = scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"
            return Quantity.make(sign * value * factor, scale, format_, text if keep else None)

    return _parse_large(number, exponent, format_, sign)


def _parse_large(number: str, exponent: int, format_: str, sign: int) -> Quantity:
    """For long, fine and fractional binary numbers: exact, but rounded up to nano; binary ones end at an int64."""
    whole, _, fraction = number.lstrip("+-").partition(".")
    digits = whole + fraction
    if not digits:
        raise QuantityError(NUMERIC_WRONG)
    mantissa, scale = int(digits), -len(fraction)
    if format_ == BINARY_SI:
        mantissa <<= exponent
    else:
        scale += exponent
    if scale < NANO and mantissa:
        shift = NANO - scale
        mantissa = -(-mantissa // 10**shift) if shift <= _FAR_APART else 1
        scale = NANO
    amount = Quantity.make(mantissa, scale)
    if format_ == BINARY_SI:
        limit = Quantity.make(_MAX_INT64)
        if amount > limit:
            amount = limit
        elif not amount.is_zero() and amount < Quantity.make(1):
            format_ = DECIMAL_SI
    return Quantity.make(sign * amount.mantissa, amount.scale, format_)
