"""``run``: one Pod out of words (upstream: kubectl ``cmd/run``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import validation_mode
from minikctl.commands._options import Command, flag
from minikctl.commands._overrides import OverrideOptions, overridden
from minikctl.commands._printing import ChangePrinter, dry_run_mode, propagation
from minikctl.commands._refusing import check_timeout, refusal
from minikctl.commands._shared import FilenameOptions, RecordOptions
from minikctl.commands.create._generators import UncheckedOptions, with_config
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class RunOptions(RecordOptions, OverrideOptions, FilenameOptions, UncheckedOptions):
    """Flags of ``run``."""

    image: str = flag("image", required=True, help="The container's image.")
    port: str = flag("port", help="The port that the container listens at.")
    env: list[str] = flag(
        "env", kind="array", secret=True, help="A variable of the container: KEY=VALUE; may be repeated."
    )
    labels: str = flag("labels", "l", help="Labels of the Pod: a=b,c=d; without them it is run=NAME.")
    annotations: list[str] = flag(
        "annotations", kind="array", help="An annotation of the Pod: KEY=VALUE; may be repeated."
    )
    restart: str = flag(
        "restart", default="Always", help="The restart policy.", choices=("Always", "OnFailure", "Never")
    )
    image_pull_policy: str = flag(
        "image-pull-policy", help="When the image is pulled.", choices=("Always", "IfNotPresent", "Never")
    )
    command: bool = flag(
        "command", kind="bool", help="The words after -- are the container's command, not its arguments."
    )
    expose: bool = flag("expose", kind="bool", help="Make a Service for the Pod, too (needs --port).")
    privileged: bool = flag("privileged", kind="bool", help="Run the container with all rights of its node.")
    quiet: bool = flag("quiet", "q", kind="bool", help="Print no prompts of attached containers; there are none.")
    stdin: bool = flag("stdin", "i", kind="bool", help="Keep the container's input open (attaches, too, unless --attach=false).")
    tty: bool = flag("tty", "t", kind="bool", help="Give the container a terminal (needs --stdin).")
    attach: bool = flag(
        "attach", kind="bool", group="Attaching", help="Refused: there is no process to attach to. --stdin alone means it, too."
    )
    leave_stdin_open: bool = flag(
        "leave-stdin-open", kind="bool", group="Attaching", help="Leave the input open when who was attached has gone."
    )
    detach_keys: str = flag("detach-keys", default="ctrl-p,ctrl-q", group="Attaching", help="What ends --attach.")
    pod_running_timeout: float = flag(
        "pod-running-timeout", kind="duration", default=60.0, group="Attaching", help="How long --attach waits for the Pod."
    )
    rm: bool = flag("rm", kind="bool", group="Attaching", help="Delete the Pod after --attach; refused as that is.")
    cascade: str = flag("cascade", default="background", bare="background", group="Attaching", help="How --rm deletes.")
    force: bool = flag("force", kind="bool", group="Attaching", help="How --rm deletes.")
    grace_period: int = flag("grace-period", kind="int", default=-1, group="Attaching", help="How --rm deletes.")
    timeout: float = flag("timeout", kind="duration", group="Attaching", help="How --rm deletes.")
    wait: bool = flag("wait", kind="bool", group="Attaching", help="How --rm deletes.")


def run(options: RunOptions, session: Session) -> None:
    """Make the Pod, and with --expose a Service before it."""
    dry_run = dry_run_mode(options.dry_run, session)
    printer = ChangePrinter(session, options, dry_run=dry_run, typed=True)
    propagation(options.cascade, session)
    attaches = options.attach if "attach" in options.given else options.stdin
    _check(options, session, attaches=attaches)
    if attaches:
        raise refusal(
            "run --attach", "no process runs in a container", "With --attach=false the Pod is made, and nobody talks to it."
        )
    name, words = options.args[0], options.args[1:]
    objects = [_pod(options, session, name, words)]
    if options.overrides:
        objects[0] = overridden(objects[0], options)
    if options.expose:
        objects.insert(0, _service(options, session, name, objects[0]))
    _store(options, session, [session.recorded(obj) for obj in objects], dry_run, printer)


def _check(options: RunOptions, session: Session, *, attaches: bool) -> None:
    """Raise UsageError in kubectl's order and words."""
    from minikctl.kinds.podspec.images import is_reference

    if not options.args or options.dash == 0:
        raise _usage(session, "NAME is required for run")
    try:
        check_timeout(options.pod_running_timeout)
    except UsageError as error:
        raise _usage(session, str(error)) from error
    if not options.image:
        raise UsageError("--image is required")
    if not is_reference(options.image):
        raise UsageError(f'Invalid image name "{options.image}": invalid reference format')
    wrong = _contradiction(options, attaches=attaches)
    if wrong:
        raise _usage(session, wrong)


