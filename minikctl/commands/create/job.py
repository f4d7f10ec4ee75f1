"""``create job`` (upstream: kubectl ``cmd/create/create_job.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class CreateJobOptions(GeneratorOptions):
    """Flags of ``create job``."""

    image: str = flag("image", help="The image of the container.")
    from_: str = flag("from", help="The CronJob that the Job is made after: cronjob/NAME.")


def run(options: CreateJobOptions, session: Session) -> None:
    """Make a Job of an image, or after the template of a CronJob."""
    name = one_name(session, options, "create job")
    command = options.args[1:]
    if bool(options.image) == bool(options.from_):
        raise UsageError("either --image or --from must be specified")
    if command and options.from_:
        raise UsageError("cannot specify --from and command")
    meta = metadata(session, name)
    if options.image:
        obj: Obj = {
            "kind": "Job",
            "apiVersion": "batch/v1",
            "metadata": meta,
            "spec": {"template": pod_template(name, options.image, command, "Never")},
            "status": {},
        }
    else:
        obj = _after(session, options.from_, meta)
    create(session, options, obj, failed="failed to create job: ")


def pod_template(name: str, image: str, command: list[str], restart: str) -> Obj:
    """A pod template with one container."""
    container: Obj = {"name": name, "image": image}
    if command:
        container["command"] = command
    container["resources"] = {}
    return {"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}}


def _after(session: Session, word: str, meta: Obj) -> Obj:
    """A Job after the template of the object that ``--from`` names. Raises MinikctlError."""
    from minikctl import kinds
    from minikctl.commands._resources import ResourceQuery

    found = ResourceQuery(session, [word]).find()
    session.end_with(found.errors)
    if len(found.targets) != 1:
        raise UsageError("from must be an existing cronjob")
    target = found.targets[0]
    assert target.obj is not None
    template = kinds.load(target.info).job_template(target.obj)
    if template is None:
        raise MinikctlError(f"unknown object type *{target.info.version}.{target.info.kind}")
    inner = template.get("metadata") or {}
    if inner.get("labels"):
        meta["labels"] = inner["labels"]
    meta["annotations"] = {"cronjob.kubernetes.io/instantiate": "manual", **(inner.get("annotations") or {})}
    meta["ownerReferences"] = [
        {
            "apiVersion": target.info.api_version,
            "kind": target.info.kind,
            "name": target.name,
            "uid": target.obj["metadata"]["uid"],
            "controller": True,
        }
    ]
    return {"kind": "Job", "apiVersion": "batch/v1", "metadata": meta, "spec": template.get("spec") or {}, "status": {}}


COMMAND = Command(
    usage="create job NAME (--image=IMAGE | --from=cronjob/NAME) [-- COMMAND ARGS ...]",
    summary="Create a Job",
    examples=(
        ("Run a command once", "create job migrate --image=busybox -- migrate up"),
        ("See the manifest only", "create job migrate --image=busybox --dry-run=client -o yaml"),
    ),
    options=CreateJobOptions,
    run=run,
)
