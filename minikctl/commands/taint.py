"""``taint``: set and remove taints of nodes (upstream: kubectl ``cmd/taint``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import validation_mode
from minikctl.commands._nodes import NODES
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode
from minikctl.commands._resources import ResourceQuery, Target
from minikctl.commands._shared import DryRunOptions, FieldManagerOptions, PrintOptions, SelectorOptions, ValidateOptions
from minikctl.errors import AggregateError, MinikctlError, PlainError, UsageError, quote
from minikctl.lib import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Found
    from minikctl.commands._session import Session

    Obj = dict[str, Any]

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


class TaintOptions(SelectorOptions, DryRunOptions, ValidateOptions, PrintOptions, FieldManagerOptions):
    """Flags of ``taint``."""

    overwrite: bool = flag("overwrite", kind="bool", help="Replace taints of the same key and effect.")
    all: bool = flag("all", kind="bool", group="Selection", help="All nodes.")


class Change:
    """The taints to set and to remove."""

    __slots__ = ("add", "remove")

    def __init__(self, words: list[str]) -> None:
        """Raises UsageError in kubectl's words."""
        self.add: list[Obj] = []
        self.remove: list[Obj] = []
        for word in words:
            if word.endswith("-"):
                self.remove.append({k: v for k, v in parse_taint(word[:-1]).items() if k != "value"})
                continue
            taint = parse_taint(word)
            if "effect" not in taint:
                raise UsageError(f"invalid taint spec: {word}")
            if any(_is_same(taint, other) for other in self.add):
                shown = f"{{{taint['key']} {taint.get('value', '')} {taint['effect']} <nil>}}"
                raise UsageError(f"duplicated taints with the same key and effect: {shown}")
            self.add.append(taint)

    def check(self) -> None:
        """Refuse to set and remove the same. Raises UsageError."""
        both = [
            f"{gone['key']}={gone.get('effect', '')}"
            for new in self.add
            for gone in self.remove
            if new["key"] == gone["key"] and gone.get("effect", new["effect"]) == new["effect"]
        ]
        if both:
            raise UsageError(
                f"can not both modify and remove the following taint(s) in the same command: {', '.join(both)}"
            )

    def apply(self, node: str, taints: list[Obj], *, overwrite: bool) -> tuple[list[Obj], str]:
        """The taints of a node afterwards, and the word for what was done. Raises MinikctlError."""
        if not overwrite:
            there = [new["key"] for new in self.add for old in taints if _is_same(new, old)]
            if there:
                raise MinikctlError(
                    f"node {node} already has {','.join(there)} taint(s) with same effect(s) and --overwrite is false"
                )
        new = [*self.add, *(old for old in taints if not any(_is_same(old, each) for each in self.add))]
        added = len(new) != len(taints)
        errors: list[MinikctlError] = []
        removed = False
        for gone in self.remove:
            left = [taint for taint in new if not _is_meant(gone, taint)]
            removed = len(left) != len(new)
            new = left
            if not removed:
                shown = f"{gone['key']}:{gone['effect']}" if "effect" in gone else gone["key"]
                errors.append(MinikctlError(f"taint {quote(shown)} not found"))
        if errors:
            raise errors[0] if len(errors) == 1 else AggregateError(errors)
        if (added and removed) or overwrite:
            return new, "modified"
        return new, "tainted" if added else "untainted"


def _is_same(one: Obj, other: Obj) -> bool:
    return bool(one["key"] == other["key"] and one.get("effect") == other.get("effect"))


def _is_meant(gone: Obj, taint: Obj) -> bool:
    """Whether ``KEY-`` or ``KEY:EFFECT-`` means a taint."""
    return bool(gone["key"] == taint["key"] and gone.get("effect", taint.get("effect")) == taint.get("effect"))


