"""``apply``: make the stored objects as files say, leaving alone what others have set (upstream: kubectl ``cmd/apply``)."""

from __future__ import annotations

from minikctl.commands._manifests import matching, read_targets, validation_mode
from minikctl.commands._options import Command, flag
from minikctl.commands._printing import ChangePrinter, dry_run_mode, in_source, propagation
from minikctl.commands._shared import (
    DryRunOptions,
    FieldManagerOptions,
    FilenameOptions,
    PrintOptions,
    SelectorOptions,
    ValidateOptions,
)
from minikctl.errors import Forbidden, MinikctlError, StatusError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.commands._resources import Target
    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class ApplyOptions(FilenameOptions, SelectorOptions, DryRunOptions, ValidateOptions, PrintOptions, FieldManagerOptions):
    """Flags of ``apply``."""

    overwrite: bool = flag(
        "overwrite",
        kind="bool",
        default=True,
        help="Settle conflicts between the file and what was changed in the state in favour of the file.",
    )
    force: bool = flag(
        "force", kind="bool", help="Delete and make anew an object that cannot be changed as the file says."
    )
    cascade: str = flag(
        "cascade",
        default="background",
        bare="background",
        help="How --force deletes: background, foreground or orphan.",
    )
    grace_period: int = flag("grace-period", kind="int", default=-1, help="Seconds that --force gives a Pod to stop.")
    openapi_patch: bool = flag(
        "openapi-patch", kind="bool", default=True, help="Merge lists by the schemas' merge keys."
    )


def run(options: ApplyOptions, session: Session) -> None:
    """Apply every object of the files; go on after an error with the next one."""
    if options.args:
        raise UsageError(
            f"Unexpected args: {_go_list(options.args)}\nSee '{session.program} apply -h' for help and examples"
        )
    if not options.filename and not options.kustomize:
        raise UsageError("must specify one of -f and -k")
    if not options.openapi_patch:
        raise UsageError("--openapi-patch=false is not supported: lists are always merged by the schemas' merge keys")
    dry_run = dry_run_mode(options.dry_run, session)
    validation = validation_mode(options.validate)
    printer = ChangePrinter(session, options, dry_run=dry_run)
    targets, errors = read_targets(session, options, validation=validation)
    if options.selector:
        targets = matching(targets, options.selector)
    if not targets and not errors:
        raise UsageError("no objects passed to apply")
    if targets:
        with session.change(dry_run=bool(dry_run)) as api:
            for target in targets:
                try:
                    with api.store.savepoint():
                        _apply(session, api, target, options, printer, dry_run, validation)
                except MinikctlError as error:
                    errors.append(target.blame(error))
                session.show_warnings()
    session.end_with(errors)


def _go_list(words: list[str]) -> str:
    return "[" + " ".join(words) + "]"


def _apply(
    session: Session,
    api: Api,
    target: Target,
    options: ApplyOptions,
    printer: ChangePrinter,
    dry_run: str,
    validation: str,
) -> None:
    """Apply one object: create it, or merge three ways what was applied last, what the file says and what is stored."""
    from minikctl.api.patches import lastapplied

    manifest = target.manifest
    assert manifest is not None
    if not target.name:
        generate = (manifest.get("metadata") or {}).get("generateName")
        if generate:
            raise MinikctlError(f"from {generate}: cannot use generate name with apply")
        raise MinikctlError(
            f"error when retrieving current configuration of:\n{describe_target(target)}\n"
            f'from server for: "{target.source}": resource name may not be empty'
        )
    modified = lastapplied.with_annotation(manifest)
    try:
        live = api.get(target.info.resource, target.namespace, target.name)
    except Forbidden as error:
        raise error.in_context(
            f'error when retrieving current configuration of:\n{describe_target(target)}\nfrom server for: "{target.source}"'
        ) from error
    if live is None:
        _create(api, target, modified, printer, dry_run, validation)
        return
    if lastapplied.get_annotation(live) is None:
        session.warn(_MISSING_ANNOTATION.format(resource=target.info.plural, name=target.name, program=session.program))
    _patch(api, target, live, modified, options, printer, dry_run, validation)


