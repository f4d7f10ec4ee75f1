"""Small rules that many fields of a pod spec share, as field errors.

Upstream: the helpers at the top of ``pkg/apis/core/validation/validation.go``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, invalid, quote
from minikctl.lib.names import (
    is_dns1123_label,
    is_dns1123_subdomain,
    is_valid_port_name,
    is_valid_port_num,
    range_error,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Obj = dict[str, Any]

NOT_NEGATIVE = "must be greater than or equal to 0"
MAX_INT32 = 2**31 - 1

#: in the order in which upstream walks over them (``VisitContainersWithPath``)
CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")


def unsupported(path: str, value: Any, supported: Iterable[str]) -> FieldError:
    """``Unsupported value`` with the supported ones in the given order, where upstream has a list and no set."""
    return FieldError("Unsupported value", path, value, "supported values: " + ", ".join(map(quote, supported)))


def messages(path: str, value: Any, wrong: Iterable[str]) -> list[FieldError]:
    """``Invalid value`` for each message of a rule from ``lib.names``."""
    return [invalid(path, value, message) for message in wrong]


def dns_label(value: str, path: str) -> list[FieldError]:
    """Upstream: ``ValidateDNS1123Label``."""
    return messages(path, value, is_dns1123_label(value))


def dns_subdomain(value: str, path: str) -> list[FieldError]:
    """Upstream: ``ValidateDNS1123Subdomain``."""
    return messages(path, value, is_dns1123_subdomain(value))


def not_negative(value: int, path: str) -> list[FieldError]:
    """Upstream: ``ValidateNonnegativeField``."""
    return [invalid(path, value, NOT_NEGATIVE)] if value < 0 else []


def port_number_or_name(port: Any, path: str) -> list[FieldError]:
    """A port that may be a name (upstream: ``ValidatePortNumOrName``); no port at all counts as 0."""
    if isinstance(port, str):
        return messages(path, port, is_valid_port_name(port))
    return messages(path, port or 0, is_valid_port_num(port or 0))


def user_id(value: int, path: str) -> list[FieldError]:
    """A UID or GID (upstream: ``IsValidUserID``, ``IsValidGroupID``)."""
    return [] if 0 <= value <= MAX_INT32 else [invalid(path, value, range_error(0, MAX_INT32))]


def file_mode(source: Obj, field: str, path: str) -> list[FieldError]:
    """The mode of a file, where ``source`` gives one."""
    mode = source.get(field)
    if mode is None or 0 <= mode <= 0o777:
        return []
    return [invalid(f"{path}.{field}", mode, "must be a number between 0 and 0777 (octal), both inclusive")]


def path_without_backsteps(value: str, path: str) -> list[FieldError]:
    """Upstream: ``validatePathNoBacksteps``."""
    return [invalid(path, value, "must not contain '..'")] if ".." in value.split("/") else []


def descending_path(value: str, path: str) -> list[FieldError]:
    """A path that stays below where it starts (upstream: ``validateLocalDescendingPath``)."""
    errors = [invalid(path, value, "must be a relative path")] if value.startswith("/") else []
    return errors + path_without_backsteps(value, path)


def local_path(value: str, path: str) -> list[FieldError]:
    """Such a path whose first part is not one of the volume's own (upstream: ``ValidateLocalNonReservedPath``)."""
    errors = descending_path(value, path)
    if value.startswith("..") and not value.startswith("../"):
        errors.append(invalid(path, value, "must not start with '..'"))
    return errors


def each_container(spec: Obj, path: str) -> Iterator[tuple[Obj, str]]:
    """Every container of a spec with its path."""
    for field in CONTAINER_LISTS:
        for index, container in enumerate(spec.get(field) or ()):
            yield container, f"{path}.{field}[{index}]"
