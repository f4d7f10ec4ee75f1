"""Client-side apply: three ways are merged, what was applied last, what the file says, and what is stored."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._printing import in_source, propagation
from minikctl.errors import Forbidden, MinikctlError, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands.apply._application import Application

    Obj = dict[str, Any]

_MISSING_ANNOTATION = (
    "resource {resource}/{name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is "
    "required by {program} apply. {program} apply should only be used on resources created declaratively by either "
    "{program} create --save-config or {program} apply. The missing annotation will be patched automatically."
)


def apply_target(run: Application, target: Target) -> None:
    """Apply one object: create it, or merge what the file says into it. Raises MinikctlError."""
    from minikctl.api.patches import lastapplied

    manifest, session = target.manifest, run.session
    assert manifest is not None
    modified = lastapplied.with_annotation(manifest)
    try:
        live = kinds.read(target.info, run.api.get(target.info.resource, target.namespace, target.name))
    except Forbidden as error:
        raise error.in_context(
            f'error when retrieving current configuration of:\n{describe_target(target)}\nfrom server for: "{target.source}"'
        ) from error
    if live is None:
        _create(run, target, modified)
        return
    run.keep(live)
    if lastapplied.get_annotation(live) is None:
        session.warn(_MISSING_ANNOTATION.format(resource=target.info.plural, name=target.name, program=session.program))
    _patch(run, target, live, modified)


def _create(run: Application, target: Target, modified: Obj) -> None:
    try:
        stored = modified
        if run.dry_run != "client":
            stored = run.api.create(modified, client=True, validation=run.validation)
    except MinikctlError as error:
        raise in_source(error, "creating", target.source) from error
    run.done(target.info, stored, "created")


def _patch(run: Application, target: Target, live: Obj, modified: Obj) -> None:
    from minikctl.api.patches import STRATEGIC, lastapplied, three_way
    from minikctl.api.patches.words import ConflictError

    original = lastapplied.get_object(live)
    try:
        patch = three_way(original, modified, live, overwrite=run.options.overwrite)
    except ConflictError as error:
        from minikctl.printing.yamlout import dump

        raise error.worded(dump) from error
    if not patch.content:
        if run.dry_run != "client":
            run.warn_if_deleting(live)
        run.done(target.info, live, "unchanged")
        return
    if run.dry_run == "client":
        run.done(target.info, patch.apply(live), "configured")
        return
    try:
        stored, _ = run.api.patch(
            target.info.resource,
            target.namespace,
            target.name,
            patch.apply,
            validation=run.validation,
            patch=patch.content if patch.kind == STRATEGIC else None,
            info=target.info,
        )
    except StatusError as error:
        if run.options.force and error.reason in ("Conflict", "Invalid"):
            stored = _replace(run, target, modified)
        else:
            raise in_source_patch(error, target, patch.content) from error
    run.warn_if_deleting(stored)
    run.done(target.info, stored, "configured")


def _replace(run: Application, target: Target, modified: Obj) -> Obj:
    """``--force``: the object goes, with all that it owns, and comes back as the file says (upstream: deleteAndCreate)."""
    api, options = run.api, run.options
    old = api.delete(
        target.info.resource,
        target.namespace,
        target.name,
        propagation=propagation(options.cascade),
        grace_period=max(options.grace_period, 0),
        client=True,
    )
    if api.get(target.info.resource, target.namespace, target.name) is not None:
        api.remove(old)
    return api.create(modified, client=True, validation=run.validation)


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