_MISSING_ANNOTATION = (
    "resource {resource}/{name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is "
    "required by {program} apply. {program} apply should only be used on resources created declaratively by either "
    "{program} create --save-config or {program} apply. The missing annotation will be patched automatically."
)


def _create(api: Api, target: Target, modified: Obj, printer: ChangePrinter, dry_run: str, validation: str) -> None:
    try:
        stored = modified if dry_run == "client" else api.create(modified, client=True, validation=validation)
    except MinikctlError as error:
        raise in_source(error, "creating", target.source) from error
    printer.print(target.info, stored, "created")


def _patch(
    api: Api,
    target: Target,
    live: Obj,
    modified: Obj,
    options: ApplyOptions,
    printer: ChangePrinter,
    dry_run: str,
    validation: str,
) -> None:
    from minikctl.api.patches import STRATEGIC, lastapplied, three_way
    from minikctl.api.patches.words import ConflictError

    original = lastapplied.get_object(live)
    try:
        patch = three_way(original, modified, live, overwrite=options.overwrite)
    except ConflictError as error:
        from minikctl.printing.yamlout import dump

        raise error.worded(dump) from error
    if not patch.content:
        printer.print(target.info, live, "unchanged")
        return
    if dry_run == "client":
        printer.print(target.info, patch.apply(live), "configured")
        return
    try:
        stored, _ = api.patch(
            target.info.resource,
            target.namespace,
            target.name,
            patch.apply,
            validation=validation,
            patch=patch.content if patch.kind == STRATEGIC else None,
        )
    except StatusError as error:
        if options.force and error.reason in ("Conflict", "Invalid"):
            stored = _replace(api, target, modified, options, validation)
        else:
            raise in_source_patch(error, target, patch.content) from error
    printer.print(target.info, stored, "configured")


def _replace(api: Api, target: Target, modified: Obj, options: ApplyOptions, validation: str) -> Obj:
    """``--force``: the object goes, with all that it owns, and comes back as the file says (upstream: deleteAndCreate)."""
    grace = max(options.grace_period, 0)
    old = api.delete(
        target.info.resource,
        target.namespace,
        target.name,
        propagation=propagation(options.cascade),
        grace_period=grace,
    )
    if api.get(target.info.resource, target.namespace, target.name) is not None:
        api.remove(old)
    return api.create(modified, client=True, validation=validation)


def in_source_patch(error: StatusError, target: Target, patch: Obj) -> StatusError:
    """Say in an error which patch, object and file it is about (upstream: apply's AddSourceToErr)."""
    from minikctl.lib.gojson import compact

    return error.in_context(
        f'error when applying patch:\n{compact(patch)}\nto:\n{describe_target(target)}\nfor: "{target.source}"'
    )


def describe_target(target: Target) -> str:
    """An object as apply's errors name it (upstream: ``resource.Info.String``)."""
    info = target.info
    version = info.api_version if info.group else f"/{info.version}"
    return (
        f'Resource: "{version}, Resource={info.plural}", GroupVersionKind: "{version}, Kind={info.kind}"\n'
        f'Name: "{target.name}", Namespace: "{target.namespace}"'
    )


COMMAND = Command(
    usage="apply -f FILE",
    summary="Make the stored objects as files say",
    description=(
        "Objects that are not there are created; of those that are, what the file says is merged with what others have set: "
        "the file's own earlier words are remembered in an annotation, so that a field that is gone from the file goes from "
        "the object too. A wrong object does not keep the others from landing; the exit code is then 1."
    ),
    examples=(
        ("Apply a file", "apply -f web.yaml"),
        ("Apply all files of a folder and its folders", "apply -R -f manifests/"),
        ("Apply what another program writes", "apply -f -"),
        ("Check a file with all rules and store nothing", "apply -f web.yaml --dry-run=server"),
    ),
    options=ApplyOptions,
    run=run,
)
