"""``set image`` (upstream: kubectl ``cmd/set/set_image.go``)."""

from __future__ import annotations

from minikctl.commands._manifests import singular_input
from minikctl.commands._options import Command
from minikctl.commands.set._podspecs import Changes, RecordedSetOptions, change_each, containers_of, find, template_of
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


def run(options: RecordedSetOptions, session: Session) -> None:
    """Give containers other images."""
    resources, images = _split(options.args)
    found = find(options, session, resources)
    session.end_with(found.errors, looks_up_first=singular_input(options))
    if not images:
        raise UsageError("at least one image update is required")
    if [name for name in images if name == "*"] and len(images) > 1:
        raise UsageError(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        )

    def change(target: Target, obj: Obj) -> None:
        spec = template_of(target, obj)["spec"]
        for name, image in images.items():
            containers = containers_of(spec, name)
            for container in containers:
                container["image"] = image
            if not containers:
                # the others get their image all the same
                found.errors.append(MinikctlError(f'error: unable to find container named "{name}"'))

    changes = Changes(change, "image updated", failed="failed to patch image update to pod template: ")
    change_each(options, session, found, changes)


def _split(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Part resources from ``container=image``. Raises UsageError when a resource follows an image."""
    resources: list[str] = []
    images: dict[str, str] = {}
    for word in words:
        name, equals, image = word.partition("=")
        if not equals or not name:
            if images:
                raise UsageError(f"all resources must be specified before image changes: {word}")
            resources.append(word)
        else:
            images[name] = image
    return resources, images


COMMAND = Command(
    usage="set image (-f FILE | TYPE NAME) CONTAINER=IMAGE ...",
    summary="Give containers other images",
    examples=(
        ("Roll out another release", "set image deployment/web nginx=nginx:1.17"),
        ("The same image for all containers", "set image deployment/web '*=nginx:1.17'"),
    ),
    options=RecordedSetOptions,
    run=run,
    complete="workloads",
)
