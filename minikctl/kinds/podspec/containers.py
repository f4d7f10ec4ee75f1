"""The rules of containers: regular ones, init containers and sidecars, ephemeral ones.

Upstream: ``validateContainers``, ``validateInitContainers``, ``validateEphemeralContainers`` and
``validateContainerCommon`` in ``pkg/apis/core/validation``, in their order.
"""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, forbidden, invalid, not_found, not_supported, required, too_many
from minikctl.kinds.podspec.environment import validate_env, validate_env_from
from minikctl.kinds.podspec.handlers import validate_lifecycle, validate_probes
from minikctl.kinds.podspec.mounts import validate_volume_devices, validate_volume_mounts
from minikctl.kinds.podspec.resource_rules import validate_container_resources
from minikctl.kinds.podspec.rules import dns_label, messages, unsupported
from minikctl.kinds.podspec.security import validate_security_context
from minikctl.lib.names import is_valid_port_name, is_valid_port_num

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
PROTOCOLS = ("SCTP", "TCP", "UDP")
_RESTART_POLICIES = ("Always", "Never", "OnFailure")
_RULE_ACTIONS = ("Restart", "RestartAllContainers")
_POLICY_BESIDE_RULES = "must specify restartPolicy when restart rules are used"

#: what an ephemeral container may not have, in the struct's order
_FORBIDDEN_IN_EPHEMERAL = (
    "ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe", "readinessProbe",
    "startupProbe", "lifecycle",
)


class Surroundings:
    """What the rules of one container look at outside of it: the spec, its volumes that are in order, its claims."""

    __slots__ = ("claims", "spec", "volumes")

    def __init__(self, spec: Obj, volumes: dict[str, Obj]) -> None:
        self.spec = spec
        self.volumes = volumes
        self.claims = {claim["name"] for claim in spec.get("resourceClaims") or () if claim.get("name")}


# ---------------------------------------------------------------------------------------------------------------------
# The three lists
# ---------------------------------------------------------------------------------------------------------------------


def validate_containers(around: Surroundings, path: str) -> list[FieldError]:
    """``spec.containers``."""
    spec = around.spec
    containers: Sequence[Obj] = spec.get("containers") or ()
    if not containers:
        return [required(path)]
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, container in enumerate(containers):
        where = f"{path}[{index}]"
        errors += _validate_common(container, around, where)
        name = container.get("name", "")
        if name in names:
            errors.append(duplicate(f"{where}.name", name))
        names.add(name)
        if container.get("lifecycle") is not None:
            errors += validate_lifecycle(container["lifecycle"], spec, f"{where}.lifecycle")
        errors += validate_probes(container, spec.get("terminationGracePeriodSeconds"), where)
        errors += _validate_restart_policy(container, where)
    return errors + check_host_port_conflicts(containers, path)


def validate_init_containers(around: Surroundings, path: str) -> list[FieldError]:
    """``spec.initContainers``; those with restartPolicy Always are sidecars and may have probes and hooks."""
    spec = around.spec
    errors: list[FieldError] = []
    names = {container.get("name", "") for container in spec.get("containers") or ()}
    for index, container in enumerate(spec.get("initContainers") or ()):
        where = f"{path}[{index}]"
        errors += _validate_common(container, around, where)
        if container.get("restartPolicy") is not None or not container.get("restartPolicyRules"):
            errors += _validate_restart_policy(container, where)
        else:
            errors.append(required(f"{where}.restartPolicy", _POLICY_BESIDE_RULES))
        name = container.get("name", "")
        if name in names:
            errors.append(duplicate(f"{where}.name", name))
        elif name:
            names.add(name)
        # Init containers run one after the other: only the ports of one can clash.
        errors += check_host_port_conflicts([container], path)
        if container.get("restartPolicy") == "Always":
            if container.get("lifecycle") is not None:
                errors += validate_lifecycle(container["lifecycle"], spec, f"{where}.lifecycle")
            errors += validate_probes(container, spec.get("terminationGracePeriodSeconds"), where)
        else:
            errors += _forbid_for_init(container, where)
    return errors


