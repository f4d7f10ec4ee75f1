"""The rules of projected volumes and of the downward API: files put together from several sources.

Upstream: ``validateProjectionSources`` and ``validateDownwardAPIVolumeFile`` in ``pkg/apis/core/validation``. Upstream
reports clashing files, and some wrong paths, at the volume and not at the source; that is kept.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, not_supported, quote, required, too_long
from minikctl.kinds.meta import validate_annotations, validate_label_selector
from minikctl.kinds.podspec.environment import validate_field_ref, validate_resource_ref
from minikctl.kinds.podspec.rules import file_mode, local_path, messages
from minikctl.kinds.podspec.volume_sources import key_to_path
from minikctl.lib.names import LABEL_MAX, SUBDOMAIN_MAX, is_dns1123_label, is_dns1123_subdomain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Obj = dict[str, Any]

_FIELDS = frozenset({
    "metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid",
})
_CLASH = "conflicting duplicate paths"
_KEY_TYPES = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
#: the longest life of a certificate: 91 days, of those that Kubernetes' own signers give 24 hours
_LONGEST_CERTIFICATE = 91 * 86_400
_LONGEST_OWN_CERTIFICATE = 86_400
_LONGEST_SIGNER = SUBDOMAIN_MAX + 1 + SUBDOMAIN_MAX + 1 + LABEL_MAX


def validate_downward_api(source: Obj, path: str) -> list[FieldError]:
    """``downwardAPI`` of a volume."""
    errors = file_mode(source, "defaultMode", path)
    for item in source.get("items") or ():
        errors += _validate_downward_file(item, path)
    return errors


def _validate_downward_file(item: Obj, path: str) -> list[FieldError]:
    file = item.get("path", "")
    errors = [] if file else [required(f"{path}.path")]
    errors += local_path(file, f"{path}.path")
    if item.get("fieldRef") is not None:
        errors += validate_field_ref(item["fieldRef"], _FIELDS, f"{path}.fieldRef")
        if item.get("resourceFieldRef") is not None:
            errors.append(invalid(
                path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"
            ))
    elif item.get("resourceFieldRef") is not None:
        errors += validate_resource_ref(item["resourceFieldRef"], f"{path}.resourceFieldRef", volume=True)
    else:
        errors.append(required(path, "one of fieldRef and resourceFieldRef is required"))
    return errors + file_mode(item, "mode", path)


def validate_projected(volume: Obj, path: str) -> list[FieldError]:
    """``projected`` of a volume."""
    errors = file_mode(volume, "defaultMode", path)
    files: set[str] = set()
    for index, projection in enumerate(volume.get("sources") or ()):
        where = f"{path}.sources[{index}]"
        given = [field for field in _PROJECTIONS if projection.get(field) is not None]
        for field in given:
            errors += _PROJECTIONS[field](projection[field], f"{where}.{field}", path, files)
        if len(given) > 1:
            errors.append(forbidden(where, "may not specify more than 1 volume type per source"))
    return errors


def _take(file: str, files: set[str], shown: str, volume_path: str) -> list[FieldError]:
    """Put a file among those that are there; ``shown`` is the bad value when it is there already."""
    if file in files:
        return [invalid(volume_path, shown, _CLASH)]
    files.add(file)
    return []


def _validate_keys(source: Obj, path: str, volume_path: str, files: set[str]) -> list[FieldError]:
    """Keys of a Secret or a ConfigMap."""
    name = source.get("name", "")
    errors = [] if name else [required(f"{path}.name")]
    for index, item in enumerate(source.get("items") or ()):
        errors += key_to_path(item, f"{path}.items[{index}]")
        if item.get("path"):
            errors += _take(item["path"], files, name, volume_path)
    return errors


def _validate_downward(source: Obj, path: str, volume_path: str, files: set[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for item in source.get("items") or ():
        errors += _validate_downward_file(item, path)
        if item.get("path"):
            errors += _take(item["path"], files, item["path"], volume_path)
    return errors


def _validate_token(source: Obj, path: str, volume_path: str, _: set[str]) -> list[FieldError]:
    seconds, file = source.get("expirationSeconds", 0), source.get("path", "")
    errors: list[FieldError] = []
    where = f"{path}.expirationSeconds"
    if seconds < 600:
        errors.append(invalid(where, seconds, "may not specify a duration less than 10 minutes"))
    if seconds > 1 << 32:
        errors.append(invalid(where, seconds, "may not specify a duration larger than 2^32 seconds"))
    return errors + (local_path(file, f"{volume_path}.path") if file else [required(f"{volume_path}.path")])


def _validate_trust_bundle(source: Obj, path: str, volume_path: str, files: set[str]) -> list[FieldError]:
    name, signer = source.get("name"), source.get("signerName")
    if name is not None and signer is not None:
        from minikctl.kinds.podspec.gostruct import as_struct

        shown = as_struct(source, "ClusterTrustBundleProjection")
        errors = [invalid(path, shown, "only one of name and signerName may be used")]
    elif name is not None:
        errors = _validate_bundle_name(source, name, path)
    elif signer is not None:
        errors = [] if signer else [required(f"{path}.signerName", "must be a valid signer name")]
        errors += _validate_signer_name(signer, f"{path}.signerName")
        errors += validate_label_selector(source.get("labelSelector"), f"{path}.labelSelector")
    else:
        errors = [required(path, "either name or signerName must be specified")]
    file = source.get("path", "")
    if not file:
        errors.append(required(f"{path}.path"))
    errors += local_path(file, f"{path}.path")
    return errors + _take(file, files, file, volume_path)


def _validate_bundle_name(source: Obj, name: str, path: str) -> list[FieldError]:
    errors = [] if name else [required(f"{path}.name", "must be a valid object name")]
    wrong = is_dns1123_subdomain(name.rpartition(":")[2]) if ":" in name else is_dns1123_subdomain(name)
    errors += messages(f"{path}.name", name, [f"not a valid clustertrustbundlename: {message}" for message in wrong])
    selector = source.get("labelSelector")
    if selector is not None:
        errors.append(invalid(
            f"{path}.labelSelector", selector, "labelSelector must be unset if name is specified"
        ))
    return errors


def _validate_certificate(source: Obj, path: str, volume_path: str, files: set[str]) -> list[FieldError]:
    signer, key_type = source.get("signerName", ""), source.get("keyType", "")
    errors = _validate_signer_name(signer, f"{path}.signerName")
    errors += validate_annotations(source.get("userAnnotations"), f"{path}.userAnnotations")
    if key_type not in _KEY_TYPES:
        errors.append(not_supported(f"{path}.keyType", key_type, _KEY_TYPES))
    seconds, where = source.get("maxExpirationSeconds"), f"{path}.maxExpirationSeconds"
    if seconds is not None:
        longest = _LONGEST_OWN_CERTIFICATE if signer.startswith("kubernetes.io/") else _LONGEST_CERTIFICATE
        if seconds < 3600:
            errors.append(invalid(where, seconds, "if provided, maxExpirationSeconds must be >= 3600"))
        if seconds > longest:
            errors.append(invalid(where, seconds, f"if provided, maxExpirationSeconds must be <= {longest}"))
    paths = [field for field in ("credentialBundlePath", "keyPath", "certificateChainPath") if source.get(field)]
    for field in paths:
        errors += local_path(source[field], f"{path}.{field}")
        errors += _take(source[field], files, source[field], volume_path)
    if not paths:
        errors.append(required(
            path, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath"
        ))
    return errors


def _validate_signer_name(name: str, path: str) -> list[FieldError]:
    """``example.com/signer`` (upstream: ``ValidateSignerName``)."""
    if not name:
        return [required(path)]
    domain, slash, rest = name.partition("/")
    if not slash or "/" in rest:
        return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")]
    errors = [too_long(path, SUBDOMAIN_MAX)] if len(domain) > SUBDOMAIN_MAX else []
    errors += _validate_parts(domain, is_dns1123_label, path)
    if "." not in domain:
        errors.append(invalid(path, domain, "should be a domain with at least two segments separated by dots"))
    errors += _validate_parts(rest, is_dns1123_subdomain, path)
    return errors + ([too_long(path, _LONGEST_SIGNER)] if len(name) > _LONGEST_SIGNER else [])


def _validate_parts(text: str, rule: Callable[[str], list[str]], path: str) -> list[FieldError]:
    """The first part between dots that breaks the rule."""
    for part in text.split("."):
        wrong = rule(part)
        if wrong:
            return messages(path, text, [f"validating label {quote(part)}: {message}" for message in wrong])
    return []


_PROJECTIONS = {
    "secret": _validate_keys,
    "configMap": _validate_keys,
    "downwardAPI": _validate_downward,
    "serviceAccountToken": _validate_token,
    "clusterTrustBundle": _validate_trust_bundle,
    "podCertificate": _validate_certificate,
}
