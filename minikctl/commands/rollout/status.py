"""``rollout status``: wait, in simulated time, for a rollout's end (upstream: kubectl ``cmd/rollout/rollout_status.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.rollout._targets import RolloutOptions, capability, find, say_if_none
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

#: how long is waited when --timeout does not say: longer than any progress deadline that people set
LONG = 168 * 3600.0


class StatusOptions(RolloutOptions):
    """Flags of ``rollout status``."""

    watch: bool = flag("watch", "w", kind="bool", default=True, help="Go on until the rollout is done or has failed.")
    revision: int = flag("revision", kind="int", help="Wait for this revision; 0: for whichever is the latest.")
    timeout: float = flag("timeout", kind="duration", help="How long to wait, in simulated time; 0: without end.")


def run(options: StatusOptions, session: Session) -> None:
    """Print the status of every object that is named, and each change of it."""
    if options.revision < 0:
        raise UsageError(f"revision must be a positive integer: {options.revision}")
    found = find(options, session)
    errors = found.errors
    say_if_none(session, found)
    for target in found.targets:
        try:
            _follow(session, options, target)
        except MinikctlError as error:
            errors.append(error)
    session.end_with(errors)


def _follow(session: Session, options: StatusOptions, target: Target) -> None:
    from minikctl.commands._waiting import run_until

    rollout = capability(target, f"no status viewer has been implemented for {target.info.qualified_kind}")
    shown = ""
    failure: MinikctlError | None = None

    def done() -> bool:
        nonlocal shown, failure
        obj = session.api.get(target.info.resource, target.namespace, target.name)
        if obj is None:
            failure = MinikctlError("object has been deleted")
            return True
        try:
            text, is_done = rollout.status(obj, options.revision, session.api)
        except MinikctlError as error:
            failure = error
            return True
        if text != shown:
            session.write(text)
            shown = text
        return is_done

    if not options.watch:
        done()
    elif not run_until(session, done, options.timeout or LONG):
        raise MinikctlError("timed out waiting for the condition")
    if failure is not None:
        raise failure


COMMAND = Command(
    usage="rollout status (TYPE NAME | TYPE/NAME)",
    summary="Wait for a rollout and say how it went",
    description="The wait passes in simulated time, at once: the answer is what a cluster would have given after it.",
    examples=(
        ("Wait for a Deployment", "rollout status deployment/web"),
        ("Wait at the most one minute of simulated time", "rollout status deployment/web --timeout=1m"),
    ),
    options=StatusOptions,
    run=run,
    complete="workloads",
)
