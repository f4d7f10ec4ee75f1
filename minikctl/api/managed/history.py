"""managedFields out of the journal: each row says who made which object of which.

Where the managers of an object were written down (``store.managed``), the rows after that are played on; a journal that
was pruned before anybody wrote down managers begins with an object that nobody knows the makers of.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.api.managed.asking import asked_for
from minikctl.api.managed.comparing import empty_object
from minikctl.api.managed.entries import decode, encode
from minikctl.api.managed.shapes import root_shape
from minikctl.api.managed.updating import BEFORE_FIRST_APPLY, Scope, update
from minikctl.lib.times import format_time
from minikctl.store.texts import decode as decode_text
from minikctl.store.texts import encode as encode_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.api.managed.entries import Managers
    from minikctl.api.server import Api
    from minikctl.store.reading import Link, Reading

    Obj = dict[str, Any]

#: what the deployment controller writes with the status (upstream: ``getNewReplicaSet`` ends in UpdateStatus)
_WITH_STATUS = {"deployments.apps": "deployment.kubernetes.io/revision"}


def managers_at(store: Reading, revision: int) -> Managers:
    """Who managed the object that write ``revision`` made, and since when."""
    return _replay(store.lineage(revision))


def managed_fields(api: Api, obj: Obj) -> list[Obj]:
    """``metadata.managedFields`` of a stored object, as it is after the write that its resourceVersion names."""
    revision = revision_of(api, obj)
    return encode(managers_at(api.store, revision)) if revision else []


def with_managed_fields(api: Api, obj: Obj) -> Obj:
    """The object with its managedFields, where it has any; the rest is shared with ``obj``.

    What was never stored has none.
    """
    fields = managed_fields(api, obj)
    return {**obj, "metadata": {**obj["metadata"], "managedFields": fields}} if fields else obj


def revision_of(api: Api, obj: Obj) -> int:
    """The write that made an object what it is; 0: none did. In a dry run objects do not say it themselves."""
    meta = obj["metadata"]
    if api.dry_run:
        info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
        found = info and api.store.find(info.resource, meta.get("namespace", "") if info.namespaced else "", meta["name"])
        return found.revision if found else 0
    return int(meta.get("resourceVersion") or 0)


def _replay(links: Sequence[Link]) -> Managers:
    """Play an object's writes, oldest first."""
    managers: Managers = {}
    before: Obj | None = None
    for number, link in enumerate(links):
        if link.body is None:
            continue
        after = decode_text(link.body)
        if link.fields is not None:
            managers = decode(decode_text(link.fields))
        elif before is None and (number or link.verb != "create"):
            _write(managers, BEFORE_FIRST_APPLY, "", link, None, after)
        else:
            _write(managers, link.manager or BEFORE_FIRST_APPLY, link.subresource or "", link, before, after)
        before = after
    return managers


def _write(managers: Managers, name: str, subresource: str, link: Link, before: Obj | None, after: Obj) -> None:
    if before is not None:
        if _unmanaged(link.resource, before, after):
            return
        subresource = subresource or _subresource(link.resource, before, after)
    scope = scope_of(link.resource, after, subresource)
    # What the API server sets while it stores a new object is nobody's.
    known = asked_for(link.resource, after) if before is None else after
    update(managers, name, scope, None if before is None else filled(before, scope.empty), filled(known, scope.empty),
           format_time(link.time))


def scope_of(resource: str, obj: Obj, subresource: str) -> Scope:
    """What a request through ``subresource`` can touch of an object."""
    from minikctl.api.schemas import schema_for

    version, name = obj["apiVersion"], obj["kind"]
    kind = kinds.load(kinds.info_for(resource))
    found = Scope(
        version, root_shape(version, name), empty_object(schema_for(version, name)), subresource, has_status=kind.has_status
    )
    if subresource == "scale":
        paths = kind.scale_paths()
        if paths is not None:
            found.replicas = tuple("f:" + field for field in paths[0].split("."))
    return found


def filled(obj: Obj, empty: Any) -> Obj:
    """The object with what the API server always writes, as far as it leaves it out."""
    missing = {name: value for name, value in empty.items() if name not in obj}
    inner = {
        name: filled(obj[name], value) for name, value in empty.items()
        if value and isinstance(value, dict) and isinstance(obj.get(name), dict)
    }
    return {**obj, **inner, **missing} if missing or inner else obj


def _subresource(resource: str, before: Obj, after: Obj) -> str:
    """Through which subresource a write went: a status is only ever written alone."""
    if not kinds.load(kinds.info_for(resource)).has_status:
        return ""
    if before.get("status") != after.get("status"):
        return "status"
    note = _WITH_STATUS.get(resource)
    if note:
        old, new = ((each["metadata"].get("annotations") or {}).get(note) for each in (before, after))
        if old != new:
            return "status"
    return ""


def _unmanaged(resource: str, before: Obj, after: Obj) -> bool:
    """Whether a write is one of those that upstream keeps no account of: deletions, finalizations and bindings."""
    was, meta = before["metadata"], after["metadata"]
    if "deletionTimestamp" in meta and any(
        was.get(field) != meta.get(field) for field in ("deletionTimestamp", "deletionGracePeriodSeconds")
    ):
        return True
    if resource == "pods":
        return bool(before["spec"].get("nodeName") != after["spec"].get("nodeName"))
    if resource == "namespaces":
        return bool((before.get("spec") or {}).get("finalizers") != (after.get("spec") or {}).get("finalizers"))
    return False


# -- writing it down ---------------------------------------------------------------------------------------------------


def written_down(store: Reading, revision: int) -> str:
    """The managedFields of the object that a write made, as the table ``managed`` has them."""
    return encode_text(encode(managers_at(store, revision)))
