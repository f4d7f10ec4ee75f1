"""``create deployment`` (upstream: kubectl ``cmd/create/create_deployment.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class CreateDeploymentOptions(GeneratorOptions):
    """Flags of ``create deployment``."""

    image: list[str] = flag("image", kind="strings", required=True, help="The image of a container; may be repeated.")
    port: int = flag("port", kind="int32", default=-1, help="The port that the container listens at.")
    replicas: int = flag("replicas", "r", kind="int32", default=1, help="How many Pods there shall be.")


def run(options: CreateDeploymentOptions, session: Session) -> None:
    """Make a Deployment of one or more images."""
    name = one_name(session, options, "create deployment")
    command = options.args[options.dash :] if options.dash >= 0 else []
    images = options.image
    if len(images) > 1 and command:
        raise UsageError("cannot specify multiple --image options and command")
    labels = {"app": name}
    containers = []
    for image in images:
        container: Obj = {"name": container_name(session, image), "image": image}
        if command:
            container["command"] = command
        container["resources"] = {}
        containers.append(container)
    if options.port >= 0 and containers:
        first = containers[0]
        resources = first.pop("resources")
        first["ports"] = [{"containerPort": options.port}]
        first["resources"] = resources
    create(
        session,
        options,
        {
            "kind": "Deployment",
            "apiVersion": "apps/v1",
            "metadata": metadata(session, name, labels=labels),
            "spec": {
                "replicas": options.replicas,
                "selector": {"matchLabels": dict(labels)},
                "template": {"metadata": {"labels": dict(labels)}, "spec": {"containers": containers}},
                "strategy": {},
            },
            "status": {},
        },
        failed="failed to create deployment: ",
    )


def container_name(session: Session, image: str) -> str:
    """A container's name from its image: the last part, without tag and digest.

    A name that had to be changed gets random letters behind it, lest it be another's (upstream: ``sanitizeAndUniquify``).
    """
    name = image.rsplit("/", 1)[-1].split(":", 1)[0].split("@", 1)[0]
    if "_" not in name and "." not in name:
        return name
    from minikctl.env import NAME_LETTERS

    draw = session.env.random(image)
    return name.replace("_", "-").replace(".", "-") + "-" + "".join(draw.choice(NAME_LETTERS) for _ in range(5))


COMMAND = Command(
    usage="create deployment NAME --image=IMAGE [-- COMMAND ARGS ...]",
    summary="Create a Deployment",
    examples=(
        ("One container", "create deployment web --image=nginx:1.16 --replicas=3 --port=80"),
        ("See the manifest only", "create deployment web --image=nginx --dry-run=client -o yaml"),
        ("With a command", "create deployment sleeper --image=busybox -- sleep 1d"),
    ),
    options=CreateDeploymentOptions,
    run=run,
)
