"""``diff``: what ``apply`` would change, shown by the program ``diff`` (upstream: kubectl ``cmd/diff``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._manifests import matching, read_targets
from minikctl.commands._options import Command, flag
from minikctl.commands._shared import FieldManagerOptions, FilenameOptions, SelectorOptions
from minikctl.errors import AggregateError, MinikctlError, SilentExit, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._diffing import Differ
    from minikctl.commands._pruning import Pruner
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]

#: any error: 1 says that there are differences
ERROR = 2


class DiffOptions(FilenameOptions, SelectorOptions, FieldManagerOptions):
    """Flags of ``diff``."""

    concurrency: int = flag(
        "concurrency",
        kind="int",
        default=1,
        help="Taken as kubectl takes it; there is no server to wait for, so objects are looked at one after the other.",
    )
    server_side: bool = flag("server-side", kind="bool", help="Show what apply --server-side would do.")
    force_conflicts: bool = flag(
        "force-conflicts", kind="bool", help="With --server-side: take over fields that others manage."
    )
    prune: bool = flag(
        "prune", kind="bool", help="Show as deleted what was applied once and stands in none of the files (see -l)."
    )
    prune_allowlist: list[str] = flag(
        "prune-allowlist", kind="array", help="With --prune: only this kind, as core/v1/ConfigMap; may be repeated."
    )
    show_managed_fields: bool = flag("show-managed-fields", kind="bool", help="Compare metadata.managedFields too.")
    show_secrets: bool = flag("show-secrets", kind="bool", help="Show the values of Secrets.")


def run(options: DiffOptions, session: Session) -> None:
    """Compare every object of the files with what it would be; 0: no difference, 1: some, 2: an error."""
    _check(options, session)
    from minikctl.commands._diffing import Differ

    pruner = _pruner(options, session)
    targets, errors = read_targets(session, options, validation="ignore", first_error_ends=True)
    if options.selector:
        targets = matching(targets, options.selector)
    differ = Differ(session)
    try:
        for target in targets:
            _compare(options, session, differ, target, pruner)
        if errors:  # the first one ends it, as in kubectl
            raise _first(errors[0])
        for info, obj in pruner.pruned() if pruner is not None else ():
            _add(options, differ, info, obj, None)
        if differ.run():
            raise SilentExit(1)
    finally:
        differ.close()


def _check(options: DiffOptions, session: Session) -> None:
    """Raise UsageError where the flags do not go together."""
    if not options.filename and not options.kustomize:
        raise UsageError("must specify one of -f and -k")
    if options.force_conflicts and not options.server_side:
        raise UsageError("--force-conflicts only works with --server-side")
    if options.args:
        words = " ".join(options.args)
        raise UsageError(f"Unexpected args: [{words}]\nSee '{session.program} diff -h' for help and examples")


def _first(error: MinikctlError) -> MinikctlError:
    while isinstance(error, AggregateError) and error.errors:
        error = error.errors[0]
    return error


def _pruner(options: DiffOptions, session: Session) -> Pruner | None:
    if not options.prune:
        return None
    from minikctl.commands._pruning import Pruner

    return Pruner(session, options.prune_allowlist, options.selector)


def _compare(
    options: DiffOptions, session: Session, differ: Differ, target: Target, pruner: Pruner | None
) -> None:
    """Write one object as it is and as it would be."""
    if not target.name:
        raise MinikctlError("resource name may not be empty")
    live = session.api.get(target.info.resource, target.namespace, target.name)
    if pruner is not None:
        pruner.visit(target, live)
    try:
        merged = _merged(options, session, target, live)
    finally:
        session.show_warnings()
    before = None if live is None else _managed(options, session.api, live)
    _add(options, differ, target.info, before, merged)
    if live is not None and live["metadata"].get("deletionTimestamp"):
        session.warn(f"Detected changes to resource {target.name} which is currently being deleted.")


def _merged(options: DiffOptions, session: Session, target: Target, live: Obj | None) -> Obj:
    """The object as ``apply`` would leave it, but for the annotation of what was applied last (a server's dry run)."""
    with session.change(dry_run=True) as api:
        merged = _applied(api, options, session, target) if options.server_side else _patched(api, target, live)
        return _managed(options, api, merged)


def _managed(options: DiffOptions, api: Api, obj: Obj) -> Obj:
    """The object with its managedFields, where they are to be compared."""
    if not options.show_managed_fields:
        return obj
    from minikctl.commands._managing import attach

    return attach(api, obj)


def _applied(api: Api, options: DiffOptions, session: Session, target: Target) -> Obj:
    """What ``apply --server-side`` would answer."""
    from minikctl.api.managed.applying import apply

    assert target.manifest is not None
    manager = options.field_manager if "field-manager" in options.given else session.field_manager
    place = target.info.resource, target.namespace, target.name
    session.allow("patch", *place)
    return apply(
        api, target.info, target.namespace, target.name, target.manifest, manager, force=options.force_conflicts,
        validation="warn", may_create=lambda: session.allow("create", *place),
    )


def _patched(api: Api, target: Target, live: Obj | None) -> Obj:
    """What client-side ``apply`` would answer."""
    assert target.manifest is not None
    if live is None:
        return api.create(target.manifest, client=True, validation="warn")
    from minikctl.api.patches import STRATEGIC, lastapplied, three_way

    modified = lastapplied.without_annotation(target.manifest)
    patch = three_way(lastapplied.get_object(live), modified, live)
    if not patch.content:
        return live
    content = patch.content if patch.kind == STRATEGIC else None
    return api.patch(
        target.info.resource, target.namespace, target.name, patch.apply, validation="warn", patch=content
    )[0]


def _add(options: DiffOptions, differ: Differ, info: KindInfo, live: Obj | None, merged: Obj | None) -> None:
    """Put an object into the folders as ``apps.v1.Deployment.default.web`` (upstream: ``InfoObject.Name``)."""
    from minikctl.printing import visible

    def shown(obj: Obj | None) -> Obj | None:
        return None if obj is None else visible(obj, show_managed_fields=options.show_managed_fields)

    meta = (live or merged or {})["metadata"]
    name = f"{info.version}.{info.kind}.{meta.get('namespace', '')}.{meta['name']}"
    masked = "data" in kinds.load(info).confidential and not options.show_secrets
    if merged is None:
        assert live is not None
        differ.prune(f"{info.group}.{name}" if info.group else name, shown(live) or {}, masked=masked)
    else:
        differ.add(f"{info.group}.{name}" if info.group else name, shown(live), shown(merged), masked=masked)


COMMAND = Command(
    usage="diff -f FILE",
    summary="Show what apply would change",
    description=(
        "The stored objects and what they would be are written into two folders, as YAML, and the program diff -u -N shows "
        "how they differ; $KUBECTL_EXTERNAL_DIFF names another. Values of Secrets are hidden. The exit code is 0 where "
        "nothing differs, 1 where something does, and 2 after an error."
    ),
    examples=(
        ("What would this file change?", "diff -f web.yaml"),
        ("What would also be gone?", "diff -f web.yaml --prune -l app=web"),
    ),
    options=DiffOptions,
    run=run,
    usage_exit_code=ERROR,
    failure_exit_code=ERROR,
    usage_hint="-h' for help and examples",
)
