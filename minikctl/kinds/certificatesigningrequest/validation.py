"""The rules of a request, in the order of ``validateCertificateSigningRequest`` (``pkg/apis/certificates/validation``)."""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, invalid, not_supported, required, too_long

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

USAGES = (
    "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment",
    "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel",
    "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime",
    "server auth", "signing", "timestamping",
)
SHORTEST = 600  # seconds
#: characters of a signer's name: of a domain, a slash, a namespace and a name
MAX_SIGNER = 571
LEGACY_UNKNOWN = "kubernetes.io/legacy-unknown"


def validate_request(spec: Obj, path: str) -> list[FieldError]:
    """Every broken rule of the spec at ``path``."""
    from binascii import a2b_base64

    from minikctl.lib.pkcs10 import RequestError, parse_request

    errors: list[FieldError] = []
    try:
        parse_request(a2b_base64(spec.get("request") or ""))
    except RequestError as error:
        errors.append(invalid(f"{path}.request", spec.get("request") or "", str(error)))
    usages = spec.get("usages") or []
    if not usages:
        errors.append(required(f"{path}.usages"))
    errors += [
        not_supported(f"{path}.usages[{index}]", usage, USAGES)
        for index, usage in enumerate(usages) if usage not in USAGES
    ]
    errors += [
        duplicate(f"{path}.usages[{index}]", usage) for index, usage in enumerate(usages) if usage in usages[:index]
    ]
    signer = spec.get("signerName", "")
    if signer == LEGACY_UNKNOWN:
        errors.append(invalid(
            f"{path}.signerName", signer, "the legacy signerName is not allowed via this API version"
        ))
    else:
        errors += _validate_signer(signer, f"{path}.signerName")
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < SHORTEST:
        errors.append(invalid(
            f"{path}.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)"
        ))
    return errors


def _validate_signer(name: str, path: str) -> list[FieldError]:
    """``example.com/my-signer`` (upstream: ``ValidateCertificateSigningRequestSignerName``)."""
    from minikctl.lib.names import is_dns1123_label, is_dns1123_subdomain

    if not name:
        return [required(path)]
    segments = name.split("/")
    if len(segments) != 2:
        detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        return [invalid(path, name, detail)]
    domain, rest = segments
    errors = [
        invalid(path, domain, f"validating label {part!r}: {message}".replace("'", '"'))
        for part in domain.split(".") for message in is_dns1123_label(part)
    ]
    if len(domain.split(".")) < 2:
        errors.append(invalid(path, domain, "should be a domain with at least two segments separated by dots"))
    errors += [invalid(path, rest, f"validating label {rest!r}: {m}".replace("'", '"')) for m in is_dns1123_subdomain(rest)]
    if len(name) > MAX_SIGNER:
        errors.append(too_long(path, MAX_SIGNER))
    return errors
