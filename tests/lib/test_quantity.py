import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.quantity import (
    BINARY_SI,
    DECIMAL_EXPONENT,
    DECIMAL_SI,
    FORMAT_WRONG,
    MICRO,
    MILLI,
    SUFFIX_WRONG,
    Quantity,
    QuantityError,
    canonical,
    parse_quantity,
)

# What kubectl 1.36 makes of them (create quota --hard=cpu=... --dry-run=client).
CANONICAL = [
    ("0", "0"), ("00", "0"), ("0.0", "0"), ("-0", "0"), ("+0", "0"), ("0Gi", "0"), ("0m", "0"), ("0e3", "0"),
    ("-", "0"), (".", "0"), ("+.", "0"), ("e3", "0"), ("Ki", "0"),
    ("1", "1"), ("-1", "-1"), ("+1", "+1"), ("5.", "5."), ("1.G", "1.G"), ("0100", "0100"), ("00100m", "00100m"),
    ("1000m", "1"), ("2000m", "2"), ("100m", "100m"), ("1500m", "1500m"), ("0.5", "500m"), (".5", "500m"),
    ("0.500", "500m"), ("1.5", "1500m"), ("1.500", "1.500"), ("3.5", "3500m"), ("-0.1", "-100m"),
    ("-1500m", "-1500m"), ("1.2345", "1234500u"), ("1.23456789012", "1234567891n"),
    ("1n", "1n"), ("0.1n", "1n"), ("0.9n", "1n"), ("1.1n", "2n"), ("1000n", "1u"), ("1000u", "1m"),
    ("0.0000000001", "1n"), ("-0.0000000001", "-1n"),
    ("1k", "1k"), ("1000k", "1M"), ("1000000", "1M"), ("1E", "1E"), ("128974848", "128974848"), ("129M", "129M"),
    ("100000000000000000000", "100E"), ("1000000000000000000", "1E"), ("1000E", "1"),
    ("9223372036854775808", "9223372036854775808"), ("12345678901234567890", "12345678901234567890"),
    ("999999999999999999m", "999999999999999999m"),
    ("1Ki", "1Ki"), ("1023Ki", "1023Ki"), ("1024Ki", "1Mi"), ("1025Ki", "1025Ki"), ("1024Mi", "1Gi"),
    ("4096Mi", "4Gi"), ("1500Mi", "1500Mi"), ("1.5Gi", "1536Mi"), ("2.5Ei", "2560Pi"), ("1.00Gi", "1Gi"),
    ("0.5Ki", "512"), ("0.5Mi", "512Ki"), ("0.1Ki", "102400m"), ("1.1Mi", "1153433600m"), ("0.001Gi", "1073741824m"),
    ("1.0000000001Gi", "1073741824107374183n"), ("-1024Mi", "-1Gi"),
    ("7Ei", "7Ei"), ("8Ei", "9223372036854775807"), ("-8Ei", "-9223372036854775807"),
    ("1e3", "1e3"), ("1E3", "1E3"), ("1e+3", "1e+3"), ("12e6", "12e6"), ("100e18", "100e18"), ("1e20", "100e18"),
    ("1e21", "1e21"), ("1000e1", "10e3"), ("1e1", "10"), ("1e2", "100"), ("1e5", "100e3"), ("1e-3", "1e-3"),
    ("1e-1", "100e-3"), ("1e-10", "1e-9"), ("1e-18", "1e-9"), ("1.0e3", "1e3"), ("1.5e3", "1500"),
    ("3.14e0", "3140e-3"),
]


@pytest.mark.parametrize(("text", "written"), CANONICAL)
def test_a_quantity_is_written_as_the_api_server_writes_it(text, written):
    assert canonical(text) == written


@pytest.mark.parametrize("text", ["", "x", "1x", "1.1.1", "1e1.5", "0x10", "1_000", "1 Gi", "0.1am", "aoeu", "1+1.0M"])
def test_what_is_no_quantity_is_refused(text):
    with pytest.raises(QuantityError) as caught:
        Quantity(text)
    assert str(caught.value) == FORMAT_WRONG
    assert FORMAT_WRONG == (
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    )


@pytest.mark.parametrize(
    "text",
    ["1K", "1ki", "1i", "1Kii", "1mm", "1m5", "1Ki1", "1e", "1e-", "1e+", "--1", "+-1", "1e99999999999999999999"],
)
def test_a_suffix_that_means_nothing_is_refused(text):
    with pytest.raises(QuantityError) as caught:
        Quantity(text)
    assert str(caught.value) == SUFFIX_WRONG == "unable to parse quantity's suffix"


@pytest.mark.parametrize(
    ("value", "written"), [(2, "2"), (0.5, "500m"), (1000, "1k"), (1e6, "1M"), (-3, "-3"), (" 1Gi\n", "1Gi")]
)
def test_numbers_and_texts_with_spaces_around_them_are_quantities_too(value, written):
    assert str(Quantity(value)) == written


@pytest.mark.parametrize("value", [True, None, [], {}])
def test_other_values_are_no_quantities(value):
    with pytest.raises(QuantityError):
        Quantity(value)


