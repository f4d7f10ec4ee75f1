"""``set selector`` (upstream: kubectl ``cmd/set/set_selector.go``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, flag
from minikctl.commands.set._podspecs import Changes, RecordedOptions, change_each, find
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SetSelectorOptions(RecordedOptions):
    """Flags of ``set selector``: it has no -k, and follows folders by itself."""

    recursive: bool = flag(
        "recursive", "R", kind="bool", default=True, group="Input", help="Follow folders into their folders."
    )
    resource_version: str = flag("resource-version", help="Only if the object has this resourceVersion.")
    kustomize: str = ""


del SetSelectorOptions.FLAGS["kustomize"]


def run(options: SetSelectorOptions, session: Session) -> None:
    """Replace the selector of every object that is named."""
    if not options.args:
        raise UsageError("one selector is required")
    *resources, text = options.args
    wanted = _selector(text)
    found = find(options, session, resources)

    def change(target: Target, obj: Obj) -> None:
        if options.resource_version:
            obj["metadata"]["resourceVersion"] = options.resource_version
        if not kinds.load(target.info).selector_can_be_set:
            raise MinikctlError("setting a selector is only supported for Services")
        if wanted.get("matchExpressions"):
            raise MinikctlError(
                f"match expression {_go(wanted['matchExpressions'])} not supported on this object"
            )
        labels = dict(wanted.get("matchLabels") or {})
        spec = {**(obj.get("spec") or {}), "selector": labels}
        if not labels:
            del spec["selector"]
        obj["spec"] = spec

    change_each(options, session, found, Changes(change, "selector updated", always=True, visits=True))


def _selector(text: str) -> Obj:
    from minikctl.lib.labels import to_label_selector

    try:
        return to_label_selector(text)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _go(expressions: list[Obj]) -> str:
    """Requirements as Go prints them: ``[{x In [y z]}]``."""
    texts = (f"{{{each['key']} {each['operator']} [{' '.join(each.get('values') or ())}]}}" for each in expressions)
    return f"[{' '.join(texts)}]"


COMMAND = Command(
    usage="set selector (-f FILE | TYPE NAME) EXPRESSIONS [--resource-version=VERSION]",
    summary="Give a Service another selector",
    description="The new selector takes the place of the old one. Only Services can be given another.",
    examples=(
        ("Send requests to other Pods", "set selector service web app=web,track=stable"),
        ("See what would become of a file", "set selector --local -f service.yaml app=web -o yaml"),
    ),
    options=SetSelectorOptions,
    run=run,
    complete="resources",
)
