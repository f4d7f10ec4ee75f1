"""``logs``: what simulated containers would have written (upstream: kubectl ``cmd/logs``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands import _logs
from minikctl.commands._options import Command, flag
from minikctl.commands._resources import ResourceQuery
from minikctl.commands._shared import SelectorOptions
from minikctl.errors import MinikctlError, NotFound, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._logs import LogOptions, LogRequest
    from minikctl.commands._session import Session
    from minikctl.controllers.kubelet.speech import Run

    Obj = dict[str, Any]

USAGE = "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]"
#: lines of each Pod where they are found by a selector
SELECTOR_TAIL = 10
#: said once in each command, on standard error
SIMULATED = "Nothing runs here: the log is simulated from the Pod's status and its ContainerBehavior."


class LogsOptions(SelectorOptions):
    """Flags of ``logs``."""

    all_containers: bool = flag("all-containers", kind="bool", group="Selection", help="All containers of the Pods.")
    all_pods: bool = flag("all-pods", kind="bool", group="Selection", help="All Pods of a workload, with --prefix.")
    container: str = flag("container", "c", group="Selection", help="This container.")
    previous: bool = flag(
        "previous", "p", kind="bool", group="Selection", help="The run before the one that goes on."
    )
    follow: bool = flag(
        "follow", "f", kind="bool",
        help="Wait, in simulated time, until the containers end; what runs for ever is not waited for.",
    )
    ignore_errors: bool = flag("ignore-errors", kind="bool", help="Print errors among the logs and go on.")
    max_log_requests: int = flag(
        "max-log-requests", kind="int", default=5, help="How many logs may be followed at once."
    )
    pod_running_timeout: float = flag(
        "pod-running-timeout", kind="duration", default=20.0, help="How long to wait for a Pod of a workload."
    )
    insecure: bool = flag(
        "insecure-skip-tls-verify-backend", kind="bool", help="There is no connection whose certificate could be wrong."
    )
    timestamps: bool = flag("timestamps", kind="bool", group="Output", help="The time before each line.")
    prefix: bool = flag("prefix", kind="bool", group="Output", help="Pod and container before each line.")
    since: float = flag("since", kind="duration", group="Output", help="Only lines that are not older: 5s, 2m, 3h.")
    since_time: str = flag("since-time", group="Output", help="Only lines since this time (RFC 3339).")
    tail: int = flag("tail", kind="int", default=-1, group="Output", help="The last lines (with -l 10, else all).")
    limit_bytes: int = flag("limit-bytes", kind="int", group="Output", help="At most so many bytes of each log.")


def run(options: LogsOptions, session: Session) -> None:
    """Print the logs."""
    log_options = _complete(options, session)
    target = _target(options, session)
    _validate(options)
    requests = _requests(options, session, target)
    if options.follow and len(requests) > options.max_log_requests > 0 and len(requests) > 1:
        raise MinikctlError(
            f"you are attempting to follow {len(requests)} log streams, but maximum allowed concurrency is "
            f"{options.max_log_requests}, use --max-log-requests to increase the limit"
        )
    if options.follow and not options.previous:
        _follow(options, session, requests, log_options)
        return
    said = False
    for request in requests:
        try:
            lines = request.lines(request.run(log_options), log_options)
        except MinikctlError as error:
            if not options.ignore_errors:
                raise
            session.print(f"error: {error}")
            continue
        if not said:
            session.complain(SIMULATED)
            said = True
        session.write(_logs.text_of(lines, log_options.limit, request.prefix if options.prefix else ""))


def _complete(options: LogsOptions, session: Session) -> LogOptions:
    """Kubectl's ``Complete``: words, times and how much. Raises UsageError and MinikctlError."""
    see = f"\nSee '{session.program} logs -h' for help and examples"
    if len(options.args) > 2 or not (options.args or options.selector):
        raise UsageError(f"expected '{USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command{see}")
    if len(options.args) == 1 and options.selector:
        raise UsageError(f"only a selector (-l) or a POD name is allowed{see}")
    if options.pod_running_timeout <= 0:
        raise UsageError("--pod-running-timeout must be higher than zero")
    options.prefix = options.prefix or options.all_pods
    now = session.api.now()
    since = None
    if options.since_time:
        from minikctl.lib.times import parse_time

        try:
            since = parse_time(options.since_time)
        except ValueError as error:
            raise MinikctlError(str(error)) from error
    if options.since:
        since = now - int(options.since + 0.5)
    tail = options.tail
    if options.selector and tail == -1 and "tail" not in options.given:
        tail = SELECTOR_TAIL
    return _logs.LogOptions(
        previous=options.previous, timestamps=options.timestamps, since=since, tail=None if tail < 0 else tail,
        limit=options.limit_bytes,
    )


