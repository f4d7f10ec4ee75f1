"""What the kinds of storage.k8s.io have in common: parameters, provisioners, names of drivers.

Upstream: ``pkg/apis/storage/validation`` and ``pkg/apis/storage/util``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]

MAX_PARAMETERS = 512
#: keys and values of all parameters together, in bytes
MAX_PARAMETERS_SIZE = 256 * 1024
#: annotations that make a class the default one
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
BETA_DEFAULT_CLASS = "storageclass.beta.kubernetes.io/is-default-class"


def is_default_class(obj: Obj) -> bool:
    """Whether claims that name no class get this one (upstream: ``IsDefaultAnnotation``)."""
    annotations = obj["metadata"].get("annotations") or {}
    return "true" in (annotations.get(DEFAULT_CLASS), annotations.get(BETA_DEFAULT_CLASS))


def default_class(classes: Iterable[Obj]) -> Obj | None:
    """The default among ``classes``: of several the newest, then the first by name; None without one.

    Upstream: ``GetDefaultClass`` in ``pkg/volume/util/storageclass.go``.
    """
    found = sorted(filter(is_default_class, classes), key=lambda each: str(each["metadata"]["name"]))
    if not found:
        return None
    newest = max(each["metadata"].get("creationTimestamp") or "" for each in found)
    return next(each for each in found if (each["metadata"].get("creationTimestamp") or "") == newest)


def validate_provisioner(name: str, path: str) -> list[FieldError]:
    """Upstream: ``validateProvisioner``."""
    from minikctl.errors import invalid, required
    from minikctl.lib.names import is_qualified_name

    if not name:
        return [required(path)]
    return [invalid(path, name.lower(), message) for message in is_qualified_name(name.lower())]


def validate_parameters(parameters: Obj | None, path: str, *, may_be_empty: bool) -> list[FieldError]:
    """Upstream: ``validateParameters``."""
    from minikctl.errors import invalid, required, too_long

    given = parameters or {}
    if len(given) > MAX_PARAMETERS:
        return [too_long(path, MAX_PARAMETERS)]
    errors = [invalid(path, key, "field can not be empty.") for key in given if not key]
    if sum(len(key.encode()) + len((value or "").encode()) for key, value in given.items()) > MAX_PARAMETERS_SIZE:
        errors.append(too_long(path, MAX_PARAMETERS_SIZE))
    if not may_be_empty and not given:
        errors.append(required(path, "must contain at least one key/value pair"))
    return errors
