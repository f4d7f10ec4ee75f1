"""The rules of probes and lifecycle hooks.

Upstream: ``validateProbe``, ``validateLifecycle`` and ``validateHandler`` in ``pkg/apis/core/validation``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, not_supported, required
from minikctl.kinds.podspec.rules import messages, not_negative, port_number_or_name
from minikctl.lib.names import is_http_header_name, is_valid_port_num

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

_PROBE_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOK_HANDLERS = ("exec", "httpGet", "tcpSocket", "sleep")
_PROBE_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")

_REAL_TIME = [
    "SIGRTMIN", *(f"SIGRTMIN+{n}" for n in range(1, 16)), *(f"SIGRTMAX-{n}" for n in range(1, 15)), "SIGRTMAX",
]
_LINUX_SIGNALS = frozenset({
    *(f"SIG{name}" for name in (
        "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE", "POLL",
        "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1",
        "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
    )),
    *_REAL_TIME,
})
_SIGNALS = {"linux": _LINUX_SIGNALS, "windows": frozenset({"SIGKILL", "SIGTERM"})}


def validate_probes(container: Obj, grace_period: int | None, path: str) -> list[FieldError]:
    """The three probes of a container, in upstream's order."""
    errors: list[FieldError] = []
    for field in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(field)
        if probe is None:
            continue
        where = f"{path}.{field}"
        errors += _validate_probe(probe, grace_period, where)
        if field == "readinessProbe":
            if probe.get("terminationGracePeriodSeconds") is not None:
                errors.append(invalid(
                    f"{where}.terminationGracePeriodSeconds", probe["terminationGracePeriodSeconds"],
                    "must not be set for readinessProbes",
                ))
        elif probe.get("successThreshold", 0) != 1:
            errors.append(invalid(f"{where}.successThreshold", probe.get("successThreshold", 0), "must be 1"))
    return errors


def _validate_probe(probe: Obj, grace_period: int | None, path: str) -> list[FieldError]:
    errors = _validate_handler(probe, _PROBE_HANDLERS, grace_period, path)
    for field in _PROBE_NUMBERS:
        errors += not_negative(probe.get(field, 0), f"{path}.{field}")
    grace = probe.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        errors.append(invalid(f"{path}.terminationGracePeriodSeconds", grace, "must be greater than 0"))
    return errors


def validate_lifecycle(lifecycle: Obj, spec: Obj, path: str) -> list[FieldError]:
    """``lifecycle`` of a container; the spec tells the grace period and the operating system."""
    errors: list[FieldError] = []
    for field in ("postStart", "preStop"):
        if lifecycle.get(field) is not None:
            grace_period = spec.get("terminationGracePeriodSeconds")
            errors += _validate_handler(lifecycle[field], _HOOK_HANDLERS, grace_period, f"{path}.{field}")
    signal = lifecycle.get("stopSignal")
    if signal is not None:
        errors += _validate_stop_signal(signal, spec.get("os"), f"{path}.stopSignal")
    return errors


def _validate_stop_signal(signal: str, system: Obj | None, path: str) -> list[FieldError]:
    if system is None:
        return [forbidden(path, "may not be set for containers with empty `spec.os.name`")]
    supported = _SIGNALS.get(system.get("name", ""))
    return [not_supported(path, signal, supported)] if supported and signal not in supported else []


def _validate_handler(handler: Obj, fields: tuple[str, ...], grace_period: int | None, path: str) -> list[FieldError]:
    """Exactly one of ``fields``; of several, the first is judged and the others are too many."""
    given = [field for field in fields if handler.get(field) is not None]
    if not given:
        return [required(path, "must specify a handler type")]
    first = given[0]
    if first == "sleep":
        errors = _validate_sleep(handler[first], grace_period, f"{path}.{first}")
    else:
        errors = _ACTIONS[first](handler[first], f"{path}.{first}")
    return errors + [forbidden(f"{path}.{field}", "may not specify more than 1 handler type") for field in given[1:]]


def _validate_exec(action: Obj, path: str) -> list[FieldError]:
    return [] if action.get("command") else [required(f"{path}.command")]


def _validate_http_get(action: Obj, path: str) -> list[FieldError]:
    errors = [] if action.get("path") else [required(f"{path}.path")]
    errors += port_number_or_name(action.get("port"), f"{path}.port")
    scheme = action.get("scheme", "")
    if scheme not in ("HTTP", "HTTPS"):
        errors.append(not_supported(f"{path}.scheme", scheme, ("HTTP", "HTTPS")))
    for header in action.get("httpHeaders") or ():
        name = header.get("name", "")
        errors += messages(f"{path}.httpHeaders", name, is_http_header_name(name))
    return errors


def _validate_tcp_socket(action: Obj, path: str) -> list[FieldError]:
    return port_number_or_name(action.get("port"), f"{path}.port")


def _validate_grpc(action: Obj, path: str) -> list[FieldError]:
    port = action.get("port", 0)
    return messages(f"{path}.port", port, is_valid_port_num(port))


def _validate_sleep(action: Obj, grace_period: int | None, path: str) -> list[FieldError]:
    seconds = action.get("seconds", 0)
    if grace_period is None or 0 <= seconds <= grace_period:
        return []
    return [invalid(
        path, seconds, f"must be non-negative and less than terminationGracePeriodSeconds ({grace_period})"
    )]


_ACTIONS = {
    "exec": _validate_exec,
    "httpGet": _validate_http_get,
    "tcpSocket": _validate_tcp_socket,
    "grpc": _validate_grpc,
}
