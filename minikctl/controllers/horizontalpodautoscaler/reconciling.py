"""One look at an autoscaler (upstream: ``reconcileAutoscaler`` in ``pkg/controller/podautoscaler/horizontal.go``)."""

from __future__ import annotations

from minikctl.controllers.horizontalpodautoscaler import SYNC_PERIOD, place_after
from minikctl.controllers.horizontalpodautoscaler.memory import Memory
from minikctl.controllers.horizontalpodautoscaler.metricspecs import MetricComputer, MetricFailure
from minikctl.controllers.horizontalpodautoscaler.normalizing import normalize
from minikctl.controllers.horizontalpodautoscaler.targets import ScaleError, get_scale, selector_of
from minikctl.errors import MinikctlError
from minikctl.lib.labels import SelectorError, parse
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.controllers.horizontalpodautoscaler.targets import Scale

    Obj = dict[str, Any]

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
COMPONENT = "horizontal-pod-autoscaler"


class _NothingError(Exception):
    """The metrics ask for no number of replicas; ``statuses`` is what is to be shown of them all the same."""

    def __init__(self, message: str, statuses: list[Obj] | None = None) -> None:
        super().__init__(message)
        self.statuses = statuses


class _Decision:
    """What came of the metrics: ``replicas``, the reason for the change, what was measured, and when to look again."""

    __slots__ = ("again", "reason", "replicas", "rescale", "statuses")

    def __init__(self, replicas: int, reason: str = "", *, rescale: bool = True) -> None:
        self.replicas = replicas
        self.reason = reason
        self.rescale = rescale
        self.statuses: list[Obj] | None = None
        self.again: list[float] = []


def reconcile(context: Context, key: str, hpa: Obj) -> float | None:
    """Look at an autoscaler and scale its target. Returns when time alone may lead to something else, or None."""
    memory = Memory.read(context.remembered(key))
    memory.go_on(place_after(hpa, context.now()) - 2 * SYNC_PERIOD)
    times = _Look(context, hpa, memory).reconcile()
    again = min((when for when in times if when > context.now()), default=None)
    memory.until = None if again is None else again - SYNC_PERIOD
    context.remember(key, memory.write(context.now()))
    return again


