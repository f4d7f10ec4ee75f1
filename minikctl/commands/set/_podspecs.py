"""What the verbs of ``set`` share: finding objects that have a pod spec, changing it, storing and printing.

Upstream: kubectl ``cmd/set/helper.go`` and ``polymorphichelpers.UpdatePodSpecForObject``.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import LOCAL_RESOURCE, NAME_RESOURCES, find_targets, local_targets, singular_input
from minikctl.commands._options import flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._resources import without_custom_kinds
from minikctl.commands._shared import (
    DryRunOptions,
    FieldManagerOptions,
    FilenameOptions,
    PrintOptions,
    RecordOptions,
    SelectorOptions,
)
from minikctl.errors import MinikctlError, StatusError, UsageError
from minikctl.lib.shellpatterns import fits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._resources import Found, Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class ChangeOptions(FilenameOptions, DryRunOptions, PrintOptions, FieldManagerOptions):
    """Flags of every verb of ``set``."""

    all: bool = flag("all", kind="bool", group="Selection", help="All objects of the kinds.")
    local: bool = flag("local", kind="bool", help="Change the objects of the files and print them; store nothing.")
    #: what -l says, of verbs that have it
    selector: str = ""


class SetOptions(SelectorOptions, ChangeOptions):
    """Flags of the verbs that take -l, too."""


class RecordedOptions(RecordOptions, ChangeOptions):
    """Flags of the verbs that can note why they were run."""


class RecordedSetOptions(RecordOptions, SetOptions):
    """Flags of those of them that take -l."""


def find(options: ChangeOptions, session: Session, resources: list[str], *, local_error: str = LOCAL_RESOURCE) -> Found:
    """The objects that words and files name; with --local those of the files themselves, as their Go types keep them.

    Raises UsageError, with ``local_error`` where --local is given words.
    """
    if options.all and options.selector:
        raise UsageError("cannot set --all and --selector at the same time")
    if options.local:
        if resources:
            raise UsageError(local_error)
        found = local_targets(session, options, nothing_named=NAME_RESOURCES)
        for target in found.targets:
            target.obj = typed(target.obj or {})
        return found
    return without_custom_kinds(find_targets(
        session,
        options,
        resources,
        nothing_named=NAME_RESOURCES,
        selector=options.selector,
        all_of_kind=options.all,
    ))


def typed(obj: Obj) -> Obj:
    """An object of a file as kubectl has it after it was read into its Go type. Raises MinikctlError."""
    from minikctl.api.decoding import check, write_out

    decoded = check(obj, obj["apiVersion"], obj["kind"])
    if decoded.error:
        raise MinikctlError(decoded.error)
    return write_out(decoded.obj, obj["apiVersion"], obj["kind"])


def named(target: Target) -> str:
    """An object as errors name it: ``deployments/web``, of a file with --local ``deployment/web``."""
    return f"{target.info.kind.lower() if target.is_local else target.info.plural}/{target.name}"


def in_error(target: Target) -> str:
    """The same in errors of changes: kubectl prints an object with --local by its name there, newline and all."""
    return f"{target.display}\n" if target.is_local else named(target)


def template_of(target: Target, obj: Obj) -> Obj:
    """The pod template of an object (a Pod is its own). Raises MinikctlError for a kind that has none."""
    template = kinds.load(target.info).pod_template(obj)
    if template is None or not isinstance(template.get("spec"), dict):
        raise MinikctlError(
            f"error: {named(target)} the object is not a pod or does not have a pod template: "
            f"*{target.info.version}.{target.info.kind}\n"
        )
    return template


def containers_of(spec: Obj, pattern: str) -> list[Obj]:
    """The containers whose names a pattern such as ``*`` matches, init containers after the others."""
    found = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    return [each for each in found if fits(each.get("name", ""), pattern)]


class Changes:
    """What ``change_each`` is to do: ``change(target, object)`` alters each object in place.

    ``done``: what was done, in the printed line. ``failed``: what kubectl puts before an error of the API; "": nothing.
    Objects that stayed as they were are printed where -o asks for objects, with ``always`` in any case, with
    ``silent_without_change`` never.
    ``visits``: kubectl goes to each object as it looks it up (``Visit``); else it looks all of them up before it changes the
    first, and changes none where one is missing (``Infos``).
    """

    __slots__ = ("always", "change", "done", "failed", "silent_without_change", "visits")

    def __init__(
        self, change: Callable[[Target, Obj], None], done: str, *, failed: str = "", always: bool = False,
        silent_without_change: bool = False, visits: bool = False,
    ) -> None:
        self.change = change
        self.done = done
        self.failed = failed
        self.always = always
        self.silent_without_change = silent_without_change
        self.visits = visits

    def shows_unchanged(self, printer: ChangePrinter) -> bool:
        """Whether an object that stayed as it was is printed."""
        return self.always or (printer.prints_objects and not self.silent_without_change)


def change_each(options: ChangeOptions, session: Session, found: Found, changes: Changes) -> None:
    """Change, store and print each object. Raises MinikctlError for those that could not be."""
    dry_run = dry_run_mode(options.dry_run, session)
    printer = ChangePrinter(session, options, dry_run=dry_run, typed=True)
    if not changes.visits:
        session.end_with(found.errors, looks_up_first=singular_input(options))
    errors = found.errors  # a change may note more of them
    if options.local:
        for target in found.targets:
            _change_locally(session, target, changes, printer, errors)
        session.end_with(errors, reads_first=True)
        return
    if changes.visits:  # they come in their turn
        errors = []
    with session.change(dry_run=bool(dry_run)) as api:
        for step in found.steps:
            if isinstance(step, MinikctlError):
                errors.append(step)
                continue
            try:
                _change(session, api, step, changes, printer, dry_run)
            except MinikctlError as error:
                errors.append(error)
        session.show_warnings()
    session.end_with(errors, reads_first=True)


def _altered(session: Session, target: Target, obj: Obj, changes: Changes) -> bool:
    import json

    before = json.dumps(obj, sort_keys=True)
    changes.change(target, obj)
    obj.update(session.recorded(obj))
    return json.dumps(obj, sort_keys=True) != before


def _change_locally(
    session: Session, target: Target, changes: Changes, printer: ChangePrinter, errors: list[MinikctlError]
) -> None:
    assert target.obj is not None
    try:
        if _altered(session, target, target.obj, changes) or changes.shows_unchanged(printer):
            printer.print(target.info, target.obj, changes.done)
    except MinikctlError as error:
        errors.append(error)


def _change(
    session: Session, api: Api, target: Target, changes: Changes, printer: ChangePrinter, dry_run: str
) -> None:
    obj = api.must_get(target.info.resource, target.namespace, target.name)
    if not _altered(session, target, obj, changes):
        if changes.shows_unchanged(printer):
            printer.print(target.info, obj, changes.done)
        return
    stored = obj
    if dry_run != "client":
        try:
            with api.store.savepoint():
                stored = api.update(obj, client=True, verb="patch")
        except StatusError as error:
            raise MinikctlError(f"{changes.failed}{error}") if changes.failed else error from error
    printer.print(target.info, stored, changes.done)
