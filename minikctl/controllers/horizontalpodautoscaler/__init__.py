"""HorizontalPodAutoscalers: a workload has as many replicas as what is measured of it asks for.

Upstream looks at each autoscaler every 15 seconds. Here it is looked at on the same grid, counted from its creation,
but only when something has changed that it depends on, or will have: its spec, its target, its Pods, what is measured,
and what it remembers growing old. An autoscaler at rest has no timer. Upstream: ``pkg/controller/podautoscaler``.

This module knows when; ``reconciling`` knows what to do then, and is not imported before.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.kinds import CUSTOM_RESOURCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context
    from minikctl.kinds.simulatedmetrics.measuring import Measured
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
METRICS = "simulatedmetrics.minikctl.dev"
#: seconds between looks (upstream: --horizontal-pod-autoscaler-sync-period)
SYNC_PERIOD = 15.0
#: what a time may be off that went through sums of fractions
_BLUR = 1e-4


class HorizontalPodAutoscalerController(Controller):
    """Keys are ``namespace/name``; they come by timers alone."""

    name = "horizontalpodautoscaler"
    watches = (
        AUTOSCALERS, METRICS, "pods", "deployments.apps", "replicasets.apps", "replicationcontrollers",
        "statefulsets.apps", CUSTOM_RESOURCES,
    )
    serves = AUTOSCALERS

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """None at once: those that a change concerns get a timer for the next place on their grid."""
        if change.resource == AUTOSCALERS:
            _autoscaler_changed(change, context)
            return ()
        if change.resource == METRICS:
            context.scratch.pop("measured", None)
        found = _autoscalers(context)
        if found:
            for hpa in _concerned(change, context, found):
                _wake(context, hpa)
        return ()

    def sync(self, context: Context, key: str) -> None:
        """Look at the autoscaler, and say when it will have to be looked at again."""
        _woken(context).discard(key)
        namespace, _, name = key.partition("/")
        hpa = context.get(AUTOSCALERS, namespace, name)
        if hpa is None:
            return
        from minikctl.controllers.horizontalpodautoscaler.reconciling import reconcile

        again = reconcile(context, key, hpa)
        if again is not None:
            context.requeue_after(key, place_after(hpa, max(again - 2 * _BLUR, context.now())) - context.now())


def place_after(hpa: Obj, moment: float) -> float:
    """The first place on an autoscaler's grid after a moment; both in seconds since the epoch."""
    from minikctl.lib.times import parse_time

    born = parse_time(hpa["metadata"]["creationTimestamp"])
    return born + SYNC_PERIOD * (int((moment - born + _BLUR) // SYNC_PERIOD) + 1)


def _wake(context: Context, hpa: Obj) -> None:
    """Let an autoscaler be looked at at its next place; asked for thousands of Pods, it is one timer."""
    key, woken = _key(hpa), _woken(context)
    if key not in woken:
        woken.add(key)
        now = context.now()
        context.requeue_after(key, place_after(hpa, now) - now)


def _woken(context: Context) -> set[str]:
    """The autoscalers that were given a timer in this pass and were not looked at since."""
    found: set[str] = context.scratch.setdefault("woken", set())
    return found


def _autoscaler_changed(change: Change, context: Context) -> None:
    """A new spec concerns the autoscaler, and others whose Pods it may want as well."""
    context.scratch.pop("autoscalers", None)
    context.scratch.pop("selectors", None)
    before, after = change.before, change.after
    if after is None:
        key = f"{change.namespace}/{change.name}"
        _woken(context).discard(key)
        context.cancel(key)
        context.remember(key, "")
    elif before is None or before["spec"] != after["spec"]:
        _wake(context, after)
    targets = [None if each is None else each["spec"]["scaleTargetRef"] for each in (before, after)]
    if targets[0] != targets[1]:
        for hpa in _autoscalers(context):
            if hpa["metadata"]["namespace"] == change.namespace and hpa["metadata"]["name"] != change.name and (
                hpa["spec"]["scaleTargetRef"] in targets
            ):
                _wake(context, hpa)


def _autoscalers(context: Context) -> list[Obj]:
    found: list[Obj] | None = context.scratch.get("autoscalers")
    if found is None:
        found = context.list(AUTOSCALERS) if context.count(AUTOSCALERS) else []
        context.scratch["autoscalers"] = found
    return found


def _measured(context: Context) -> Measured | None:
    """What measures, None where nothing does."""
    if "measured" not in context.scratch:
        context.scratch["measured"] = None
        if context.count(METRICS):
            from minikctl.kinds.simulatedmetrics.measuring import Measured

            context.scratch["measured"] = Measured(context)
    found: Measured | None = context.scratch["measured"]
    return found


def _selector(context: Context, hpa: Obj) -> Selector | None:
    """The selector of a target, read once in a pass: who comes or changes wakes its autoscaler by itself."""
    known: dict[str, Selector | None] = context.scratch.setdefault("selectors", {})
    key = _key(hpa)
    if key not in known:
        from minikctl.controllers.horizontalpodautoscaler.targets import selector_of

        known[key] = selector_of(context, hpa)
    return known[key]


def _concerned(change: Change, context: Context, found: list[Obj]) -> Iterator[Obj]:
    """The autoscalers that a change of something else concerns."""
    if change.resource == METRICS:
        if change.before is None or change.after is None or change.before["spec"] != change.after["spec"]:
            yield from found
    elif change.resource == "pods":
        yield from _concerned_by_pod(change, context, found)
    else:
        yield from _concerned_by_target(change, found)


def _concerned_by_target(change: Change, found: list[Obj]) -> Iterator[Obj]:
    from minikctl.controllers.horizontalpodautoscaler.targets import scale_facts

    obj = change.after or change.before
    assert obj is not None
    changed = None
    for hpa in found:
        target = hpa["spec"]["scaleTargetRef"]
        if (target["kind"], target["name"], hpa["metadata"]["namespace"]) != (obj["kind"], change.name, change.namespace):
            continue
        if changed is None:
            changed = scale_facts(change.resource, change.before) != scale_facts(change.resource, change.after)
        if changed:
            yield hpa


def _concerned_by_pod(change: Change, context: Context, found: list[Obj]) -> Iterator[Obj]:
    measured = _measured(context)
    facts = _measured_facts if measured else _own_facts
    if facts(change.before) == facts(change.after):
        return
    pods = [pod for pod in (change.before, change.after) if pod is not None]
    if measured and any(measured.is_shared(pod) for pod in pods):
        yield from found  # what is measured of other Pods hangs on this one
        return
    for hpa in found:
        if hpa["metadata"]["namespace"] == change.namespace:
            selector = _selector(context, hpa)
            if selector is not None and any(selector.matches(pod["metadata"].get("labels") or {}) for pod in pods):
                yield hpa


def _own_facts(pod: Obj | None) -> Obj | None:
    """What of a Pod counts where nothing is measured: whose it is."""
    return None if pod is None else pod["metadata"].get("labels") or {}


def _measured_facts(pod: Obj | None) -> tuple[Any, ...] | None:
    """What of a Pod counts where something is measured."""
    if pod is None:
        return None
    meta, status = pod["metadata"], pod.get("status") or {}
    ready = [
        (each["status"], each.get("lastTransitionTime")) for each in status.get("conditions") or ()
        if each["type"] == "Ready"
    ]
    running = [
        each["name"] for field in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
        for each in status.get(field) or () if "running" in (each.get("state") or {})
    ]
    return meta.get("labels"), meta.get("deletionTimestamp"), status.get("phase"), ready, running


def _key(hpa: Obj) -> str:
    return f"{hpa['metadata']['namespace']}/{hpa['metadata']['name']}"


CONTROLLER = HorizontalPodAutoscalerController
