"""``set resources`` (upstream: kubectl ``cmd/set/set_resources.go``)."""

from __future__ import annotations

from minikctl.commands._manifests import singular_input
from minikctl.commands._options import Command, flag
from minikctl.commands.set._podspecs import Changes, RecordedSetOptions, change_each, containers_of, find, template_of
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SetResourcesOptions(RecordedSetOptions):
    """Flags of ``set resources``."""

    limits: str = flag("limits", help="What containers may use at the most: cpu=200m,memory=512Mi.")
    requests: str = flag("requests", help="What containers ask for: cpu=100m,memory=256Mi.")
    containers: str = flag("containers", "c", default="*", help="The containers, as a pattern.")


def run(options: SetResourcesOptions, session: Session) -> None:
    """Set limits and requests of containers."""
    found = find(options, session, options.args)
    session.end_with(found.errors, looks_up_first=singular_input(options))
    if not options.limits and not options.requests:
        raise UsageError("you must specify an update to requests or limits (in the form of --requests/--limits)")
    wanted = {"limits": parse_quantities(options.limits), "requests": parse_quantities(options.requests)}

    def change(target: Target, obj: Obj) -> None:
        containers = containers_of(template_of(target, obj)["spec"], options.containers)
        if not containers:
            raise MinikctlError(f"unable to find container named {options.containers}")
        for container in containers:
            resources = container.get("resources") or {}
            for name, quantities in wanted.items():
                if quantities:
                    resources[name] = {**(resources.get(name) or {}), **quantities}
            container["resources"] = resources

    failed = "failed to patch resources update to pod template "
    change_each(options, session, found, Changes(change, "resource requirements updated", failed=failed))


def parse_quantities(text: str) -> dict[str, str]:
    """``cpu=200m,memory=1Gi`` as a map. Raises UsageError in kubectl's words."""
    from minikctl.lib import quantity

    found: dict[str, str] = {}
    for part in text.split(",") if text else ():
        name, equals, amount = part.partition("=")
        if not equals or "=" in amount:
            raise UsageError(f"Invalid argument syntax {part}, expected <resource>=<value>")
        try:
            found[name] = str(quantity.parse_quantity(amount))
        except ValueError as error:
            raise UsageError(str(error)) from error
    return found


COMMAND = Command(
    usage="set resources (-f FILE | TYPE NAME) [--limits=LIMITS] [--requests=REQUESTS]",
    summary="Set what containers ask for and may use",
    examples=(
        ("Limit memory and CPU", "set resources deployment/web --limits=cpu=200m,memory=512Mi --requests=cpu=100m"),
    ),
    options=SetResourcesOptions,
    run=run,
    complete="workloads",
)
