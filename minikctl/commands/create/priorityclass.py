"""``create priorityclass`` (upstream: kubectl ``cmd/create/create_priorityclass.go``)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class CreatePriorityClassOptions(GeneratorOptions):
    """Flags of ``create priorityclass``."""

    value: int = flag("value", kind="int32", help="The priority of Pods with this class.")
    global_default: bool = flag("global-default", kind="bool", help="It is the class of Pods that name none.")
    description: str = flag("description", help="What the class is for.")
    preemption_policy: str = flag(
        "preemption-policy",
        default="PreemptLowerPriority",
        help="Whether others make room: PreemptLowerPriority or Never.",
    )


def run(options: CreatePriorityClassOptions, session: Session) -> None:
    """Make a PriorityClass."""
    name = one_name(session, options, "create priorityclass")
    obj: Obj = {
        "kind": "PriorityClass",
        "apiVersion": "scheduling.k8s.io/v1",
        "metadata": metadata(session, name, namespaced=False),
        "value": options.value,
    }
    if options.global_default:
        obj["globalDefault"] = True
    if options.description:
        obj["description"] = options.description
    obj["preemptionPolicy"] = options.preemption_policy
    create(session, options, obj, failed="failed to create priorityclass: ")


COMMAND = Command(
    usage="create priorityclass NAME --value=VALUE [--global-default] [--description=TEXT]",
    summary="Create a PriorityClass",
    examples=(("Before others", "create priorityclass urgent --value=1000 --description='what customers wait for'"),),
    options=CreatePriorityClassOptions,
    run=run,
)
