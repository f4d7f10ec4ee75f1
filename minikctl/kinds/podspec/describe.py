"""The Pod Template section of ``describe``, and what it shares with the description of a Pod: containers, tolerations.

Upstream: kubectl's ``describe.go`` (``DescribePodTemplate``, ``describeContainers`` and what they call).
"""

from __future__ import annotations

from minikctl.errors import quote
from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.podspec.describe_volumes import describe_volumes
from minikctl.lib.times import describe_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from minikctl.kinds.base import Obj, Writer

    #: gives the value of a variable with a fieldRef, "" where it is not known
    Resolver = Callable[[Obj], str]


def describe_pod_template(out: Writer, template: Obj | None) -> None:
    """Write the section ``Pod Template`` of a workload."""
    out.write(0, "Pod Template:\n")
    if template is None:
        out.write(1, "<unset>")
        return
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    labels_multiline(out, "  Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        annotations_multiline(out, "  Annotations", metadata["annotations"])
    if spec.get("serviceAccountName"):
        out.write(1, f"Service Account:\t{spec['serviceAccountName']}\n")
    if spec.get("initContainers"):
        describe_containers(out, "Init Containers", spec["initContainers"], space="  ")
    describe_containers(out, "Containers", spec.get("containers") or (), space="  ")
    describe_volumes(out, spec.get("volumes") or (), space="  ")
    describe_topology_spread(out, spec.get("topologySpreadConstraints") or (), space="  ")
    if spec.get("priorityClassName"):
        out.write(1, f"Priority Class Name:\t{spec['priorityClassName']}\n")
    labels_multiline(out, "  Node-Selectors", spec.get("nodeSelector"))
    describe_tolerations(out, "  Tolerations", spec.get("tolerations") or ())
    describe_scheduling_group(out, spec.get("schedulingGroup"), space="  ")


# ---------------------------------------------------------------------------------------------------------------------
# Containers
# ---------------------------------------------------------------------------------------------------------------------


def describe_containers(
    out: Writer, label: str, containers: Sequence[Obj], statuses: Sequence[Obj] = (), resolver: Resolver | None = None,
    *, space: str = "",
) -> None:
    """Write a list of containers, each with its status where ``statuses`` has one of its name.

    ``resolver`` tells values out of the Pod's own fields; ``space`` is what a template's section is indented by.
    """
    by_name = {status.get("name"): status for status in statuses}
    out.write(0, f"{space}{label}:{'' if containers else ' <none>'}\n")
    for container in containers:
        status = by_name.get(container.get("name"))
        _describe_basics(out, container, status, " " if space else "")
        for field, title in (("command", "Command"), ("args", "Args")):
            _describe_words(out, title, container.get(field) or ())
        if status is not None:
            _describe_state(out, status)
        describe_resources(out, 2, container.get("resources") or {})
        for field, title in (
            ("livenessProbe", "Liveness"), ("readinessProbe", "Readiness"), ("startupProbe", "Startup"),
        ):
            if container.get(field) is not None:
                out.write(2, f"{title}:\t{probe_text(container[field])}\n")
        _describe_env_from(out, container.get("envFrom") or ())
        _describe_env(out, container, resolver)
        _describe_mounts(out, container)


def _describe_basics(out: Writer, container: Obj, status: Obj | None, indent: str) -> None:
    out.write(1, f"{indent}{container.get('name', '')}:\n")
    if status is not None:
        out.write(2, f"Container ID:\t{status.get('containerID', '')}\n")
    out.write(2, f"Image:\t{container.get('image', '')}\n")
    if status is not None:
        out.write(2, f"Image ID:\t{status.get('imageID', '')}\n")
    for field, title in (("containerPort", "Port"), ("hostPort", "Host Port")):
        ports = ", ".join(_port_text(port, field) for port in container.get("ports") or ())
        out.write(2, f"{title}{'s' if ',' in ports else ''}:\t{ports or '<none>'}\n")
    profile = (container.get("securityContext") or {}).get("seccompProfile")
    if profile is not None:
        out.write(2, f"SeccompProfile:\t{profile.get('type', '')}\n")
        if profile.get("type") == "Localhost":
            out.write(3, f"LocalhostProfile:\t{profile.get('localhostProfile', '')}\n")


def _port_text(port: Obj, field: str) -> str:
    text = f"{port.get(field, 0)}/{port.get('protocol', '')}"
    return f"{text} ({port['name']})" if port.get("name") else text


def _describe_words(out: Writer, title: str, words: Sequence[str]) -> None:
    if words:
        out.write(2, f"{title}:\n")
        for word in words:
            for line in word.split("\n"):
                out.write(3, f"{line}\n")


def describe_resources(out: Writer, level: int, resources: Obj) -> None:
    """Write limits and requests, where there are any (upstream: ``describeResources``)."""
    for field, title in (("limits", "Limits"), ("requests", "Requests")):
        amounts = resources.get(field)
        if amounts:
            out.write(level, f"{title}:\n")
            for name in sorted(amounts):
                out.write(level + 1, f"{name}:\t{amounts[name]}\n")


def _describe_state(out: Writer, status: Obj) -> None:
    _describe_one_state(out, "State", status.get("state") or {})
    last = status.get("lastState") or {}
    if last.get("terminated") is not None:
        _describe_one_state(out, "Last State", last)
    out.write(2, f"Ready:\t{bool(status.get('ready'))}\n")
    out.write(2, f"Restart Count:\t{status.get('restartCount', 0)}\n")


def _describe_one_state(out: Writer, title: str, state: Obj) -> None:
    if state.get("running") is not None:
        out.write(2, f"{title}:\tRunning\n")
        out.write(3, f"Started:\t{describe_time(state['running'].get('startedAt'))}\n")
    elif state.get("terminated") is not None and state.get("waiting") is None:
        _describe_terminated(out, title, state["terminated"])
    else:
        out.write(2, f"{title}:\tWaiting\n")
        reason = (state.get("waiting") or {}).get("reason")
        if reason:
            out.write(3, f"Reason:\t{reason}\n")


def _describe_terminated(out: Writer, title: str, terminated: Obj) -> None:
    out.write(2, f"{title}:\tTerminated\n")
    for field, label in (("reason", "Reason"), ("message", "Message")):
        if terminated.get(field):
            out.write(3, f"{label}:\t{terminated[field]}\n")
    out.write(3, f"Exit Code:\t{terminated.get('exitCode', 0)}\n")
    if terminated.get("signal", 0) > 0:
        out.write(3, f"Signal:\t{terminated['signal']}\n")
    out.write(3, f"Started:\t{describe_time(terminated.get('startedAt'))}\n")
    out.write(3, f"Finished:\t{describe_time(terminated.get('finishedAt'))}\n")


# ---------------------------------------------------------------------------------------------------------------------
# Probes, variables, mounts
# ---------------------------------------------------------------------------------------------------------------------


def probe_text(probe: Obj) -> str:
    """A probe on one line (upstream: ``DescribeProbe``)."""
    times = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s "
        f"period={probe.get('periodSeconds', 0)}s #success={probe.get('successThreshold', 0)} "
        f"#failure={probe.get('failureThreshold', 0)}"
    )
    if probe.get("exec") is not None:
        return f"exec [{' '.join(probe['exec'].get('command') or ())}] {times}"
    if probe.get("httpGet") is not None:
        return f"http-get {_url(probe['httpGet'])} {times}"
    if probe.get("tcpSocket") is not None:
        action = probe["tcpSocket"]
        return f"tcp-socket {action.get('host', '')}:{action.get('port', 0)} {times}"
    if probe.get("grpc") is not None:
        action = probe["grpc"]
        return f"grpc <pod>:{action.get('port', 0)} {action.get('service') or ''} {times}"
    return f"unknown {times}"


