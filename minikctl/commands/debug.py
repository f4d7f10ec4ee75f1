"""``debug``: containers and Pods to look into others with (upstream: kubectl ``cmd/debug``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._debugging import PROFILES, Maker, needs_warning
from minikctl.commands._options import Command, Options, flag
from minikctl.commands._refusing import refusal
from minikctl.commands._resources import ResourceQuery
from minikctl.commands._shared import FilenameOptions
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: what a custom profile may not have
_NOT_CUSTOM = ("name", "command", "image", "lifecycle", "volumeDevices")


class DebugOptions(Options):
    """Flags of ``debug``."""

    filename: list[str] = FilenameOptions.FLAGS["filename"]  # type: ignore[assignment]  # a flag is what gives the values
    image: str = flag("image", group="Container", help="The image of the container.")
    container: str = flag("container", "c", group="Container", help="The name of the container.")
    target: str = flag("target", group="Container", help="The container whose processes an ephemeral one is to see.")
    env: list[str] = flag(
        "env", kind="map", secret=True, group="Container", help="Variables of the container: KEY=VALUE."
    )
    image_pull_policy: str = flag("image-pull-policy", group="Container", help="Always, IfNotPresent or Never.")
    arguments_only: bool = flag(
        "arguments-only", kind="bool", group="Container", help="What follows -- are arguments, not the command."
    )
    stdin: bool = flag("stdin", "i", kind="bool", group="Container", help="Keep standard input open (and attach: refused).")
    tty: bool = flag("tty", "t", kind="bool", group="Container", help="Give the container a terminal.")
    attach: bool = flag("attach", kind="bool", help="Attach to the container: refused, for nothing runs in it.")
    profile: str = flag("profile", default="general", choices=PROFILES, group="Container", help="What the container may do.")
    custom: str = flag("custom", complete="files", group="Container", help="A file with more of the container's fields.")
    quiet: bool = flag("quiet", "q", kind="bool", help="Print no names that were drawn.")
    copy_to: str = flag("copy-to", group="Copy", help="Make a copy of the Pod with this name.")
    replace: bool = flag("replace", kind="bool", group="Copy", help="Delete the Pod that was copied.")
    same_node: bool = flag("same-node", kind="bool", group="Copy", help="Put the copy on the same node.")
    set_image: list[str] = flag("set-image", kind="map", group="Copy", help="Other images: CONTAINER=IMAGE, * is all.")
    share_processes: bool = flag(
        "share-processes", kind="bool", default=True, group="Copy", help="Let containers see each other's processes."
    )
    keep_labels: bool = flag("keep-labels", kind="bool", group="Copy", help="Keep labels.")
    keep_annotations: bool = flag("keep-annotations", kind="bool", group="Copy", help="Keep annotations.")
    keep_liveness: bool = flag("keep-liveness", kind="bool", group="Copy", help="Keep liveness probes.")
    keep_readiness: bool = flag("keep-readiness", kind="bool", group="Copy", help="Keep readiness probes.")
    keep_startup: bool = flag("keep-startup", kind="bool", group="Copy", help="Keep startup probes.")
    keep_init_containers: bool = flag(
        "keep-init-containers", kind="bool", default=True, group="Copy", help="Keep init containers."
    )


def run(options: DebugOptions, session: Session) -> None:
    """Make what is asked for."""
    has_command = 0 <= options.dash < len(options.args)
    names = options.args[: options.dash] if has_command else options.args
    command = options.args[options.dash :] if has_command else []
    custom = _complete(options)
    _validate(options, session, names, command, custom)
    if options.attach or (options.stdin and "attach" not in options.given):
        raise refusal(
            "debug with -i or --attach", "no process runs in its containers",
            "Without them (or with --attach=false) the container is made, and logs prints what it would have written",
        )
    targets = _targets(options, session, names)
    with session.change() as api:
        maker = Maker(options, command, custom, api.random_suffix, session.print)
        for target in targets:
            assert target.obj is not None
            if target.info.resource == "nodes":
                api.create(maker.node_pod(target.obj, session.namespace), client=True)
            elif kinds.load(target.info).pod_template(target.obj) is not target.obj:
                what = f"{target.info.api_version}, Kind={target.info.kind}"
                raise MinikctlError(f'"{what if target.info.group else "/" + what}" not supported by debug')
            elif options.copy_to:
                pod, container = maker.copy_of(target.obj)
                _warn(session, container, pod)
                api.create(pod, client=True)
                if options.replace:
                    api.delete("pods", target.namespace, target.name, grace_period=0, client=True)
            else:
                pod, container = maker.with_ephemeral_container(target.obj)
                _warn(session, container, pod)
                api.store.subresource = "ephemeralcontainers"
                api.update(pod, subresource="ephemeralcontainers", client=True, verb="patch")
        session.show_warnings()


def _complete(options: DebugOptions) -> Obj | None:
    """The custom profile. Raises MinikctlError for a profile or file that is not there."""
    if options.profile not in PROFILES:
        raise MinikctlError(f"unknown profile: {options.profile}")
    if not options.custom:
        return None
    from minikctl.api.manifests.streams import StreamError, load_yaml

    try:
        with open(options.custom, "rb") as file:
            custom = load_yaml(file.read(), 1).value
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise MinikctlError(
            f"must pass a container spec json file for custom profile: open {options.custom}: {reason}"
        ) from error
    except StreamError as error:
        raise MinikctlError(f"{options.custom} does not contain a valid container spec: {error}") from error
    if not isinstance(custom, dict):
        raise MinikctlError(f"{options.custom} does not contain a valid container spec: it is no object")
    return custom


def _validate(options: DebugOptions, session: Session, names: list[str], command: list[str], custom: Obj | None) -> None:
    """Kubectl's ``Validate``, in its order. Raises UsageError."""
    if options.attach and not options.image and not options.container:
        raise UsageError("you must specify --container or create a new container using --image in order to attach.")
    _validate_copy(options, command)
    _validate_images(options, names)
    if options.target:
        if options.copy_to:
            raise UsageError("--target is incompatible with --copy-to. Use --share-processes instead.")
        if not options.quiet:
            session.print(
                f'Targeting container "{options.target}". If you don\'t see processes from this container it may be '
                "because the container runtime doesn't support this feature."
            )
    if options.tty and not options.stdin:
        raise UsageError("-i/--stdin is required for containers with -t/--tty=true")
    if custom is not None and any(custom.get(field) for field in _NOT_CUSTOM):
        raise UsageError("name, command, image, lifecycle and volume devices are not modifiable via custom profile")
    if options.profile == "legacy":
        session.complain(
            "--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, "
            'for example "--profile=general".'
        )


