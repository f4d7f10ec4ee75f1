"""SimulatedMetrics: what the metrics APIs would answer (``minikctl.dev/v1alpha1``, minikctl's own kind).

A bare cluster has no metrics server, and autoscalers say so. With an object of this kind there is one: it answers with
what containers are said to use, and custom and external metrics come from it, too. What is not said is what ``top``
shows without it (``kinds.pod.usage``). ``measuring`` has what comes of all objects together.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

RESOURCE = "simulatedmetrics.minikctl.dev"
#: what containers use
AMOUNTS = ("cpu", "memory")
#: the lists of values: those of each Pod, of described objects, and of what is outside of the cluster
VALUES = ("pods", "objects", "external")
_MEASURES = ("usage", "load", *VALUES, "missing")


class SimulatedMetricsKind(Kind):
    """The hooks of SimulatedMetrics."""

    columns = (
        Column("NAME"), Column("CPU"), Column("MEMORY"), Column("METRICS"), Column("STEPS"), Column("AGE"),
        Column("NAMESPACES", wide=True), Column("CONTAINERS", wide=True), Column("POD SELECTOR", wide=True),
    )
    has_generation = True

    def validate(self, obj: Obj) -> list[FieldError]:
        """Patterns, amounts, and steps in the order of their times."""
        from minikctl.kinds.simulatedmetrics.validation import validate_spec

        return validate_spec(obj.get("spec") or {}, "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """Everything may change; steps are counted from the creation all the same."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get simulatedmetrics``: what holds now."""
        from minikctl.lib.labels import format_label_selector
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        holds = effective(obj, now)
        named = sorted({each["name"] for field in VALUES for each in holds.get(field) or ()})
        selector = spec.get("podSelector")
        steps = spec.get("steps") or ()
        return (
            metadata["name"], _amount(holds, "cpu"), _amount(holds, "memory"), ",".join(named) or "<none>",
            f"{len(steps) - len(coming_steps(obj, now))}/{len(steps)}" if steps else "<none>",
            age(metadata.get("creationTimestamp"), now), ",".join(spec.get("namespaces") or ()) or "*",
            ",".join(spec.get("containers") or ()) or "*", format_label_selector(selector) if selector else "<none>",
        )


def effective(obj: Obj, now: float) -> Obj:
    """The spec of an object with the steps that have come at ``now``.

    A step replaces what it names. Of a resource that a step says the usage of, the load is no longer said, and the
    other way round: ``{load: {cpu: 4}}`` and then ``{usage: {cpu: 10%}}`` is a usage of 10%.
    """
    spec = obj.get("spec") or {}
    found: Obj = {field: spec[field] for field in ("namespaces", "podSelector", "containers", *_MEASURES) if field in spec}
    for at, step in times_of_steps(obj):
        if at > now:
            break
        for field in _MEASURES:
            if field not in step:
                continue
            value = step[field]
            if field in ("usage", "load"):
                other = "load" if field == "usage" else "usage"
                found[other] = {name: said for name, said in (found.get(other) or {}).items() if name not in value}
                value = {**(found.get(field) or {}), **value}
            found[field] = value
    return found


def times_of_steps(obj: Obj) -> list[tuple[float, Obj]]:
    """(time in seconds since the epoch, the step), in the order of their times."""
    from minikctl.lib.duration import parse_duration
    from minikctl.lib.times import parse_time

    steps = (obj.get("spec") or {}).get("steps")
    if not steps:
        return []
    born = parse_time(obj["metadata"]["creationTimestamp"])
    return sorted(((born + parse_duration(step["after"]), step) for step in steps), key=lambda pair: pair[0])


def coming_steps(obj: Obj, now: float) -> list[float]:
    """When the steps come that have not come at ``now``, in order."""
    return [at for at, _ in times_of_steps(obj) if at > now]


def _amount(holds: Obj, resource: str) -> str:
    """The cell of a resource: ``90%``, ``4 shared``, ``missing``."""
    if holds.get("missing"):
        return "missing"
    shared = (holds.get("load") or {}).get(resource)
    if shared is not None:
        return f"{shared} shared"
    said: Any = (holds.get("usage") or {}).get(resource)
    return "<none>" if said is None else str(said)


KIND = SimulatedMetricsKind
