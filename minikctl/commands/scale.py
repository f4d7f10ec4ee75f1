"""``scale``: set the number of replicas (upstream: kubectl ``cmd/scale``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import NAME_RESOURCES, find_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._shared import DryRunOptions, FilenameOptions, PrintOptions, RecordOptions, SelectorOptions
from minikctl.errors import MinikctlError, NotFound, UsageError
from minikctl.lib import fieldpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class ScaleOptions(RecordOptions, FilenameOptions, SelectorOptions, DryRunOptions, PrintOptions):
    """Flags of ``scale``."""

    replicas: int = flag("replicas", kind="int", required=True, help="How many replicas there shall be.")
    current_replicas: int = flag("current-replicas", kind="int", default=-1, help="Only if there are so many now.")
    resource_version: str = flag("resource-version", help="Only if the object has this resourceVersion.")
    all: bool = flag("all", kind="bool", group="Selection", help="All objects of the kinds.")
    timeout: float = flag(
        "timeout", kind="duration", help="Wait for the replicas so long, in simulated time; 0: do not wait."
    )


def run(options: ScaleOptions, session: Session) -> None:
    """Scale every object that is named; go on after an error with the next one."""
    if options.replicas < 0:
        raise UsageError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    if options.current_replicas < -1:
        raise UsageError("The --current-replicas must specify an integer of -1 or greater")
    dry_run = dry_run_mode(options.dry_run, session)
    found = find_targets(
        session,
        options,
        options.args,
        nothing_named=NAME_RESOURCES,
        selector=options.selector,
        all_of_kind=options.all,
    )
    errors = found.errors
    if not found.targets and not errors:
        raise MinikctlError("no objects passed to scale")
    if options.resource_version and len(found.targets) > 1:
        raise MinikctlError("cannot use --resource-version with multiple resources")
    printer = ChangePrinter(session, options, dry_run=dry_run)
    for group in [[target] for target in found.targets] if options.timeout and not dry_run else [found.targets]:
        _scale_each(session, options, group, printer, dry_run)
    session.end_with(errors)


def _scale_each(
    session: Session, options: ScaleOptions, targets: list[Target], printer: ChangePrinter, dry_run: str
) -> None:
    """Scale targets in one transaction, and wait for them where --timeout says so. The first error ends it all, as in kubectl."""
    failed: MinikctlError | None = None
    scaled: list[tuple[Target, Obj]] = []
    with session.change(dry_run=bool(dry_run)) as api:
        for target in targets:
            try:
                with api.store.savepoint():
                    scaled.append((target, _scale(session, api, target, options, dry_run)))
            except MinikctlError as error:
                failed = error
                break
        session.show_warnings()
    for target, obj in scaled:
        if options.timeout and not dry_run:
            _wait(session, options, target)
        printer.print(target.info, obj, "scaled")
    if failed is not None:
        raise failed


def _scale(session: Session, api: Api, target: Target, options: ScaleOptions, dry_run: str) -> Obj:
    """Scale an object; returns what kubectl prints of it: the object as it was, with the new number in it."""
    obj = api.must_get(target.info.resource, target.namespace, target.name)
    paths = kinds.load(target.info).scale_paths()
    if dry_run == "client":  # kubectl asks nobody whether it can be scaled
        fieldpath.set_path(obj, paths[0] if paths else ("spec", "replicas"), options.replicas)
        return obj
    if paths is None:
        message = "" if target.info.custom else "the server could not find the requested resource"
        raise NotFound(target.info.resource, target.name, message=message)
    current = int(fieldpath.get_path(obj, paths[0]) or 0)
    if options.current_replicas not in (-1, current):
        raise MinikctlError(f"Expected replicas to be {options.current_replicas}, was {current}")
    if options.resource_version and obj["metadata"]["resourceVersion"] != options.resource_version:
        raise MinikctlError(
            f"Expected resource version to be {options.resource_version}, was {obj['metadata']['resourceVersion']}"
        )
    was = dict(obj["metadata"])
    fieldpath.set_path(obj, paths[0], options.replicas)
    api.store.subresource = "scale"
    stored = api.update(obj, client=True, verb="patch")
    api.store.subresource = ""
    noted = session.recorded(stored)
    if noted is not stored:
        api.update(noted, client=True, verb="patch")
    return {**stored, "metadata": was}


def _wait(session: Session, options: ScaleOptions, target: Target) -> None:
    """Wait until there are as many replicas. Raises MinikctlError where that takes too long."""
    from minikctl.commands._waiting import run_until

    def reached() -> bool:
        obj = session.api.get(target.info.resource, target.namespace, target.name)
        paths = kinds.load(target.info).scale_paths()
        return obj is None or paths is None or int(fieldpath.get_path(obj, paths[1]) or 0) == options.replicas

    if options.timeout < 0 or not run_until(session, reached, options.timeout):
        raise MinikctlError(f'timed out waiting for "{target.name}" to be synced')


COMMAND = Command(
    usage="scale --replicas=COUNT (-f FILE | TYPE NAME)",
    summary="Set the number of replicas",
    examples=(
        ("Let a Deployment have five replicas", "scale --replicas=5 deployment/web"),
        ("Only if it has three now", "scale --current-replicas=3 --replicas=5 deployment/web"),
        ("Stop all Deployments of the namespace", "scale --replicas=0 deployment --all"),
    ),
    options=ScaleOptions,
    run=run,
    complete="workloads",
)