def parse_taint(text: str) -> Obj:
    """``key=value:effect``, ``key:effect`` or ``key``. Raises UsageError in kubectl's words."""
    taint: Obj = {}
    parts = text.split(":")
    if len(parts) > 2:
        raise UsageError(f"invalid taint spec: {text}")
    key, value = parts[0], ""
    if len(parts) == 2:
        if parts[1] not in EFFECTS:
            raise UsageError(f"invalid taint effect: {parts[1]}, unsupported taint effect")
        pair = parts[0].split("=")
        if len(pair) > 2:
            raise UsageError(f"invalid taint spec: {text}")
        key = pair[0]
        value = pair[1] if len(pair) == 2 else ""
        messages = names.is_valid_label_value(value)
        if messages:
            raise UsageError(f"invalid taint spec: {text}, {'; '.join(messages)}")
        taint["effect"] = parts[1]
    messages = names.is_qualified_name(key)
    if messages:
        raise UsageError(f"invalid taint spec: {text}, {'; '.join(messages)}")
    if value:
        taint["value"] = value
    return {"key": key, **taint}


def run(options: TaintOptions, session: Session) -> None:
    """Change the taints of every node that is named; go on after an error with the next one."""
    dry_run = dry_run_mode(options.dry_run, session)
    validation_mode(options.validate)
    resources, words = _split(options.args)
    if not resources:
        raise UsageError("one or more resources must be specified as <resource> <name>")
    if not words:
        raise UsageError("at least one taint update is required")
    try:
        change = Change(words)
    except UsageError as error:
        raise UsageError(f"{error}\nSee '{session.program} taint -h' for help and examples") from error
    _check(options, resources, change)
    printer = ChangePrinter(session, options, typed=True)  # upstream's says nothing of dry runs either
    found = _find(options, session, resources)
    errors: list[MinikctlError] = []
    with session.change(dry_run=bool(dry_run)) as api:
        for step in found.steps:
            if not isinstance(step, Target):
                errors.append(step)
                continue
            try:
                obj = api.must_get(NODES, "", step.name)
                taints, done = change.apply(step.name, obj["spec"].get("taints") or [], overwrite=options.overwrite)
                obj["spec"] = {k: v for k, v in obj["spec"].items() if k != "taints"} | (
                    {"taints": taints} if taints else {}
                )
                with api.store.savepoint():
                    stored = obj if dry_run == "client" else api.update(obj, client=True)
            except MinikctlError as error:
                errors.append(error)
                continue
            printer.print(step.info, stored, done)
        session.show_warnings()
    session.end_with(errors)


def _split(args: list[str]) -> tuple[list[str], list[str]]:
    """Part the kind and the names from the taints. Raises UsageError when a name follows a taint."""
    resources: list[str] = []
    words: list[str] = []
    for arg in args:
        if "=" in arg or ":" in arg or arg.endswith("-"):
            words.append(arg)
        elif words:
            raise UsageError(f"all resources must be specified before taint changes: {arg}")
        else:
            resources.append(arg)
    return resources, words


def _check(options: TaintOptions, resources: list[str], change: Change) -> None:
    word = resources[0].lower()
    info = kinds.find_kind(word)
    if info is None:
        raise PlainError(f'the server doesn\'t have a resource type "{word}"')
    if info.resource != NODES:
        raise UsageError(f"invalid resource type {word}, only node types are supported")
    change.check()
    if options.all and options.selector:
        raise UsageError("setting 'all' parameter with a non empty selector is prohibited")
    if not options.all and not options.selector and len(resources) < 2:
        raise UsageError("at least one resource name must be specified since 'all' parameter is not set")


def _find(options: TaintOptions, session: Session, resources: list[str]) -> Found:
    if options.all or options.selector:
        return ResourceQuery(session, [NODES], selector=options.selector, all_of_kind=True).find()
    return ResourceQuery(session, [f"{NODES}/{name}" for name in resources[1:]]).find()


COMMAND = Command(
    usage="taint NODE NAME KEY=VALUE:EFFECT ... KEY:EFFECT- ... KEY- ...",
    summary="Set and remove taints of nodes",
    description="The effects are NoSchedule, PreferNoSchedule and NoExecute.",
    examples=(
        ("Keep Pods off that do not tolerate it", "taint node node-1 dedicated=db:NoSchedule"),
        ("Another value", "taint node node-1 dedicated=cache:NoSchedule --overwrite"),
        ("Remove all taints of a key", "taint node node-1 dedicated-"),
    ),
    options=TaintOptions,
    run=run,
    complete="nodes",
)