def _forbid_for_init(container: Obj, path: str) -> list[FieldError]:
    errors = [
        forbidden(f"{path}.{field}", "may not be set for init containers without restartPolicy=Always")
        for field in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
        if container.get(field) is not None
    ]
    for index, policy in enumerate(container.get("resizePolicy") or ()):
        if policy.get("restartPolicy") == "RestartContainer":
            errors.append(invalid(
                f"{path}.resizePolicy[{index}].restartPolicy", "RestartContainer",
                "must not be set to 'RestartContainer' for non-sidecar initContainers",
            ))
    return errors


def validate_ephemeral_containers(around: Surroundings, path: str) -> list[FieldError]:
    """``spec.ephemeralContainers``."""
    spec = around.spec
    others = {
        container.get("name", "")
        for field in ("containers", "initContainers")
        for container in spec.get(field) or ()
    }
    names = set(others)
    errors: list[FieldError] = []
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        where = f"{path}[{index}]"
        errors += _validate_common(container, around, where)
        errors += validate_image_space(container, where)
        name, target = container.get("name", ""), container.get("targetContainerName", "")
        if name in names:
            errors.append(duplicate(f"{where}.name", name))
        names.add(name)
        if target and target not in others:
            errors.append(not_found(f"{where}.targetContainerName", target))
        errors += [
            forbidden(f"{where}.{field}", "cannot be set for an Ephemeral Container")
            for field in _FORBIDDEN_IN_EPHEMERAL
            if container.get(field)
        ]
        errors += [
            forbidden(f"{where}.volumeMounts[{number}].{field}", "cannot be set for an Ephemeral Container")
            for number, mount in enumerate(container.get("volumeMounts") or ())
            for field in ("subPath", "subPathExpr")
            if mount.get(field)
        ]
    return errors


# ---------------------------------------------------------------------------------------------------------------------
# One container
# ---------------------------------------------------------------------------------------------------------------------


def _validate_common(container: Obj, around: Surroundings, path: str) -> list[FieldError]:
    """What holds for a container of any list (upstream: ``validateContainerCommon``)."""
    name = container.get("name", "")
    errors = dns_label(name, f"{path}.name") if name else [required(f"{path}.name")]
    if not container.get("image"):
        errors.append(required(f"{path}.image"))
    policy = container.get("terminationMessagePolicy", "")
    if not policy:
        errors.append(required(f"{path}.terminationMessagePolicy"))
    elif policy not in ("File", "FallbackToLogsOnError"):
        errors.append(unsupported(f"{path}.terminationMessagePolicy", policy, ("File", "FallbackToLogsOnError")))
    errors += _validate_ports(container.get("ports") or (), f"{path}.ports")
    errors += validate_env(container.get("env") or (), f"{path}.env")
    errors += validate_env_from(container.get("envFrom") or (), f"{path}.envFrom")
    errors += validate_volume_mounts(container, around.volumes, f"{path}.volumeMounts")
    errors += validate_volume_devices(container, around.volumes, f"{path}.volumeDevices")
    errors += validate_pull_policy(container.get("imagePullPolicy", ""), f"{path}.imagePullPolicy")
    errors += validate_container_resources(container.get("resources") or {}, around.claims, f"{path}.resources")
    errors += _validate_resize_policy(container, around.spec, f"{path}.resizePolicy")
    host_users = around.spec.get("hostUsers", True)
    return errors + validate_security_context(container, f"{path}.securityContext", host_users=host_users)


def validate_image_space(container: Obj, path: str) -> list[FieldError]:
    """Only Pods, not templates, are refused an image with space around it (``validateContainerOnlyForPod``)."""
    image = container.get("image", "")
    if image == image.strip():
        return []
    return [invalid(f"{path}.image", image, "must not have leading or trailing whitespace")]


def validate_pull_policy(policy: str, path: str) -> list[FieldError]:
    """Upstream: ``validatePullPolicy``."""
    if not policy:
        return [required(path)]
    return [] if policy in PULL_POLICIES else [not_supported(path, policy, PULL_POLICIES)]


