"""What all SimulatedMetrics of a state say together at one moment: the one place that simulated metrics come from.

``Measured`` answers as a metrics server and adapters for custom and external metrics would. Amounts are whole numbers
of the units that autoscalers calculate with: millicores, bytes, and thousandths of other metrics.
"""

from __future__ import annotations

from minikctl.kinds.pod.usage import default_usage_of
from minikctl.kinds.podspec.status import is_pod_ready
from minikctl.kinds.simulatedmetrics import AMOUNTS, RESOURCE, coming_steps, effective
from minikctl.lib.labels import Selector, from_label_selector
from minikctl.lib.quantity import parse_quantity
from minikctl.lib.shellpatterns import fits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from minikctl.kinds.pod.usage import Usage

    Obj = dict[str, Any]

    class Reads(Protocol):
        """What has to be seen of a state."""

        def now(self) -> float:
            """The present, in seconds since the epoch."""

        def list(self, resource: str, namespace: str | None = None, *, selector: Any = None) -> list[Obj]:
            """Objects of one namespace or (None) of all."""


class _Said:
    """What one object says now, and whom of."""

    __slots__ = ("containers", "namespaces", "selector", "sharers", "spec")

    def __init__(self, spec: Obj) -> None:
        self.spec = spec
        self.namespaces: list[str] = spec.get("namespaces") or []
        self.containers: list[str] = spec.get("containers") or []
        self.selector = None if spec.get("podSelector") is None else from_label_selector(spec["podSelector"])
        #: how many Pods share its loads, once that was asked for
        self.sharers: int | None = None

    def means_namespace(self, namespace: str) -> bool:
        """Whether it speaks of a namespace."""
        return not self.namespaces or any(fits(namespace, pattern) for pattern in self.namespaces)

    def means(self, pod: Obj) -> bool:
        """Whether it speaks of a Pod."""
        meta = pod["metadata"]
        return self.means_namespace(meta["namespace"]) and (
            self.selector is None or self.selector.matches(meta.get("labels") or {})
        )

    def means_container(self, name: str) -> bool:
        """Whether it speaks of a container of a Pod that it means."""
        return not self.containers or any(fits(name, pattern) for pattern in self.containers)

    def shares(self) -> bool:
        """Whether what it says of a Pod hangs on how many Pods there are."""
        return bool(self.spec.get("load")) or any("load" in metric for metric in self.spec.get("pods") or ())


