"""The rules of metadata, which hold for every kind: names, labels, annotations, owners, finalizers.

Upstream: apimachinery ``api/validation/objectmeta.go``, ``apis/meta/v1/validation`` and core's additions to them
(``ValidateObjectMeta`` in ``pkg/apis/core/validation``). Paths are upstream's: a bad label key or value is reported at
``metadata.labels`` itself. Where upstream walks over a Go map, in any order, keys are taken in order here.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, required, too_long
from minikctl.lib.names import is_dns1123_label, is_dns1123_subdomain, is_qualified_name, is_valid_label_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Obj = dict[str, Any]

FIELD_IS_IMMUTABLE = "field is immutable"
#: all annotations of an object together, keys and values, in bytes
TOTAL_ANNOTATION_SIZE = 256 * 1024

#: what follows the domain of a domain-prefixed path
_DOMAIN_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
_EMPTY: tuple[Any, ...] = (None, "", [], {})
#: finalizers that need no domain before them
_STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


# ---------------------------------------------------------------------------------------------------------------------
# Names
# ---------------------------------------------------------------------------------------------------------------------


def is_path_segment(name: str) -> list[str]:
    """What may stand between two slashes of a URL: the names of Roles and their bindings."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{part}'" for part in ("/", "%") if part in name]


def validate_kind_and_name(reference: Obj, path: str) -> list[FieldError]:
    """What a reference to an object of any kind has to have."""
    errors: list[FieldError] = []
    for field in ("kind", "name"):
        value = reference.get(field, "")
        if value:
            errors += [invalid(f"{path}.{field}", value, message) for message in is_path_segment(value)]
        else:
            errors.append(required(f"{path}.{field}"))
    return errors


#: what ``Kind.name_format`` may be. Services take any DNS label since 1.36 (RelaxedServiceNameValidation).
NAME_FORMATS: dict[str, Callable[[str], list[str]]] = {
    "subdomain": is_dns1123_subdomain,
    "label": is_dns1123_label,
    "service": is_dns1123_label,
    "path-segment": is_path_segment,
}


def mask_trailing_dash(prefix: str) -> str:
    """Make a generateName comparable to a name: what it ends in does not matter, random letters follow."""
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix


# ---------------------------------------------------------------------------------------------------------------------
# The whole
# ---------------------------------------------------------------------------------------------------------------------


def validate_object_meta(
    meta: Obj, *, namespaced: bool, name_format: str = "subdomain", path: str = "metadata"
) -> list[FieldError]:
    """Return every broken rule of ``meta`` at creation (upstream: ``ValidateObjectMeta``).

    ``name_format`` is one of ``NAME_FORMATS``.
    """
    name_rule = NAME_FORMATS[name_format]
    errors: list[FieldError] = []
    generate_name = meta.get("generateName")
    if generate_name:
        prefix = generate_name if name_format == "path-segment" else mask_trailing_dash(generate_name)
        errors += [invalid(f"{path}.generateName", generate_name, message) for message in name_rule(prefix)]
    name = meta.get("name")
    if name:
        errors += [invalid(f"{path}.name", name, message) for message in name_rule(name)]
    else:
        errors.append(required(f"{path}.name", "name or generateName is required"))
    errors += _validate_namespace(meta.get("namespace"), f"{path}.namespace", namespaced=namespaced)
    if meta.get("generation", 0) < 0:
        errors.append(invalid(f"{path}.generation", meta["generation"], "must be greater than or equal to 0"))
    errors += _validate_common(meta, path)
    errors += validate_finalizers(meta.get("finalizers") or (), f"{path}.finalizers")
    return errors + _validate_kube_finalizers(meta.get("finalizers") or (), f"{path}.finalizers")


def validate_object_meta_update(meta: Obj, old: Obj, path: str = "metadata") -> list[FieldError]:
    """Return every broken rule of the change of metadata from ``old`` (upstream: ``ValidateObjectMetaUpdate``)."""
    errors: list[FieldError] = []
    finalizers = meta.get("finalizers") or ()
    if old.get("deletionTimestamp") is not None:
        extra = sorted(set(finalizers) - set(old.get("finalizers") or ()))
        if extra:
            from minikctl.errors import quote

            found = "[]string{" + ", ".join(map(quote, extra)) + "}"
            errors.append(forbidden(
                f"{path}.finalizers",
                f"no new finalizers can be added if the object is being deleted, found new finalizers {found}",
            ))
    if meta.get("generation", 0) < old.get("generation", 0):
        errors.append(invalid(f"{path}.generation", meta.get("generation", 0), "must not be decremented"))
    for field in ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"):
        errors += validate_immutable_field(meta.get(field), old.get(field), f"{path}.{field}")
    errors += _validate_common(meta, path)
    return errors + _validate_kube_finalizers(finalizers, f"{path}.finalizers")


def _validate_namespace(namespace: str | None, path: str, *, namespaced: bool) -> list[FieldError]:
    if not namespaced:
        return [forbidden(path, "not allowed on this type")] if namespace else []
    if not namespace:
        return [required(path)]
    return [invalid(path, namespace, message) for message in is_dns1123_label(namespace)]


def _validate_common(meta: Obj, path: str) -> list[FieldError]:
    """What holds at creation and at each update."""
    errors = validate_labels(meta.get("labels"), f"{path}.labels")
    errors += validate_annotations(meta.get("annotations"), f"{path}.annotations")
    return errors + validate_owner_references(meta.get("ownerReferences") or (), f"{path}.ownerReferences")


# ---------------------------------------------------------------------------------------------------------------------
# The parts
# ---------------------------------------------------------------------------------------------------------------------


