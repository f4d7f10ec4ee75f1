"""``create poddisruptionbudget`` (upstream: kubectl ``cmd/create/create_pdb.go``)."""

from __future__ import annotations

import re

from minikctl.commands._options import Command, flag
from minikctl.commands.create._generators import GeneratorOptions, create, metadata, one_name
from minikctl.errors import UsageError
from minikctl.lib import intstr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class CreateBudgetOptions(GeneratorOptions):
    """Flags of ``create poddisruptionbudget``."""

    min_available: str = flag("min-available", help="How many Pods must stay: a number or a share (50%).")
    max_unavailable: str = flag("max-unavailable", help="How many Pods may be missing: a number or a share (50%).")
    selector: str = flag("selector", help="The labels of the Pods: app=web.")


def run(options: CreateBudgetOptions, session: Session) -> None:
    """Make a PodDisruptionBudget."""
    name = one_name(session, options, "create poddisruptionbudget")
    if not options.selector:
        raise UsageError("a selector must be specified")
    if not options.max_unavailable and not options.min_available:
        raise UsageError("one of min-available or max-unavailable must be specified")
    if options.max_unavailable and options.min_available:
        raise UsageError("min-available and max-unavailable cannot be both specified")
    for flag_name, text in (("min-available", options.min_available), ("max-unavailable", options.max_unavailable)):
        if text and not re.fullmatch("[0-9]+%?", text):
            raise UsageError(f"invalid format specified for {flag_name}")
    spec: Obj = {}
    if options.min_available:
        spec["minAvailable"] = intstr.parse(options.min_available)
    spec["selector"] = _selector(options.selector)
    if options.max_unavailable:
        spec["maxUnavailable"] = intstr.parse(options.max_unavailable)
    create(
        session,
        options,
        {
            "kind": "PodDisruptionBudget",
            "apiVersion": "policy/v1",
            "metadata": metadata(session, name),
            "spec": spec,
            "status": {"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0},
        },
        failed="failed to create poddisruptionbudgets: ",
    )


def _selector(text: str) -> Obj:
    from minikctl.lib import labels

    try:
        return labels.to_label_selector(text)
    except ValueError as error:
        raise UsageError(str(error)) from error


COMMAND = Command(
    usage="create poddisruptionbudget NAME --selector=SELECTOR (--min-available=N | --max-unavailable=N)",
    summary="Create a PodDisruptionBudget",
    examples=(
        ("Two Pods must stay", "create poddisruptionbudget web --selector=app=web --min-available=2"),
        ("Half of them may go", "create pdb api --selector=app=api --max-unavailable=50%"),
    ),
    options=CreateBudgetOptions,
    run=run,
)
