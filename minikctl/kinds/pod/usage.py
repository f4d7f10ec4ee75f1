"""What the containers of a Pod are taken to use where no SimulatedMetrics says it.

Nothing runs, so nothing is measured. A running container uses half of what it requests of CPU and memory, and where it
requests nothing a millicore and 16 MiB; a Pod whose containers do not run has no metrics. The figures depend on the Pod
alone, so that the same state always gives the same ones. ``kinds.simulatedmetrics.measuring`` asks here for what nobody
has said.
"""

from __future__ import annotations

from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]
    #: millicores and bytes
    Usage = tuple[int, int]

#: what a container uses that requests nothing, and what a node uses for itself: millicores and bytes
IDLE: Usage = (1, 16 << 20)
NODE_OVERHEAD: Usage = (100, 512 << 20)


def default_usage_of(pod: Obj) -> dict[str, Usage]:
    """Millicores and bytes that each running container uses, by its name, in the order of the spec."""
    status = pod.get("status") or {}
    running = {
        each["name"]
        for field in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
        for each in status.get(field) or () if "running" in (each.get("state") or {})
    }
    spec = pod["spec"]
    return {
        container["name"]: _usage(container)
        for field in ("initContainers", "containers", "ephemeralContainers")
        for container in spec.get(field) or () if container["name"] in running
    }


def _usage(container: Obj) -> Usage:
    requests = (container.get("resources") or {}).get("requests") or {}
    cpu, memory = IDLE
    if "cpu" in requests:
        cpu = max(1, parse_quantity(requests["cpu"]).milli_value() // 2)
    if "memory" in requests:
        memory = parse_quantity(requests["memory"]).value() // 2
    return cpu, memory
