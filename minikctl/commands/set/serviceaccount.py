"""``set serviceaccount`` (upstream: kubectl ``cmd/set/set_serviceaccount.go``)."""

from __future__ import annotations

from minikctl.commands._manifests import NAME_RESOURCES
from minikctl.commands._options import Command
from minikctl.commands.set._podspecs import Changes, RecordedOptions, change_each, find, template_of
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


def run(options: RecordedOptions, session: Session) -> None:
    """Let the Pods of every workload that is named run as another ServiceAccount."""
    if not options.args:
        raise UsageError("serviceaccount is required")
    *resources, name = options.args
    found = find(options, session, resources, local_error=NAME_RESOURCES)

    def change(target: Target, obj: Obj) -> None:
        template_of(target, obj)["spec"]["serviceAccountName"] = name

    failed = "failed to patch ServiceAccountName "
    change_each(options, session, found, Changes(change, "serviceaccount updated", failed=failed, always=True))


COMMAND = Command(
    usage="set serviceaccount (-f FILE | TYPE NAME) SERVICE_ACCOUNT",
    summary="Let Pods run as another ServiceAccount",
    examples=(
        ("Of a Deployment", "set serviceaccount deployment web robot"),
        ("See what would become of a file", "set serviceaccount -f web.yaml robot --local -o yaml"),
    ),
    options=RecordedOptions,
    run=run,
    complete="workloads",
)
