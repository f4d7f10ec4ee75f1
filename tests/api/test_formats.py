"""Texts with a decoder of their own. The base64 rows are Go's own (``TestDecodeCorrupt``)."""

import pytest

from minikctl.api import formats


@pytest.mark.parametrize(("text", "at"), [
    ("", None), ("\n", None), ("AAA=\n", None), ("AAAA\n", None), ("!!!!", 0), ("====", 0), ("x===", 1), ("=AAA", 0),
    ("A=AA", 1), ("AA=A", 2), ("AA==A", 4), ("AAA=AAAA", 4), ("AAAAA", 4), ("AAAAAA", 4), ("A=", 1), ("A==", 1),
    ("AA=", 3), ("AA==", None), ("AAA=", None), ("AAAA", None), ("AAAAAA=", 7), ("YWJjZA=====", 8), ("A!\n", 1),
    ("A=\n", 1), ("YWJj\r\nZGVm", None), ("é", 0),
])
def test_base64_is_refused_at_gos_byte(text, at):
    assert formats.base64_error(text.encode()) == at
    if at is None:
        formats.check_byte(text)
    else:
        with pytest.raises(ValueError, match=f"^illegal base64 data at input byte {at}$"):
            formats.check_byte(text)


@pytest.mark.parametrize("text", ["0", "1", "100m", "250Mi", "1.5", "1e3", "-5", " 1Gi ", "0.1", "12E", "1500m"])
def test_quantities_that_are_taken(text):
    formats.check_quantity(text)


@pytest.mark.parametrize("text", ["", "x", "1mi", "1 Gi", "Gi1", "1.2.3", "0x10", "--1"])
def test_quantities_that_are_not(text):
    with pytest.raises(ValueError, match="quantit"):
        formats.check_quantity(text)


@pytest.mark.parametrize(("text", "plain"), [
    ("100m", True), ("1Gi", True), ("1500m", True), ("1000m", False), ("1024Mi", False), ("0.5", False), (5, False),
])
def test_a_quantity_is_canonical_where_the_api_server_would_write_it_so(text, plain):
    assert bool(formats.is_canonical_quantity(text)) is plain


@pytest.mark.parametrize("text", [
    "2026-11-21T14:45:17Z", "2026-02-28T00:00:00Z", "2024-02-29T00:00:00Z", "2026-11-21T14:45:17.5+01:00",
])
def test_times_that_are_taken(text):
    formats.check_time(text)


@pytest.mark.parametrize(("text", "error"), [
    ("2026-13-21T14:45:17Z", 'parsing time "2026-13-21T14:45:17Z": month out of range'),
    ("2026-02-29T00:00:00Z", 'parsing time "2026-02-29T00:00:00Z": day out of range'),
    ("2026-11-21", 'parsing time "2026-11-21" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'),
])
def test_times_that_are_not(text, error):
    with pytest.raises(ValueError, match="parsing time") as caught:
        formats.check_time(text)
    assert str(caught.value) == error


def test_a_micro_time_has_six_digits_of_a_second():
    formats.check_micro_time("2026-11-21T14:45:17.000001Z")
    with pytest.raises(ValueError, match=r'cannot parse ".5Z" as ".000000"'):
        formats.check_micro_time("2026-11-21T14:45:17.5Z")