def _usage(session: Session, text: str) -> UsageError:
    return UsageError(f"{text}\nSee '{session.program} run -h' for help and examples")


def _contradiction(options: RunOptions, *, attaches: bool) -> str:
    """What is wrong with the flags together; "" for nothing."""
    problems = (
        (options.tty and not options.stdin, "-i/--stdin is required for containers with -t/--tty=true"),
        (options.expose and not options.port, "--port must be set when exposing a service"),
        (options.restart not in ("", "Always", "OnFailure", "Never"), f"invalid restart policy: {options.restart}"),
        (options.rm and not attaches, "--rm should only be used for attached containers"),
        (attaches and dry_run_mode(options.dry_run),
         "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"),
        (options.image_pull_policy not in ("", "Always", "IfNotPresent", "Never"),
         f"invalid image pull policy: {options.image_pull_policy}"),
    )
    return next((words for is_so, words in problems if is_so), "")


def _store(options: RunOptions, session: Session, objects: list[Obj], dry_run: str, printer: ChangePrinter) -> None:
    validation = validation_mode(options.validate)

    def show(obj: Obj, *, last: bool) -> None:
        info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
        assert info is not None
        printer.print(info, obj, "created")
        if not last and options.output == "yaml":
            session.print("---")

    if dry_run == "client":
        for obj in objects:
            show(obj, last=obj is objects[-1])
        return
    errors: list[MinikctlError] = []
    stored: list[Obj] = []
    with session.change(dry_run=bool(dry_run)) as api:
        for obj in reversed(objects):  # the Pod is made before its Service, and shown after it
            given = with_config(obj) if options.save_config else obj
            given["metadata"]["namespace"] = session.namespace
            try:
                with api.store.savepoint():
                    stored.insert(0, api.create(given, client=True, validation=validation))
            except MinikctlError as error:
                if not stored:
                    raise
                errors.append(error)
        session.show_warnings()
        for obj in stored:
            show(obj, last=obj is stored[-1])
    session.end_with(errors)


def _pod(options: RunOptions, session: Session, name: str, words: list[str]) -> Obj:
    metadata: Obj = {"name": name}
    if session.namespace_given:
        metadata["namespace"] = session.namespace
    metadata["labels"] = _labels(options.labels) if options.labels else {"run": name}
    if options.annotations:
        metadata["annotations"] = dict(_pair(each, "annotations") for each in options.annotations)
    container: Obj = {"name": name, "image": options.image}
    if words:
        container["command" if options.command else "args"] = words
    if options.port:
        try:
            container["ports"] = [{"containerPort": int(options.port)}]
        except ValueError as error:
            raise UsageError(f'strconv.Atoi: parsing "{options.port}": invalid syntax') from error
    if options.env:
        container["env"] = [_variable(each) for each in options.env]
    container["resources"] = {}
    if options.image_pull_policy:
        container["imagePullPolicy"] = options.image_pull_policy
    if options.privileged:
        container["securityContext"] = {"privileged": True}
    terminal = {
        "stdin": options.stdin, "stdinOnce": options.stdin and not options.leave_stdin_open, "tty": options.tty,
    }
    container |= {field: True for field, wanted in terminal.items() if wanted}
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": metadata,
        "spec": {"containers": [container], "restartPolicy": options.restart or "Always", "dnsPolicy": "ClusterFirst"},
        "status": {},
    }


def _labels(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if not equals or not key:
            raise UsageError(f"unexpected label spec: {part}")
        found[key] = value
    return found


def _pair(text: str, what: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"invalid {what} format: {text}")
    return key, value


def _variable(text: str) -> Obj:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"invalid env: {text}")
    return {"name": name, "value": value} if value else {"name": name}


def _service(options: RunOptions, session: Session, name: str, pod: Obj) -> Obj:
    port = int(options.port)
    metadata: Obj = {"name": name}
    if session.namespace_given:
        metadata["namespace"] = session.namespace
    return {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": metadata,
        "spec": {
            "ports": [{"protocol": "TCP", "port": port, "targetPort": port}],
            "selector": dict(pod["metadata"]["labels"]),
        },
        "status": {"loadBalancer": {}},
    }


COMMAND = Command(
    usage="run NAME --image=IMAGE [-- ARGS ...]",
    summary="Run one Pod",
    examples=(
        ("A Pod", "run web --image=nginx --port=80"),
        ("One that ends", "run job --image=busybox --restart=Never -- echo done"),
        ("See the manifest only", "run web --image=nginx --dry-run=client -o yaml"),
    ),
    options=RunOptions,
    run=run,
)
