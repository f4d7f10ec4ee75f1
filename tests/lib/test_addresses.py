import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.lib import addresses

NOT_AN_IP = ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]
NOT_A_CIDR = ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]


@pytest.mark.parametrize(("value", "messages"), [
    ("10.9.8.7", []),
    ("2001:db8::ffff", []),
    ("2001:DB8::FFFF", []),
    ("10.9.8.256", NOT_AN_IP),
    ("10.9.8", NOT_AN_IP),
    ("10.9.8.7.6", NOT_AN_IP),
    ("", NOT_AN_IP),
    ("None", NOT_AN_IP),
    ("fe80::1%eth0", NOT_AN_IP),
    ("1.2.3.\u0664", NOT_AN_IP),
    ("010.9.8.7", ["must not have leading 0s"]),
    ("10.09.8.7", ["must not have leading 0s"]),
    ("10.0.8.7", []),
    ("::ffff:1.2.3.4", ["must not be an IPv4-mapped IPv6 address"]),
])
def test_ip_addresses_are_judged_as_the_api_server_does(value, messages):
    assert addresses.is_valid_ip(value) == messages


@pytest.mark.parametrize(("value", "messages"), [
    ("10.0.0.0/8", []),
    ("2001:db8::/64", []),
    ("0.0.0.0/0", []),
    ("10.0.0.0", NOT_A_CIDR),
    ("10.0.0.0/33", NOT_A_CIDR),
    ("10.0.0.0/", NOT_A_CIDR),
    ("2001:db8::/129", NOT_A_CIDR),
    ("10.00.0.0/8", ["must not have leading 0s in IP or prefix length"]),
    ("10.0.0.0/08", ["must not have leading 0s in IP or prefix length"]),
    ("192.168.0.5/24", ["must not have bits set beyond the prefix length"]),
    ("::ffff:1.2.3.0/120", ["must not have an IPv4-mapped IPv6 address"]),
])
def test_cidrs_are_judged_as_the_api_server_does(value, messages):
    assert addresses.is_valid_cidr(value) == messages


@pytest.mark.parametrize(("value", "messages"), [
    ("10.0.0.1", []),
    ("0.0.0.0", ["may not be unspecified (0.0.0.0)"]),
    ("::", ["may not be unspecified (::)"]),
    ("127.0.0.1", ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]),
    ("::1", ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]),
    ("169.254.169.254", ["may not be in the link-local range (169.254.0.0/16, fe80::/10)"]),
    ("fe80::5", ["may not be in the link-local range (169.254.0.0/16, fe80::/10)"]),
    ("fec0::5", []),
    ("224.0.0.251", ["may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"]),
    ("ff02::1", ["may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"]),
    ("nonsense", ["must be a valid IP address"]),
])
def test_special_addresses_cannot_be_endpoints(value, messages):
    assert addresses.is_non_special_ip(value) == messages


@pytest.mark.parametrize(("value", "warning"), [
    ("10.0.0.1", ""),
    ("2001:db8::1", ""),
    ("2001:0DB8::1", 'IPv6 address "2001:0DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")'),
])
def test_an_ipv6_address_in_another_form_is_warned_of(value, warning):
    assert addresses.ip_warning(value) == warning


def test_an_ipv6_cidr_in_another_form_is_warned_of():
    said = addresses.cidr_warning("2001:DB8::/32")
    assert said == 'IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")'
    assert addresses.cidr_warning("10.0.0.0/8") == ""


def test_ipv6_hosts_stand_in_brackets_before_a_port():
    assert addresses.join_host_port("10.0.0.1", 80) == "10.0.0.1:80"
    assert addresses.join_host_port("fd00::1", 80) == "[fd00::1]:80"


@settings(max_examples=60)
@given(st.ip_addresses())
def test_every_address_comes_back_in_its_canonical_form(address):
    mapped = getattr(address, "ipv4_mapped", None)
    assert addresses.canonical_ip(str(address)) == str(mapped or address)


@settings(max_examples=60)
@given(st.ip_addresses(v=6))
def test_every_ipv6_address_has_its_family(address):
    assert addresses.is_ipv6(str(address)) is (address.ipv4_mapped is None)