def _target(options: LogsOptions, session: Session) -> list[Obj]:
    """The object that was named, or the Pods with the labels. Raises MinikctlError."""
    if options.selector and not options.args:
        found = ResourceQuery(session, ["pods"], selector=options.selector).find()
        session.end_with(found.errors)
        if not found.targets:
            session.complain(f"No resources found in {session.namespace} namespace.")
        return [target.obj for target in found.targets if target.obj is not None]
    word = options.args[0]
    found = ResourceQuery(session, [word] if "/" in word else ["pods", word]).find()
    for error in found.errors:
        if isinstance(error, NotFound):
            raise MinikctlError(f'error from server (NotFound): {error} in namespace "{session.namespace}"') from error
        raise error
    return [target.obj for target in found.targets if target.obj is not None]


def _validate(options: LogsOptions) -> None:
    """Kubectl's ``Validate``. Raises UsageError."""
    container = options.args[1] if len(options.args) == 2 else options.container
    if options.since_time and options.since:
        raise UsageError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if options.all_containers and container:
        raise UsageError(f"--all-containers=true should not be specified with container name {container}")
    if "container" in options.given and len(options.args) == 2:
        raise UsageError("only one of -c or an inline [CONTAINER] arg is allowed")
    if options.limit_bytes < 0:
        raise UsageError("--limit-bytes must be greater than 0")
    if options.since < 0:
        raise UsageError("--since must be greater than 0")
    if options.tail < -1:
        raise UsageError("--tail must be greater than or equal to -1")


def _requests(options: LogsOptions, session: Session, targets: list[Obj]) -> list[LogRequest]:
    """The logs that are meant: of a Pod, of the first Pod of a workload, or of all of them."""
    container = options.args[1] if len(options.args) == 2 else options.container
    pods = targets
    if not options.selector and kinds.load(_info(targets[0])).pod_template(targets[0]) is not targets[0]:
        pods = _logs.pods_of(session, targets[0], options.pod_running_timeout, "cannot get the logs from")
        if len(pods) > 1 and not options.all_pods:
            session.complain(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}")
            pods = pods[:1]
    return [
        request
        for pod in pods
        for request in _logs.requests_for_pod(
            session, pod, container, every=options.all_containers, quiet=options.all_pods
        )
    ]


def _info(obj: Obj) -> kinds.KindInfo:
    info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
    assert info is not None
    return info


def _follow(options: LogsOptions, session: Session, requests: list[LogRequest], log_options: LogOptions) -> None:
    """Let time go on until the runs that end have ended; then print, of several logs each line at its time."""
    from minikctl.commands._waiting import run_until
    from minikctl.controllers.kubelet import speech

    followed: list[tuple[LogRequest, Run | None]] = []
    errors: list[MinikctlError] = []
    for request in requests:
        try:
            followed.append((request, request.run(log_options)))
        except MinikctlError as error:
            if not options.ignore_errors:
                raise
            errors.append(error)
    ends = [(request, run, speech.ends_at(run, request.behavior)) for request, run in followed if run is not None]
    waited = [(request, run, end) for request, run, end in ends if end is not None]

    def all_ended() -> bool:
        return not any(_still_runs(request, run) for request, run, _ in waited)

    if waited:
        run_until(session, all_ended, max(end for _, _, end in waited) - session.api.now() + 1)
    if followed:
        session.complain(SIMULATED)
    for each in errors:
        session.print(f"error: {each}")
    session.write(_followed(options, followed, log_options))


def _followed(options: LogsOptions, followed: list[tuple[LogRequest, Run | None]], log_options: LogOptions) -> str:
    """The logs of the runs as they have ended, or as they are now; of several each line at its time."""
    from minikctl.controllers.kubelet import speech

    pieces: list[tuple[float, str]] = []
    for request, begun in followed:
        pod, run = request.read_again(), begun
        if pod is not None and begun is not None:
            run = speech.find_run_by_id(pod, request.container["name"], begun.id) or begun
        prefix = request.prefix if options.prefix else ""
        lines = request.lines(run, log_options)
        if log_options.limit or len(followed) == 1:
            pieces.append((lines[0][0] if lines else 0.0, _logs.text_of(lines, log_options.limit, prefix)))
        else:
            pieces += [(time, f"{prefix}{line}\n") for time, line in lines]
    return "".join(text for _, text in sorted(pieces, key=lambda piece: piece[0]))


def _still_runs(request: LogRequest, run: Run) -> bool:
    from minikctl.controllers.kubelet import speech

    pod = request.read_again()
    status = speech.status_of(pod, request.container["name"]) if pod is not None else None
    return status is not None and "running" in status["state"] and status.get("containerID") == run.id


COMMAND = Command(
    usage=USAGE,
    summary="Print what a container would have written",
    description=(
        "Nothing runs: a log says when the container started, what its probes answered and how it ended, or, line by "
        "line, what its ContainerBehavior has under spec.logs."
    ),
    examples=(
        ("The log of a Pod", "logs web"),
        ("Of the run before the last crash", "logs web --previous --timestamps"),
        ("Of all containers of a workload's Pods", "logs deployment/web --all-pods --all-containers"),
        ("Until the Job's container ends", "logs job/migrate -f"),
    ),
    options=LogsOptions,
    run=run,
    complete="resources",
)
