import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.ips import format_ip, parse_cidr, parse_ip

PARSED = [
    ("10.9.8.7", (4, 0x0A090807)), ("0.0.0.0", (4, 0)), ("255.255.255.255", (4, 0xFFFFFFFF)),
    ("010.001.0.09", (4, 0x0A010009)),
    ("::", (6, 0)), ("::1", (6, 1)), ("2001:db8::ffff", (6, 0x20010DB800000000000000000000FFFF)),
    ("1:2:3:4:5:6:7:8", (6, 0x00010002000300040005000600070008)), ("1::", (6, 1 << 112)),
    ("::ffff:10.0.0.1", (4, 0x0A000001)), ("::10.0.0.1", (6, 0x0A000001)), ("2001:DB8::", (6, 0x20010DB8 << 96)),
]


@pytest.mark.parametrize(("text", "address"), PARSED)
def test_addresses_are_read(text, address):
    assert parse_ip(text) == address


@pytest.mark.parametrize("text", [
    "", "10", "10.0.0", "10.0.0.0.0", "256.0.0.1", "-1.0.0.1", "a.b.c.d", "10.0.0.1 ", "1.2.3.", "\u0661.2.3.4",
    ":", ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1%eth0", "1.2.3.4::",
    "1:2:3:4:5:6:7::8:9", "::1.2.3", "1:",
])
def test_what_is_no_address(text):
    assert parse_ip(text) is None


@pytest.mark.parametrize(
    ("text", "network"),
    [("10.9.8.7/24", (4, 0x0A090800, 24)), ("10.0.0.0/0", (4, 0, 0)), ("10.9.8.7/32", (4, 0x0A090807, 32)),
     ("2001:db8::1/32", (6, 0x20010DB8 << 96, 32)), ("::/128", (6, 0, 128))],
)
def test_networks_are_read(text, network):
    assert parse_cidr(text) == network


@pytest.mark.parametrize(
    "text", ["", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "::/x", "/8"]
)
def test_what_is_no_network(text):
    assert parse_cidr(text) is None


@given(st.ip_addresses())
def test_addresses_are_written_canonically_and_read_back(address):
    number = int(address)
    text = format_ip(address.version, number)
    assert text == address.compressed
    if address.version == 4 or number >> 32 != 0xFFFF:  # IPv4 inside of IPv6 reads as IPv4
        assert parse_ip(text) == (address.version, number)
