"""The rules of security contexts, of a container and of a whole Pod, and of what depends on the operating system.

Upstream: ``ValidateSecurityContext``, ``validatePodSpecSecurityContext``, ``validateWindows``, ``validateLinux``,
``validateWindowsHostProcessPod`` and ``validateHostUsers`` in ``pkg/apis/core/validation``. Privileged containers are
allowed, as in any cluster that runs its own network.
"""

from __future__ import annotations

import re

from minikctl.errors import FieldError, duplicate, forbidden, invalid, not_supported, required, too_long
from minikctl.kinds.podspec.rules import descending_path, each_container, messages, unsupported, user_id
from minikctl.lib.names import is_dns1123_subdomain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

_PROFILE_TYPES = ("Localhost", "RuntimeDefault", "Unconfined")
#: PATH_MAX without its NUL
_LONGEST_PATH = 4095
_SYSCTL_MAX = 253
_SYSCTL_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = rf"^({_SYSCTL_SEGMENT}[\./])*{_SYSCTL_SEGMENT}$"
_WINDOWS = "cannot be set for a windows pod"
_WINDOWS_POD_FIELDS = (
    "securityContext.appArmorProfile", "securityContext.seLinuxOptions", "hostUsers", "hostPID", "hostIPC",
    "securityContext.seccompProfile", "securityContext.fsGroup", "securityContext.fsGroupChangePolicy",
    "securityContext.sysctls", "shareProcessNamespace", "securityContext.runAsUser", "securityContext.runAsGroup",
    "securityContext.supplementalGroups", "securityContext.supplementalGroupsPolicy",
    "securityContext.seLinuxChangePolicy",
)
_WINDOWS_CONTAINER_FIELDS = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
    "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)


# ---------------------------------------------------------------------------------------------------------------------
# One container
# ---------------------------------------------------------------------------------------------------------------------


def validate_security_context(container: Obj, path: str, *, host_users: bool) -> list[FieldError]:
    """``securityContext`` of a container."""
    context = container.get("securityContext")
    if context is None:
        return []
    errors: list[FieldError] = []
    for field in ("runAsUser", "runAsGroup"):
        if context.get(field) is not None:
            errors += user_id(context[field], f"{path}.{field}")
    proc_mount = context.get("procMount")
    if proc_mount is not None:
        if proc_mount not in ("Default", "Unmasked"):
            errors.append(unsupported(f"{path}.procMount", proc_mount, ("Default", "Unmasked")))
        if host_users and proc_mount == "Unmasked":
            errors.append(invalid(f"{path}.procMount", proc_mount, "`hostUsers` must be false to use `Unmasked`"))
    errors += _validate_seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")
    if context.get("allowPrivilegeEscalation") is False:
        errors += _validate_no_escalation(context, path)
    errors += validate_windows_options(context.get("windowsOptions"), f"{path}.windowsOptions")
    return errors + _validate_app_armor(context.get("appArmorProfile"), f"{path}.appArmorProfile")


