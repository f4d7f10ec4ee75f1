"""Certificate signing requests: the few things that are shown of one, read from its PEM text (RFC 2986, X.690).

No signature is checked. Upstream: Go's ``crypto/x509.ParseCertificateRequest`` and kubectl's ``describe`` of requests.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_A_REQUEST = "PEM block type must be CERTIFICATE REQUEST"
_BEGIN, _END = b"-----BEGIN CERTIFICATE REQUEST-----", b"-----END CERTIFICATE REQUEST-----"
_SEQUENCE, _OID, _INTEGER = 0x30, 0x06, 0x02
#: the attributes of a name that are shown (RFC 4519), and the attribute with the wanted extensions (RFC 2985)
_NAME_PARTS: dict[tuple[int, ...], str] = {
    (2, 5, 4, 3): "commonName", (2, 5, 4, 5): "serialNumber", (2, 5, 4, 6): "country", (2, 5, 4, 7): "locality",
    (2, 5, 4, 8): "province", (2, 5, 4, 9): "streetAddress", (2, 5, 4, 10): "organization",
    (2, 5, 4, 11): "organizationalUnit", (2, 5, 4, 17): "postalCode",
}
_EXTENSION_REQUEST = (1, 2, 840, 113549, 1, 9, 14)
_SUBJECT_ALT_NAME = (2, 5, 29, 17)
#: alternative names by their tag: email addresses, DNS names, URIs, IP addresses
_ALT_NAMES = {1: "emailAddresses", 2: "dnsNames", 6: "uris", 7: "ipAddresses"}


class RequestError(ValueError):
    """A text is no certificate signing request."""


class CertificateRequest:
    """What a request says: the parts of the subject and the alternative names, each a list of texts.

    ``raw_subject`` and ``raw_key`` are the contents of these two in DER, ``raw_alternatives`` is the extension whole.
    """

    __slots__ = ("alternatives", "raw_alternatives", "raw_key", "raw_subject", "subject")

    def __init__(self) -> None:
        self.subject: dict[str, list[str]] = {}
        self.alternatives: dict[str, list[str]] = {}
        self.raw_subject = self.raw_key = self.raw_alternatives = b""


def parse_request(pem: bytes) -> CertificateRequest:
    """Read a request. Raises ``RequestError``."""
    from base64 import b64decode

    start, end = pem.find(_BEGIN), pem.find(_END)
    if start < 0 or end < start:
        raise RequestError(NOT_A_REQUEST)
    try:
        request = CertificateRequest()
        _read(b64decode(pem[start + len(_BEGIN):end]), request)
    except (ValueError, IndexError) as error:
        raise RequestError("asn1: structure error: the request cannot be read") from error
    return request


def _read(der: bytes, request: CertificateRequest) -> None:
    """CertificationRequest ::= SEQUENCE { info SEQUENCE { version, subject, key, [0] attributes }, ... }."""
    (_, whole), = _parts(der)
    info = list(_parts(next(_parts(whole))[1]))
    if [tag for tag, _ in info[:3]] != [_INTEGER, _SEQUENCE, _SEQUENCE]:
        raise ValueError("not a request")
    request.raw_subject, request.raw_key = info[1][1], info[2][1]
    for _, relative_name in _parts(info[1][1]):
        for _, pair in _parts(relative_name):
            (tag, oid), (_, value) = _parts(pair)
            name = _NAME_PARTS.get(_oid(oid)) if tag == _OID else None
            if name is not None:
                request.subject.setdefault(name, []).append(value.decode("utf-8", "replace"))
    for _, attribute in _parts(info[3][1]) if len(info) > 3 else ():
        (_, oid), (_, values) = _parts(attribute)
        if _oid(oid) == _EXTENSION_REQUEST:
            for _, extension in _parts(next(_parts(values))[1]):
                _read_extension(list(_parts(extension)), request)


def _read_extension(parts: list[tuple[int, bytes]], request: CertificateRequest) -> None:
    if _oid(parts[0][1]) != _SUBJECT_ALT_NAME:
        return
    request.raw_alternatives = parts[-1][1]
    for tag, value in _parts(next(_parts(parts[-1][1]))[1]):
        name = _ALT_NAMES.get(tag & 0x1F)
        if name == "ipAddresses":
            from minikctl.lib.ips import format_ip

            text = format_ip(4 if len(value) == 4 else 6, int.from_bytes(value, "big"))
            request.alternatives.setdefault(name, []).append(text)
        elif name is not None:
            request.alternatives.setdefault(name, []).append(value.decode("utf-8", "replace"))


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The (tag, content) of each value that stands in ``der``. Raises ValueError where one is cut off."""
    at = 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(der[at:at + size], "big")
            at += size
        if at + length > len(der):
            raise ValueError("cut off")
        yield tag, der[at:at + length]
        at += length


def _oid(content: bytes) -> tuple[int, ...]:
    """An object identifier."""
    numbers: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return (first, numbers[0] - 40 * first, *numbers[1:])
