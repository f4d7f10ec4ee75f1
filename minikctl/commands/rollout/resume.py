"""``rollout resume`` (upstream: kubectl ``cmd/rollout/rollout_resume.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command
from minikctl.commands._shared import FieldManagerOptions, PrintOptions
from minikctl.commands.rollout._targets import RolloutOptions, change_each, find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class ResumeOptions(RolloutOptions, PrintOptions, FieldManagerOptions):
    """Flags of ``rollout resume``."""


def run(options: ResumeOptions, session: Session) -> None:
    """Resume every object that is named."""
    found = find(options, session)
    change_each(
        session, options, found, lambda rollout, obj: rollout.resume(obj), "resumed", "resuming is not supported"
    )


COMMAND = Command(
    usage="rollout resume RESOURCE",
    summary="Let a paused rollout go on",
    description="",
    examples=(("Resume a Deployment", "rollout resume deployment/web"),),
    options=ResumeOptions,
    run=run,
    complete="workloads",
)
