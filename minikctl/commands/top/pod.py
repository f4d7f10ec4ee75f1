"""``top pod`` (upstream: kubectl ``cmd/top/top_pod.go``, the metrics server)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._resources import list_objects
from minikctl.commands._shared import AllNamespacesOptions, FieldSelectorOptions
from minikctl.commands.top._usage import TopOptions, amounts, check, sort_usage, table, total
from minikctl.errors import MinikctlError, NotFound, UsageError
from minikctl.kinds import info_for
from minikctl.kinds.simulatedmetrics.measuring import Measured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.kinds.pod.usage import Usage

    Obj = dict[str, Any]

PODS = "pods"
#: after so many seconds kubectl finds it strange that a Pod has no metrics
CREATION_DELAY = 120


class TopPodOptions(TopOptions, AllNamespacesOptions, FieldSelectorOptions):
    """Flags of ``top pod``."""

    containers: bool = flag("containers", kind="bool", group="Output", help="A row for each container.")
    sum: bool = flag("sum", kind="bool", group="Output", help="The sum below the rows.")


class Metrics:
    """The usage of one Pod's containers."""

    __slots__ = ("containers", "name", "namespace", "usage")

    def __init__(self, pod: Obj, containers: dict[str, Usage]) -> None:
        self.name: str = pod["metadata"]["name"]
        self.namespace: str = pod["metadata"]["namespace"]
        self.containers = containers
        self.usage = total(list(containers.values()))


def run(options: TopPodOptions, session: Session) -> None:
    """Print what Pods use."""
    name = check(options, session, "pod")
    if name and (options.selector or options.field_selector):
        raise UsageError("only one of NAME or selector can be provided")
    namespace = None if options.all_namespaces else session.namespace
    session.allow("get" if name else "list", "pods.metrics.k8s.io", namespace or "", name or "")
    metrics = [_one(session, name)] if name else _all(options, session, namespace)
    if not metrics:
        where = "No resources found" if namespace is None else f"No resources found in {namespace} namespace."
        session.complain(where)
        return
    session.write(table(_rows(options, metrics)))


def _one(session: Session, name: str) -> Metrics:
    """The metrics of one Pod. Raises NotFound for a Pod that is not there or has none."""
    pod = session.api.must_get(PODS, session.namespace, name)
    usage = Measured(session.trusted).usage_of(pod)
    if not usage:
        raise NotFound("podmetrics.metrics.k8s.io", f"{session.namespace}/{name}")
    return Metrics(pod, usage)


def _all(options: TopPodOptions, session: Session, namespace: str | None) -> list[Metrics]:
    """The metrics of all Pods that match; none where there are no Pods. Raises MinikctlError where none has any."""
    pods = list_objects(session, info_for(PODS), namespace, options.selector, options.field_selector)
    measures = Measured(session.trusted)
    found = [Metrics(pod, usage) for pod in pods if (usage := measures.usage_of(pod))]
    if pods and not found:
        from minikctl.lib.duration import format_duration
        from minikctl.lib.times import parse_time

        for pod in pods:
            meta = pod["metadata"]
            age = session.api.now() - parse_time(meta["creationTimestamp"])
            if age > CREATION_DELAY:
                raise MinikctlError(
                    f"Metrics not available for pod {meta['namespace']}/{meta['name']}, age: {format_duration(age)}"
                )
        raise MinikctlError("metrics not available yet")
    return found


def _rows(options: TopPodOptions, metrics: list[Metrics]) -> list[list[str]]:
    """The table (upstream: ``PrintPodMetrics``, whose sum stands one or two columns off without headers)."""
    namespaced = options.all_namespaces
    names = ["NAME", "CPU(cores)", "MEMORY(bytes)", *(["SWAP(bytes)"] if options.show_swap else [])]
    swap = ["0Mi"] if options.show_swap else []
    rows: list[list[str]] = []
    width = len(names)
    if not options.no_headers:
        head = [*(["NAMESPACE"] if namespaced else []), *(["POD"] if options.containers else [])]
        width += len(head)
        rows.append(head + names)
    sort_usage(metrics, options, lambda each: each.usage, lambda each: (each.namespace if namespaced else "", each.name))
    for each in metrics:
        space = [each.namespace] if namespaced else []
        if options.containers:
            containers = list(each.containers.items())
            sort_usage(containers, options, lambda pair: pair[1], lambda pair: pair[0])
            rows += [[*space, each.name, name, *amounts(usage), *swap] for name, usage in containers]
        else:
            rows.append([*space, each.name, *amounts(each.usage), *swap])
    if options.sum:
        rows.append([""] * (width - 2) + ["________", "________"])
        rows.append([""] * (width - 3) + ["", *amounts(total([each.usage for each in metrics])), *swap])
    return rows


COMMAND = Command(
    usage="top pod [NAME | -l label]",
    summary="Show what Pods use, as it is simulated",
    description=(
        "Nothing is measured: a running container uses what SimulatedMetrics say of it, else half of the CPU and memory "
        "that it requests, and 1m and 16Mi where it requests nothing."
    ),
    examples=(
        ("All Pods of the namespace", "top pod"),
        ("The hungriest first, with the sum", "top pod --all-namespaces --sort-by=memory --sum"),
        ("The containers of one Pod", "top pod web --containers"),
    ),
    options=TopPodOptions,
    run=run,
)
