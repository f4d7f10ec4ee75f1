"""FNV-1a with 128 bits, as Go's ``hash/fnv.New128a`` computes it.

Kubernetes orders a few lists by this hash of what is in them: an order that means nothing, but is the same everywhere.
"""

from __future__ import annotations

_OFFSET = 0x6C62272E07BB014262B821756295C58D
_PRIME = 0x0000000001000000000000000000013B
_MASK = (1 << 128) - 1


def fnv1a_128(text: str) -> int:
    """The hash of ``text`` in UTF-8; as a number it compares as Go's big-endian bytes do."""
    value = _OFFSET
    for byte in text.encode("utf-8", "surrogatepass"):
        value = (value ^ byte) * _PRIME & _MASK
    return value