def _validate_ports(ports: Sequence[Obj], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        where = f"{path}[{index}]"
        name = port.get("name", "")
        if name:
            wrong = messages(f"{where}.name", name, is_valid_port_name(name))
            if not wrong and name in names:
                wrong = [duplicate(f"{where}.name", name)]
            if not wrong:
                names.add(name)
            errors += wrong
        errors += _validate_port_numbers(port, where)
        protocol = port.get("protocol", "")
        if not protocol:
            errors.append(required(f"{where}.protocol"))
        elif protocol not in PROTOCOLS:
            errors.append(not_supported(f"{where}.protocol", protocol, PROTOCOLS))
    return errors


def _validate_port_numbers(port: Obj, path: str) -> list[FieldError]:
    number, host_number = port.get("containerPort", 0), port.get("hostPort", 0)
    if number:
        errors = messages(f"{path}.containerPort", number, is_valid_port_num(number))
    else:
        errors = [required(f"{path}.containerPort")]
    if host_number:
        errors += messages(f"{path}.hostPort", host_number, is_valid_port_num(host_number))
    return errors


def check_host_port_conflicts(containers: Sequence[Obj], path: str) -> list[FieldError]:
    """No two containers take the same port of the host (upstream: ``AccumulateUniqueHostPorts``)."""
    taken: set[str] = set()
    errors: list[FieldError] = []
    for index, container in enumerate(containers):
        for number, port in enumerate(container.get("ports") or ()):
            if port.get("hostPort"):
                key = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
                if key in taken:
                    errors.append(duplicate(f"{path}[{index}].ports[{number}].hostPort", key))
                taken.add(key)
    return errors


def _validate_resize_policy(container: Obj, spec: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, policy in enumerate(container.get("resizePolicy") or ()):
        resource, restart = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if resource in seen:
            errors.append(duplicate(f"{path}[{index}]", resource))
        seen.add(resource)
        errors += _one_of(resource, ("cpu", "memory"), path)
        errors += _one_of(restart, ("NotRequired", "RestartContainer"), path)
        if spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            errors.append(invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"))
    return errors


def _one_of(value: str, supported: tuple[str, ...], path: str) -> list[FieldError]:
    if not value:
        return [required(path)]
    return [] if value in supported else [not_supported(path, value, supported)]


# ---------------------------------------------------------------------------------------------------------------------
# Restarts of one container
# ---------------------------------------------------------------------------------------------------------------------


def _validate_restart_policy(container: Obj, path: str) -> list[FieldError]:
    """The restartPolicy and restartPolicyRules of a container (upstream: ``validateContainerRestartPolicy``)."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or ()
    errors: list[FieldError] = []
    if policy is None:
        if not rules:
            return errors
        errors.append(required(f"{path}.restartPolicy", _POLICY_BESIDE_RULES))
    elif policy not in _RESTART_POLICIES:
        errors.append(not_supported(f"{path}.restartPolicy", policy, _RESTART_POLICIES))
    if len(rules) > 20:
        errors.append(too_many(f"{path}.restartPolicyRules", len(rules), 20))
    for index, rule in enumerate(rules):
        errors += _validate_restart_rule(rule, f"{path}.restartPolicyRules[{index}]")
    return errors


def _validate_restart_rule(rule: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    action, codes = rule.get("action", ""), rule.get("exitCodes")
    if action not in _RULE_ACTIONS:
        errors.append(not_supported(f"{path}.action", action, _RULE_ACTIONS))
    if codes is None:
        return [*errors, required(f"{path}.exitCodes", "must be specified")]
    operator, values = codes.get("operator", ""), codes.get("values") or ()
    if operator not in ("In", "NotIn"):
        errors.append(not_supported(f"{path}.exitCodes.operator", operator, ("In", "NotIn")))
    if len(values) > 255:
        errors.append(too_many(f"{path}.exitCodes.values", len(values), 255))
    return errors
