"""``create cronjob`` (upstream: kubectl ``cmd/create/create_cronjob.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name
from minikctl.commands.create.job import pod_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class CreateCronJobOptions(GeneratorOptions):
    """Flags of ``create cronjob``."""

    image: str = flag("image", required=True, help="The image of the container.")
    schedule: str = flag("schedule", required=True, help="When it runs, in the form of cron: '0 6 * * *'.")
    restart: str = flag("restart", help="The restart policy; without it OnFailure.", choices=("OnFailure", "Never"))


def run(options: CreateCronJobOptions, session: Session) -> None:
    """Make a CronJob."""
    name = one_name(session, options, "create cronjob")
    template = pod_template(name, options.image, options.args[1:], options.restart or "OnFailure")
    create(
        session,
        options,
        {
            "kind": "CronJob",
            "apiVersion": "batch/v1",
            "metadata": metadata(session, name),
            "spec": {
                "schedule": options.schedule,
                "jobTemplate": {"metadata": {"name": name}, "spec": {"template": template}},
            },
            "status": {},
        },
        failed="failed to create cronjob: ",
    )


COMMAND = Command(
    usage="create cronjob NAME --image=IMAGE --schedule='0/5 * * * ?' [-- COMMAND ARGS ...]",
    summary="Create a CronJob",
    examples=(
        ("Every hour", "create cronjob report --image=busybox --schedule='0 * * * *'"),
        ("With a command", "create cronjob clean --image=busybox --schedule='*/5 * * * *' -- clean up"),
    ),
    options=CreateCronJobOptions,
    run=run,
)