def _validate_no_escalation(context: Obj, path: str) -> list[FieldError]:
    from minikctl.kinds.podspec.gostruct import as_struct

    wrong = []
    if context.get("privileged"):
        wrong.append("cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
    wrong += [
        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
        for capability in (context.get("capabilities") or {}).get("add") or ()
        if capability == "CAP_SYS_ADMIN"
    ]
    return messages(path, as_struct(context, "SecurityContext"), wrong) if wrong else []


# ---------------------------------------------------------------------------------------------------------------------
# The Pod
# ---------------------------------------------------------------------------------------------------------------------


def validate_pod_security_context(spec: Obj, path: str) -> list[FieldError]:
    """``spec.securityContext``; ``path`` is the context's. Upstream reads the host's namespaces there too."""
    context = spec.get("securityContext") or {}
    errors: list[FieldError] = []
    for field in ("fsGroup", "runAsUser", "runAsGroup"):
        if context.get(field) is not None:
            errors += user_id(context[field], f"{path}.{field}")
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        errors += user_id(group, f"{path}.supplementalGroups[{index}]")
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        errors.append(invalid(
            f"{path}.shareProcessNamespace", True, "ShareProcessNamespace and HostPID cannot both be enabled"
        ))
    errors += _validate_sysctls(spec, context.get("sysctls") or (), f"{path}.sysctls")
    errors += _one_of(context, "fsGroupChangePolicy", ("Always", "OnRootMismatch"), path)
    errors += _validate_seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")
    errors += validate_windows_options(context.get("windowsOptions"), f"{path}.windowsOptions")
    errors += _validate_app_armor(context.get("appArmorProfile"), f"{path}.appArmorProfile")
    errors += _one_of(context, "supplementalGroupsPolicy", ("Merge", "Strict"), path)
    return errors + _one_of(context, "seLinuxChangePolicy", ("MountOption", "Recursive"), path)


def _one_of(context: Obj, field: str, supported: tuple[str, ...], path: str) -> list[FieldError]:
    value = context.get(field)
    return [] if value is None or value in supported else [not_supported(f"{path}.{field}", value, supported)]


def _validate_sysctls(spec: Obj, sysctls: Any, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        name, where = sysctl.get("name", ""), f"{path}[{index}].name"
        if not name:
            errors.append(required(where))
        elif len(name) > _SYSCTL_MAX or not re.match(_SYSCTL, name):
            errors.append(invalid(where, name, f"must have at most {_SYSCTL_MAX} characters and match regex {_SYSCTL}"))
        elif name in names:
            errors.append(duplicate(where, name))
        names.add(name)
        space = _sysctl_namespace(name)
        if spec.get(space):
            errors.append(invalid(where, name, f"may not be specified when '{space}' is true"))
    return errors


def _sysctl_namespace(name: str) -> str:
    """The field of the host's namespace that a sysctl lives in, or "" (upstream: ``utilsysctl.GetNamespace``)."""
    first_separator = re.search(r"[./]", name)
    if first_separator and first_separator[0] == "/":
        name = name.translate(str.maketrans("./", "/."))
    if name.startswith("net."):
        return "hostNetwork"
    if name == "kernel.sem" or name.startswith(("kernel.shm", "kernel.msg", "fs.mqueue.")):
        return "hostIPC"
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# Profiles
# ---------------------------------------------------------------------------------------------------------------------


def _validate_seccomp(profile: Obj | None, path: str) -> list[FieldError]:
    """Upstream: ``validateSeccompProfileField``."""
    if profile is None:
        return []
    kind, file = profile.get("type", ""), profile.get("localhostProfile")
    errors: list[FieldError] = []
    if not kind:
        errors.append(required(f"{path}.type", "type is required when seccompProfile is set"))
    elif kind not in _PROFILE_TYPES:
        errors.append(unsupported(f"{path}.type", kind, _PROFILE_TYPES))
    if kind == "Localhost":
        if file is None:
            errors.append(required(f"{path}.localhostProfile", "must be set when seccomp type is Localhost"))
        else:
            errors += descending_path(file, f"{path}.localhostProfile")
    elif file is not None:
        shown = {"Type": kind, "LocalhostProfile": file}
        errors.append(invalid(f"{path}.localhostProfile", shown, "can only be set when seccomp type is Localhost"))
    return errors


def _validate_app_armor(profile: Obj | None, path: str) -> list[FieldError]:
    """Upstream: ``ValidateAppArmorProfileField``."""
    if profile is None:
        return []
    kind, file = profile.get("type", ""), profile.get("localhostProfile")
    if not kind:
        return [required(f"{path}.type", "type is required when appArmorProfile is set")]
    if kind not in _PROFILE_TYPES:
        return [unsupported(f"{path}.type", kind, _PROFILE_TYPES)]
    path = f"{path}.localhostProfile"
    if kind != "Localhost":
        return [] if file is None else [invalid(path, file, "can only be set when AppArmor type is Localhost")]
    errors: list[FieldError] = []
    if not file:
        errors.append(required(path, "must be set when AppArmor type is Localhost"))
    elif file != file.strip():
        errors.append(invalid(path, file, "must not be padded with whitespace"))
    if file and len(file.encode()) > _LONGEST_PATH:
        errors.append(too_long(path, _LONGEST_PATH))
    return errors


# ---------------------------------------------------------------------------------------------------------------------
# Windows
# ---------------------------------------------------------------------------------------------------------------------


def validate_windows_options(options: Obj | None, path: str) -> list[FieldError]:
    """Upstream: ``validateWindowsSecurityContextOptions``."""
    if not options:
        return []
    errors: list[FieldError] = []
    name = options.get("gmsaCredentialSpecName")
    if name is not None:
        errors += messages(f"{path}.gmsaCredentialSpecName", name, is_dns1123_subdomain(name))
    content = options.get("gmsaCredentialSpec")
    if content is not None:
        if not content:
            errors.append(invalid(
                f"{path}.gmsaCredentialSpec", content, "gmsaCredentialSpec cannot be an empty string"
            ))
        elif len(content.encode()) > 64 * 1024:
            errors.append(invalid(
                f"{path}.gmsaCredentialSpec", content, "gmsaCredentialSpec size must be under 64 KiB"
            ))
    user = options.get("runAsUserName")
    if user is not None:
        wrong = [f"runAsUserName{what}" for what in _wrong_windows_user(user)]
        errors += messages(f"{path}.runAsUserName", user, wrong)
    return errors


def _wrong_windows_user(name: str) -> list[str]:
    """What is wrong with a user of Windows, who may have a domain; each text follows the field's name."""
    if not name:
        return [" cannot be an empty string"]
    if re.search(r"[\x00-\x1f\x7f]", name):
        return [" cannot contain control characters"]
    if name.count("\\") > 1:
        return [" cannot contain more than one backslash"]
    domain, backslash, user = name.rpartition("\\")
    wrong = []
    if len(domain) >= 256:
        wrong.append("'s Domain length must be under 256 characters")
    if backslash and not _is_windows_domain(domain):
        wrong.append("'s Domain doesn't match the NetBios nor the DNS format")
    if not user:
        wrong.append("'s User cannot be empty")
    elif len(user) > 104:
        wrong.append("'s User length must not be longer than 104 characters")
    if re.fullmatch(r"[. ]+", user):
        wrong.append("'s User cannot contain only periods or spaces")
    if re.search(r'["/\\:;|=,+*?<>@\[\]]', user):
        wrong.append('\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]')
    return wrong


def _is_windows_domain(domain: str) -> bool:
    label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    net_bios = r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}'
    return bool(re.fullmatch(net_bios, domain) or re.fullmatch(rf"{label}(?:\.{label})*", domain))


def validate_host_process(spec: Obj, path: str) -> list[FieldError]:
    """HostProcess containers of Windows: all or none, on the host's network (``validateWindowsHostProcessPod``)."""
    of_pod = _host_process(spec)
    errors: list[FieldError] = []
    count = host_processes = 0
    for container, where in each_container(spec, path):
        count += 1
        of_container = _host_process(container)
        if of_pod is not None and of_container is not None and of_pod != of_container:
            errors.append(invalid(
                f"{where}.securityContext.windowsOptions.hostProcess", of_container,
                f"pod hostProcess value must be identical if both are specified, was {str(of_pod).lower()}",
            ))
        host_processes += bool(of_pod if of_container is None else of_container)
    if host_processes:
        if host_processes != count:
            errors.append(invalid(
                path, "",
                "If pod contains any hostProcess containers then all containers must be HostProcess containers",
            ))
        if not spec.get("hostNetwork"):
            errors.append(invalid(
                f"{path}.hostNetwork", False, "hostNetwork must be true if pod contains any hostProcess containers"
            ))
    return errors


def _host_process(owner: Obj) -> bool | None:
    options = (owner.get("securityContext") or {}).get("windowsOptions") or {}
    value: bool | None = options.get("hostProcess")
    return value


def validate_os(spec: Obj, path: str) -> list[FieldError]:
    """``spec.os`` and the fields that the named system does not have."""
    system = spec.get("os")
    if system is None:
        return []
    name = system.get("name", "")
    if not name:
        return [required(f"{path}.os.name")]
    if name not in ("linux", "windows"):
        return [not_supported(f"{path}.os", name, ("linux", "windows"))]
    return _validate_linux(spec, path) if name == "linux" else _validate_windows(spec, path)


def _validate_linux(spec: Obj, path: str) -> list[FieldError]:
    return [
        forbidden(f"{where}.securityContext.windowsOptions", "windows options cannot be set for a linux pod")
        for owner, where in [(spec, path), *each_container(spec, path)]
        if (owner.get("securityContext") or {}).get("windowsOptions") is not None
    ]


def _validate_windows(spec: Obj, path: str) -> list[FieldError]:
    errors = []
    for field in _WINDOWS_POD_FIELDS:
        head, _, tail = field.rpartition(".")
        owner = (spec.get(head) or {}) if head else spec
        if owner.get(tail) is not None:
            errors.append(forbidden(f"{path}.{field}", _WINDOWS))
    for container, where in each_container(spec, path):
        context = container.get("securityContext") or {}
        errors += [
            forbidden(f"{where}.securityContext.{field}", _WINDOWS)
            for field in _WINDOWS_CONTAINER_FIELDS
            if context.get(field) is not None
        ]
    return errors


def validate_host_users(spec: Obj, path: str) -> list[FieldError]:
    """A user namespace of its own excludes the host's other namespaces (upstream: ``validateHostUsers``)."""
    if spec.get("hostUsers", True):
        return []
    why = "when `hostUsers` is false"
    errors = [
        forbidden(f"{path}.{shown}", why)
        for field, shown in (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
        if spec.get(field)
    ]
    return errors + [
        forbidden(f"{where}.volumeDevices", why)
        for container, where in each_container(spec, path)
        if container.get("volumeDevices")
    ]
