"""Certificates (RFC 5280), as far as a simulated signer writes them: well-formed DER whose signature nobody made.

Upstream: Go's ``crypto/x509.CreateCertificate`` and ``pkg/controller/certificates/authority``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from minikctl.lib.pkcs10 import CertificateRequest

_SEQUENCE, _SET, _OID, _INTEGER, _BITS, _OCTETS, _BOOLEAN, _NULL = 0x30, 0x31, 0x06, 0x02, 0x03, 0x04, 0x01, 0x05
_UTF8, _UTC_TIME, _GENERAL_TIME = 0x0C, 0x17, 0x18
_SHA256_WITH_RSA = (1, 2, 840, 113549, 1, 1, 11)
_COMMON_NAME = (2, 5, 4, 3)
_KEY_USAGE, _ALTERNATIVES, _BASIC_CONSTRAINTS, _EXTENDED_USAGE = (2, 5, 29, 15), (2, 5, 29, 17), (2, 5, 29, 19), (2, 5, 29, 37)
#: the bits of key usages, from the highest of the first byte on
_USAGE_BITS = {
    "digital signature": 0, "signing": 0, "content commitment": 1, "key encipherment": 2, "data encipherment": 3,
    "key agreement": 4, "cert sign": 5, "crl sign": 6, "encipher only": 7, "decipher only": 8,
}
_EXTENDED_USAGES = {
    "any": (2, 5, 29, 37, 0), "server auth": (1, 3, 6, 1, 5, 5, 7, 3, 1), "client auth": (1, 3, 6, 1, 5, 5, 7, 3, 2),
    "code signing": (1, 3, 6, 1, 5, 5, 7, 3, 3), "email protection": (1, 3, 6, 1, 5, 5, 7, 3, 4),
    "s/mime": (1, 3, 6, 1, 5, 5, 7, 3, 4), "ipsec end system": (1, 3, 6, 1, 5, 5, 7, 3, 5),
    "ipsec tunnel": (1, 3, 6, 1, 5, 5, 7, 3, 6), "ipsec user": (1, 3, 6, 1, 5, 5, 7, 3, 7),
    "timestamping": (1, 3, 6, 1, 5, 5, 7, 3, 8), "ocsp signing": (1, 3, 6, 1, 5, 5, 7, 3, 9),
    "microsoft sgc": (1, 3, 6, 1, 4, 1, 311, 10, 3, 3), "netscape sgc": (2, 16, 840, 1, 113730, 4, 1),
}


def make_certificate(
    request: CertificateRequest, usages: Sequence[str], *, serial: int, issuer: str, begin: float, end: float
) -> bytes:
    """The PEM text of a certificate for ``request``, good from ``begin`` to ``end`` (seconds since the epoch)."""
    algorithm = _der(_SEQUENCE, _oid(_SHA256_WITH_RSA), _der(_NULL))
    name = _der(_SEQUENCE, _der(_SET, _der(_SEQUENCE, _oid(_COMMON_NAME), _der(_UTF8, issuer.encode()))))
    body = _der(
        _SEQUENCE,
        _der(0xA0, _der(_INTEGER, b"\x02")),  # version 3
        _der(_INTEGER, _number(serial)),
        algorithm,
        name,
        _der(_SEQUENCE, _time(begin), _time(end)),
        _der(_SEQUENCE, request.raw_subject),
        _der(_SEQUENCE, request.raw_key),
        _der(0xA3, _der(_SEQUENCE, *_extensions(request, usages))),
    )
    from hashlib import sha256

    signature = b"".join(sha256(bytes([part]) + body).digest() for part in range(8))
    return _pem(_der(_SEQUENCE, body, algorithm, _der(_BITS, b"\x00" + signature)))


def _extensions(request: CertificateRequest, usages: Sequence[str]) -> Iterable[bytes]:
    bits = sorted({_USAGE_BITS[usage] for usage in usages if usage in _USAGE_BITS})
    if bits:
        value = sum(1 << (15 - bit) for bit in bits)
        data = value.to_bytes(2, "big")[: bits[-1] // 8 + 1]
        yield _extension(_KEY_USAGE, _der(_BITS, bytes([7 - bits[-1] % 8]) + data), critical=True)
    extended = list(dict.fromkeys(_EXTENDED_USAGES[usage] for usage in usages if usage in _EXTENDED_USAGES))
    if extended:
        yield _extension(_EXTENDED_USAGE, _der(_SEQUENCE, *map(_oid, extended)))
    yield _extension(_BASIC_CONSTRAINTS, _der(_SEQUENCE), critical=True)
    if request.raw_alternatives:
        yield _extension(_ALTERNATIVES, request.raw_alternatives)


def _extension(oid: Sequence[int], value: bytes, *, critical: bool = False) -> bytes:
    flag = _der(_BOOLEAN, b"\xff") if critical else b""
    return _der(_SEQUENCE, _oid(oid), flag, _der(_OCTETS, value))


def _der(tag: int, *contents: bytes) -> bytes:
    """A value of DER: tag, length, content."""
    content = b"".join(contents)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def _oid(numbers: Sequence[int]) -> bytes:
    content = bytearray()
    for number in (40 * numbers[0] + numbers[1], *numbers[2:]):
        group = [number & 0x7F]
        while number := number >> 7:
            group.append(number & 0x7F | 0x80)
        content += bytes(reversed(group))
    return _der(_OID, bytes(content))


def _number(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def _time(seconds: float) -> bytes:
    """A time: of two digits of the year until 2049, of four from then on."""
    from time import gmtime, strftime

    moment = gmtime(seconds)
    if moment.tm_year < 2050:
        return _der(_UTC_TIME, strftime("%y%m%d%H%M%SZ", moment).encode())
    return _der(_GENERAL_TIME, strftime("%Y%m%d%H%M%SZ", moment).encode())


def _pem(der: bytes) -> bytes:
    from base64 import b64encode

    text = b64encode(der)
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return b"-----BEGIN CERTIFICATE-----\n" + b"\n".join(lines) + b"\n-----END CERTIFICATE-----\n"