@pytest.mark.parametrize(
    ("text", "family"),
    [("1Gi", BINARY_SI), ("0.1Mi", BINARY_SI), ("0.0001Ki", DECIMAL_SI), ("1G", DECIMAL_SI), ("0", DECIMAL_SI),
     ("1e3", DECIMAL_EXPONENT)],
)
def test_a_quantity_remembers_its_family_of_suffixes(text, family):
    assert Quantity(text).format == family


VALUES = [
    ("0", 0, 0), ("1", 1, 1000), ("1m", 1, 1), ("1n", 1, 1), ("1500m", 2, 1500), ("100m", 1, 100),
    ("-1500m", -2, -1500), ("1Gi", 1073741824, 1073741824000), ("1.5Gi", 1610612736, 1610612736000),
    ("1e3", 1000, 1000000), ("2000.5", 2001, 2000500), ("1u", 1, 1), ("1E", 10**18, 10**21),
]


@pytest.mark.parametrize(("text", "value", "milli"), VALUES)
def test_whole_numbers_are_rounded_away_from_zero(text, value, milli):
    quantity = Quantity(text)
    assert (quantity.value(), quantity.milli_value()) == (value, milli)


ADDED = [
    ("1Gi", "512Mi", "1536Mi"), ("100m", "900m", "1"), ("1", "1Ki", "1025"), ("1Ki", "1", "1025"), ("0", "1Gi", "1Gi"),
    ("1Gi", "100m", "1073741824100m"), ("1e3", "1k", "2e3"), ("1G", "-1G", "0"), ("1", "-1100m", "-100m"),
]


@pytest.mark.parametrize(("left", "right", "total"), ADDED)
def test_sums_are_written_in_the_family_of_the_first_that_is_not_zero(left, right, total):
    assert str(Quantity(left).add(Quantity(right))) == total
    assert str(Quantity(left) + Quantity(right)) == total


def test_differences_and_signs():
    assert str(Quantity("1Gi") - Quantity("512Mi")) == "512Mi"
    assert str(Quantity("0").sub(Quantity("1Gi"))) == "-1Gi"
    assert str(-Quantity("1Ki")) == "-1Ki"
    assert [Quantity(text).sign() for text in ("-1n", "0", "1n")] == [-1, 0, 1]
    assert Quantity("0Gi").is_zero()


@pytest.mark.parametrize(
    ("text", "scale", "written"),
    [("1n", MILLI, "1m"), ("1500u", MILLI, "2m"), ("-1500u", MILLI, "-2m"), ("100m", MILLI, "100m"), ("1.5", 0, "2"),
     ("1Gi", MILLI, "1Gi"), ("1100n", MICRO, "2u")],
)
def test_rounding_leaves_nothing_finer_than_the_scale(text, scale, written):
    assert str(Quantity(text).round_up(scale)) == written


def test_equal_amounts_are_equal_however_they_are_written():
    same = {Quantity(text) for text in ("1Gi", "1024Mi", "1073741824", "1073741824000m")}
    assert len(same) == 1
    assert Quantity("0") == Quantity("0Gi") == Quantity("0e5")
    assert hash(Quantity("0")) == hash(Quantity("0e5"))
    assert Quantity("1") != "1"
    assert sorted(map(Quantity, ("1Gi", "1G", "1", "1m", "-1", "2e3"))) == [
        Quantity(text) for text in ("-1", "1m", "1", "2e3", "1G", "1Gi")
    ]
    assert Quantity("1") <= Quantity("1000m") >= Quantity("1")


def test_an_absurd_exponent_costs_no_memory():
    huge = Quantity("1e2000000001")
    assert str(huge) == "1e2000000001"
    assert huge > Quantity("1E")
    assert Quantity("-1e2000000001") < Quantity("-1E")
    assert str(huge + Quantity("1")) == "1e2000000001"
    assert huge.value() == 2**63 - 1
    assert str(Quantity("1e-2000000000")) == "1e-9"


def test_floats_come_near():
    assert Quantity("1.5Gi").as_float() == 1610612736.0
    assert Quantity("100m").as_float() == 0.1


_numbers = st.from_regex(r"[0-9]{1,20}(\.[0-9]{0,12})?", fullmatch=True)
_suffixes = st.sampled_from(["", "n", "u", "m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "e3", "E-6", "e+2"])
_quantities = st.tuples(st.sampled_from(["", "-"]), _numbers, _suffixes).map("".join)


@given(_quantities)
def test_the_canonical_text_means_the_same_and_is_stable(text):
    quantity = Quantity(text)
    written = str(quantity)
    if abs(quantity.value()) < 10**21:  # what is larger has no suffix, and loses its exponent
        assert Quantity(written) == quantity
        assert canonical(written) == written


@given(_quantities, _quantities, _quantities)
def test_addition_is_exact(left, right, third):
    a, b, c = Quantity(left), Quantity(right), Quantity(third)
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (a + b) - b == a
    assert (a < b) == ((a - b).sign() < 0)


@given(_quantities)
def test_rounding_up_never_makes_less(text):
    quantity = Quantity(text)
    if quantity.sign() >= 0:
        assert Quantity(quantity.value()) >= quantity
        assert quantity.round_up(MILLI) >= quantity
    assert parse_quantity(text) == quantity