def _validate_images(options: DebugOptions, names: list[str]) -> None:
    """Images and how they are pulled, with the check for names in between where kubectl has it. Raises UsageError."""
    from minikctl.kinds.podspec.images import is_reference

    if options.image and not is_reference(options.image):
        raise UsageError(f'invalid image name "{options.image}": invalid reference format')
    if not names and not options.filename:
        raise UsageError("NAME or filename is required for debug")
    if options.image_pull_policy not in ("", "Always", "IfNotPresent", "Never"):
        raise UsageError(f"invalid image pull policy: {options.image_pull_policy}")
    for pair in options.set_image:
        name, _, image = pair.partition("=")
        if not is_reference(image):
            raise UsageError(f'invalid image name "{image}" for container "{name}": invalid reference format')


def _validate_copy(options: DebugOptions, command: list[str]) -> None:
    """What ``--copy-to`` needs, and what needs it. Raises UsageError."""
    if options.copy_to:
        if not options.image and not options.set_image and not command:
            raise UsageError("you must specify --image, --set-image or command arguments.")
        if command and not options.container and not options.image:
            raise UsageError("you must specify an existing container or a new image when specifying args.")
        return
    for name, given in (("replace", options.replace), ("same-node", options.same_node), ("set-image", options.set_image)):
        if given:
            raise UsageError(f"--{name} may only be used with --copy-to.")
    if not options.image:
        raise UsageError("you must specify --image when not using --copy-to.")


def _targets(options: DebugOptions, session: Session, names: list[str]) -> list[Target]:
    """The objects that words and files name. Raises MinikctlError where one is not there."""
    targets: list[Target] = []
    if options.filename:
        from minikctl.commands._manifests import read_targets

        given = FilenameOptions()
        given.filename = options.filename
        documents, errors = read_targets(session, given)
        session.end_with(errors)
        targets += _found(session, ResourceQuery(session, [], documents=documents))
    for name in names:
        targets += _found(session, ResourceQuery(session, [name] if "/" in name else ["pods", name]))
    return targets


def _found(session: Session, query: ResourceQuery) -> list[Target]:
    found = query.find()
    session.end_with(found.errors)
    return found.targets


def _warn(session: Session, container: Obj | None, pod: Obj) -> None:
    if needs_warning(container, pod):
        session.complain(
            "Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may "
            'not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".'
        )


COMMAND = Command(
    usage="debug (POD | TYPE/NAME) [--image=IMAGE] [-- COMMAND [args...]]",
    summary="Add containers and Pods to look into others with",
    description=(
        "A Pod gets an ephemeral container, or (--copy-to) a copy with other images or one container more; a node gets a Pod in "
        "its namespaces. Nothing runs in them, so there is nothing to attach to."
    ),
    examples=(
        ("An ephemeral container in a Pod", "debug web --image=busybox"),
        ("A copy with another image", "debug web --copy-to=web-debug --set-image=*=busybox"),
        ("A Pod on a node", "debug node/node-1 --image=busybox"),
    ),
    options=DebugOptions,
    run=run,
    complete="resources",
)
