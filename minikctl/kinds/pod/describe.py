"""``describe pod``.

Upstream: ``describePod`` in kubectl's ``describe.go``.
"""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, controlled_by, labels_multiline
from minikctl.kinds.podspec.describe import (
    describe_containers,
    describe_resources,
    describe_scheduling_group,
    describe_tolerations,
    describe_topology_spread,
)
from minikctl.kinds.podspec.describe_volumes import describe_volumes
from minikctl.kinds.podspec.environment import split_subscript
from minikctl.kinds.podspec.resources import qos_class
from minikctl.lib.times import age, describe_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from minikctl.kinds.base import Obj, Reader, Writer


def describe_pod(out: Writer, pod: Obj, read: Reader) -> None:
    """Write ``pod``, section by section."""
    spec, status = pod["spec"], pod.get("status") or {}
    _describe_place(out, pod)
    labels_multiline(out, "Labels", pod["metadata"].get("labels"))
    annotations_multiline(out, "Annotations", pod["metadata"].get("annotations"))
    _describe_status(out, pod, read)
    _describe_addresses(out, status)
    owner = controlled_by(pod)
    if owner:
        out.write(0, f"Controlled By:\t{owner}\n")
    if status.get("nominatedNodeName"):
        out.write(0, f"NominatedNodeName:\t{status['nominatedNodeName']}\n")
    if spec.get("resources") is not None:
        out.write(0, "Resources:\n")
        describe_resources(out, 1, spec["resources"])
    _describe_all_containers(out, pod)
    _describe_conditions(out, spec, status)
    describe_volumes(out, spec.get("volumes") or ())
    out.write(0, f"QoS Class:\t{qos_class(pod)}\n")
    labels_multiline(out, "Node-Selectors", spec.get("nodeSelector"))
    describe_tolerations(out, "Tolerations", spec.get("tolerations") or ())
    describe_topology_spread(out, spec.get("topologySpreadConstraints") or ())
    describe_scheduling_group(out, spec.get("schedulingGroup"))
    out.events(pod)


def _describe_place(out: Writer, pod: Obj) -> None:
    """Who it is, and where it runs since when."""
    metadata, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
    out.write(0, f"Name:\t{metadata.get('name', '')}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    if spec.get("priority") is not None:
        out.write(0, f"Priority:\t{spec['priority']}\n")
    for field, title in (
        ("priorityClassName", "Priority Class Name"), ("runtimeClassName", "Runtime Class Name"),
        ("serviceAccountName", "Service Account"),
    ):
        if spec.get(field):
            out.write(0, f"{title}:\t{spec[field]}\n")
    node = spec.get("nodeName")
    out.write(0, f"Node:\t{node}/{status.get('hostIP', '')}\n" if node else "Node:\t<none>\n")
    if status.get("startTime"):
        out.write(0, f"Start Time:\t{describe_time(status['startTime'])}\n")


def _describe_status(out: Writer, pod: Obj, read: Reader) -> None:
    metadata, status = pod["metadata"], pod.get("status") or {}
    phase = status.get("phase", "")
    deleted = metadata.get("deletionTimestamp")
    if deleted and phase not in ("Failed", "Succeeded"):
        out.write(0, f"Status:\tTerminating (lasts {age(deleted, read.now())})\n")
        out.write(0, f"Termination Grace Period:\t{metadata.get('deletionGracePeriodSeconds', 0)}s\n")
    else:
        out.write(0, f"Status:\t{phase}\n")
    for field, title in (("reason", "Reason"), ("message", "Message")):
        if status.get(field):
            out.write(0, f"{title}:\t{status[field]}\n")
    profile = (pod["spec"].get("securityContext") or {}).get("seccompProfile")
    if profile is not None:
        out.write(0, f"SeccompProfile:\t{profile.get('type', '')}\n")
        if profile.get("type") == "Localhost":
            out.write(0, f"LocalhostProfile:\t{profile.get('localhostProfile', '')}\n")


def _describe_addresses(out: Writer, status: Obj) -> None:
    out.write(0, f"IP:\t{status.get('podIP', '')}\n")
    addresses = status.get("podIPs") or ()
    out.write(0, "IPs:\n" if addresses else "IPs:\t<none>\n")
    for address in addresses:
        out.write(1, f"IP:\t{address.get('ip', '')}\n")


def _describe_all_containers(out: Writer, pod: Obj) -> None:
    spec, status = pod["spec"], pod.get("status") or {}
    resolver = field_resolver(pod)
    for field, statuses, title in (
        ("initContainers", "initContainerStatuses", "Init Containers"),
        ("containers", "containerStatuses", "Containers"),
        ("ephemeralContainers", "ephemeralContainerStatuses", "Ephemeral Containers"),
    ):
        if spec.get(field) or field == "containers":
            describe_containers(out, title, spec.get(field) or (), status.get(statuses) or (), resolver)


def _describe_conditions(out: Writer, spec: Obj, status: Obj) -> None:
    conditions = status.get("conditions") or ()
    gates = spec.get("readinessGates") or ()
    if gates:
        states = {condition.get("type"): condition.get("status", "") for condition in reversed(conditions)}
        out.write(0, "Readiness Gates:\n  Type\tStatus\n")
        for gate in gates:
            name = gate.get("conditionType", "")
            out.write(1, f"{name} \t{states.get(name, '<none>')} \n")
    if conditions:
        out.write(0, "Conditions:\n  Type\tStatus\n")
        for condition in conditions:
            out.write(1, f"{condition.get('type', '')} \t{condition.get('status', '')} \n")


def field_resolver(pod: Obj) -> Callable[[Obj], str]:
    """Return what tells the value of a variable with a fieldRef, as far as kubectl knows fields of a Pod."""

    def resolve(variable: Obj) -> str:
        return field_text(pod, variable["valueFrom"]["fieldRef"].get("fieldPath", ""))

    return resolve


def field_text(pod: Obj, field: str) -> str:
    """A field of the metadata as text; "" for every other one.

    Upstream: ``ExtractFieldPathAsString``, behind a conversion that knows metadata.name and metadata.namespace alone.
    """
    base, subscript = split_subscript(field)
    if subscript is None and base in ("metadata.name", "metadata.namespace"):
        return str(pod["metadata"].get(base.removeprefix("metadata."), ""))
    return ""
