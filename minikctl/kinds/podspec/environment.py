"""The rules of environment variables: their names and where their values come from.

Upstream: ``ValidateEnv``, ``ValidateEnvFrom`` and the selectors below them in ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, invalid, not_found, not_supported, required
from minikctl.kinds.meta import mask_trailing_dash
from minikctl.kinds.podspec.rules import dns_label, each_container, messages, path_without_backsteps
from minikctl.lib.names import is_config_map_key, is_dns1123_subdomain, is_env_var_name, is_qualified_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    Obj = dict[str, Any]

#: fields of a Pod that a variable may hold
ENV_FIELDS = frozenset({
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
})
#: fields that may be subscripted
_MAPS = frozenset({"metadata.annotations", "metadata.labels"})
#: fields that mean something in a field path at all
_CONVERTIBLE = ENV_FIELDS | _MAPS | {"spec.restartPolicy", "spec.schedulerName", "status.phase"}
_RESOURCES = frozenset({
    "limits.cpu", "limits.memory", "limits.ephemeral-storage", "requests.cpu", "requests.memory",
    "requests.ephemeral-storage",
})
_HUGE_PAGES = ("requests.hugepages-", "limits.hugepages-")
_BYTES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
#: the divisors that a resource may have, and what it is called in the message
_DIVISORS = {
    "cpu": (("1m", "1"), "cpu"),
    "memory": (_BYTES, "memory"),
    "ephemeral-storage": (_BYTES, "local ephemeral storage"),
}


# ---------------------------------------------------------------------------------------------------------------------
# env
# ---------------------------------------------------------------------------------------------------------------------


def validate_env(variables: Sequence[Obj], path: str) -> list[FieldError]:
    """``env`` of a container."""
    errors: list[FieldError] = []
    for index, variable in enumerate(variables):
        where = f"{path}[{index}]"
        name = variable.get("name", "")
        if name:
            errors += messages(f"{where}.name", name, is_env_var_name(name))
        else:
            errors.append(required(f"{where}.name"))
        source = variable.get("valueFrom")
        if source is not None:
            errors += _validate_source(source, variable.get("value", ""), f"{where}.valueFrom")
    return errors


def _validate_source(source: Obj, value: str, path: str) -> list[FieldError]:
    """Upstream: ``validateEnvVarValueFrom``."""
    errors: list[FieldError] = []
    given = 0
    for field, rule in _SOURCES:
        if source.get(field) is not None:
            given += 1
            errors += rule(source[field], f"{path}.{field}")
    if not given:
        errors.append(invalid(
            path, "",
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
        ))
    elif value:
        errors.append(invalid(path, "", "may not be specified when `value` is not empty"))
    elif given > 1:
        errors.append(invalid(path, "", "may not have more than one field specified at a time"))
    return errors


def validate_field_ref(selector: Obj, allowed: Collection[str], path: str) -> list[FieldError]:
    """A field of the Pod itself; ``allowed`` are those without subscript.

    Upstream: ``validateObjectFieldSelector``.
    """
    for required_field in ("apiVersion", "fieldPath"):
        if not selector.get(required_field):
            return [required(f"{path}.{required_field}")]
    field: str = selector["fieldPath"]
    wrong = _conversion_error(selector["apiVersion"], field)
    if wrong:
        return [invalid(f"{path}.fieldPath", field, f"error converting fieldPath: {wrong}")]
    base, subscript = split_subscript(field)
    if subscript is not None:
        key = subscript.lower() if base == "metadata.annotations" else subscript
        return messages(path, key, is_qualified_name(key))
    return [] if field in allowed else [not_supported(f"{path}.fieldPath", field, allowed)]


def _conversion_error(version: str, field: str) -> str:
    """Why a field path means nothing, or "" (upstream: ``ConvertDownwardAPIFieldLabel``)."""
    if version != "v1":
        return f"unsupported pod version: {version}"
    base, subscript = split_subscript(field)
    if subscript is not None:
        return "" if base in _MAPS else f"field label does not support subscript: {field}"
    return "" if field in _CONVERTIBLE else f"field label not supported: {field}"


def split_subscript(field: str) -> tuple[str, str | None]:
    """``metadata.labels['app']`` gives its two parts; a field without subscript gives None for the second.

    Upstream: ``fieldpath.SplitMaybeSubscriptedPath``.
    """
    if not field.endswith("']"):
        return field, None
    base, bracket, subscript = field.removesuffix("']").partition("['")
    return (base, subscript) if bracket and base else (field, None)


def validate_resource_ref(selector: Obj, path: str, *, volume: bool = False) -> list[FieldError]:
    """A resource of a container (upstream: ``validateContainerResourceFieldSelector``); volumes must say of which."""
    errors: list[FieldError] = []
    resource = selector.get("resource", "")
    if volume and not selector.get("containerName"):
        errors.append(required(f"{path}.containerName"))
    elif not resource:
        errors.append(required(f"{path}.resource"))
    elif resource not in _RESOURCES and not resource.startswith(_HUGE_PAGES):
        errors.append(not_supported(f"{path}.resource", resource, _RESOURCES))
    return errors + _validate_divisor(resource, selector.get("divisor"), f"{path}.divisor")


def _validate_divisor(resource: str, divisor: Any, path: str) -> list[FieldError]:
    """Upstream: ``validateContainerResourceDivisor``, which shows the resource as the bad value."""
    if divisor is None:
        return []
    from minikctl.lib.quantity import QuantityError, parse_quantity

    try:
        quantity = parse_quantity(divisor)
    except QuantityError as error:
        return [invalid(path, divisor, str(error))]
    if quantity.is_zero():
        return []
    kind = resource.partition(".")[2]
    allowed, called = (_BYTES, "hugepages") if kind.startswith("hugepages-") else _DIVISORS.get(kind, ((), ""))
    if not allowed or str(quantity) in allowed:
        return []
    shown = " and ".join(allowed) if kind == "cpu" else ", ".join(allowed)
    return [invalid(path, resource, f"only divisor's values {shown} are supported with the {called} resource")]


def _validate_env_field_ref(selector: Obj, path: str) -> list[FieldError]:
    return validate_field_ref(selector, ENV_FIELDS, path)


def _validate_key_ref(selector: Obj, path: str) -> list[FieldError]:
    """A key of a ConfigMap or Secret (upstream: ``validateConfigMapKeySelector``, ``validateSecretKeySelector``)."""
    name, key = selector.get("name", ""), selector.get("key", "")
    errors = messages(f"{path}.name", name, is_dns1123_subdomain(name))
    return errors + (messages(f"{path}.key", key, is_config_map_key(key)) if key else [required(f"{path}.key")])


def _validate_file_ref(selector: Obj, path: str) -> list[FieldError]:
    """A key in a file of a volume (upstream: ``validateFileKeySelector``)."""
    key, volume, file = selector.get("key", ""), selector.get("volumeName", ""), selector.get("path", "")
    errors = messages(f"{path}.key", key, is_env_var_name(key)) if key else [required(f"{path}.key")]
    errors += dns_label(volume, f"{path}.volumeName") if volume else [required(f"{path}.volumeName")]
    return errors + (path_without_backsteps(file, f"{path}.path") if file else [required(f"{path}.path")])


_SOURCES = (
    ("fieldRef", _validate_env_field_ref),
    ("resourceFieldRef", validate_resource_ref),
    ("configMapKeyRef", _validate_key_ref),
    ("secretKeyRef", _validate_key_ref),
    ("fileKeyRef", _validate_file_ref),
)


def validate_file_ref_volumes(spec: Obj, path: str) -> list[FieldError]:
    """Files of variables lie in emptyDir volumes (upstream: ``validateFileKeyRefVolumes``)."""
    volumes = {volume.get("name", ""): volume for volume in spec.get("volumes") or ()}
    errors: list[FieldError] = []
    for container, container_path in each_container(spec, path):
        for index, variable in enumerate(container.get("env") or ()):
            selector = (variable.get("valueFrom") or {}).get("fileKeyRef")
            if selector is None:
                continue
            where = f"{container_path}.env[{index}].valueFrom.fileKeyRef.volumeName"
            name = selector.get("volumeName", "")
            if name not in volumes:
                errors.append(not_found(where, name))
            elif volumes[name].get("emptyDir") is None:
                errors.append(invalid(where, name, "referenced volume must be of type emptyDir"))
    return errors


# ---------------------------------------------------------------------------------------------------------------------
# envFrom
# ---------------------------------------------------------------------------------------------------------------------


def validate_env_from(sources: Sequence[Obj], path: str) -> list[FieldError]:
    """``envFrom`` of a container."""
    errors: list[FieldError] = []
    for index, source in enumerate(sources):
        where = f"{path}[{index}]"
        prefix = source.get("prefix", "")
        if prefix:
            errors += messages(f"{where}.prefix", prefix, is_env_var_name(prefix))
        given = [field for field in ("configMapRef", "secretRef") if source.get(field) is not None]
        for field in given:
            errors += _validate_whole_source(source[field], f"{where}.{field}.name")
        if not given:
            errors.append(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(given) > 1:
            errors.append(invalid(path, "", "may not have more than one field specified at a time"))
    return errors


def _validate_whole_source(source: Obj, path: str) -> list[FieldError]:
    """Upstream takes the name for a prefix here, so a dash at its end passes."""
    name = source.get("name", "")
    return messages(path, name, is_dns1123_subdomain(mask_trailing_dash(name))) if name else [required(path)]
