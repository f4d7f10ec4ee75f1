"""A Pod's status from those of its containers: phase, conditions, addresses.

Upstream: ``pkg/kubelet/kubelet_pods.go`` (``getPhase``, ``generateAPIPodStatus``) and
``pkg/kubelet/status/generate.go``.
"""

from __future__ import annotations

from minikctl.controllers.kubelet import addresses, references
from minikctl.controllers.kubelet.containers import ContainerStep, next_state
from minikctl.controllers.kubelet.step import PodStep
from minikctl.kinds.podspec.status import is_restartable_init_container
from minikctl.lib.times import format_time, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.controllers.kubelet.behavior import Behavior, BehaviorSet

    Obj = dict[str, Any]


def is_finished(pod: Obj) -> bool:
    """Whether all containers have ended for good."""
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def running_containers(pod: Obj) -> list[Obj]:
    """The containers of the spec that run now."""
    running = {
        status["name"]
        for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
        for status in (pod.get("status") or {}).get(field) or ()
        if "running" in (status.get("state") or {})
    }
    spec = pod["spec"]
    every = [*(spec.get("initContainers") or ()), *spec["containers"], *(spec.get("ephemeralContainers") or ())]
    return [container for container in every if container["name"] in running]


def keys_of_fault(context: Context, fault: Obj) -> list[str]:
    """The keys of the Pods that a fault may hit: the one that it names, those of its node, or all that are bound."""
    spec = fault.get("spec") or {}
    if "api" in spec:
        return []
    if "pod" in spec:
        return [f"{spec['pod'].get('namespace') or 'default'}/{spec['pod']['name']}"]
    found = context.list("pods", node=spec["node"]["name"]) if "node" in spec else context.list("pods")
    return [
        f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        for pod in found if pod["spec"].get("nodeName") and not is_finished(pod)
    ]


def keys_of_node(context: Context, before: Obj | None, after: Obj | None) -> list[str]:
    """The keys of the Pods that have something to do when their node is ready again."""
    if after is None or not _is_ready(after) or (before is not None and _is_ready(before)):
        return []
    context.scratch.pop("nodes", None)
    return [
        f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        for pod in context.list("pods", node=after["metadata"]["name"])
    ]


def _is_ready(node: Obj) -> bool:
    conditions = (node.get("status") or {}).get("conditions") or ()
    return all(each["status"] == "True" for each in conditions if each["type"] == "Ready")


def node_answers(context: Context, name: str) -> bool:
    """Whether the node is there and its kubelet works: on one that is gone or not Ready, Pods stay as they were."""
    ready: dict[str, bool] = context.scratch.setdefault("nodes", {})
    if name not in ready:
        node = context.look("nodes", "", name)
        ready[name] = node is not None and _is_ready(node)
    return ready[name]


def next_status(context: Context, pod: Obj, behaviors: BehaviorSet) -> PodStep:
    """Take a bound, living Pod on to now."""
    now = context.now()
    spec = pod["spec"]
    old: Obj = pod.get("status") or {}
    step = PodStep({key: value for key, value in old.items() if key not in ("reason", "message")})
    status = step.status
    held_up = "startTime" in status and not status.get("podIP")
    status.setdefault("startTime", format_time(now))
    if not status.get("podIP"):
        problems = references.mount_problems(context, pod)
        if problems:
            _hold_up(step, pod, problems, now)
            return step
    addresses.assign(context, pod, status)
    # A Pod whose volumes could not be mounted begins when they can.
    started = now if held_up else parse_time(status["startTime"])
    policy = spec.get("restartPolicy", "Always")
    initialized_at, init_failed = _init_containers(context, step, pod, behaviors, now, started, policy)
    statuses = {s["name"]: s for s in old.get("containerStatuses") or ()}
    new = []
    for container in spec["containers"]:
        if initialized_at is None:
            new.append(statuses.get(container["name"]) or _not_begun(container, waits="PodInitializing"))
            continue
        moved = _moved(
            context,
            container,
            _begun(statuses.get(container["name"])),
            behaviors.for_container(pod, container),
            now=now,
            begins=initialized_at,
            restart_policy=policy,
            pod=pod,
        )
        new.append(moved.status)
        step.events += moved.events
        step.wait_until(moved.due)
    status["containerStatuses"] = new
    if spec.get("ephemeralContainers"):
        _ephemeral_containers(context, step, pod, behaviors, now)
    status["phase"] = _phase(
        new,
        policy,
        initialized=initialized_at is not None,
        init_failed=init_failed,
    )
    if status["phase"] in ("Succeeded", "Failed"):
        step.due = None
    _set_conditions(status, pod, now, initialized=initialized_at is not None)
    if pod["metadata"].get("generation"):
        status["observedGeneration"] = pod["metadata"]["generation"]
    return step


