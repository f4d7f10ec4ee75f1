"""``delete``: objects by name, file, label or all of a kind, with what they own (upstream: kubectl ``cmd/delete``)."""

from __future__ import annotations

from minikctl.commands._manifests import NAME_RESOURCES, find_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import dry_run_mode, in_source, propagation
from minikctl.commands._shared import (
    AllNamespacesOptions,
    DryRunOptions,
    FieldSelectorOptions,
    FilenameOptions,
    SelectorOptions,
)
from minikctl.errors import MinikctlError, NotFound, StatusError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._resources import Found, Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class DeleteOptions(FilenameOptions, SelectorOptions, FieldSelectorOptions, AllNamespacesOptions, DryRunOptions):
    """Flags of ``delete``."""

    all: bool = flag("all", kind="bool", group="Selection", help="All objects of the kinds.")
    ignore_not_found: bool = flag("ignore-not-found", kind="bool", help="An object that is not there is no error.")
    cascade: str = flag(
        "cascade",
        default="background",
        bare="background",
        help="What is owned by the object: background (goes after it), foreground (before it) or orphan (stays).",
    )
    grace_period: int = flag(
        "grace-period", kind="int", default=-1, help="Seconds that a Pod gets to stop; -1: what its spec says."
    )
    force: bool = flag("force", kind="bool", help="Take the object out at once, without waiting for its end.")
    now: bool = flag("now", kind="bool", help="The same as --grace-period=1.")
    wait: bool = flag("wait", kind="bool", default=True, help="Go on until the objects are gone.")
    timeout: float = flag(
        "timeout", kind="duration", help="How long to wait, in simulated time; 0: as long as the objects allow."
    )
    output: str = flag("output", "o", group="Output", help="name: print names only.")
    raw: str = flag("raw", help="Send the request to this path of the API, and print the answer.")
    interactive: bool = flag("interactive", "i", kind="bool", help="Ask before anything is deleted.")


#: how long a deletion is waited for when --timeout does not say (upstream: a week)
LONG = 168 * 3600.0

_FORCED = (
    "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may "
    "continue to run on the cluster indefinitely."
)


def run(options: DeleteOptions, session: Session) -> None:
    """Delete what the words say; go on after an error with the next object."""
    if options.raw:
        from minikctl.commands import _raw

        _raw.check_raw(options, options.raw, needs_file=False)
        _raw.delete(session, options.raw)
    else:
        _run(options, session)


def _run(options: DeleteOptions, session: Session) -> None:
    _check(options)
    plan = _Plan(options, session)
    if plan.forced:
        session.warn(_FORCED)
    found = _find(options, session, plan)
    if not found.targets and not found.errors:
        if not options.ignore_not_found or found.is_list:
            session.print("No resources found")
        return
    if options.interactive and not plan.dry_run and not _confirmed(found, session):
        return
    deleted: list[tuple[Target, str]] = []
    with session.change(dry_run=bool(plan.dry_run)) as api:
        for target in found.targets:
            try:
                with api.store.savepoint():
                    uid = _delete(api, target, plan)
            except StatusError as error:
                if not (options.ignore_not_found and isinstance(error, NotFound)):
                    found.errors.append(in_source(error, "deleting", target.source))
                continue
            if uid:
                deleted.append((target, uid))
            _report(session, options, target, plan)
        session.show_warnings()
    if options.wait and not plan.dry_run and deleted:
        _wait(options, session, deleted, found.errors)
    session.end_with(found.errors)


class _Plan:
    """How objects are deleted: what the flags come to."""

    __slots__ = ("cascade", "dry_run", "forced", "grace")

    def __init__(self, options: DeleteOptions, session: Session) -> None:
        self.dry_run = dry_run_mode(options.dry_run, session)
        self.cascade = propagation(options.cascade, session)
        grace = 1 if options.now else options.grace_period
        if options.force and grace < 0:
            grace = 0
        elif grace == 0 and not options.force:
            grace = 1  # upstream: without --force the end is waited for, after a second
        #: None: what the object says
        self.grace = grace if grace >= 0 else None
        self.forced = grace == 0


