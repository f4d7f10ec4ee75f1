"""Logs of Pods' containers: which ones are meant, and their text.

Upstream: kubectl ``polymorphichelpers/logsforobject.go`` and, for how a log is cut, the kubelet's ``ReadLogs``.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._pods import container_names
from minikctl.controllers.kubelet import speech
from minikctl.controllers.kubelet.behavior import BehaviorSet
from minikctl.errors import MinikctlError, NotFound, StatusError
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.controllers.kubelet.behavior import Behavior
    from minikctl.controllers.kubelet.speech import Run

    Obj = dict[str, Any]
    Line = tuple[float, str]

BEHAVIORS = "containerbehaviors.minikctl.dev"
DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
KUBELET_PORT = 10250


class LogOptions:
    """How a log is cut (upstream: ``PodLogOptions``): ``since`` in seconds since the epoch, ``tail`` None: all lines."""

    __slots__ = ("limit", "previous", "since", "tail", "timestamps")

    def __init__(
        self, *, previous: bool = False, timestamps: bool = False, since: float | None = None, tail: int | None = None,
        limit: int = 0,
    ) -> None:
        self.previous = previous
        self.timestamps = timestamps
        self.since = since
        self.tail = tail
        self.limit = limit


class LogRequest:
    """The log of one container of one Pod."""

    __slots__ = ("container", "pod", "session")

    def __init__(self, session: Session, pod: Obj, container: Obj) -> None:
        self.session = session
        self.pod = pod
        self.container = container

    @property
    def prefix(self) -> str:
        """What ``--prefix`` puts before each line."""
        return f"[pod/{self.pod['metadata']['name']}/{self.container['name']}] "

    @property
    def behavior(self) -> Behavior:
        """How the container behaves."""
        inits = [each["name"] for each in self.pod["spec"].get("initContainers") or ()]
        behaviors = BehaviorSet(self.session.trusted.list(BEHAVIORS))
        return behaviors.for_container(self.pod, self.container, ends=self.container["name"] in inits)

    def read_again(self) -> Obj | None:
        """The Pod as it is now, None where it is gone."""
        meta = self.pod["metadata"]
        found = self.session.api.get("pods", meta["namespace"], meta["name"])
        return found if found is not None and found["metadata"]["uid"] == meta["uid"] else None

    def run(self, options: LogOptions) -> Run | None:
        """The run that is meant, None for a Pod that is on no node. Raises BadRequest, NotFound and StatusError."""
        node = self.pod["spec"].get("nodeName")
        if not node:
            return None
        self._reach(node)
        meta = self.pod["metadata"]
        self.session.allow("get", "pods", meta["namespace"], meta["name"], "log")
        return speech.find_run(self.pod, self.container["name"], previous=options.previous)

    def _reach(self, name: str) -> None:
        """Ask the node's kubelet, which may be gone or silent."""
        node = self.session.trusted.get("nodes", "", name)
        if node is None:
            raise NotFound("nodes", name)
        status = node.get("status") or {}
        if any(each["type"] == "Ready" and each["status"] == "Unknown" for each in status.get("conditions") or ()):
            found = (each["address"] for each in status.get("addresses") or () if each["type"] == "InternalIP")
            address, meta = f"{next(found, name)}:{KUBELET_PORT}", self.pod["metadata"]
            path = f"containerLogs/{meta['namespace']}/{meta['name']}/{self.container['name']}"
            raise StatusError(f'Get "https://{address}/{path}": dial tcp {address}: connect: connection refused')

    def lines(self, run: Run | None, options: LogOptions) -> list[Line]:
        """The lines of a run, cut and written as the options say."""
        if run is None:
            return []
        lines = speech.lines_of(self.container, run, self.behavior, self.session.api.now())
        if options.tail is not None:
            lines = lines[max(0, len(lines) - options.tail) :]
        if options.since is not None:
            lines = [line for line in lines if line[0] >= options.since]
        if options.timestamps:
            lines = [(time, f"{_nanoseconds(time)} {text}") for time, text in lines]
        return lines


