"""ContainerBehavior: how a container that does not exist behaves. The first by name that matches wins."""

from __future__ import annotations

from minikctl.lib import labels
from minikctl.lib.duration import parse_duration
from minikctl.lib.shellpatterns import fits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.controllers.kubelet.faults import FaultSet

    Obj = dict[str, Any]


def _seconds(part: Obj) -> float:
    text = part.get("after")
    return parse_duration(text) if text else 0.0


class Behavior:
    """One behavior in numbers: times in seconds.

    ``exit_after`` is None for a container that runs for ever; ``exit_times`` None: it ends each time; ``pull_fail`` ""
    for an image that can be had; ``ready_never``: its readiness probe never succeeds.
    """

    __slots__ = (
        "exit_after",
        "exit_code",
        "exit_from",
        "exit_reason",
        "exit_times",
        "logs",
        "pull_after",
        "pull_fail",
        "ready_after",
        "ready_never",
        "start_after",
        "stop_after",
    )

    def __init__(self, spec: Obj) -> None:
        pull, start, ready = spec.get("pull") or {}, spec.get("start") or {}, spec.get("ready") or {}
        end, stop = spec.get("exit"), spec.get("stop") or {}
        self.pull_after = _seconds(pull)
        self.pull_fail: str = pull.get("fail") or ""
        self.start_after = _seconds(start)
        self.ready_after = _seconds(ready)
        self.ready_never = bool(ready.get("never"))
        self.exit_after = None if end is None else _seconds(end)
        #: it does not end before this time (seconds since the epoch), whenever it was started
        self.exit_from = 0.0
        self.exit_code = int((end or {}).get("code") or 0)
        self.exit_reason: str = (end or {}).get("reason") or ("Completed" if self.exit_code == 0 else "Error")
        self.exit_times: int | None = (end or {}).get("times")
        self.stop_after = _seconds(stop)
        #: what each run writes, None: its log tells how it went
        self.logs: list[str] | None = spec.get("logs")

    def copy(self) -> Behavior:
        """Another one with the same numbers."""
        copy = Behavior.__new__(Behavior)
        for field in self.__slots__:
            setattr(copy, field, getattr(self, field))
        return copy


#: what holds for a container that is to run for ever, and for one that is to end
RUNS_FOR_EVER = Behavior({})
ENDS_WELL = Behavior({"exit": {}})


class BehaviorSet:
    """All behaviors of the state, in the order of their names."""

    def __init__(self, objects: list[Obj], faults: FaultSet | None = None) -> None:
        #: what goes wrong on purpose; None: nothing does
        self.faults = faults
        self._rows = [(obj.get("spec") or {}, Behavior(obj.get("spec") or {})) for obj in objects]

    @classmethod
    def of_pass(cls, context: Context) -> BehaviorSet:
        """The behaviors as they are in this pass (read once a pass)."""
        found: BehaviorSet | None = context.scratch.get("behaviors")
        if found is None:
            faults = None
            if context.list("faults.minikctl.dev"):
                from minikctl.controllers.kubelet.faults import FaultSet

                faults = FaultSet.of_pass(context)
            found = cls(context.list("containerbehaviors.minikctl.dev"), faults)
            context.scratch["behaviors"] = found
        return found

    def for_container(self, pod: Obj, container: Obj, *, ends: bool = False) -> Behavior:
        """The behavior of one container of a Pod; ``ends``: it is an init container, which is there to end."""
        found = self._without_faults(pod, container, ends=ends)
        return found if self.faults is None else self.faults.behavior(pod, container, found)

    def _without_faults(self, pod: Obj, container: Obj, *, ends: bool) -> Behavior:
        for spec, behavior in self._rows:
            if _matches(spec, pod, container):
                return behavior
        if ends or pod["spec"].get("restartPolicy", "Always") != "Always":
            return ENDS_WELL
        return RUNS_FOR_EVER


def _matches(spec: Obj, pod: Obj, container: Obj) -> bool:
    images, containers, namespaces = spec.get("images"), spec.get("containers"), spec.get("namespaces")
    if images and not any(fits(container.get("image", ""), pattern) for pattern in images):
        return False
    if containers and container["name"] not in containers:
        return False
    if namespaces and pod["metadata"].get("namespace") not in namespaces:
        return False
    selector = spec.get("podSelector")
    return not selector or labels.from_label_selector(selector).matches(pod["metadata"].get("labels") or {})
