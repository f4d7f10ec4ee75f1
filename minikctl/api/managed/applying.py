"""The request of a server-side apply, as the API server answers it.

Upstream: apiserver ``endpoints/handlers/patch.go`` (``applyPatcher``) and apimachinery ``managedfields/internal``:
``structuredmerge.go``, ``lastappliedmanager.go``, ``lastappliedupdater.go``.
"""

from __future__ import annotations

from minikctl.api.managed import updating
from minikctl.api.managed.comparing import compare, field_set, misfits
from minikctl.api.managed.entries import encode
from minikctl.api.managed.history import filled, managers_at, revision_of, scope_of
from minikctl.errors import BadRequest, Invalid, NotFound, StatusError, invalid, required
from minikctl.kinds import VIEWS
from minikctl.kinds.confidential import is_confidential
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.managed.entries import Managers
    from minikctl.api.managed.updating import Conflicts, Scope
    from minikctl.api.server import Api
    from minikctl.kinds import KindInfo
    from minikctl.lib.fieldsets import Paths

    Obj = dict[str, Any]

#: the manager for whom the API server looks after the annotation of client-side apply
KUBECTL = "kubectl"
#: the longest name of a manager
LONGEST_NAME = 128


class ApplyConflict(StatusError):  # noqa: N818 - upstream's name
    """Others manage fields that the configuration would change."""

    reason = "Conflict"
    code = 409


def apply(  # noqa: PLR0913 - what a request says
    api: Api, info: KindInfo, namespace: str, name: str, config: Obj, manager: str, *, force: bool = False,
    subresource: str = "", validation: str = "strict", may_create: Callable[[], None] | None = None,
) -> Obj:
    """Apply ``config`` (which stays as it is) to an object, or create it; the object as it is stored then.

    ``may_create`` is asked before an object is made: it raises Forbidden where who patches may not.
    Raises ApplyConflict; BadRequest and StatusError for a configuration that does not fit its kind; what ``Api.create``
    and ``Api.update`` raise.
    """
    _check_manager(manager)
    if config.get("apiVersion") != info.api_version or config.get("kind") != info.kind:
        raise BadRequest(f"invalid object type: {_kind_words(config)}")
    # Who may patch need not be one who may read.
    live = api.get(info.resource, namespace, name) if info.resource in VIEWS else api.store.get(info.resource, namespace, name)
    if live is None and subresource:
        raise NotFound(info.resource, name)
    if live is None:
        api.admit_namespace(info, {"name": name, **({"namespace": namespace} if info.namespaced else {})})
    meta = config.get("metadata") or {}
    if meta.get("managedFields") is not None:
        raise BadRequest("metadata.managedFields must be nil")
    scope = scope_of(info.resource, config, subresource)
    _check_fit(config, scope, info, namespace, name)
    managers = {} if live is None else managers_at(api.store, revision_of(api, live))
    before = encode(managers)
    seen = None if live is None else filled(live, scope.empty)
    time = format_time(api.now())
    applied = _touched(config, scope)
    try:
        merged = updating.apply(managers, manager, scope, seen, applied, time, force=force)
    except updating.Conflicts as error:
        rest = _not_of_client_side(error, seen, manager, scope)
        if rest is not None and rest.conflicts:
            raise ApplyConflict(rest.message) from error
        merged = updating.apply(managers, manager, scope, seen, applied, time, force=True)
    if manager == KUBECTL and live is not None:
        merged = _with_annotation(merged, config)
    if live is None and may_create is not None:
        may_create()
    return _store(api, live, merged, managers, before, subresource, manager, validation)


def _check_manager(name: str) -> None:
    """Raise Invalid for a name that no manager can have (upstream: ``ValidateFieldManager``)."""
    errors = []
    if not name:
        errors.append(required("fieldManager", "is required for apply patch"))
    elif len(name) > LONGEST_NAME:
        errors.append(invalid("fieldManager", name, f"may not be longer than {LONGEST_NAME}"))
    elif not name.isprintable():
        errors.append(invalid("fieldManager", name, "should only contain printable characters"))
    if errors:
        raise Invalid("PatchOptions.meta.k8s.io", "", errors)


def _kind_words(config: Obj) -> str:
    """A group, version and kind as Go prints it: ``apps/v1, Kind=Deployment``, ``/v1, Kind=ConfigMap``."""
    version = config.get("apiVersion") or ""
    return f"{version if '/' in version else '/' + version}, Kind={config.get('kind')}"


