"""``rollout restart`` (upstream: kubectl ``cmd/rollout/rollout_restart.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands._shared import FieldManagerOptions, PrintOptions
from minikctl.commands.rollout._targets import RolloutOptions, change_each, find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class RestartOptions(RolloutOptions, PrintOptions, FieldManagerOptions):
    """Flags of ``rollout restart``."""


def run(options: RestartOptions, session: Session) -> None:
    """Restart every object that is named."""
    found = find(options, session)
    change_each(
        session,
        options,
        found,
        lambda rollout, obj: rollout.restart(obj, session.api.now()),
        "restarted",
        "restarting is not supported",
    )


COMMAND = Command(
    usage="rollout restart RESOURCE",
    summary="Make all Pods of a workload anew, by its strategy",
    examples=(
        ("Restart a Deployment", "rollout restart deployment/web"),
        ("Restart all with a label", "rollout restart deployment -l tier=web"),
    ),
    options=RestartOptions,
    run=run,
    complete="workloads",
)