def validate_immutable_field(new: Any, old: Any, path: str) -> list[FieldError]:
    """``path: Invalid value: NEW: field is immutable`` where the two differ (upstream: ``ValidateImmutableField``).

    A field that is absent equals an empty text, list or map; it does not equal 0 or false.
    """
    if new == old or (new in _EMPTY and old in _EMPTY):
        return []
    return [invalid(path, new, FIELD_IS_IMMUTABLE)]


def validate_label_name(name: str, path: str) -> list[FieldError]:
    """A label's key (upstream: ``ValidateLabelName``)."""
    return [invalid(path, name, message) for message in is_qualified_name(name)]


def validate_labels(labels: Obj | None, path: str) -> list[FieldError]:
    """Keys and values of labels, or of a selector by labels (upstream: ``ValidateLabels``)."""
    errors: list[FieldError] = []
    for key in sorted(labels or ()):
        value = (labels or {})[key]
        errors += validate_label_name(key, path)
        errors += [invalid(path, value, message) for message in is_valid_label_value(value or "")]
    return errors


def validate_domain_prefixed_path(text: str, path: str) -> list[FieldError]:
    """A path below a domain, as ``example.com/controller`` (upstream: ``IsDomainPrefixedPath``)."""
    import re

    from minikctl.lib.names import regex_error

    host, _, rest = text.partition("/")
    if not host or not rest:
        return [invalid(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
    errors = [invalid(path, host, message) for message in is_dns1123_subdomain(host)]
    if not re.fullmatch(_DOMAIN_PATH, rest):
        errors.append(invalid(path, rest, regex_error("Invalid path", _DOMAIN_PATH)))
    return errors


def validate_annotations(annotations: Obj | None, path: str) -> list[FieldError]:
    """Keys of annotations, and the size of all of them together (upstream: ``ValidateAnnotations``)."""
    if not annotations:
        return []
    errors: list[FieldError] = []
    for key in sorted(annotations):
        errors += [invalid(path, key, message) for message in is_qualified_name(key.lower())]
    if sum(_size(key) + _size(value or "") for key, value in annotations.items()) > TOTAL_ANNOTATION_SIZE:
        errors.append(too_long(path, TOTAL_ANNOTATION_SIZE))
    return errors


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def validate_owner_references(references: Sequence[Obj], path: str) -> list[FieldError]:
    """Each owner has a kind, a name and a UID; only one of them is the controller."""
    errors: list[FieldError] = []
    controller = ""
    for reference in references:
        errors += _validate_owner_reference(reference, path)
        if reference.get("controller"):
            name = f"{reference.get('kind', '')}/{reference.get('name', '')}"
            if controller:
                errors.append(invalid(
                    path, [_owner_as_struct(owner) for owner in references],
                    "Only one reference can have Controller set to true. "
                    f'Found "true" in references for {controller} and {name}',
                ))
            else:
                controller = name
    return errors


def _validate_owner_reference(reference: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    api_version = reference.get("apiVersion", "")
    if not api_version or api_version.count("/") > 1:
        errors.append(invalid(f"{path}.apiVersion", api_version, "version must not be empty"))
    errors += [
        invalid(f"{path}.{field}", "", "must not be empty")
        for field in ("kind", "name", "uid")
        if not reference.get(field)
    ]
    if api_version == "v1" and reference.get("kind") == "Event":
        errors.append(invalid(
            path, _owner_as_struct(reference), "/v1, Kind=Event is disallowed from being an owner"
        ))
    return errors


def _owner_as_struct(reference: Obj) -> Obj:
    """An owner reference as its Go struct is written: in the struct's order."""
    struct = {field: reference.get(field, "") for field in ("apiVersion", "kind", "name", "uid")}
    for field in ("controller", "blockOwnerDeletion"):
        if reference.get(field) is not None:
            struct[field] = reference[field]
    return struct


def validate_finalizers(finalizers: Sequence[str], path: str) -> list[FieldError]:
    """Finalizers are qualified names; orphaning and deleting the dependents exclude each other."""
    errors = [invalid(path, name, message) for name in finalizers for message in is_qualified_name(name)]
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        errors.append(invalid(
            path, list(finalizers), "finalizer orphan and foregroundDeletion cannot be both set"
        ))
    return errors


def _validate_kube_finalizers(finalizers: Sequence[str], path: str) -> list[FieldError]:
    """Without a domain there are only Kubernetes' own (upstream: ``validateKubeFinalizerName``)."""
    return [
        invalid(f"{path}[{index}]", name, "name is neither a standard finalizer name nor is it fully qualified")
        for index, name in enumerate(finalizers)
        if "/" not in name and name not in _STANDARD_FINALIZERS
    ]


# ---------------------------------------------------------------------------------------------------------------------
# Label selectors
# ---------------------------------------------------------------------------------------------------------------------


def validate_label_selector(selector: Obj | None, path: str) -> list[FieldError]:
    """A label selector with matchLabels and matchExpressions (upstream: ``ValidateLabelSelector``)."""
    if not selector:
        return []
    errors = validate_labels(selector.get("matchLabels"), f"{path}.matchLabels")
    for index, requirement in enumerate(selector.get("matchExpressions") or ()):
        errors += _validate_requirement(requirement, f"{path}.matchExpressions[{index}]")
    return errors


def _validate_requirement(requirement: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or ()
    if operator in ("In", "NotIn"):
        if not values:
            errors.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            errors.append(forbidden(
                f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            ))
    else:
        errors.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    errors += validate_label_name(requirement.get("key", ""), f"{path}.key")
    for index, value in enumerate(values):
        errors += [invalid(f"{path}.values[{index}]", value, message) for message in is_valid_label_value(value)]
    return errors