def _url(action: Obj) -> str:
    """Where an HTTP probe asks, as Go's ``url.URL`` writes it."""
    from urllib.parse import quote as percent_encode

    host, port, path = action.get("host", ""), str(action.get("port", 0)), action.get("path", "")
    if ":" in host or "%" in host:
        host = f"[{host}]"
    path = percent_encode(path, safe="/$&+,:;=@~-._")
    scheme = action.get("scheme", "").lower()
    address = f"{host}:{port}" if port else host
    return f"{scheme}:" * bool(scheme) + f"//{address}" + ("" if path.startswith("/") or not path else "/") + path


def _describe_env_from(out: Writer, sources: Sequence[Obj]) -> None:
    if not sources:
        return
    out.write(2, "Environment Variables from:\n")
    for source in sources:
        kind, reference = "", source.get("configMapRef")
        if reference is not None:
            kind = "ConfigMap"
        else:
            reference = source.get("secretRef")
            kind = "" if reference is None else "Secret"
        reference = reference or {}
        prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
        out.write(3, f"{reference.get('name', '')}\t{kind}{prefix}\tOptional: {_is_optional(reference)}\n")


def _is_optional(reference: Obj) -> str:
    return "true" if reference.get("optional") else "false"


def _describe_env(out: Writer, container: Obj, resolver: Resolver | None) -> None:
    variables = container.get("env") or ()
    out.write(2, f"Environment:{'' if variables else chr(9) + '<none>'}\n")
    for variable in variables:
        name, source = variable.get("name", ""), variable.get("valueFrom")
        if source is None:
            lines = variable.get("value", "").split("\n")
            out.write(3, f"{name}:\t{lines[0]}\n")
            for line in lines[1:]:
                out.write(3, f"\t{line}\n")
        else:
            text = _source_text(source, container, variable, resolver)
            if text:
                out.write(3, f"{name}:\t{text}\n")