def _ephemeral_containers(context: Context, step: PodStep, pod: Obj, behaviors: BehaviorSet, now: float) -> None:
    """Start what was added for debugging. It is never started again, and counts for no condition of the Pod."""
    known = {each["name"]: each for each in step.status.get("ephemeralContainerStatuses") or ()}
    new = []
    for container in pod["spec"]["ephemeralContainers"]:
        behavior, status = behaviors.for_container(pod, container), known.get(container["name"])
        # Its status does not say when it was added: what waits since the last sync has waited long enough.
        begins = now if status is None else now - behavior.pull_after - behavior.start_after
        moved = _moved(
            context, container, status, behavior, now=now, begins=begins, restart_policy="Never", pod=pod
        )
        moved.status["ready"] = False
        new.append(moved.status)
        step.events += moved.events
        step.wait_until(moved.due)
    step.status["ephemeralContainerStatuses"] = new


def _moved(
    context: Context, container: Obj, status: Obj | None, behavior: Behavior, *, now: float, begins: float, **more: Any
) -> ContainerStep:
    """Take a container on to ``now``, unless its environment cannot be made; see ``containers.next_state``."""
    waits = ((status or {}).get("state") or {}).get("waiting")
    blocked = waits is not None and waits.get("reason") == references.CONFIG_ERROR
    if status is None or (waits is not None and not status.get("lastState")):
        problem = references.config_problem(context, more["pod"], container)
        if problem:
            step = ContainerStep({
                **_not_begun(container, waits=""), "state": {"waiting": {"reason": references.CONFIG_ERROR, "message": problem}},
            })
            if status is None or not blocked or (waits or {}).get("message") != problem:
                step.events.append(("Warning", "Failed", f"Error: {problem}"))
            return step
    if blocked:
        status, begins = None, now
    return next_state(container, status, behavior, now=now, begins=begins, **more)


def _hold_up(step: PodStep, pod: Obj, problems: list[str], now: float) -> None:
    """The status of a Pod whose volumes cannot be mounted: nothing of it begins."""
    status, spec = step.status, pod["spec"]
    step.events += [("Warning", "FailedMount", problem) for problem in problems]
    inits = spec.get("initContainers") or ()
    waits = "PodInitializing" if inits else "ContainerCreating"
    if inits:
        status["initContainerStatuses"] = [_not_begun(each, waits="PodInitializing") for each in inits]
    status["containerStatuses"] = [_not_begun(each, waits=waits) for each in spec["containers"]]
    status["phase"] = "Pending"
    _set_conditions(status, pod, now, initialized=not inits)
    if pod["metadata"].get("generation"):
        status["observedGeneration"] = pod["metadata"]["generation"]


#: how a process ends that is told to by SIGTERM
SIGTERM_EXIT_CODE = 143


def stopped_status(pod: Obj, now: float) -> Obj:
    """The status of a Pod whose containers were stopped from outside: it has failed, unless all had ended well."""
    time = format_time(now)
    status: Obj = {**(pod.get("status") or {})}
    stopped = []
    for container in status.get("containerStatuses") or ():
        state = container["state"]
        if "terminated" not in state:
            ended = {"exitCode": SIGTERM_EXIT_CODE, "reason": "Error", "finishedAt": time}
            ended["startedAt"] = (state.get("running") or {}).get("startedAt", time)
            if "containerID" in container:
                ended["containerID"] = container["containerID"]
            state = {"terminated": ended}
        stopped.append({**container, "state": state, "ready": False, "started": False})
    status["containerStatuses"] = stopped
    well = stopped and all(container["state"]["terminated"]["exitCode"] == 0 for container in stopped)
    status["phase"] = "Succeeded" if well else "Failed"
    _set_conditions(status, pod, now, initialized=True)
    return status


def _begun(status: Obj | None) -> Obj | None:
    """None for a container that waited for the init containers: its own life begins now."""
    if status and (status.get("state") or {}).get("waiting", {}).get("reason") == "PodInitializing":
        return None
    return status


def _not_begun(container: Obj, *, waits: str) -> Obj:
    return {
        "name": container["name"],
        "image": container.get("image", ""),
        "imageID": "",
        "lastState": {},
        "ready": False,
        "restartCount": 0,
        "started": False,
        "state": {"waiting": {"reason": waits}},
    }