def _check_fit(config: Obj, scope: Scope, info: KindInfo, namespace: str, name: str) -> None:
    """Raise a status without a reason where the configuration is not of its kind's shape (``ObjectToTyped``)."""
    found = misfits(config, scope.shape)
    if not found:
        return
    if is_confidential(info.api_version, info.kind):  # upstream shows what it got
        found = [each.partition(", got ")[0] for each in found]
    words = found[0] if len(found) == 1 else "\n".join(["errors:", *(f"  {each}" for each in found)])
    where = f"{namespace}/{name}; {info.api_version if info.group else '/' + info.version}, Kind={info.kind}"
    raise StatusError(f"failed to create typed patch object ({where}): {words}")


def _touched(config: Obj, scope: Scope) -> Obj:
    """The configuration without what the request cannot touch, and without times that nobody has set."""
    meta = {name: value for name, value in (config.get("metadata") or {}).items() if name != "creationTimestamp" or value}
    found = {**config, "metadata": meta}
    if scope.subresource:
        return {field: value for field, value in found.items() if field in ("apiVersion", "kind", "metadata", scope.subresource)}
    if scope.has_status:
        found.pop("status", None)
    return found


def _not_of_client_side(error: Conflicts, live: Obj | None, manager: str, scope: Scope) -> Conflicts | None:
    """The conflicts about fields that client-side apply had not set last; None where kubectl may take them all.

    For kubectl alone: what it applied itself before, it may go on with from the server's side.
    """
    if manager != KUBECTL or live is None:
        return error
    allowed = _applied_last(live, scope)
    if allowed is None:
        return error
    rest = [(each, path) for each, path in error.conflicts if path not in allowed]
    return updating.Conflicts(rest) if rest else None


def _applied_last(live: Obj, scope: Scope) -> Paths | None:
    """The fields that client-side apply set last and that are as it set them; None where it did not apply."""
    from minikctl.api.patches import lastapplied

    if not lastapplied.get_annotation(live):
        return None
    try:
        last = lastapplied.get_object(live)
    except Exception:  # noqa: BLE001 - an annotation that somebody has spoilt says nothing
        return None
    if last.get("apiVersion") != scope.api_version or misfits(last, scope.shape):
        return None
    difference = compare(last, live, scope.shape)
    return field_set(last, scope.shape) - difference.modified - difference.added - difference.removed


def _with_annotation(obj: Obj, config: Obj) -> Obj:
    """Keep the annotation of client-side apply up to date, where there is one."""
    from minikctl.api.patches import lastapplied
    from minikctl.lib import gojson

    if not lastapplied.get_annotation(obj):
        return obj
    meta = dict(config.get("metadata") or {})
    if "annotations" in meta:
        notes = {key: value for key, value in (meta["annotations"] or {}).items() if key != lastapplied.ANNOTATION}
        meta["annotations"] = notes
    text = gojson.compact({**config, "metadata": meta}) + "\n"
    notes = {**obj["metadata"]["annotations"], lastapplied.ANNOTATION: text}
    return {**obj, "metadata": {**obj["metadata"], "annotations": notes}}


def _store(
    api: Api, live: Obj | None, merged: Obj, managers: Managers, before: list[Obj], subresource: str,
    manager: str, validation: str,
) -> Obj:
    """Store the object and who manages it now; nothing where neither has changed but for times."""
    from minikctl.store.texts import decode as decode_text
    from minikctl.store.texts import encode as encode_text

    copy = decode_text(encode_text(merged))
    store = api.store
    writer, store.manager = store.manager, manager
    try:
        if live is None:
            stored = api.create(copy, client=True, validation=validation)
        else:
            stored = api.update(
                copy, subresource=subresource, client=True, validation=validation, old=live, verb="patch"
            )
        after = encode(managers)
        if stored is live:
            if _timeless(after) == _timeless(before):
                return stored
            stored = api.touch(stored)
        revision = revision_of(api, stored)
        if revision:  # it is still there
            store.write_managers(revision, encode_text(after))
    finally:
        store.manager = writer
    return stored


def _timeless(entries: list[Obj]) -> list[Obj]:
    return sorted(
        ({name: value for name, value in entry.items() if name != "time"} for entry in entries),
        key=lambda entry: (entry["operation"], entry["manager"], entry["apiVersion"], entry.get("subresource", "")),
    )


def set_managed_fields(api: Api, obj: Obj, entries: list[Obj]) -> Obj:
    """Store other managedFields of an object, which stays as it is otherwise; the object with its new version."""
    from minikctl.store.texts import encode as encode_text

    stored = api.touch(obj)
    api.store.write_managers(revision_of(api, stored), encode_text(entries))
    return stored
