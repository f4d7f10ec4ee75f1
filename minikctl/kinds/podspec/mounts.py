"""The rules of what a container mounts: volumes as folders, volumes as devices.

Upstream: ``ValidateVolumeMounts`` and ``ValidateVolumeDevices`` in ``pkg/apis/core/validation``. Some of upstream's
paths leave out the index of the mount; they are kept.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, not_found, not_supported, required
from minikctl.kinds.podspec.rules import descending_path, path_without_backsteps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE = ("Disabled", "Enabled", "IfPossible")


def validate_volume_mounts(container: Obj, volumes: dict[str, Obj], path: str) -> list[FieldError]:
    """``volumeMounts`` of a container; ``volumes`` are those of the spec that are in order, by name."""
    devices = {device.get("name", ""): device.get("devicePath", "") for device in container.get("volumeDevices") or ()}
    errors: list[FieldError] = []
    places: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        where = f"{path}[{index}]"
        name, place = mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            errors.append(required(f"{where}.name"))
        if name not in volumes:
            errors.append(not_found(f"{where}.name", name))
        if not place:
            errors.append(required(f"{where}.mountPath"))
        if place in places:
            errors.append(invalid(f"{where}.mountPath", place, "must be unique"))
        places.add(place)
        if name in devices:
            errors.append(invalid(f"{where}.name", name, "must not already exist in volumeDevices"))
        if place in devices.values():
            errors.append(invalid(f"{where}.mountPath", place, "must not already exist as a path in volumeDevices"))
        errors += _validate_sub_path(mount, where, path)
        errors += _validate_propagation(mount, container, f"{path}.mountPropagation")
        errors += _validate_recursive_read_only(mount, f"{path}.recursiveReadOnly")
    return errors


def _validate_sub_path(mount: Obj, path: str, list_path: str) -> list[FieldError]:
    sub_path, expression = mount.get("subPath", ""), mount.get("subPathExpr", "")
    errors = descending_path(sub_path, f"{list_path}.subPath") if sub_path else []
    if expression:
        if sub_path:
            errors.append(invalid(
                f"{path}.subPathExpr", expression, "subPathExpr and subPath are mutually exclusive"
            ))
        errors += descending_path(expression, f"{list_path}.subPathExpr")
    return errors


def _validate_propagation(mount: Obj, container: Obj, path: str) -> list[FieldError]:
    mode = mount.get("mountPropagation")
    if mode is None:
        return []
    errors = [] if mode in _PROPAGATIONS else [not_supported(path, mode, _PROPAGATIONS)]
    if mode == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        errors.append(forbidden(path, "Bidirectional mount propagation is available only to privileged containers"))
    return errors


def _validate_recursive_read_only(mount: Obj, path: str) -> list[FieldError]:
    mode = mount.get("recursiveReadOnly")
    if mode is None or mode == "Disabled":
        return []
    if mode not in _RECURSIVE:
        return [not_supported(path, mode, _RECURSIVE)]
    errors: list[FieldError] = []
    if not mount.get("readOnly"):
        errors.append(forbidden(path, "may only be specified when readOnly is true"))
    if mount.get("mountPropagation") not in (None, "None"):
        errors.append(forbidden(path, "may only be specified when mountPropagation is None or not specified"))
    return errors


def validate_volume_devices(container: Obj, volumes: dict[str, Obj], path: str) -> list[FieldError]:
    """``volumeDevices`` of a container: claims that are used as block devices."""
    mounts = {mount.get("name", ""): mount.get("mountPath", "") for mount in container.get("volumeMounts") or ()}
    errors: list[FieldError] = []
    names: set[str] = set()
    places: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices") or ()):
        where = f"{path}[{index}]"
        name, place = device.get("name", ""), device.get("devicePath", "")
        errors += _validate_device_name(name, names, volumes, f"{where}.name")
        if not place:
            errors.append(required(f"{where}.devicePath"))
        if place in places:
            errors.append(invalid(f"{where}.devicePath", place, "must be unique"))
        if path_without_backsteps(place, ""):
            errors.append(invalid(f"{where}.devicePath", place, "can not contain backsteps ('..')"))
        else:
            places.add(place)
        if name in mounts:
            errors.append(invalid(f"{where}.name", name, "must not already exist in volumeMounts"))
        if place in mounts.values():
            errors.append(invalid(f"{where}.devicePath", place, "must not already exist as a path in volumeMounts"))
        if name:
            names.add(name)
    return errors


def _validate_device_name(name: str, names: set[str], volumes: dict[str, Obj], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if not name:
        errors.append(required(path))
    if name in names:
        errors.append(invalid(path, name, "must be unique"))
    volume = volumes.get(name)
    if volume is None:
        errors.append(not_found(path, name))
    elif volume.get("persistentVolumeClaim") is None and volume.get("ephemeral") is None:
        errors.append(invalid(
            path, name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        ))
    return errors
