"""The rules of an Ingress, in the order of ``ValidateIngressCreate`` (``pkg/apis/networking/validation``)."""

from __future__ import annotations

from minikctl.errors import FieldError, invalid, not_supported, required
from minikctl.kinds.ingress import CLASS_ANNOTATION
from minikctl.lib.ips import parse_ip
from minikctl.lib.names import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_valid_port_name,
    is_valid_port_num,
    is_wildcard_dns1123_subdomain,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_SUFFIXES = ("/..", "/.")
_NOT_AN_ADDRESS = "must be a DNS name, not an IP address"


def validate_ingress(obj: Obj, *, creation: bool) -> list[FieldError]:
    """Every broken rule of an Ingress besides those of its metadata."""
    spec = obj["spec"]
    rules = spec.get("rules") or []
    errors: list[FieldError] = []
    if not rules and spec.get("defaultBackend") is None:
        errors.append(invalid("spec", rules or None, "either `defaultBackend` or `rules` must be specified"))
    if spec.get("defaultBackend") is not None:
        errors += validate_backend(spec["defaultBackend"], "spec.defaultBackend")
    for index, rule in enumerate(rules):
        errors += _validate_rule(rule, f"spec.rules[{index}]")
    errors += _validate_tls(spec.get("tls") or (), "spec.tls")
    name = spec.get("ingressClassName")
    if name is not None:
        errors += [invalid("spec.ingressClassName", name, message) for message in is_dns1123_subdomain(name)]
    old_name = (obj["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    if creation and old_name is not None and name is not None and old_name != name:
        errors.append(invalid(
            f"annotations.{CLASS_ANNOTATION}", old_name, "must match `ingressClassName` when both are specified"
        ))
    return errors


def _validate_host(host: str, path: str) -> list[FieldError]:
    rule = is_wildcard_dns1123_subdomain if "*" in host else is_dns1123_subdomain
    return [invalid(path, host, message) for message in rule(host)]


def _validate_tls(entries: Sequence[Obj], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, entry in enumerate(entries):
        for number, host in enumerate(entry.get("hosts") or ()):
            errors += _validate_host(host, f"{path}[{index}].hosts[{number}]")
        secret = entry.get("secretName")
        if secret:
            errors += [
                invalid(f"{path}[{index}].secretName", secret, message) for message in is_dns1123_subdomain(secret)
            ]
    return errors


def _validate_rule(rule: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    host = rule.get("host")
    if host:
        if parse_ip(host) is not None:
            errors.append(invalid(f"{path}.host", host, _NOT_AN_ADDRESS))
        errors += _validate_host(host, f"{path}.host")
    if rule.get("http") is None:
        return errors
    paths = rule["http"].get("paths") or ()
    if not paths:
        errors.append(required(f"{path}.http.paths"))
    for index, entry in enumerate(paths):
        errors += _validate_path(entry, f"{path}.http.paths[{index}]")
    return errors


def _validate_path(entry: Obj, path: str) -> list[FieldError]:
    """A path with its backend (upstream: ``validateHTTPIngressPath``)."""
    kind, text = entry.get("pathType"), entry.get("path", "")
    if kind is None:
        return [required(f"{path}.pathType", "pathType must be specified")]
    errors: list[FieldError] = []
    if kind not in PATH_TYPES:
        errors.append(not_supported(f"{path}.pathType", kind, PATH_TYPES))
    elif not text.startswith("/") and (text or kind != "ImplementationSpecific"):
        errors.append(invalid(f"{path}.path", text, "must be an absolute path"))
    if kind in ("Exact", "Prefix"):
        errors += [
            invalid(f"{path}.path", text, f"must not contain '{part}'") for part in _BAD_SEQUENCES if part in text
        ]
        errors += [
            invalid(f"{path}.path", text, f"cannot end with '{part}'") for part in _BAD_SUFFIXES if text.endswith(part)
        ]
    return errors + validate_backend(entry.get("backend") or {}, f"{path}.backend")


def validate_backend(backend: Obj, path: str) -> list[FieldError]:
    """Where requests go: a port of a Service, or another object (upstream: ``validateIngressBackend``)."""
    service, resource = backend.get("service"), backend.get("resource")
    if service is None and resource is None:
        return [invalid(path, "", "resource or service backend is required")]
    if service is not None and resource is not None:
        return [invalid(path, "", "cannot set both resource and service backends")]
    if service is None:
        return validate_typed_reference(resource or {}, f"{path}.resource")
    errors: list[FieldError] = []
    name = service.get("name", "")
    if name:
        errors += [invalid(f"{path}.service.name", name, message) for message in is_dns1123_label(name)]
    else:
        errors.append(required(f"{path}.service.name"))
    port = service.get("port") or {}
    port_name, number = port.get("name"), port.get("number")
    where = f"{path}.service.port"
    if port_name and number:
        errors.append(invalid(path, "", "cannot set both port name & port number"))
    elif port_name:
        errors += [invalid(f"{where}.name", port_name, message) for message in is_valid_port_name(port_name)]
    elif number:
        errors += [invalid(f"{where}.number", number, message) for message in is_valid_port_num(number)]
    else:
        errors.append(required(path, "port name or number is required"))
    return errors


def validate_typed_reference(reference: Obj, path: str) -> list[FieldError]:
    """A reference to an object of any kind (also of the parameters of an IngressClass)."""
    from minikctl.kinds.meta import validate_kind_and_name

    errors: list[FieldError] = []
    group = reference.get("apiGroup")
    if group is not None:
        errors += [invalid(f"{path}.apiGroup", group, message) for message in is_dns1123_subdomain(group)]
    return errors + validate_kind_and_name(reference, path)
