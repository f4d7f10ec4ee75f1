"""What the API server has to say about IP addresses and CIDRs in Services and endpoints.

Upstream: apimachinery ``util/validation/ip.go`` with strict validation (the default since 1.36) and
``ValidateNonSpecialIP``. What parses (``lib.ips``) is told apart from what is allowed, because the messages tell them
apart: an address with leading zeros is an address, but not one that may be used.
"""

from __future__ import annotations

from minikctl.lib.ips import format_ip, parse_cidr, parse_ip
from minikctl.lib.names import is_cidr
from minikctl.lib.names import is_valid_ip as is_ip


def is_ipv6(value: str) -> bool:
    """Whether ``value`` is an IPv6 address (one that only wraps IPv4 is not)."""
    parsed = parse_ip(value)
    return parsed is not None and parsed[0] == 6


def is_valid_ip(value: str) -> list[str]:
    """What is wrong with ``value`` as an IP address (upstream: ``IsValidIPForLegacyField``)."""
    parsed = parse_ip(value)
    if parsed is None:
        return is_ip(value)
    if _has_leading_zeros(value):
        return ["must not have leading 0s"]
    if parsed[0] == 4 and ":" in value:
        return ["must not be an IPv4-mapped IPv6 address"]
    return []


def _has_leading_zeros(value: str) -> bool:
    dotted = value.rpartition(":")[2]
    return "." in dotted and any(len(part) > 1 and part.startswith("0") for part in dotted.split("."))


def is_valid_cidr(value: str) -> list[str]:
    """What is wrong with ``value`` as a CIDR (upstream: ``IsValidCIDRForLegacyField``)."""
    network = parse_cidr(value)
    if network is None:
        return is_cidr(value)
    text, _, length = value.partition("/")
    address = parse_ip(text)
    if _has_leading_zeros(text) or (len(length) > 1 and length.startswith("0")):
        return ["must not have leading 0s in IP or prefix length"]
    if address is not None and address[0] != network[0]:
        return ["must not have an IPv4-mapped IPv6 address"]
    if address is not None and address[1] != network[1]:
        return ["must not have bits set beyond the prefix length"]
    return []


def is_non_special_ip(value: str) -> list[str]:
    """Why ``value`` cannot be somebody else's address (upstream: ``ValidateNonSpecialIP``)."""
    parsed = parse_ip(value)
    if parsed is None:
        return ["must be a valid IP address"]
    four, number = parsed[0] == 4, parsed[1]
    messages = []
    if number == 0:
        messages.append(f"may not be unspecified ({value})")
    if number >> 24 == 127 if four else number == 1:
        messages.append("may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if number >> 16 == 0xA9FE if four else number >> 118 == 0xFE80 >> 6:
        messages.append("may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if number >> 8 == 0xE00000 if four else number >> 112 == 0xFF02:
        messages.append("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
    return messages


def canonical_ip(value: str) -> str:
    """``value`` as Go writes it after parsing it; "" for what is no address."""
    parsed = parse_ip(value)
    return "" if parsed is None else format_ip(*parsed)


def ip_warning(value: str) -> str:
    """What to say of an address that is right but not written as it should be; "" where nothing is to be said.

    The text goes after the field's path and a colon. Upstream: ``GetWarningsForIP``.
    """
    if not is_ipv6(value) or canonical_ip(value) == value:
        return ""
    return f'IPv6 address "{value}" should be in RFC 5952 canonical format ("{canonical_ip(value)}")'


def cidr_warning(value: str) -> str:
    """As ``ip_warning``, for a CIDR. Upstream: ``GetWarningsForCIDR``."""
    network = parse_cidr(value)
    if network is None or network[0] == 4:
        return ""
    canonical = f"{format_ip(*network[:2])}/{network[2]}"
    if canonical == value:
        return ""
    return f'IPv6 CIDR value "{value}" should be in RFC 5952 canonical format ("{canonical}")'


def join_host_port(host: str, port: int) -> str:
    """``10.0.0.1:80``, ``[fd00::1]:80`` (upstream: Go's ``net.JoinHostPort``)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
