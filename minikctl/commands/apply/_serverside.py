"""Server-side apply: the manifest is sent as it is, and who manages which field decides (upstream: kubectl ``cmd/apply``).

What client-side apply did to an object before is made kubectl's own: its managed fields, and the annotation, which a
manager of its own keeps.
"""

from __future__ import annotations

from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._resources import Target
    from minikctl.commands.apply._application import Application

    Obj = dict[str, Any]

#: who keeps the annotation of client-side apply on what is applied by the server
LAST_APPLIED_MANAGER = "kubectl-last-applied"

_WAYS_OUT = """
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


def apply_target(run: Application, target: Target) -> None:
    """Apply one object. Raises MinikctlError, of conflicts with the ways out of them."""
    from minikctl.api.managed.applying import ApplyConflict

    options, manager = run.options, run.session.field_manager
    if "field-manager" in options.given:  # kubectl sends what it was given, even nothing
        manager = options.field_manager
    try:
        stored = _request(run, target, target.manifest or {}, manager, force=options.force_conflicts)
    except ApplyConflict as error:
        raise MinikctlError(f"{error}{_WAYS_OUT}") from error
    stored = _keep_annotation(run, target, stored, manager)
    stored = _migrate(run, target, stored, manager)
    run.warn_if_deleting(stored)
    run.done(target.info, stored, "serverside-applied")


def _request(run: Application, target: Target, config: Obj, manager: str, *, force: bool = False) -> Obj:
    from minikctl.api.managed.applying import apply

    place = target.info.resource, target.namespace, target.name
    run.session.allow("patch", *place, run.options.subresource)
    return apply(
        run.api, target.info, target.namespace, target.name, config, manager, force=force,
        subresource=run.options.subresource, validation=run.validation,
        may_create=lambda: run.session.allow("create", *place),
    )


def _keep_annotation(run: Application, target: Target, stored: Obj, manager: str) -> Obj:
    """Let a manager of its own have the annotation of client-side apply (``saveLastApplyAnnotationIfNecessary``)."""
    from minikctl.api.managed.entries import APPLY
    from minikctl.api.managed.history import managed_fields
    from minikctl.api.managed.upgrading import owners_of
    from minikctl.api.patches import lastapplied

    text = lastapplied.get_annotation(stored)
    if manager != "kubectl" or text is None or owners_of(managed_fields(run.api, stored), APPLY, _ANNOTATION):
        return stored
    meta: Obj = {"name": target.name, "annotations": {lastapplied.ANNOTATION: text}}
    if target.info.namespaced:
        meta["namespace"] = target.namespace
    config = {"apiVersion": target.info.api_version, "kind": target.info.kind, "metadata": meta}
    try:
        return _request(run, target, config, LAST_APPLIED_MANAGER)
    except MinikctlError as error:
        run.session.warn(
            "failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply. This is non-fatal and "
            f"will be retried next time you apply. Error: {error}"
        )
        return stored


def _migrate(run: Application, target: Target, stored: Obj, manager: str) -> Obj:
    """Make what client-side apply managed the applier's, and apply once more (``migrateToSSAIfNecessary``)."""
    from minikctl.api.managed.applying import set_managed_fields
    from minikctl.api.managed.entries import UPDATE
    from minikctl.api.managed.history import managed_fields
    from minikctl.api.managed.upgrading import owners_of, upgraded

    entries = managed_fields(run.api, stored)
    names = {entry["manager"] for entry in owners_of(entries, UPDATE, _ANNOTATION)}
    new = upgraded(entries, names, manager)
    if new is entries:
        return stored
    stored = set_managed_fields(run.api, stored, new)
    try:
        return _request(run, target, target.manifest or {}, manager, force=run.options.force_conflicts)
    except MinikctlError as error:
        run.session.warn(
            "failed to re-apply configuration after performing Server-Side Apply migration. This is non-fatal and will be "
            f"retried next time you apply. Error: {error}"
        )
        return stored


_ANNOTATION = ("f:metadata", "f:annotations", "f:kubectl.kubernetes.io/last-applied-configuration")
