"""``top node`` (upstream: kubectl ``cmd/top/top_node.go``, the metrics server)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._resources import list_objects
from minikctl.commands.top._usage import TopOptions, amounts, check, sort_usage, table, total
from minikctl.errors import MinikctlError, NotFound, UsageError
from minikctl.kinds import info_for
from minikctl.kinds.pod.usage import NODE_OVERHEAD
from minikctl.kinds.simulatedmetrics.measuring import Measured
from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.kinds.pod.usage import Usage

    Obj = dict[str, Any]

UNKNOWN = "<unknown>"


class TopNodeOptions(TopOptions):
    """Flags of ``top node``."""

    show_capacity: bool = flag(
        "show-capacity", kind="bool", group="Output", help="Percentages of the capacity, not of what is allocatable."
    )


def run(options: TopNodeOptions, session: Session) -> None:
    """Print what nodes use."""
    name = check(options, session, "node")
    if name and options.selector:
        raise UsageError("only one of NAME or --selector can be provided")
    session.allow("get" if name else "list", "nodes.metrics.k8s.io", "", name or "")
    if name:
        nodes = [session.api.must_get("nodes", "", name)]
        if not _answers(nodes[0]):
            raise NotFound("nodemetrics.metrics.k8s.io", name)
    else:
        nodes = list_objects(session, info_for("nodes"), None, options.selector)
    measures = Measured(session.trusted)
    measured = [(node, _usage(session, measures, node)) for node in nodes if _answers(node)]
    if not measured:
        raise MinikctlError("metrics not available yet")
    session.write(table(_rows(options, nodes, measured)))


def _answers(node: Obj) -> bool:
    """Whether the node's kubelet can be asked."""
    conditions = (node.get("status") or {}).get("conditions") or ()
    return all(each["status"] == "True" for each in conditions if each["type"] == "Ready")


def _usage(session: Session, measures: Measured, node: Obj) -> Usage:
    """What the node's Pods use, and the node for itself."""
    pods = session.trusted.list("pods", node=node["metadata"]["name"])
    return total([NODE_OVERHEAD, *(usage for pod in pods for usage in measures.usage_of(pod).values())])


def _rows(options: TopNodeOptions, nodes: list[Obj], measured: list[tuple[Obj, Usage]]) -> list[list[str]]:
    rows: list[list[str]] = []
    swap = [UNKNOWN, UNKNOWN] if options.show_swap else []
    if not options.no_headers:
        names = ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
        rows.append([*names, *(["SWAP(bytes)", "SWAP(%)"] if options.show_swap else [])])
    sort_usage(measured, options, lambda row: row[1], lambda row: row[0]["metadata"]["name"])
    for node, usage in measured:
        available = (node.get("status") or {}).get("capacity" if options.show_capacity else "allocatable") or {}
        row = [node["metadata"]["name"]]
        for resource, text, used in zip(("cpu", "memory"), amounts(usage), (usage[0], usage[1] * 1000), strict=True):
            row.append(text)
            if resource in available:
                row.append(f"{_percent(used, parse_quantity(available[resource]).milli_value())}%")
        rows.append(row + swap)
    known = {node["metadata"]["name"] for node, _ in measured}
    silent = [node["metadata"]["name"] for node in nodes if node["metadata"]["name"] not in known]
    return rows + [[name, *[UNKNOWN] * 4, *swap] for name in silent]


def _percent(used: int, available: int) -> int:
    return int(used / available * 100) if available else 0


COMMAND = Command(
    usage="top node [NAME | -l label]",
    summary="Show what nodes use, as it is simulated",
    description="Nothing is measured: a node uses what its Pods use (see top pod), and 100m and 512Mi for itself.",
    examples=(("All nodes", "top node"), ("By memory", "top node --sort-by=memory"), ("One node", "top node node-1")),
    options=TopNodeOptions,
    run=run,
)
