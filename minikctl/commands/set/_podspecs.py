"""What the verbs of ``set`` share: finding objects that have a pod spec, changing it, storing and printing.

Upstream: kubectl ``cmd/set/helper.go`` and ``polymorphichelpers.UpdatePodSpecForObject``.
"""

from __future__ import annotations

import fnmatch

from minikctl import kinds
from minikctl.commands._manifests import SPECIFY_RESOURCES, find_targets, local_targets
from minikctl.commands._options import flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._shared import DryRunOptions, FieldManagerOptions, FilenameOptions, PrintOptions, SelectorOptions
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.commands._resources import Found, Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SetOptions(FilenameOptions, SelectorOptions, DryRunOptions, PrintOptions, FieldManagerOptions):
    """Flags of every verb of ``set``."""

    all: bool = flag("all", kind="bool", group="Selection", help="All objects of the kinds.")
    local: bool = flag("local", kind="bool", help="Change the objects of the files and print them; store nothing.")


def find(options: SetOptions, session: Session, resources: list[str]) -> Found:
    """The objects that words and files name; with --local those of the files themselves."""
    if options.all and options.selector:
        raise UsageError("cannot set --all and --selector at the same time")
    if options.local:
        if resources:
            raise UsageError("resource names are not allowed when using --local: pass files with -f")
        return local_targets(session, options)
    return find_targets(
        session,
        options,
        resources,
        nothing_named=SPECIFY_RESOURCES,
        selector=options.selector,
        all_of_kind=options.all,
    )


def template_of(target: Target, obj: Obj) -> Obj:
    """The pod template of an object (a Pod is its own). Raises MinikctlError for a kind that has none."""
    template = kinds.load(target.info).pod_template(obj)
    if template is None or not isinstance(template.get("spec"), dict):
        raise MinikctlError(
            f"the object is not a pod or does not have a pod template: {target.info.api_version}, Kind={target.info.kind}"
        )
    return template


def containers_of(spec: Obj, pattern: str) -> list[Obj]:
    """The containers whose names a pattern such as ``*`` matches, init containers after the others."""
    found = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    return [each for each in found if fnmatch.fnmatchcase(each.get("name", ""), pattern)]


def change_each(
    options: SetOptions, session: Session, found: Found, change: Callable[[Target, Obj], None], done: str
) -> None:
    """Let ``change(target, object)`` alter each object in place; store and print those that it altered.

    An object that stays as it was is passed over in silence, as kubectl does.
    """
    import json

    dry_run = dry_run_mode(options.dry_run, session)
    printer = ChangePrinter(session, options, dry_run="" if options.local else dry_run)
    errors = found.errors

    def changed(target: Target, obj: Obj) -> bool:
        before = json.dumps(obj, sort_keys=True)
        change(target, obj)
        return json.dumps(obj, sort_keys=True) != before

    if options.local:
        for target in found.targets:
            try:
                assert target.obj is not None
                changed(target, target.obj)
                printer.print(target.info, target.obj, done)
            except MinikctlError as error:
                errors.append(error)
        session.end_with(errors)
        return
    with session.change(dry_run=bool(dry_run)) as api:
        for target in found.targets:
            try:
                obj = api.must_get(target.info.resource, target.namespace, target.name)
                if changed(target, obj):
                    with api.store.savepoint():
                        stored = obj if dry_run == "client" else api.update(obj, client=True, verb="patch")
                    printer.print(target.info, stored, done)
                elif printer.prints_objects:
                    printer.print(target.info, obj, done)
            except MinikctlError as error:
                errors.append(error)
        session.show_warnings()
    session.end_with(errors)
