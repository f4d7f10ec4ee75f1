"""``rollout pause`` (upstream: kubectl ``cmd/rollout/rollout_pause.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands._shared import FieldManagerOptions, PrintOptions
from minikctl.commands.rollout._targets import RolloutOptions, change_each, find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class PauseOptions(RolloutOptions, PrintOptions, FieldManagerOptions):
    """Flags of ``rollout pause``."""


def run(options: PauseOptions, session: Session) -> None:
    """Pause every object that is named."""
    found = find(options, session)
    change_each(session, options, found, lambda rollout, obj: rollout.pause(obj), "paused", "pausing is not supported")


COMMAND = Command(
    usage="rollout pause RESOURCE",
    summary="Stop a rollout where it is",
    description="Changes of the template are stored and wait until the rollout is resumed.",
    examples=(("Pause a Deployment", "rollout pause deployment/web"),),
    options=PauseOptions,
    run=run,
    complete="workloads",
)
