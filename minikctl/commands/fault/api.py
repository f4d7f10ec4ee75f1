"""``fault api``: requests fail, so that the retries of scripts can be tested."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.fault._making import ForOptions, TimesOptions, chosen, make
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

ERRORS = {
    "conflict": "Conflict", "timeout": "Timeout", "too-many-requests": "TooManyRequests", "internal": "Internal",
}
VERBS = ("create", "update", "patch", "delete")


class FaultApiOptions(ForOptions, TimesOptions):
    """Flags of ``fault api``."""

    verb: str = flag("verb", choices=VERBS, help="The verb of the requests; absent: every one that changes something.")
    kind: str = flag("kind", help="The kind that the requests are about; absent: every one.")
    error: str = flag("error", required=True, choices=tuple(ERRORS), help="How the requests fail.")


def run(options: FaultApiOptions, session: Session) -> None:
    """Make the fault."""
    from minikctl.commands._resources import kind_for

    if options.args:
        raise UsageError(f"fault api takes no arguments, not {' '.join(options.args)}")
    target: Obj = {"error": chosen(options.error, ERRORS, "--error")}
    if options.verb:
        target["verb"] = chosen(options.verb, {verb: verb for verb in VERBS}, "--verb")
    if options.kind:
        target["resource"] = kind_for(options.kind).resource
    name = "-".join(["api", options.verb or "any", target.get("resource", "any"), options.error])
    make(session, name, {"api": target}, options, options.times, counted="times" in options.given)


COMMAND = Command(
    usage="fault api --error conflict|timeout|too-many-requests|internal [--verb VERB] [--kind KIND]",
    summary="Let requests to the API fail",
    description=(
        "The next request of the verb about the kind fails, or the next ones (--times), or all for a while (--for). apply, edit, "
        "label and scale patch what is there and create what is not; replace updates. The controllers' requests never fail."
    ),
    examples=(
        (
            "The next two patches of Deployments meet a conflict",
            "fault api --verb patch --kind deployments --error conflict --times 2",
        ),
        ("Nothing can be changed for a minute", "fault api --error too-many-requests --for 1m"),
    ),
    options=FaultApiOptions,
    run=run,
)
