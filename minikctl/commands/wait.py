"""``wait``: go on until something is so of objects, in simulated time (upstream: kubectl ``cmd/wait``)."""

from __future__ import annotations

from minikctl.commands._conditions import parse_conditions, waits_for_creation, waits_for_deletion
from minikctl.commands._manifests import NAME_RESOURCES, read_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter
from minikctl.commands._resources import ResourceQuery, Target
from minikctl.commands._shared import (
    AllNamespacesOptions,
    FieldSelectorOptions,
    FileOptions,
    PrintOptions,
    SelectorOptions,
)
from minikctl.errors import MinikctlError, NotFound, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._conditions import Condition
    from minikctl.commands._resources import Found
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: how long a negative --timeout waits
WEEK = 168 * 3600.0


class WaitOptions(FileOptions, SelectorOptions, FieldSelectorOptions, AllNamespacesOptions, PrintOptions):
    """Flags of ``wait``."""

    recursive: bool = flag(
        "recursive", "R", kind="bool", default=True, group="Input", help="Follow folders into their folders."
    )
    for_: list[str] = flag(
        "for",
        kind="array",
        help=(
            "create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE]; several are waited for one after "
            "the other, create before all others."
        ),
    )
    timeout: float = flag(
        "timeout",
        kind="duration",
        default=30.0,
        help="How long to wait in all, in simulated time; 0: look once; negative: a week.",
    )
    all: bool = flag("all", kind="bool", group="Selection", help="All objects of the kinds.")
    local: bool = flag("local", kind="bool", help="Take the objects from files alone.")


def run(options: WaitOptions, session: Session) -> None:
    """Wait for every condition of every object that is named; go on after an error with the next object."""
    printer = ChangePrinter(session, options)
    conditions = parse_conditions(options.for_)
    if options.local and not options.filename:
        raise UsageError(
            "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n"
            "   '-f rsrc.yaml'\n   '--filename=rsrc.json'"
        )
    if not options.args and not options.filename:
        raise UsageError(NAME_RESOURCES)
    waiting = _Waiting(session, options.timeout if options.timeout >= 0 else WEEK)
    found = _find(options, session, waiting)
    errors: list[MinikctlError] = []
    for step in found.steps:
        if not isinstance(step, Target):
            errors.append(step)
            continue
        try:
            for condition in conditions:
                obj = waiting.until(step, condition)
                printer.print(step.info, obj, "condition met")
        except MinikctlError as error:
            errors.append(error)
    if not found.steps and not waits_for_deletion(options.for_):
        raise MinikctlError("no matching resources found")
    session.end_with(errors)


class _Waiting:
    """The time that is left; once it is up, whatever is waited for after that is too late (one deadline for all)."""

    def __init__(self, session: Session, timeout: float) -> None:
        self.session = session
        self.once = timeout == 0
        session.api.tick()
        self.deadline = session.api.now() + timeout
        self.is_over = False

    def run_until(self, done: Any) -> bool:
        """Run passes until ``done()``, or until the time is up; whether it was done."""
        from minikctl.commands._waiting import run_until

        if self.once:
            return bool(done())
        if not self.is_over and not run_until(self.session, done, self.deadline - self.session.api.now()):
            self.is_over = True
        return not self.is_over

    def until(self, target: Target, condition: Condition) -> Obj:
        """Wait for a condition of an object; returns the object as it was last. Raises MinikctlError."""
        info, namespace, name = target.info, target.namespace, target.name
        last = target.obj or {}
        uid = last["metadata"]["uid"]
        if condition.needs_object and self.session.api.get(info.resource, namespace, name) is None:
            raise NotFound(info.resource, name)

        def done() -> bool:
            nonlocal last
            obj = self.session.api.get(info.resource, namespace, name)
            last = obj or last
            if not condition.needs_object and obj is not None and obj["metadata"]["uid"] != uid:
                obj = None
            return condition.holds(obj)

        if not self.run_until(done):
            words = "condition not met for" if self.once else "timed out waiting for the condition on"
            raise MinikctlError(f"{words} {info.plural}/{name}")
        return last


def _find(options: WaitOptions, session: Session, waiting: _Waiting) -> Found:
    """The objects that are meant; with --for=create they are waited for. Raises MinikctlError."""
    documents = None
    errors: list[MinikctlError] = []
    if options.filename:
        documents, errors = read_targets(session, options)
    query = ResourceQuery(
        session,
        options.args,
        documents=documents,
        selector=options.selector,
        field_selector=options.field_selector,
        all_namespaces=options.all_namespaces,
        all_of_kind=options.all,
        ignore_not_found=waits_for_deletion(options.for_) and not waits_for_creation(options.for_),
    )
    found = query.find()

    def are_there() -> bool:
        nonlocal found
        found = query.find()
        session.end_with([error for error in found.errors if not isinstance(error, NotFound)])
        return bool(found.targets) and not found.errors

    if waits_for_creation(options.for_):
        session.end_with(errors)
        if not waiting.run_until(are_there):
            raise MinikctlError("timed out waiting for the condition")
    found.steps = [*errors, *found.steps]
    return found


COMMAND = Command(
    usage="wait (-f FILE | TYPE NAME | TYPE (-l label | --all)) --for=(create | delete | condition=NAME | jsonpath='{}'=VALUE)",
    summary="Wait until objects meet a condition",
    description=(
        "The wait passes in simulated time, at once: the answer is what a cluster would have given after it. "
        "Where nothing more can happen before the timeout, the clock of the state stands at its end."
    ),
    examples=(
        ("Until a Deployment is available", "wait --for=condition=Available deployment/web"),
        ("Until all Pods with a label are ready", "wait --for=condition=Ready pod -l app=web --timeout=60s"),
        ("Until a field has a value", "wait --for=jsonpath='{.status.readyReplicas}'=3 deployment/web"),
        ("Until an object is gone", "wait --for=delete pod/web-0 --timeout=1m"),
    ),
    options=WaitOptions,
    run=run,
    complete="resources",
)