class Measured:
    """What would be measured at this moment."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._objects = sorted(reads.list(RESOURCE), key=lambda obj: str(obj["metadata"]["name"]))
        now = reads.now()
        self._said = [_Said(effective(obj, now)) for obj in self._objects]

    def serves(self, *fields: str) -> bool:
        """Whether there is an API for metrics: any at all, or for what one of ``fields`` (pods, objects ...) has.

        An adapter that has nothing more to say is still there: the fields of steps count at any time.
        """
        specs = [obj.get("spec") or {} for obj in self._objects]
        return any(
            not fields or any(field in part for field in fields for part in (spec, *(spec.get("steps") or ())))
            for spec in specs
        )

    def next_step(self) -> float | None:
        """When the next step of any object comes, in seconds since the epoch; None: all stays as it is."""
        now = self._reads.now()
        return min((at for obj in self._objects for at in coming_steps(obj, now)[:1]), default=None)

    def is_shared(self, pod: Obj) -> bool:
        """Whether what is measured of other Pods may hang on this one."""
        return any(said.shares() and said.means(pod) for said in self._said)

    # -- what containers use ------------------------------------------------------------------------------------------

    def usage_of(self, pod: Obj) -> dict[str, Usage]:
        """Millicores and bytes that each running container uses, by its name; empty where nothing is known of the Pod.

        Of several objects the first by name that says something of a resource counts.
        """
        usage = default_usage_of(pod)
        meant = [said for said in self._said if said.means(pod)] if usage else []
        if not meant:
            return usage
        if any(said.spec.get("missing") for said in meant):
            return {}
        containers = {
            each["name"]: each for field in ("initContainers", "containers", "ephemeralContainers")
            for each in pod["spec"].get(field) or ()
        }
        return {name: self._usage(pod, containers[name], list(usage), usage[name], meant) for name in usage}

    def _usage(self, pod: Obj, container: Obj, running: list[str], usual: Usage, meant: list[_Said]) -> Usage:
        found = list(usual)
        requests = (container.get("resources") or {}).get("requests") or {}
        for index, resource in enumerate(AMOUNTS):
            for said in meant:
                if said.means_container(container["name"]):
                    amount = self._amount(said, resource, pod, requests, running)
                    if amount is not None:
                        found[index] = amount
                        break
        return found[0], found[1]

    def _amount(self, said: _Said, resource: str, pod: Obj, requests: Obj, running: list[str]) -> int | None:
        """What one object says that a container uses of a resource; None where it says nothing."""
        load = (said.spec.get("load") or {}).get(resource)
        if load is not None:
            takers = sum(1 for name in running if said.means_container(name))
            return self._share(said, _units(resource, load), pod) // takers
        usage = (said.spec.get("usage") or {}).get(resource)
        if usage is None:
            return None
        if not str(usage).endswith("%"):
            return _units(resource, usage)
        return _units(resource, requests[resource]) * int(str(usage)[:-1]) // 100 if resource in requests else None

    def _share(self, said: _Said, load: int, pod: Obj) -> int:
        """A Pod's part of what all ready Pods of an object carry together."""
        if not is_pod_ready(pod) or pod["metadata"].get("deletionTimestamp"):
            return 0
        if said.sharers is None:
            pods = self._reads.list("pods", None, selector=said.selector or Selector())
            said.sharers = sum(
                1 for each in pods
                if said.means(each) and is_pod_ready(each) and not each["metadata"].get("deletionTimestamp")
            )
        return load // max(1, said.sharers)

    # -- other metrics ------------------------------------------------------------------------------------------------

    def pods_metric(self, name: str, pods: list[Obj], selector: Selector) -> dict[str, int]:
        """The metric ``name`` of each Pod that has it, in thousandths, by the Pods' names.

        ``selector`` chooses among metrics of one name by their labels.
        """
        found: dict[str, int] = {}
        for pod in pods:
            if (pod.get("status") or {}).get("phase") != "Running":
                continue
            meant = [said for said in self._said if said.means(pod)]
            if any(said.spec.get("missing") for said in meant):
                continue
            for said in meant:
                metric = _choose(said.spec.get("pods"), name, selector)
                if metric is not None:
                    shared = "load" in metric
                    milli = parse_quantity(metric["load" if shared else "value"]).milli_value()
                    found[pod["metadata"]["name"]] = self._share(said, milli, pod) if shared else milli
                    break
        return found

    def object_metric(self, name: str, namespace: str, reference: Obj, selector: Selector) -> int | None:
        """The metric ``name`` of the object that ``reference`` (kind, name, apiVersion) names; None: there is none."""
        for said in self._said:
            if said.means_namespace(namespace):
                metrics = [
                    each for each in said.spec.get("objects") or () if _same_object(each["describedObject"], reference)
                ]
                metric = _choose(metrics, name, selector)
                if metric is not None:
                    return parse_quantity(metric["value"]).milli_value()
        return None

    def external_metric(self, name: str, namespace: str, selector: Selector) -> list[int]:
        """Every value of the external metric ``name`` whose labels ``selector`` chooses."""
        return [
            parse_quantity(metric["value"]).milli_value()
            for said in self._said if said.means_namespace(namespace)
            for metric in said.spec.get("external") or ()
            if metric["name"] == name and selector.matches(metric.get("labels") or {})
        ]


def _choose(metrics: list[Obj] | None, name: str, selector: Selector) -> Obj | None:
    for metric in metrics or ():
        if metric["name"] == name and selector.matches(metric.get("labels") or {}):
            return metric
    return None


def _same_object(one: Obj, other: Obj) -> bool:
    """Whether two references name the same object; the version of a group does not count."""
    return (one["kind"], one["name"], _group(one)) == (other["kind"], other["name"], _group(other))


def _group(reference: Obj) -> str:
    return str(reference.get("apiVersion") or "").rpartition("/")[0]


def _units(resource: str, amount: Any) -> int:
    """Millicores or bytes."""
    quantity = parse_quantity(amount)
    return quantity.milli_value() if resource == "cpu" else quantity.value()
