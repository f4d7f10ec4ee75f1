"""What a simulated container would have written to its log: a function of its status and of its ContainerBehavior.

Nothing runs, so nothing writes. A behavior may say the lines (``logs``): then these are the log of each run. Otherwise
the log tells what became of the run: that it started, what its probes answered, how it ended. Which run is meant, and
what the kubelet says where there is none yet, is as upstream: ``pkg/kubelet/kubelet_pods.go``
(``validateContainerLogStatus``).
"""

from __future__ import annotations

from minikctl.errors import BadRequest
from minikctl.lib.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.kubelet.behavior import Behavior

    Obj = dict[str, Any]
    #: when it was written, in seconds since the epoch, and the line without its end
    Line = tuple[float, str]

#: the lists of a Pod's status and of its spec that belong together
STATUSES = (
    ("initContainerStatuses", "initContainers"), ("containerStatuses", "containers"),
    ("ephemeralContainerStatuses", "ephemeralContainers"),
)


class Run:
    """One run of a container: ``terminated`` is None while it goes on, ``restarts`` counts those before it."""

    __slots__ = ("id", "restarts", "started", "terminated")

    def __init__(self, state: Obj, restarts: int, container_id: str, *, ended: bool) -> None:
        self.terminated = state if ended else None
        self.started = parse_time(state["startedAt"])
        self.restarts = restarts
        self.id = container_id


def status_of(pod: Obj, container: str) -> Obj | None:
    """The status of a container of any sort, None where there is none yet."""
    status = pod.get("status") or {}
    return next(
        (each for field, _ in STATUSES for each in status.get(field) or () if each["name"] == container), None
    )


def find_run(pod: Obj, container: str, *, previous: bool = False) -> Run:
    """The run whose log is meant: the one that goes on, else the last one. Raises BadRequest in the kubelet's words."""
    name = pod["metadata"]["name"]
    status = status_of(pod, container)
    if status is None:
        raise BadRequest(f'container "{container}" in pod "{name}" is not available')
    state, restarts = status.get("state") or {}, status.get("restartCount", 0)
    last = (status.get("lastState") or {}).get("terminated")
    waiting = state.get("waiting")
    before = restarts if waiting is not None else restarts - 1
    if previous:
        if not last or not last.get("containerID"):
            raise BadRequest(f'previous terminated container "{container}" in pod "{name}" not found')
        return Run(last, before, last["containerID"], ended=True)
    if "running" in state:
        return Run(state["running"], restarts, status.get("containerID", ""), ended=False)
    if "terminated" in state:
        return Run(state["terminated"], restarts, state["terminated"].get("containerID", ""), ended=True)
    if last:
        return Run(last, before, last.get("containerID", ""), ended=True)
    reason = (waiting or {}).get("reason", "")
    why = {
        "ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image",
    }.get(reason, reason)
    raise BadRequest(f'container "{container}" in pod "{name}" is waiting to start: {why}')


def find_run_by_id(pod: Obj, container: str, container_id: str) -> Run | None:
    """The run with this ID, where the status still tells of it."""
    for previous in (False, True):
        try:
            run = find_run(pod, container, previous=previous)
        except BadRequest:
            continue
        if run.id == container_id:
            return run
    return None


def lines_of(container: Obj, run: Run, behavior: Behavior, now: float) -> list[Line]:
    """What the run has written by ``now``, in order."""
    started = run.started
    if behavior.logs is not None:
        return [(started, line) for text in behavior.logs for line in text.removesuffix("\n").split("\n")]
    again = f", restart {run.restarts}" if run.restarts else ""
    lines = [(started, f"container {container['name']} started (image {container.get('image', '')}{again})")]
    until = now if run.terminated is None else parse_time(run.terminated["finishedAt"])
    answered = started + behavior.ready_after
    if not behavior.ready_never and answered <= until:
        lines += [
            (answered, f"{name} probe succeeded") for name in ("startup", "readiness") if container.get(f"{name}Probe")
        ]
    if run.terminated is not None:
        code, reason = run.terminated.get("exitCode", 0), run.terminated.get("reason", "")
        lines.append((until, f"container {container['name']} ended with exit code {code}" + (f" ({reason})" if reason else "")))
    return lines


def ends_at(run: Run, behavior: Behavior) -> float | None:
    """When a run that goes on will end by itself, None: never."""
    if run.terminated is not None or behavior.exit_after is None:
        return None
    if behavior.exit_times is not None and run.restarts >= behavior.exit_times:
        return None
    return max(run.started, behavior.exit_from) + behavior.exit_after
