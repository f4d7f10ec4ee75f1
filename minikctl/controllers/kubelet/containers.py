"""The state machine of one container: waiting, running, terminated and started again.

``next_state`` takes a container's status as it is stored and gives what it is at ``now``: as many steps at once as the
time allows, so that a jump over hours ends where small steps would have ended. Upstream: ``pkg/kubelet/kuberuntime``
(``computePodActions``, ``doBackOff``) and ``pkg/kubelet/images`` (pull errors and their back-off).
"""

from __future__ import annotations

from minikctl.lib.times import format_time, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.kubelet.behavior import Behavior

    Obj = dict[str, Any]
    Event = tuple[str, str, str]

#: how long a crashed container waits, crash by crash, in seconds (upstream: 10 s doubling up to 5 min)
BACK_OFFS = (0.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
#: a run of this many seconds makes the next crash the first again (upstream: twice the longest back-off)
GOOD_RUN = 600.0
#: seconds after which a pull error shows as a back-off
PULL_BACK_OFF = 10.0
#: steps of one container at one moment: a container that ends at once and is started at once stops here
MANY_STEPS = 1000


class ContainerStep:
    """What a container is now: its status, the events on the way, and when it will change by itself (None: never)."""

    __slots__ = ("due", "events", "status")

    def __init__(self, status: Obj) -> None:
        self.status = status
        self.events: list[Event] = []
        self.due: float | None = None


def next_state(
    container: Obj,
    status: Obj | None,
    behavior: Behavior,
    *,
    now: float,
    begins: float,
    restart_policy: str,
    pod: Obj,
    init: bool = False,
) -> ContainerStep:
    """Take a container on to ``now``.

    ``status``: as stored, None for a new one. ``begins``: when the kubelet turned to it, in seconds since the epoch.
    ``restart_policy``: the one that holds for this container. ``init``: it is an init container that is to end, and
    counts as ready when it has ended well.
    """
    step = ContainerStep(_fresh(container) if status is None else {**status, "state": dict(status.get("state") or {})})
    if step.status.get("image") != container.get("image"):
        step.status.update(image=container.get("image", ""), imageID="")
        if "waiting" in step.status["state"]:
            step.status["state"] = {"waiting": {"reason": "ContainerCreating"}}
    for _ in range(MANY_STEPS):
        if not _advance(step, container, behavior, now, begins, restart_policy, pod):
            break
    if init:  # that one of these ends well is a step of the Pod's beginning, not its end
        step.events = [event for event in step.events if event[1] != "Completed"]
    _set_ready(step, behavior, now, init=init)
    return step


def _fresh(container: Obj) -> Obj:
    return {
        "name": container["name"],
        "image": container.get("image", ""),
        "imageID": "",
        "lastState": {},
        "ready": False,
        "restartCount": 0,
        "started": False,
        "state": {"waiting": {"reason": "ContainerCreating"}},
    }


def _advance(
    step: ContainerStep, container: Obj, behavior: Behavior, now: float, begins: float, restart_policy: str, pod: Obj
) -> bool:
    """One step of the machine; False where nothing happens now (``step.due`` then says when it will)."""
    step.due = None
    state = step.status["state"]
    if "running" in state:
        return _run(step, behavior, now)
    if "terminated" in state:
        return _restart(step, container, restart_policy, behavior, pod)
    return _start(step, container, behavior, now, begins, pod)


def _start(step: ContainerStep, container: Obj, behavior: Behavior, now: float, begins: float, pod: Obj) -> bool:
    """Waiting: for the image, for its back-off to end, for its start."""
    status = step.status
    last = (status.get("lastState") or {}).get("terminated")
    if last is None:
        pulled = begins + behavior.pull_after
        if not _pull(step, container, behavior, now, pulled):
            return False
        ready_to_start = pulled
    else:
        ready_to_start = parse_time(last["finishedAt"]) + _delay_of(status)
    starts = ready_to_start + behavior.start_after
    if now < starts:
        step.due = starts
        if last is not None and now >= ready_to_start:
            status["state"] = {"waiting": {"reason": "ContainerCreating"}}
        return False
    image = container.get("image", "")
    if last is None:
        step.events.append(
            (
                "Normal",
                "Pulled",
                f'Container image "{image}" already present on machine'
                if behavior.pull_after == 0
                else _pulled_words(image, behavior.pull_after),
            )
        )
    step.events += [
        ("Normal", "Created", f"Created container: {container['name']}"),
        ("Normal", "Started", f"Started container {container['name']}"),
    ]
    if last is not None:
        status["restartCount"] = status.get("restartCount", 0) + 1
    started = format_time(starts)
    status["state"] = {"running": {"startedAt": started}}
    status["started"] = True
    status["imageID"] = image
    status["containerID"] = container_id(pod["metadata"].get("uid", ""), status, started)
    return True


def _pulled_words(image: str, seconds: float) -> str:
    from minikctl.lib.duration import format_duration

    took = format_duration(seconds)
    return f'Successfully pulled image "{image}" in {took} ({took} including waiting). Image size: 0 bytes.'


def _pull(step: ContainerStep, container: Obj, behavior: Behavior, now: float, pulled: float) -> bool:
    """Whether the image is there; where it cannot be had, the state says so as the kubelet would."""
    image = container.get("image", "")
    if now < pulled:
        step.due = pulled
        return False
    if not behavior.pull_fail:
        return True
    if behavior.pull_fail == "InvalidImageName":
        problem = f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid reference format'
        _wait(step, "InvalidImageName", problem, ("Warning", "InspectFailed", problem))
        return False
    error = f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": not found'
    if behavior.pull_fail == "ErrImagePull" and now < pulled + PULL_BACK_OFF:
        _wait(step, "ErrImagePull", error, ("Warning", "Failed", f'Failed to pull image "{image}": {error}'))
        step.due = pulled + PULL_BACK_OFF
        return False
    waiting: Obj = step.status["state"].get("waiting") or {}
    if waiting.get("reason") not in ("ErrImagePull", "ImagePullBackOff"):
        step.events += [
            ("Normal", "Pulling", f'Pulling image "{image}"'),
            ("Warning", "Failed", f'Failed to pull image "{image}": {error}'),
            ("Warning", "Failed", "Error: ErrImagePull"),
        ]
    _wait(
        step,
        "ImagePullBackOff",
        f'Back-off pulling image "{image}": ErrImagePull: {error}',
        ("Normal", "BackOff", f'Back-off pulling image "{image}"'),
    )
    return False


def _wait(step: ContainerStep, reason: str, message: str, event: Event) -> None:
    waiting = step.status["state"].get("waiting") or {}
    if waiting.get("reason") != reason:
        step.events += [event, ("Warning", "Failed", f"Error: {reason}")]
        step.status["state"] = {"waiting": {"reason": reason, "message": message}}


def _run(step: ContainerStep, behavior: Behavior, now: float) -> bool:
    """Running: until it exits, if it does."""
    status = step.status
    started = parse_time(status["state"]["running"]["startedAt"])
    restarts = status.get("restartCount", 0)
    if behavior.exit_after is None or (behavior.exit_times is not None and restarts >= behavior.exit_times):
        return False
    ends = max(started, behavior.exit_from) + behavior.exit_after
    if now < ends:
        step.due = ends
        return False
    terminated: Obj = {
        "exitCode": behavior.exit_code,
        "reason": behavior.exit_reason,
        "startedAt": format_time(started),
        "finishedAt": format_time(ends),
        "containerID": status.get("containerID", ""),
    }
    status.update(state={"terminated": terminated}, started=False)
    step.events.append(ended_event(status["name"], terminated))
    return True


def ended_event(name: str, terminated: Obj) -> Event:
    """The event of a container's end. A kubelet keeps most of them to itself (but ``OOMKilling``); here nothing else tells."""
    code, reason = terminated["exitCode"], terminated["reason"]
    if code == 0:
        return "Normal", "Completed", f"Container {name} completed with exit code 0"
    if reason == "OOMKilled":
        return "Warning", "OOMKilled", f"Container {name} was killed with exit code {code}: out of memory"
    return "Warning", "Failed", f"Container {name} failed with exit code {code}"


def _restart(step: ContainerStep, container: Obj, restart_policy: str, behavior: Behavior, pod: Obj) -> bool:
    """Terminated: started again, after a back-off, where the restart policy says so."""
    status = step.status
    terminated = status["state"]["terminated"]
    if restart_policy == "Never" or (restart_policy == "OnFailure" and terminated["exitCode"] == 0):
        return False
    delay = back_off(status, terminated, behavior.start_after)
    status["lastState"] = {"terminated": terminated}
    if delay == 0:
        status["state"] = {"waiting": {"reason": "ContainerCreating"}}
        return True
    meta = pod["metadata"]
    who = f"{container['name']} in pod {meta['name']}_{meta.get('namespace', '')}({meta.get('uid', '')})"
    step.events.append(("Warning", "BackOff", f"Back-off restarting failed container {who}"))
    from minikctl.lib.duration import format_duration

    status["state"] = {
        "waiting": {
            "reason": "CrashLoopBackOff",
            "message": f"back-off {format_duration(delay)} restarting failed container={container['name']} "
            f"pod={meta['name']}_{meta.get('namespace', '')}({meta.get('uid', '')})",
        }
    }
    return True


def back_off(status: Obj, terminated: Obj, start_after: float) -> float:
    """How long the container waits before it is started again, in seconds.

    The first crash does not wait; each further one waits longer, unless the container had run well for ten minutes.
    What the last wait was is read from the times of the last two runs, so that nothing needs to be remembered
    elsewhere.
    """
    started = parse_time(terminated["startedAt"])
    if parse_time(terminated["finishedAt"]) - started >= GOOD_RUN:
        return 0.0
    before = (status.get("lastState") or {}).get("terminated")
    if before is None:
        return 0.0
    waited = started - start_after - parse_time(before["finishedAt"])
    # The last wait was the longest one that fits between the two runs; now it is the turn of the next.
    return next((delay for delay in BACK_OFFS if delay > waited), BACK_OFFS[-1])


def _delay_of(status: Obj) -> float:
    """The back-off that a waiting container is in (its message says it), 0 without one."""
    waiting = (status.get("state") or {}).get("waiting") or {}
    message = waiting.get("message", "")
    if waiting.get("reason") != "CrashLoopBackOff" or not message.startswith("back-off "):
        return 0.0
    from minikctl.lib.duration import parse_duration

    return parse_duration(message.split(" ", 2)[1])


def _set_ready(step: ContainerStep, behavior: Behavior, now: float, *, init: bool) -> None:
    """Set ``ready``, and ask to be called when a running container becomes so."""
    running = step.status["state"].get("running")
    if running is None:
        terminated = step.status["state"].get("terminated")
        step.status["ready"] = init and terminated is not None and terminated["exitCode"] == 0
        return
    if behavior.ready_never:
        step.status["ready"] = False
        return
    ready_at = parse_time(running["startedAt"]) + behavior.ready_after
    step.status["ready"] = now >= ready_at
    if now < ready_at and (step.due is None or ready_at < step.due):
        step.due = ready_at


def container_id(pod_uid: str, status: Obj, started: str) -> str:
    """A containerd ID: 64 hexadecimal digits that differ between Pods, containers and runs, the same for the same run."""
    import hashlib

    text = f"{pod_uid}/{status['name']}/{status['image']}/{status['restartCount']}/{started}"
    return "containerd://" + hashlib.sha256(text.encode()).hexdigest()
