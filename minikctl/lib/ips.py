"""IP addresses and networks as Kubernetes reads them.

Upstream: ``ParseIPSloppy`` and ``ParseCIDRSloppy`` of ``k8s.io/utils/net``, which are Go's ``net.ParseIP`` from before
1.17: decimal numbers with leading zeros are taken for what they look like.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_HEX = frozenset("0123456789abcdefABCDEF")


def parse_ip(text: str) -> tuple[int, int] | None:
    """Return (4 or 6, the address as a number), or None where ``text`` is no address.

    An IPv4 address written as IPv6 (``::ffff:10.0.0.1``) is an IPv4 address, as in Go.
    """
    if ":" not in text:
        number = _parse_v4(text)
        return None if number is None else (4, number)
    number = _parse_v6(text)
    if number is None:
        return None
    return (4, number & 0xFFFFFFFF) if number >> 32 == 0xFFFF else (6, number)


def parse_cidr(text: str) -> tuple[int, int, int] | None:
    """Return (4 or 6, the first address as a number, length of the prefix), or None for what is no network."""
    address, slash, length = text.partition("/")
    if not slash or not length.isdecimal() or not length.isascii():
        return None
    # Here the way of writing decides: ::ffff:10.0.0.0/104 has a prefix of an IPv6 address.
    bits = 128 if ":" in address else 32
    number = _parse_v6(address) if bits == 128 else _parse_v4(address)
    if number is None or int(length) > bits:
        return None
    size = bits - int(length)
    return (6 if bits == 128 else 4), number >> size << size, int(length)


def format_ip(version: int, number: int) -> str:
    """Write an address canonically (RFC 5952 for IPv6)."""
    if version == 4:
        return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    groups = [number >> shift & 0xFFFF for shift in range(112, -1, -16)]
    start, length = _longest_zeros(groups)
    if length < 2:
        return _hex(groups)
    return f"{_hex(groups[:start])}::{_hex(groups[start + length:])}"


def _longest_zeros(groups: list[int]) -> tuple[int, int]:
    """Where the longest run of zeros starts and how long it is; of several the first."""
    best = (0, 0)
    start = 0
    while start < len(groups):
        end = start
        while end < len(groups) and groups[end] == 0:
            end += 1
        if end - start > best[1]:
            best = (start, end - start)
        start = end + 1
    return best


def _hex(groups: Iterable[int]) -> str:
    return ":".join(f"{group:x}" for group in groups)


def _parse_v4(text: str) -> int | None:
    parts = text.split(".")
    if len(parts) != 4:
        return None
    number = 0
    for part in parts:
        # str.isdecimal takes digits of every script
        if not part.isdecimal() or not part.isascii() or int(part) > 255:
            return None
        number = number << 8 | int(part)
    return number


def _parse_v6(text: str) -> int | None:
    head, gap, tail = text.partition("::")
    if gap and "::" in tail:
        return None
    before, after = _groups(head, last=not gap), _groups(tail, last=True)
    if before is None or after is None:
        return None
    missing = 8 - len(before) - len(after)
    if missing < 1 if gap else missing:
        return None
    number = 0
    for group in [*before, *[0] * missing, *after]:
        number = number << 16 | group
    return number


def _groups(text: str, *, last: bool) -> list[int] | None:
    """The groups of one side of ``::``; an IPv4 address may stand at the very end (``last``). None: no groups."""
    if not text:
        return []
    parts = text.split(":")
    groups = []
    for index, part in enumerate(parts):
        if "." in part and last and index == len(parts) - 1:
            number = _parse_v4(part)
            if number is None:
                return None
            groups += [number >> 16, number & 0xFFFF]
        elif 1 <= len(part) <= 4 and _HEX.issuperset(part):
            groups.append(int(part, 16))
        else:
            return None
    return groups
