"""``label`` and ``annotate``: the same verb on two maps of metadata (upstream: kubectl ``cmd/label``, ``cmd/annotate``)."""

from __future__ import annotations

from minikctl.commands._manifests import SPECIFY_RESOURCES, find_targets, local_targets, singular_input
from minikctl.commands._options import flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._shared import (
    AllNamespacesOptions,
    DryRunOptions,
    FieldManagerOptions,
    FieldSelectorOptions,
    FilenameOptions,
    PrintOptions,
    RecordOptions,
    SelectorOptions,
)
from minikctl.errors import MinikctlError, UsageError
from minikctl.kinds.rollouts import CHANGE_CAUSE_ANNOTATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._resources import Found, Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class MetadataOptions(
    RecordOptions,
    FilenameOptions,
    SelectorOptions,
    FieldSelectorOptions,
    AllNamespacesOptions,
    DryRunOptions,
    PrintOptions,
    FieldManagerOptions,
):
    """Flags of ``label`` and ``annotate``."""

    overwrite: bool = flag("overwrite", kind="bool", help="Replace values that are there already.")
    all: bool = flag("all", kind="bool", group="Selection", help="All objects of the kinds.")
    listing: bool = flag(
        "list", kind="bool", help="Print what the objects have, with the change if there is one, and store nothing."
    )
    local: bool = flag("local", kind="bool", help="Change the objects of the files and print them; store nothing.")
    resource_version: str = flag("resource-version", help="Only if the object has this resourceVersion.")


_LOCAL_FILES = "one or more files must be specified as -f pod.yaml or --filename=pod.json"


class Words:
    """What tells the two verbs apart: the map's name, and how messages speak of it."""

    __slots__ = ("changed", "check_value", "field", "mixed", "noun", "removed", "unchanged", "verb")

    def __init__(
        self,
        *,
        verb: str,
        noun: str,
        field: str,
        changed: str,
        removed: str,
        unchanged: str,
        mixed: str,
        check_value: Callable[[str, str], None],
    ) -> None:
        self.verb = verb
        self.noun = noun
        self.field = field
        self.changed = changed
        self.removed = removed
        self.unchanged = unchanged
        #: said where something was set and something else removed
        self.mixed = mixed
        self.check_value = check_value


def split_pairs(words: list[str]) -> tuple[list[str], list[str]]:
    """Part the resources from the changes: the first ``key=value`` or ``key-`` begins the latter.

    Upstream: ``cmdutil.GetResourcesAndPairs``. Raises UsageError when a resource follows a change.
    """
    resources: list[str] = []
    pairs: list[str] = []
    for word in words:
        is_pair = "=" in word[1:] or (word.endswith("-") and len(word) > 1)
        if is_pair:
            pairs.append(word)
        elif pairs:
            raise UsageError(f"all resources must be specified before {'{}'} changes: {word}")
        else:
            resources.append(word)
    return resources, pairs


def parse_pairs(pairs: list[str], words: Words) -> tuple[dict[str, str], list[str]]:
    """What is to be set and what removed. Raises UsageError in kubectl's words."""
    new: dict[str, str] = {}
    remove: list[str] = []
    for pair in pairs:
        if "=" in pair:
            key, _, value = pair.partition("=")
            words.check_value(key, value)
            new[key] = value
        else:
            remove.append(pair[:-1])
    both = [key for key in remove if key in new]
    if both and words.noun == "label":
        raise UsageError("can not both modify and remove a label in the same command")
    if both:
        raise UsageError(
            f"can not both modify and remove the following annotation(s) in the same command: {', '.join(both)}"
        )
    return new, remove


def run(options: MetadataOptions, session: Session, words: Words) -> None:
    """Change the map of every object that is named; go on after an error with the next one."""
    resources, pairs = _checked(options, words)
    dry_run = dry_run_mode(options.dry_run, session)
    new, remove = parse_pairs(pairs, words)
    printer = ChangePrinter(session, options, dry_run=dry_run)
    found = _find(options, session, resources)
    if options.resource_version and not (found.single or singular_input(options)):
        raise UsageError("--resource-version may only be used with a single resource")
    edit = Edit(words, new, remove, overwrite=options.overwrite, resource_version=options.resource_version)
    if options.listing:
        _print_lists(session, found, edit, single=found.single or singular_input(options))
    elif options.local:
        _change_locally(found, edit, printer)
    else:
        with session.change(dry_run=bool(dry_run)) as api:
            for target in found.targets:
                try:
                    with api.store.savepoint():
                        _change(session, api, target, edit, printer, dry_run)
                except MinikctlError as error:
                    found.errors.append(error)
            session.show_warnings()
    session.end_with(found.errors, looks_up_first=singular_input(options))