def _source_text(source: Obj, container: Obj, variable: Obj, resolver: Resolver | None) -> str:
    """Where a variable's value comes from; "" where kubectl says nothing (files)."""
    if source.get("fieldRef") is not None:
        reference = source["fieldRef"]
        value = resolver(variable) if resolver else ""
        return f"{value} ({reference.get('apiVersion', '')}:{reference.get('fieldPath', '')})"
    if source.get("resourceFieldRef") is not None:
        reference = source["resourceFieldRef"]
        value, resource = resource_value(reference, container), reference.get("resource", "")
        if value == "0" and resource in ("limits.cpu", "limits.memory"):
            value = "node allocatable"
        return f"{value} ({resource})"
    for field, words in (("secretKeyRef", "in secret"), ("configMapKeyRef", "of config map")):
        if source.get(field) is not None:
            reference = source[field]
            key, name = reference.get("key", ""), reference.get("name", "")
            return f"<set to the key '{key}' {words} '{name}'>\tOptional: {_is_optional(reference)}"
    return ""


def resource_value(reference: Obj, container: Obj) -> str:
    """What a resourceFieldRef gives, in units of its divisor, rounded up; "" for what is no resource of a container.

    Upstream: kubectl's ``ExtractContainerResourceValue``.
    """
    from minikctl.lib.quantity import parse_quantity

    field, _, name = reference.get("resource", "").partition(".")
    if field not in ("limits", "requests") or not (
        name in ("cpu", "memory", "ephemeral-storage") or name.startswith("hugepages-")
    ):
        return ""
    divisor = parse_quantity(reference.get("divisor") or "0")
    if divisor.is_zero():
        divisor = parse_quantity("1")
    amount = parse_quantity(((container.get("resources") or {}).get(field) or {}).get(name, "0"))
    if name == "cpu":
        return str(-(-amount.milli_value() // divisor.milli_value()))
    return str(-(-amount.value() // divisor.value()))


def _describe_mounts(out: Writer, container: Obj) -> None:
    mounts = sorted(container.get("volumeMounts") or (), key=lambda mount: str(mount.get("mountPath", "")))
    none = "" if mounts else "\t<none>"
    out.write(2, f"Mounts:{none}\n")
    for mount in mounts:
        flags = "ro" if mount.get("readOnly") else "rw"
        if mount.get("subPath"):
            flags += f",path={quote(mount['subPath'])}"
        out.write(3, f"{mount.get('mountPath', '')} from {mount.get('name', '')} ({flags})\n")
    devices = sorted(container.get("volumeDevices") or (), key=lambda device: str(device.get("devicePath", "")))
    if devices:
        out.write(2, f"Devices:{none}\n")
        for device in devices:
            out.write(3, f"{device.get('devicePath', '')} from {device.get('name', '')}\n")


# ---------------------------------------------------------------------------------------------------------------------
# Scheduling
# ---------------------------------------------------------------------------------------------------------------------


def describe_tolerations(out: Writer, title: str, tolerations: Sequence[Obj]) -> None:
    """Write tolerations by key, a line each."""
    by_key = sorted(tolerations, key=lambda toleration: str(toleration.get("key", "")))
    out.write(0, f"{title}:\t" + "\t".join([f"{toleration_text(t)}\n" for t in by_key] or ["<none>\n"]))


def toleration_text(toleration: Obj) -> str:
    """``key=value:effect for 300s`` and the like, without what is empty."""
    key, value, effect = (toleration.get(field, "") for field in ("key", "value", "effect"))
    text = key + (f"={value}" if value else "") + (f":{effect}" if effect else "")
    if toleration.get("operator") == "Exists" and not value:
        text += " op=Exists" if key or effect else "op=Exists"
    seconds = toleration.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"


def describe_topology_spread(out: Writer, constraints: Sequence[Obj], *, space: str = "") -> None:
    """Write how Pods are to be spread, by topology, a line each; nothing where nothing is said."""
    from minikctl.lib.labels import format_label_selector

    lines = []
    for constraint in sorted(constraints, key=lambda item: str(item.get("topologyKey", ""))):
        line = (
            f"{constraint.get('topologyKey', '')}:{constraint.get('whenUnsatisfiable', '')} when max skew "
            f"{constraint.get('maxSkew', 0)} is exceeded"
        )
        if constraint.get("labelSelector") is not None:
            line += f" for selector {format_label_selector(constraint['labelSelector'])}"
        lines.append(f"{line}\n")
    if lines:
        out.write(0, f"{space}Topology Spread Constraints:\t" + f"{space}\t".join(lines))


def describe_scheduling_group(out: Writer, group: Obj | None, *, space: str = "") -> None:
    """Write the group that the Pod is scheduled with."""
    if group is not None:
        out.write(0, f"{space}SchedulingGroup:\n")
        out.write(1, f"PodGroupName:\t{group.get('podGroupName', '')}\n")
