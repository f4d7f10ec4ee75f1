"""The rules of a claim's spec, in a PersistentVolumeClaim and in the templates that become one.

Upstream: ``ValidatePersistentVolumeClaimSpec`` and ``ValidatePersistentVolumeClaimTemplate`` in
``pkg/apis/core/validation``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, not_supported, required
from minikctl.kinds.meta import validate_annotations, validate_label_selector, validate_labels
from minikctl.kinds.podspec.resource_rules import validate_resource_quantity
from minikctl.kinds.podspec.rules import dns_subdomain, messages
from minikctl.lib.names import is_dns1123_subdomain
from minikctl.lib.quantity import QuantityError, parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
#: fields of ObjectMeta in the struct's order; a template may have but the last two
_OTHER_METADATA = (
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields",
)


def validate_claim_template(template: Obj, path: str) -> list[FieldError]:
    """The template of a generic ephemeral volume: labels, annotations and a spec."""
    meta = template.get("metadata") or {}
    errors = validate_annotations(meta.get("annotations"), f"{path}.metadata.annotations")
    errors += validate_labels(meta.get("labels"), f"{path}.metadata.labels")
    errors += [forbidden(f"{path}.metadata.{field}", "cannot be set") for field in _OTHER_METADATA if meta.get(field)]
    return errors + validate_claim_spec(template.get("spec") or {}, f"{path}.spec")


def validate_claim_spec(spec: Obj, path: str) -> list[FieldError]:
    """The spec of a claim."""
    modes = spec.get("accessModes") or ()
    errors = [] if modes else [required(f"{path}.accessModes", "at least 1 access mode is required")]
    errors += validate_label_selector(spec.get("selector"), f"{path}.selector")
    errors += validate_access_modes(modes, f"{path}.accessModes")
    errors += _validate_size((spec.get("resources") or {}).get("requests") or {}, f"{path}.resources[storage]")
    class_name, mode = spec.get("storageClassName"), spec.get("volumeMode")
    if class_name:
        errors += messages(f"{path}.storageClassName", class_name, is_dns1123_subdomain(class_name))
    if mode is not None and mode not in VOLUME_MODES:
        errors.append(not_supported(f"{path}.volumeMode", mode, VOLUME_MODES))
    for field in ("dataSource", "dataSourceRef"):
        if spec.get(field) is not None:
            errors += _validate_data_source(spec[field], f"{path}.{field}")
    attributes = spec.get("volumeAttributesClassName")
    return errors + (dns_subdomain(attributes, f"{path}.volumeAttributesClassName") if attributes else [])


def validate_access_modes(modes: Sequence[str], path: str) -> list[FieldError]:
    """Access modes of a claim or of a volume; ReadWriteOncePod stands alone."""
    errors = [not_supported(path, mode, ACCESS_MODES) for mode in modes if mode not in ACCESS_MODES]
    known = {mode for mode in modes if mode in ACCESS_MODES}
    if "ReadWriteOncePod" in known and len(known) > 1:
        errors.append(forbidden(path, "may not use ReadWriteOncePod with other access modes"))
    return errors


def _validate_size(requests: Obj, path: str) -> list[FieldError]:
    if "storage" not in requests:
        return [required(path)]
    try:
        size = parse_quantity(requests["storage"])
    except QuantityError as error:
        return [invalid(path, requests["storage"], str(error))]
    if size.sign() <= 0:
        return [invalid(path, str(size), "must be greater than zero")]
    return validate_resource_quantity("storage", size, path)


def _validate_data_source(source: Obj, path: str) -> list[FieldError]:
    errors = [required(f"{path}.{field}") for field in ("name", "kind") if not source.get(field)]
    group, kind = source.get("apiGroup") or "", source.get("kind", "")
    if not group and kind != "PersistentVolumeClaim":
        errors.append(invalid(
            path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        ))
    if group:
        errors += dns_subdomain(group, f"{path}.apiGroup")
    return errors