def _checked(options: MetadataOptions, words: Words) -> tuple[list[str], list[str]]:
    """The resources and the changes among the arguments. Raises UsageError where the flags do not go together."""
    try:
        resources, pairs = split_pairs(options.args)
    except UsageError as error:
        raise UsageError(str(error).replace("{}", words.noun, 1)) from None
    if options.all and options.selector:
        raise UsageError("cannot set --all and --selector at the same time")
    if options.all and options.field_selector:
        raise UsageError("cannot set --all and --field-selector at the same time")
    if options.local and resources:
        raise UsageError(
            "can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set"
        )
    if not resources and not options.filename and not options.kustomize:
        raise UsageError(_LOCAL_FILES if options.local else SPECIFY_RESOURCES)
    if not pairs and not options.listing:
        raise UsageError(f"at least one {words.noun} update is required")
    return resources, pairs


class Edit:
    """What is to become of the map of each object."""

    __slots__ = ("new", "overwrite", "remove", "resource_version", "words")

    def __init__(
        self, words: Words, new: dict[str, str], remove: list[str], *, overwrite: bool, resource_version: str
    ) -> None:
        self.words = words
        self.new = new
        self.remove = remove
        self.overwrite = overwrite
        self.resource_version = resource_version


def _change_locally(found: Found, edit: Edit, printer: ChangePrinter) -> None:
    words = edit.words
    for target in found.targets:
        assert target.manifest is not None
        old = target.manifest.get("metadata", {}).get(words.field) or {}
        try:
            obj = edited(target.manifest, edit.new, edit.remove, words, overwrite=edit.overwrite)
        except MinikctlError as error:
            found.errors.append(error)
            continue
        changed = obj["metadata"][words.field] != old
        printer.print(target.info, obj, words.changed if changed else words.unchanged)


def _find(options: MetadataOptions, session: Session, resources: list[str]) -> Found:
    if options.local:
        return local_targets(session, options, nothing_named=_LOCAL_FILES)
    return find_targets(
        session,
        options,
        resources,
        nothing_named=SPECIFY_RESOURCES,
        selector=options.selector,
        field_selector=options.field_selector,
        all_namespaces=options.all_namespaces,
        all_of_kind=options.all,
    )


def edited(obj: Obj, new: dict[str, str], remove: list[str], words: Words, *, overwrite: bool) -> Obj:
    """A copy of ``obj`` with its map changed; the map is there, though it may be empty.

    Raises UsageError where a value is there and ``overwrite`` is False.
    """
    meta = obj.get("metadata") or {}
    have = dict(meta.get(words.field) or {})
    if not overwrite:
        for key, value in new.items():
            # Why a rollout was made may always be said anew, as upstream has it.
            if key in have and have[key] != value and (words.noun == "label" or key != CHANGE_CAUSE_ANNOTATION):
                raise UsageError(_occupied(words, key, have[key]))
    have.update(new)
    for key in remove:
        have.pop(key, None)
    return {**obj, "metadata": {**meta, words.field: have}}


def _occupied(words: Words, key: str, value: str) -> str:
    if words.noun == "label":
        return f"'{key}' already has a value ({value}), and --overwrite is false"
    return f"--overwrite is false but found the following declared annotation(s): '{key}' already has a value ({value})"


def _change(session: Session, api: Api, target: Target, edit: Edit, printer: ChangePrinter, dry_run: str) -> None:
    words = edit.words
    old = api.must_get(target.info.resource, target.namespace, target.name)
    if edit.resource_version:
        old["metadata"]["resourceVersion"] = edit.resource_version
    had = old["metadata"].get(words.field) or {}
    if words.noun == "label":
        for key in edit.remove:
            if key not in had:
                session.print(f'label "{key}" not found.')
    obj = session.recorded(edited(old, edit.new, edit.remove, words, overwrite=edit.overwrite))
    has = obj["metadata"].get(words.field) or {}
    message = _outcome(words, had, has)
    if dry_run != "client" and has != had:
        obj = api.update(obj, client=True, verb="patch")
    printer.print(target.info, obj, message)


def _outcome(words: Words, had: dict[str, str], has: dict[str, str]) -> str:
    """What became of the map, in a word (upstream: ``updateDataChangeMsg``)."""
    if has == had:
        return words.unchanged
    if not had.keys() - has.keys():
        return words.changed
    return words.removed if has.items() <= had.items() else words.mixed


def _print_lists(session: Session, found: Found, edit: Edit, *, single: bool) -> None:
    """Print what each object would have after the change; as in kubectl, --list stores nothing.

    ``single``: one object was asked for, and needs no name before its list.
    """
    words = edit.words
    for target in found.targets:
        indent = ""
        if not single:
            session.print(f"Listing {words.noun}s for {target.info.kind}.{target.info.group}/{target.name}:")
            indent = " "
        obj = edited(target.obj or {}, edit.new, edit.remove, words, overwrite=edit.overwrite)
        for key, value in sorted((obj["metadata"].get(words.field) or {}).items()):
            session.print(f"{indent}{key}={value}")