def _check(options: DeleteOptions) -> None:
    if options.all and (options.selector or options.field_selector):
        raise UsageError("setting 'all' parameter but found a non empty selector. ")
    if options.now and options.grace_period != -1:
        raise UsageError("--now and --grace-period cannot be specified together")
    if options.force and (options.grace_period > 0 or options.now):
        raise UsageError("--force and --grace-period greater than 0 cannot be specified together")
    if options.output not in {"", "name"}:
        raise UsageError(f"unexpected -o output mode: {options.output}. We only support '-o name'")


def _find(options: DeleteOptions, session: Session, plan: _Plan) -> Found:
    return find_targets(
        session,
        options,
        options.args,
        nothing_named=NAME_RESOURCES,
        selector=options.selector,
        field_selector=options.field_selector,
        all_namespaces=options.all_namespaces,
        all_of_kind=options.all,
        ignore_not_found=options.ignore_not_found,
        verb="" if plan.dry_run == "client" else "delete",
    )


def _confirmed(found: Found, session: Session) -> bool:
    session.print(f"You are about to delete the following {len(found.targets)} resource(s):")
    for target in found.targets:
        session.print(f"{target.info.plural}/{target.name}")
    session.write("Do you want to continue? (y/N): ")
    session.env.out.flush()
    if session.env.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    session.print("deletion is cancelled")
    return False


def _delete(api: Api, target: Target, plan: _Plan) -> str:
    """Delete one object; returns its UID, "" where nothing was done."""
    if plan.dry_run == "client":
        return ""
    uid: str = (target.obj or {}).get("metadata", {}).get("uid", "")
    left = api.delete(
        target.info.resource,
        target.namespace,
        target.name,
        propagation=plan.cascade,
        grace_period=plan.grace,
        client=True,
    )
    return uid or str(left["metadata"]["uid"])


def _report(session: Session, options: DeleteOptions, target: Target, plan: _Plan) -> None:
    if options.output == "name":
        session.print(target.display)
        return
    kind = target.info.singular_resource
    place = f" from {target.namespace} namespace" if target.info.namespaced else ""
    how = "force deleted" if plan.forced else "deleted"
    suffix = {"": "", "client": " (dry run)", "server": " (server dry run)"}[plan.dry_run]
    session.print(f'{kind} "{target.name}" {how}{place}{suffix}')


def _wait(
    options: DeleteOptions, session: Session, deleted: list[tuple[Target, str]], errors: list[MinikctlError]
) -> None:
    """Run passes, and let time jump, until the objects are gone."""
    from minikctl.commands._waiting import run_until

    def remaining() -> list[Target]:
        left = []
        for target, uid in deleted:
            # Who may not look does not wait (upstream); waiting costs nothing here.
            obj = session.trusted.get(target.info.resource, target.namespace, target.name)
            if obj is not None and obj["metadata"]["uid"] == uid:
                left.append(target)
        return left

    if not run_until(session, lambda: not remaining(), options.timeout or LONG):
        errors += [
            MinikctlError(f"timed out waiting for the condition on {target.info.plural}/{target.name}")
            for target in remaining()
        ]


COMMAND = Command(
    usage="delete ([-f FILE] | TYPE [(NAME | -l label | --all)])",
    summary="Delete objects by file, name or label",
    description="Waits until the objects are gone; the wait passes in simulated time, at once.",
    examples=(
        ("Delete what a file names", "delete -f web.yaml"),
        ("Delete a Deployment and keep its Pods", "delete deployment web --cascade=orphan"),
        ("Delete all Pods with a label", "delete pods -l app=web"),
        ("Delete a Pod now", "delete pod web-0 --grace-period=0 --force"),
    ),
    options=DeleteOptions,
    run=run,
    complete="resources",
)