def text_of(lines: Sequence[Line], limit: int = 0, prefix: str = "") -> str:
    """The lines as text; ``limit``: at most so many bytes of each log, without the prefixes."""
    text = "".join(f"{line}\n" for _, line in lines)
    if limit and len(text.encode()) > limit:
        text = text.encode()[:limit].decode(errors="ignore")
    if prefix:
        text = "".join(prefix + line for line in text.splitlines(keepends=True))
    return text


def _nanoseconds(time: float) -> str:
    """``2026-01-02T03:04:05.250000000Z``."""
    return f"{format_time(time)[:-1]}.{round(time % 1 * 1_000_000) * 1000:09d}Z"


def all_containers(pod: Obj) -> Iterator[Obj]:
    """The init containers, the containers, the ephemeral containers."""
    for _, field in speech.STATUSES:
        yield from pod["spec"].get(field) or ()


def requests_for_pod(
    session: Session, pod: Obj, container: str = "", *, every: bool = False, quiet: bool = False
) -> list[LogRequest]:
    """The logs of a Pod that are meant. ``every``: of all containers. Raises MinikctlError for one that is not there.

    ``quiet``: which container is taken is not said.
    """
    if every:
        return [LogRequest(session, pod, each) for each in all_containers(pod)]
    name = pod["metadata"]["name"]
    known = {each["name"]: each for each in all_containers(pod)}
    if not container:
        container = (pod["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER) or ""
        if container and container not in known:
            session.complain(f'Default container name "{container}" not found in pod {name}')
            container = ""
    if not container:
        container = pod["spec"]["containers"][0]["name"]
        if len(known) > 1 and not quiet:
            session.complain(f'Defaulted container "{container}" out of: {container_names(pod)}')
    if container not in known:
        raise MinikctlError(f"container {container} is not valid for pod {name} out of: {container_names(pod)}")
    return [LogRequest(session, pod, known[container])]


def pods_of(session: Session, obj: Obj, timeout: float, what: str) -> list[Obj]:
    """The Pods of a workload or Service, the best to look at first; waits up to ``timeout`` s of simulated time for one.

    ``what`` stands at the beginning of the error for kinds without Pods (``cannot get the logs from``). Upstream:
    ``SelectorsForObject`` and ``GetFirstPod``.
    """
    from minikctl.commands._waiting import run_until
    from minikctl.lib import labels

    info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
    assert info is not None
    kind = kinds.load(info)
    selector = kind.selector(obj) if info.categories else None  # a budget has a selector, but no Pods of its own
    if selector is None:
        if kind.exposable and not kind.scale_paths() and kind.pod_template(obj) is None:
            reason = f"invalid service '{obj['metadata']['name']}': Service is defined without a selector"
        else:
            reason = f"selector for *{info.version}.{info.kind} not implemented"
        raise MinikctlError(f"{what} *{info.version}.{info.kind}: {reason}")
    wanted = labels.from_label_selector(selector)
    namespace = obj["metadata"]["namespace"]
    if not run_until(session, lambda: bool(session.api.list("pods", namespace, selector=wanted)), timeout):
        raise MinikctlError("timed out waiting for the condition")
    return sorted_for_logs(session.api.list("pods", namespace, selector=wanted))


def sorted_for_logs(pods: list[Obj]) -> list[Obj]:
    """Pods by what their logs are worth (upstream: ``podutils.ByLogging``)."""
    from minikctl.kinds.podspec.status import is_pod_ready, pod_condition

    def key(pod: Obj) -> tuple[Any, ...]:
        status = pod.get("status") or {}
        phase = {"Unknown": 1, "Pending": 2}.get(status.get("phase", ""), 0)
        ready = is_pod_ready(pod)
        condition = pod_condition(pod, "Ready") or {}
        since = (condition.get("lastTransitionTime") or "~") if ready else ""
        restarts = max((each.get("restartCount", 0) for each in status.get("containerStatuses") or ()), default=0)
        return (
            not pod["spec"].get("nodeName"), phase, not ready, since, -restarts,
            pod["metadata"].get("creationTimestamp") or "~",
        )

    return sorted(pods, key=key)
