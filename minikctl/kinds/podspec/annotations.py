"""The rules of annotations that mean something on Pods and in pod templates.

Upstream: ``ValidatePodSpecificAnnotations`` and its neighbours in ``pkg/apis/core/validation``: mirror Pods, the cost
of deletion, and the profiles of seccomp and AppArmor, which were annotations before they were fields.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, quote
from minikctl.kinds.podspec.rules import descending_path, each_container
from minikctl.kinds.podspec.status import POD_DELETION_COST, parse_deletion_cost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

MIRROR_POD = "kubernetes.io/config.mirror"
SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_LOCALHOST = "localhost/"


def validate_pod_annotations(annotations: Obj, spec: Obj, path: str) -> list[FieldError]:
    """Return every broken rule; ``path`` is that of the annotations."""
    errors: list[FieldError] = []
    if MIRROR_POD in annotations and not spec.get("nodeName"):
        errors.append(invalid(
            f"{path}[{MIRROR_POD}]", annotations[MIRROR_POD],
            "must set spec.nodeName if mirror pod annotation is set",
        ))
    cost = annotations.get(POD_DELETION_COST)
    if cost is not None and parse_deletion_cost(cost) is None:
        errors.append(invalid(f"{path}[{POD_DELETION_COST}]", cost, "must be a 32bit integer"))
    for key in sorted(annotations):
        if key == SECCOMP_POD or key.startswith(SECCOMP_CONTAINER):
            errors += _validate_seccomp(annotations[key], f"{path}.{key}")
    names = {container.get("name", "") for container, _ in each_container(spec, "spec")}
    for key in sorted(annotations):
        if key.startswith(APP_ARMOR):
            errors += _validate_app_armor(key, annotations[key], names, f"{path}[{key}]")
    return errors


def _validate_seccomp(profile: str, path: str) -> list[FieldError]:
    if profile in ("runtime/default", "docker/default", "unconfined"):
        return []
    if profile.startswith(_LOCALHOST):
        return descending_path(profile.removeprefix(_LOCALHOST), path)
    return [invalid(path, profile, "must be a valid seccomp profile")]


def _validate_app_armor(key: str, profile: str, names: set[str], path: str) -> list[FieldError]:
    container = key.removeprefix(APP_ARMOR)
    errors = [] if container in names else [invalid(path, container, "container not found")]
    if profile not in ("", "runtime/default", "unconfined") and not profile.startswith(_LOCALHOST):
        errors.append(invalid(path, profile, f"invalid AppArmor profile name: {quote(profile)}"))
    return errors


def validate_annotation_updates(new: Obj, old: Obj, path: str) -> list[FieldError]:
    """Profiles and the mark of a mirror Pod stay as they are (upstream: ``ValidatePodSpecificAnnotationUpdates``)."""
    errors: list[FieldError] = []
    for key in sorted(old):
        if key not in new or new[key] != old[key]:
            errors += _forbid_change(key, "remove or update", path)
    for key in sorted(set(new) - set(old)):
        errors += _forbid_change(key, "add", path)
    return errors


def _forbid_change(key: str, what: str, path: str) -> list[FieldError]:
    if key.startswith(APP_ARMOR):
        return [forbidden(f"{path}[{key}]", f"may not {what} AppArmor annotations")]
    if key == MIRROR_POD:
        return [forbidden(f"{path}[{key}]", f"may not {what} mirror pod annotation")]
    return []


# ---------------------------------------------------------------------------------------------------------------------
# Annotation and field of the same thing
# ---------------------------------------------------------------------------------------------------------------------


def validate_profiles_match(annotations: Obj, spec: Obj, path: str) -> list[FieldError]:
    """Where a profile is given twice, as annotation and as field, both have to say the same.

    Upstream: ``validateSeccompAnnotationsAndFields`` and ``validateAppArmorAnnotationsAndFieldsMatchOnCreate``.
    """
    of_pod = spec.get("securityContext") or {}
    errors = _match_seccomp(
        annotations.get(SECCOMP_POD), of_pod.get("seccompProfile"), f"{path}.securityContext.seccompProfile"
    )
    containers = list(each_container(spec, path))
    for container, where in containers:
        profile = (container.get("securityContext") or {}).get("seccompProfile")
        annotation = annotations.get(f"{SECCOMP_CONTAINER}{container.get('name', '')}")
        errors += _match_seccomp(annotation, profile, f"{where}.securityContext.seccompProfile")
    if (spec.get("os") or {}).get("name") == "windows":
        return errors
    for container, where in containers:
        own = (container.get("securityContext") or {}).get("appArmorProfile")
        profile = own if own is not None else of_pod.get("appArmorProfile")
        annotation = annotations.get(f"{APP_ARMOR}{container.get('name', '')}")
        field = f"{where}.securityContext.appArmorProfile"
        errors += _match(annotation, profile, "apparmor", ("runtime/default",), field)
    return errors


def _match_seccomp(annotation: str | None, profile: Obj | None, path: str) -> list[FieldError]:
    return _match(annotation, profile, "seccomp", ("runtime/default", "docker/default"), path)


def _match(
    annotation: str | None, profile: Obj | None, called: str, runtime_default: tuple[str, ...], path: str
) -> list[FieldError]:
    if annotation is None or profile is None:
        return []
    kind = profile.get("type")
    if kind == "Localhost":
        if not annotation.startswith(_LOCALHOST):
            return [forbidden(f"{path}.type", f"{called} type in annotation and field must match")]
        if annotation.removeprefix(_LOCALHOST) != profile.get("localhostProfile"):
            return [forbidden(f"{path}.localhostProfile", f"{called} profile in annotation and field must match")]
        return []
    expected = {"Unconfined": ("unconfined",), "RuntimeDefault": runtime_default}.get(kind or "")
    if expected is None or annotation in expected:
        return []
    return [forbidden(f"{path}.type", f"{called} type in annotation and field must match")]
