"""``describe`` of CertificateSigningRequests (upstream: kubectl's ``describeCertificateSigningRequest``)."""

from __future__ import annotations

from binascii import a2b_base64

from minikctl.kinds.certificatesigningrequest import request_status
from minikctl.lib.pkcs10 import parse_request
from minikctl.lib.times import describe_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Writer

#: parts of the subject that are shown where there are any
_SUBJECT = (
    ("Organization", "organization"), ("Organizational Unit", "organizationalUnit"), ("Country", "country"),
    ("Locality", "locality"), ("Province", "province"), ("StreetAddress", "streetAddress"), ("PostalCode", "postalCode"),
)
_ALTERNATIVES = (
    ("DNS Names", "dnsNames"), ("Email Addresses", "emailAddresses"), ("URIs", "uris"), ("IP Addresses", "ipAddresses"),
)


def describe_request(out: Writer, obj: Obj) -> None:
    """Write a request with what its certificate would say."""
    from minikctl.lib.duration import human_duration

    metadata, spec = obj["metadata"], obj.get("spec") or {}
    request = parse_request(a2b_base64(spec.get("request") or ""))
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Labels:\t{_on_one_line(metadata.get('labels'))}\n")
    out.write(0, f"Annotations:\t{_on_one_line(metadata.get('annotations'))}\n")
    out.write(0, f"CreationTimestamp:\t{describe_time(metadata.get('creationTimestamp'))}\n")
    out.write(0, f"Requesting User:\t{spec.get('username', '')}\n")
    if spec.get("signerName"):
        out.write(0, f"Signer:\t{spec['signerName']}\n")
    if spec.get("expirationSeconds") is not None:
        out.write(0, f"Requested Duration:\t{human_duration(spec['expirationSeconds'])}\n")
    out.write(0, f"Status:\t{request_status(obj)}\n")
    out.write(0, "Subject:\n")
    out.write(0, f"\tCommon Name:\t{''.join(request.subject.get('commonName', ['']))}\n")
    out.write(0, f"\tSerial Number:\t{''.join(request.subject.get('serialNumber', ['']))}\n")
    for title, field in _SUBJECT:
        _write_list(out, title, request.subject.get(field))
    if request.alternatives:
        out.write(0, "Subject Alternative Names:\n")
        for title, field in _ALTERNATIVES:
            _write_list(out, title, request.alternatives.get(field))
    out.events(obj)


def _on_one_line(pairs: Obj | None) -> str:
    """All of them, by key (upstream: ``labels.FormatLabels``)."""
    return ",".join(f"{key}={value}" for key, value in sorted((pairs or {}).items())) or "<none>"


def _write_list(out: Writer, title: str, values: list[str] | None) -> None:
    """Write values below each other; nothing where there are none."""
    for index, value in enumerate(values or ()):
        out.write(0, f"\t{title}:\t{value}\n" if not index else f"\t\t{value}\n")