class _Look:
    """One look at one autoscaler."""

    def __init__(self, context: Context, hpa: Obj, memory: Memory) -> None:
        self._context = context
        self._hpa = hpa
        self._spec: Obj = hpa["spec"]
        self._status: Obj = hpa.setdefault("status", {})
        self._memory = memory

    def reconcile(self) -> list[float]:
        """Do what is to be done; gives the times at which it may be something else."""
        memory, was_steady = self._memory, self._memory.steady
        memory.steady = False
        try:
            scale = get_scale(self._context, self._hpa)
        except ScaleError as error:
            self._warn("FailedGetScale", str(error))
            words = f"the HPA controller was unable to get the target's current scale: {error}"
            self._set_condition("AbleToScale", "False", "FailedGetScale", words)
            self._store()
            return []
        words = "the HPA controller was able to get the target's current scale"
        self._set_condition("AbleToScale", "True", "SucceededGetScale", words)
        memory.begin(scale.spec_replicas, self._context.now())
        computer: list[MetricComputer] = []
        try:
            memory.steady = was_steady
            decision = self._decide(scale, computer)
        except _NothingError as error:
            memory.steady = False
            self._set_status(scale.spec_replicas, self._status.get("desiredReplicas", 0), error.statuses)
            self._store()
            self._warn("FailedComputeMetricsReplicas", str(error))
            return _times(computer)
        if decision.rescale and not self._rescale(scale, decision):
            return _times(computer)
        self._set_status(scale.spec_replicas, decision.replicas, decision.statuses, rescaled=decision.rescale)
        self._store()
        return [*decision.again, *_times(computer)]

    # -- how many -----------------------------------------------------------------------------------------------------

    def _decide(self, scale: Scale, computer: list[MetricComputer]) -> _Decision:
        """How many replicas there should be. Raises _NothingError. What computes metrics is left in ``computer``."""
        current, least, most = scale.spec_replicas, self._spec.get("minReplicas", 1), self._spec["maxReplicas"]
        if current == 0:
            words = "scaling is disabled since the replica count of the target is zero"
            self._set_condition("ScalingActive", "False", "ScalingDisabled", words)
            return self._unsteady(_Decision(0, rescale=False))
        if current > most:
            return self._unsteady(_Decision(most, "Current number of replicas above Spec.MaxReplicas"))
        if current < least:
            return self._unsteady(_Decision(least, "Current number of replicas below Spec.MinReplicas"))
        return self._by_metrics(scale, computer)

    def _unsteady(self, decision: _Decision) -> _Decision:
        """No recommendation was made, so that none goes on."""
        self._memory.steady = False
        return decision

    def _by_metrics(self, scale: Scale, computer: list[MetricComputer]) -> _Decision:
        current = scale.spec_replicas
        desired, metric, statuses = self._compute_metrics(scale, computer)
        reason = ""
        if desired > current:
            reason = f"{metric} above target"
        elif desired < current:
            reason = "All metrics below target"
        result = normalize(self._spec, self._memory, current, desired, self._context.now())
        self._memory.steady = True
        self._set_condition("AbleToScale", "True", *result.able)
        self._set_condition("ScalingLimited", "True" if result.is_limited else "False", *result.limit)
        decision = _Decision(result.replicas, reason, rescale=result.replicas != current)
        decision.statuses, decision.again = statuses, result.again
        return decision

    def _compute_metrics(self, scale: Scale, computer: list[MetricComputer]) -> tuple[int, str, list[Obj]]:
        """(replicas, name of the metric that asks for most, statuses); upstream: ``computeReplicasForMetrics``."""
        pods = self._selected_pods(scale)
        computer.append(MetricComputer(self._context, self._hpa, scale, pods))
        replicas, name = 0, ""
        failures: list[MetricFailure] = []
        statuses: list[Obj] = []
        specs = self._spec["metrics"]
        for spec in specs:
            try:
                proposed, its_name, status = computer[0].compute(spec)
            except MetricFailure as failure:
                self._warn(failure.reason, failure.message)
                failures.append(failure)
                statuses.append({"type": ""})
                continue
            statuses.append(status)
            if replicas == 0 or proposed > replicas:
                replicas, name = proposed, its_name
        # A metric that is not known might ask for more: then nothing goes down.
        if failures and (len(failures) == len(specs) or replicas < scale.spec_replicas):
            words = f"the HPA was unable to compute the replica count: {failures[0].message}"
            self._set_condition("ScalingActive", "False", failures[0].reason, words)
            counted = f"({len(failures)} invalid out of {len(specs)})"
            raise _NothingError(f"invalid metrics {counted}, first error is: {failures[0].whole}", statuses)
        words = f"the HPA was able to successfully calculate a replica count from {name}"
        self._set_condition("ScalingActive", "True", "ValidMetricFound", words)
        return replicas, name, statuses

    def _selected_pods(self, scale: Scale) -> list[Obj]:
        """The Pods of the target (upstream: ``validateAndParseSelector``)."""
        if not scale.selector:
            self._warn("SelectorRequired", "selector is required")
            words = "the HPA target's scale is missing a selector"
            self._set_condition("ScalingActive", "False", "InvalidSelector", words)
            raise _NothingError("selector is required")
        try:
            selector = parse(scale.selector)
        except SelectorError as error:
            words = f"couldn't convert selector into a corresponding internal selector object: {error}"
            self._warn("InvalidSelector", words)
            self._set_condition("ScalingActive", "False", "InvalidSelector", words)
            raise _NothingError(words) from error
        pods = self._context.list("pods", self._hpa["metadata"]["namespace"], selector=selector)
        others = _autoscalers_of(self._context, self._hpa, pods)
        if len(others) > 1:
            words = f"pods by selector {scale.selector} are controlled by multiple HPAs: [{' '.join(others)}]"
            self._warn("AmbiguousSelector", words)
            self._set_condition("ScalingActive", "False", "AmbiguousSelector", words)
            raise _NothingError(words)
        return pods

    # -- doing and saying it --------------------------------------------------------------------------------------------

    def _rescale(self, scale: Scale, decision: _Decision) -> bool:
        """Scale the target; False where that is refused, which is then said."""
        said = f"New size: {decision.replicas}; reason: {decision.reason}"
        try:
            scale.store(self._context, decision.replicas)
        except MinikctlError as error:
            self._warn("FailedRescale", f"{said}; error: {error}")
            words = f"the HPA controller was unable to update the target scale: {error}"
            self._set_condition("AbleToScale", "False", "FailedUpdateScale", words)
            self._set_status(scale.spec_replicas, self._status.get("desiredReplicas", 0), decision.statuses)
            self._store()
            return False
        words = f"the HPA controller was able to update the target scale to {decision.replicas}"
        self._set_condition("AbleToScale", "True", "SucceededRescale", words)
        self._context.event(self._hpa, "Normal", "SuccessfulRescale", said, COMPONENT)
        if self._spec.get("behavior") is not None:
            self._memory.scaled(scale.spec_replicas, decision.replicas, self._context.now())
        return True

    def _set_status(self, current: int, desired: int, statuses: list[Obj] | None, *, rescaled: bool = False) -> None:
        status: Obj = {"conditions": self._status["conditions"], "currentMetrics": statuses}
        if current:
            status["currentReplicas"] = current
        status["desiredReplicas"] = desired
        if rescaled:
            status["lastScaleTime"] = format_time(self._context.now())
        elif "lastScaleTime" in self._status:
            status["lastScaleTime"] = self._status["lastScaleTime"]
        self._status = self._hpa["status"] = status

    def _set_condition(self, kind: str, value: str, reason: str, message: str) -> None:
        """Upstream: ``setConditionInList``."""
        conditions: list[Obj] = self._status.setdefault("conditions", [])
        found = next((each for each in conditions if each["type"] == kind), None)
        if found is None:
            found = {"type": kind, "status": ""}
            conditions.append(found)
        if found["status"] != value:
            found["lastTransitionTime"] = format_time(self._context.now())
        found.update(status=value, reason=reason, message=message)

    def _warn(self, reason: str, message: str) -> None:
        self._context.event(self._hpa, "Warning", reason, message, COMPONENT)

    def _store(self) -> None:
        self._context.update_status(self._hpa)


def _times(computer: list[MetricComputer]) -> list[float]:
    """When what is measured will change by itself."""
    found = []
    for each in computer:
        step = each.client.measured.next_step()
        found += each.again if step is None else [*each.again, step]
    return found


def _autoscalers_of(context: Context, hpa: Obj, pods: list[Obj]) -> list[str]:
    """The autoscalers of a namespace that want one of the Pods, this one too: ``namespace/name``."""
    namespace = hpa["metadata"]["namespace"]
    found = []
    for each in context.list(AUTOSCALERS, namespace):
        selector = selector_of(context, each)
        if selector is not None and any(selector.matches(pod["metadata"].get("labels") or {}) for pod in pods):
            found.append(f"{namespace}/{each['metadata']['name']}")
    return found