def _init_containers(
    context: Context, step: PodStep, pod: Obj, behaviors: BehaviorSet, now: float, started: float, policy: str
) -> tuple[float | None, bool]:
    """Run the init containers one after the other.

    Returns when the last one was done (seconds since the epoch; None: it is not yet), and whether one failed for good.
    """
    containers = pod["spec"].get("initContainers")
    if not containers:
        return started, False
    known = {s["name"]: s for s in step.status.get("initContainerStatuses") or ()}
    begins: float | None = started
    failed = False
    new = []
    for container in containers:
        if begins is None:
            new.append(known.get(container["name"]) or _not_begun(container, waits="PodInitializing"))
            continue
        sidecar = is_restartable_init_container(container)
        own_policy = "Always" if sidecar else ("OnFailure" if policy == "Always" else policy)
        moved = _moved(
            context,
            container,
            _begun(known.get(container["name"])),
            behaviors.for_container(pod, container, ends=not sidecar),
            now=now,
            begins=begins,
            restart_policy=own_policy,
            pod=pod,
            init=not sidecar,
        )
        new.append(moved.status)
        step.events += moved.events
        step.wait_until(moved.due)
        terminated = moved.status["state"].get("terminated")
        running = moved.status["state"].get("running")
        if sidecar and running is not None:
            begins = max(begins, parse_time(running["startedAt"]))
        elif not sidecar and terminated is not None and terminated["exitCode"] == 0:
            begins = max(begins, parse_time(terminated["finishedAt"]))
        else:
            failed = failed or (terminated is not None and own_policy == "Never")
            begins = None
    step.status["initContainerStatuses"] = new
    return begins, failed


def _phase(containers: list[Obj], policy: str, *, initialized: bool, init_failed: bool) -> str:
    """The phase of a Pod (upstream: ``getPhase``)."""
    if init_failed:
        return "Failed"
    states = [_standing(status) for status in containers]
    if not initialized or "waiting" in states:
        return "Pending"
    restarts = policy == "Always" or any("waiting" in status["state"] for status in containers)
    if "running" in states or restarts:
        return "Running"
    if all(status["state"]["terminated"]["exitCode"] == 0 for status in containers):
        return "Succeeded"
    return "Failed" if policy == "Never" else "Running"


def _standing(status: Obj) -> str:
    """running, stopped (also one that waits to be started again) or waiting (it never ran)."""
    if "running" in status["state"]:
        return "running"
    if "terminated" in status["state"] or (status.get("lastState") or {}).get("terminated"):
        return "stopped"
    return "waiting"


def _set_conditions(status: Obj, pod: Obj, now: float, *, initialized: bool) -> None:
    """The conditions in the kubelet's order; times change where a status does."""
    phase = status["phase"]
    containers = status["containerStatuses"]
    unready = [c["name"] for c in containers if not c["ready"]]
    waits_for_init = [
        c["name"] for c in status.get("initContainerStatuses") or () if not c["ready"] and not c.get("started")
    ]
    done = phase in ("Succeeded", "Failed")
    reason, message = "", ""
    if done:
        reason = "PodCompleted" if phase == "Succeeded" else "PodFailed"
    elif unready:
        reason, message = "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]"
    ready = not done and not unready
    gates = [gate["conditionType"] for gate in pod["spec"].get("readinessGates") or ()]
    old = {c["type"]: c for c in status.get("conditions") or ()}
    open_gates = [gate for gate in gates if (old.get(gate) or {}).get("status") != "True"]
    pod_ready, pod_reason, pod_message = ready, reason, message
    if ready and open_gates:
        pod_ready, pod_reason = False, "ReadinessGatesNotReady"
        pod_message = "; ".join(
            f'the status of pod readiness gate "{gate}" is not "True", but {(old.get(gate) or {}).get("status", "False")}'
            for gate in open_gates
        )
    begun = any(
        "waiting" not in c["state"] or c.get("lastState")
        for c in [*containers, *(status.get("initContainerStatuses") or ())]
    )
    rows = [
        ("PodReadyToStartContainers", not done and (begun or bool(status.get("podIP"))), "", ""),
        (
            "Initialized",
            initialized or phase == "Succeeded",
            "PodCompleted" if phase == "Succeeded" else ("" if initialized else "ContainersNotInitialized"),
            "" if initialized or phase == "Succeeded" else f"containers with incomplete status: [{' '.join(waits_for_init)}]",
        ),
        ("Ready", pod_ready, pod_reason, pod_message),
        ("ContainersReady", ready, reason, message),
        ("PodScheduled", True, "", ""),
    ]
    generation = pod["metadata"].get("generation")
    time = format_time(now)
    conditions = [
        _condition(old.get(kind), kind, "True" if value else "False", why, text, time, generation)
        for kind, value, why, text in rows
    ]
    own = {kind for kind, *_ in rows}
    status["conditions"] = [*conditions, *(c for c in status.get("conditions") or () if c["type"] not in own)]


def _condition(
    old: Obj | None, kind: str, value: str, reason: str, message: str, time: str, generation: int | None
) -> Obj:
    condition: Obj = {"type": kind, "status": value, "lastProbeTime": None}
    condition["lastTransitionTime"] = old["lastTransitionTime"] if old is not None and old["status"] == value else time
    if generation:
        condition["observedGeneration"] = generation
    if reason:
        condition["reason"] = reason
    if message:
        condition["message"] = message
    return condition
