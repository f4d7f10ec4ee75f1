"""What may be written of a Pod by a way of its own: ephemeral containers, and the resources of containers that run.

Upstream: ``podEphemeralContainersStrategy`` and ``podResizeStrategy`` of ``pkg/registry/core/pod/strategy.go``,
``ValidatePodEphemeralContainersUpdate`` and ``ValidatePodResize`` of ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid
from minikctl.kinds.podspec.resources import compute_qos_class
from minikctl.kinds.podspec.status import is_restartable_init_container
from minikctl.kinds.podspec.validation import validate_pod
from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj

EPHEMERAL_CONTAINERS, RESIZE = "ephemeralcontainers", "resize"
#: what can be resized
_RESIZABLE = ("cpu", "memory")


def take_part(part: str, new: Obj, old: Obj) -> Obj:
    """The stored Pod with what the part may change of it."""
    from copy import deepcopy

    pod = deepcopy(old)
    spec, wanted = pod["spec"], new.get("spec") or {}
    if part == EPHEMERAL_CONTAINERS:
        if wanted.get("ephemeralContainers"):
            spec["ephemeralContainers"] = wanted["ephemeralContainers"]
        else:
            spec.pop("ephemeralContainers", None)
        return pod
    for field in ("containers", "initContainers"):
        containers, other = spec.get(field) or [], wanted.get(field) or []
        if [each["name"] for each in containers] != [each["name"] for each in other]:
            spec[field] = other  # it will be refused
            continue
        for container, given in zip(containers, other, strict=True):
            container["resources"] = given.get("resources") or {}
            if given.get("resizePolicy"):
                container["resizePolicy"] = given["resizePolicy"]
    return pod


def validate_part(part: str, pod: Obj, old: Obj) -> list[FieldError]:
    """The broken rules of such a change."""
    errors = validate_pod(pod)
    return errors + (_validate_ephemeral(pod, old) if part == EPHEMERAL_CONTAINERS else _validate_resize(pod, old))


def _validate_ephemeral(pod: Obj, old: Obj) -> list[FieldError]:
    """Ephemeral containers are only ever added."""
    path = "spec.ephemeralContainers"
    known = {each["name"]: each for each in pod["spec"].get("ephemeralContainers") or ()}
    errors = []
    for before in old["spec"].get("ephemeralContainers") or ():
        name = before["name"]
        if name not in known:
            errors.append(forbidden(path, f'existing ephemeral containers "{name}" may not be removed\n'))
        elif known[name] != before:
            errors.append(forbidden(path, f'existing ephemeral containers "{name}" may not be changed\n'))
    return errors


def _validate_resize(pod: Obj, old: Obj) -> list[FieldError]:
    spec, was = pod["spec"], old["spec"]
    qos = (old.get("status") or {}).get("qosClass", "")
    errors: list[FieldError] = []
    if compute_qos_class(spec) != qos:
        errors.append(invalid("spec", qos, "Pod QOS Class may not change as a result of resizing"))
    for field in ("containers", "initContainers"):
        new, before = spec.get(field) or (), was.get(field) or ()
        if [each["name"] for each in new] != [each["name"] for each in before]:
            return [*errors, forbidden("spec", "containers may not be renamed or reordered on resize")]
        for index, (container, other) in enumerate(zip(new, before, strict=True)):
            errors += _validate_container(container, other, f"spec.{field}[{index}].resources", init=field != "containers")
    return errors


def _validate_container(container: Obj, old: Obj, path: str, *, init: bool) -> list[FieldError]:
    """Requests and limits of CPU and memory may change, and may be added; none goes."""
    resources, was = container.get("resources") or {}, old.get("resources") or {}
    if resources == was and container.get("resizePolicy") == old.get("resizePolicy"):
        return []
    if init and not is_restartable_init_container(old):
        return [forbidden(path, "resources for non-sidecar init containers are immutable")]
    errors = [
        forbidden(f"{path}.{field}", f"resource {field} cannot be removed")
        for field in ("requests", "limits")
        if any(name in _RESIZABLE and name not in (resources.get(field) or {}) for name in was.get(field) or ())
    ]
    if _others(container) != _others(old):
        errors.append(forbidden("spec", "only cpu and memory resources are mutable"))
    return errors


def _others(container: Obj) -> Obj:
    """What of a container's resources cannot be resized."""
    resources = container.get("resources") or {}
    others: Obj = {
        field: {name: parse_quantity(amount) for name, amount in (resources.get(field) or {}).items() if name not in _RESIZABLE}
        for field in ("requests", "limits")
    }
    return {**others, "claims": resources.get("claims"), "policy": container.get("resizePolicy")}
