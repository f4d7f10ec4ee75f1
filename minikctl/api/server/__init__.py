"""What an API server does, without one: default, admit, validate, store.

``Api`` is what verbs and controllers talk to. A write goes through the same steps as in Kubernetes (upstream:
``apiserver/pkg/registry/rest`` and ``generic/registry/store.go``): decode, name and default, mutating admission,
validation, validating admission, store. Verbs write as clients (their objects are decoded against the schemas first);
controllers write as trusted ones (what they send is made of objects that were checked already).

Here is what creates, updates and patches. ``deleting`` deletes, ``writing`` puts into the store what was admitted,
``receiving`` looks at what clients send, ``reading`` reads.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.api import admission
from minikctl.api.events import Recorder
from minikctl.api.server.deleting import Deleting
from minikctl.errors import Conflict, InternalError, Invalid, NotFound
from minikctl.lib.times import format_time
from minikctl.store.texts import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.env import Env
    from minikctl.kinds import KindInfo
    from minikctl.kinds.base import Kind
    from minikctl.store import Store

    Obj = dict[str, Any]
    Objects = list[Obj]


class Api(Deleting):
    """The API over one open state."""

    def __init__(self, store: Store, env: Env) -> None:
        super().__init__(store, env)
        #: what is remembered of events in a transaction
        self.recorder = Recorder(self)
        #: when events that are too old were last looked for: not later than the last write
        self.swept = store.last_time

    # -- creating ---------------------------------------------------------------------------------------------------

    def create(self, obj: Obj, *, client: bool = False, validation: str = "strict") -> Obj:
        """Store a new object and return it as stored; ``obj`` itself may be changed on the way.

        ``client``: it comes from outside and is decoded against its schema (``validation``: strict, warn or ignore for
        unknown fields). Raises BadRequest, NotFound (the namespace), Forbidden, Invalid, AlreadyExists.
        """
        kind = self.kind_of(obj)
        info = kind.info
        if client:
            self._let_fail("create", info.resource, (obj.get("metadata") or {}).get("name", ""))
            obj = self._decode(obj, info, validation)
        meta: Obj = obj.setdefault("metadata", {})
        given = meta.pop("managedFields", None)
        if info.verbs == kinds.CREATE:
            from minikctl.api import transient

            return transient.create(self, info, obj, self.user)
        if info.hub:
            return self._store_by_hub(kind, obj, None, client=client)
        self.admit_namespace(info, meta)
        if meta.get("resourceVersion"):
            raise InternalError("resourceVersion should not be set on objects to be created")
        generated = meta.get("generateName") and not meta.get("name")
        if generated:
            meta["name"] = self.generate_name(info, meta)
        for field in ("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"):
            meta.pop(field, None)
        meta["uid"] = self.new_uid()
        meta["creationTimestamp"] = format_time(self._now)
        if kind.has_generation:
            meta["generation"] = 1
        else:
            meta.pop("generation", None)
        kind.default(obj)
        request = admission.Request(self, info, admission.CREATE, obj, None)
        admission.run(admission.MUTATING, request)
        # After admission: the QoS class of a Pod follows from what a LimitRange gave it.
        kind.prepare_for_create(obj)
        if client:
            self._write_out(obj, info)
            self._validate(kind, obj, None)
        admission.run(admission.VALIDATING, request)
        self.insert(kind, obj)
        request.stored()
        if given is not None:
            self._keep_given(info, given, None, obj)
        return self._answer(obj)

    def _answer(self, obj: Obj) -> Obj:
        """A new object as it is answered: in a dry run without a resourceVersion."""
        if self.dry_run:
            del obj["metadata"]["resourceVersion"]
        return obj

    def _store_by_hub(self, kind: Kind, obj: Obj, old: Obj | None, *, client: bool) -> Obj:
        """Create or update an object of a kind that shows those of another one; returns it as this kind has it."""
        hub, meta = kinds.info_for(kind.info.hub), obj["metadata"]
        if client:
            if old is None:
                self.admit_namespace(kind.info, meta)
                if meta.get("generateName") and not meta.get("name"):
                    meta["name"] = self.generate_name(hub, meta)
            self._validate(kind, obj, old)
        stored = kind.to_hub(obj)
        if client:
            self._write_out(stored, hub)
        return kind.from_hub(self.create(stored) if old is None else self.update(stored))

    def mould(self, obj: Obj) -> Callable[[], Obj]:
        """What stores one more object like ``obj`` (which has a generateName) with each call, and returns it."""
        from minikctl.api.moulds import Mould

        return Mould(self, obj).make

    # -- updating ---------------------------------------------------------------------------------------------------

    def update(
        self,
        obj: Obj,
        *,
        subresource: str = "",
        client: bool = False,
        validation: str = "strict",
        old: Obj | None = None,
        patch: Obj | bool | None = False,
        verb: str = "update",
    ) -> Obj:
        """Store a changed object and return it as stored. Nothing is written where nothing changed.

        ``subresource`` "status": only the status is taken from ``obj``; another one: what ``Kind.take_part`` takes;
        without one the status stays as it is stored.
        ``old``: the stored object where the caller has just read it (in the same transaction). ``patch``: ``obj`` is
        what this strategic merge patch (None: a patch of another kind) made; it then decodes in other words. ``verb``:
        patch, where kubectl would send a patch. Raises NotFound, Conflict (metadata.resourceVersion is given and not
        the stored one), BadRequest, Invalid.
        """
        kind = self.kind_of(obj)
        info = kind.info
        if client:
            self._let_fail(verb, info.resource, obj["metadata"]["name"])
            obj = self._decode_update(obj, info, validation, patch)
        meta = obj["metadata"]
        given = meta.pop("managedFields", None)
        namespace, name = meta.get("namespace", "") if info.namespaced else "", meta["name"]
        if old is None:
            old = self.must_get(info.resource, namespace, name)
        old = old if old["apiVersion"] == obj["apiVersion"] else {**old, "apiVersion": obj["apiVersion"]}
        was = old["metadata"]
        if meta.get("resourceVersion") and meta["resourceVersion"] != was["resourceVersion"]:
            raise Conflict(info.resource, name)
        if client:
            _check_uid(info, meta, was)
        if info.hub:
            _carry_over(meta, was)
            return self._store_by_hub(kind, obj, old, client=client)
        obj, request = self._prepare(kind, obj, old, subresource, client=client)
        obj["metadata"]["resourceVersion"] = was["resourceVersion"]
        if obj == old:
            return old if given is None or subresource else self._keep_given(info, given, old, old)
        if "deletionTimestamp" in was and not kind.is_held(obj) and not was.get("deletionGracePeriodSeconds"):
            self._replace(kind, obj, old)
            self._remove(kind, obj)
            return obj
        self._replace(kind, obj, old)
        if request is not None:
            request.stored()
        return obj if given is None or subresource else self._keep_given(info, given, old, obj)

    def patch(  # noqa: PLR0913 - what a request can say
        self,
        resource: str,
        namespace: str,
        name: str,
        change: Callable[[Obj], Obj],
        *,
        subresource: str = "",
        client: bool = True,
        validation: str = "strict",
        patch: Obj | bool | None = False,
        info: KindInfo | None = None,
    ) -> tuple[Obj, bool]:
        """Read an object, let ``change`` make another of it (it gets a copy of its own), store that.

        Returns the object as stored, and whether it differs from before. ``patch`` and what is raised: see ``update``.
        ``info``: the row of the version to patch, where the kind has several.
        """
        old = self.must_get(resource, namespace, name)
        if client and not (info is not None and info.custom):
            _check_part(kinds.load(info or kinds.info_for(resource)), subresource)
        copy = self.get(resource, namespace, name)
        assert copy is not None
        if info is not None and info.custom:
            kind = kinds.load(info)
            if subresource == "status" and not kind.has_status:
                raise NotFound(resource, name)
            old, copy = kind.read(old), kind.read(copy)
        new = self.update(
            change(copy), subresource=subresource, client=client, validation=validation, old=old, patch=patch, verb="patch"
        )
        return new, new is not old

    def update_status(self, obj: Obj, *, as_read: bool = False, text: str | None = None) -> Obj:
        """Store the status of ``obj`` alone; see ``update``. What stays is not even read, as far as that can be.

        ``as_read``: all the rest is as it was read, so that it is not read again where nobody has written meanwhile;
        ``obj`` and what is returned may not be changed any more. ``text``: the status as JSON, where it is at hand.
        """
        kind = self.kind_of(obj)
        info, meta = kind.info, obj["metadata"]
        stored = self.store.find(info.resource, meta.get("namespace", "") if info.namespaced else "", meta["name"])
        if stored is None:
            raise NotFound(info.resource, meta["name"])
        if meta.get("resourceVersion") and meta["resourceVersion"] != str(stored.revision):
            raise Conflict(info.resource, meta["name"])
        as_read = as_read and bool(meta.get("resourceVersion"))
        was = dict(meta) if as_read else stored.part("metadata")
        if obj.get("status") is None or "deletionTimestamp" in was:
            return self.update(obj, subresource="status")
        if text is None:
            text = encode(obj["status"])
        known = stored.texts.get("status")
        if text == known or (known is not None and len(text) == len(known) and obj["status"] == stored.look("status")):
            return stored.load()
        if as_read:
            after = {**obj, "metadata": was}
        else:
            after = {field: stored.part(field) for field in stored.texts if field not in ("metadata", "status")}
            after.update(metadata=was, status=obj["status"])
        before = {**after, "metadata": dict(was)}
        if known is None:
            del before["status"]
        else:
            before["status"] = stored.look("status")
        self._replace_parts(kind, stored, before, after, {**stored.texts, "status": text}, shared=as_read)
        return after

    # -- the steps of an update -------------------------------------------------------------------------------------

    def _prepare(
        self, kind: Kind, obj: Obj, old: Obj, subresource: str, *, client: bool
    ) -> tuple[Obj, admission.Request | None]:
        """What is to be stored for an update of an object or a part of it, and the request that admission knows of."""
        if subresource == "status":
            if client and not kind.info.custom:
                _check_part(kind, subresource)
            given = {} if obj.get("status") is None else {"status": obj["status"]}
            kept = {field: value for field, value in old.items() if field != "status"}
            changed = kept | {"metadata": dict(old["metadata"])} | given
            self._check_status(kind, changed, old, client=client)
            return changed, None
        if subresource:
            return self._prepare_part(kind, subresource, obj, old)
        return obj, self._prepare_update(kind, obj, old, client=client)

    def _prepare_update(self, kind: Kind, obj: Obj, old: Obj, *, client: bool) -> admission.Request:
        """The steps of an update before ``obj`` is stored: what only the API may set is carried over, defaults, rules."""
        meta, was = obj["metadata"], old["metadata"]
        _carry_over(meta, was)
        if kind.info.namespaced:
            meta.setdefault("namespace", was["namespace"])
        else:
            meta.pop("namespace", None)
        kind.default(obj)
        if kind.has_status:
            if "status" in old:
                obj["status"] = old["status"]
            else:
                obj.pop("status", None)
        kind.prepare_for_update(obj, old)
        if client:
            self._write_out(obj, kind.info)
        request = admission.Request(self, kind.info, admission.UPDATE, obj, old)
        admission.run(admission.MUTATING, request)
        if kind.has_generation and _intent(kind, obj) != _intent(kind, old):
            meta["generation"] = was.get("generation", 0) + 1
        if client:
            self._validate(kind, obj, old)
        admission.run(admission.VALIDATING, request)
        return request

    def _prepare_part(self, kind: Kind, part: str, obj: Obj, old: Obj) -> tuple[Obj, admission.Request]:
        """The same for what a subresource changes of an object. Raises NotFound where the kind has none such."""
        _check_part(kind, part)
        whole = kind.take_part(part, obj, old)
        kind.default(whole)
        kind.prepare_for_update(whole, old)
        self._write_out(whole, kind.info)
        request = admission.Request(self, kind.info, admission.UPDATE, whole, old)
        admission.run(admission.MUTATING, request)
        errors = kind.validate_part(part, whole, old)
        if errors:
            raise Invalid(kind.info.qualified_kind, whole["metadata"]["name"], errors)
        admission.run(admission.VALIDATING, request)
        return whole, request

    def _check_status(self, kind: Kind, obj: Obj, old: Obj, *, client: bool) -> None:
        """The rules of a status that a client gives; those of built-in kinds are not looked at."""
        if client and kind.info.custom:
            kind.default(obj)
            self._validate(kind, obj, old)

    def _keep_given(self, info: KindInfo, given: Objects, old: Obj | None, obj: Obj) -> Obj:
        """Take managedFields that a client has written itself; the object as it is stored then."""
        from minikctl.api.managed.given import keep_given

        return keep_given(self, info.resource, given, old, obj)


def _carry_over(meta: Obj, was: Obj) -> None:
    """Put what only the API may set into the metadata of a changed object."""
    for field in ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"):
        if field in was:
            meta[field] = was[field]
        else:
            meta.pop(field, None)

def _check_uid(info: KindInfo, meta: Obj, was: Obj) -> None:
    """Whether a client that names a UID means the stored object. Raises Conflict."""
    if meta.get("uid") and meta["uid"] != was["uid"]:
        detail = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {was['uid']}"
        raise Conflict(info.resource, meta["name"], detail)

def _intent(kind: Kind, obj: Obj) -> Obj:
    """What an object asks for: everything but its metadata and, unless it is as any other field there, its status."""
    beside = ("metadata",) if kind.info.custom and not kind.has_status else ("metadata", "status")
    return {key: value for key, value in obj.items() if key not in beside}


def _check_part(kind: Kind, part: str) -> None:
    """Raise NotFound for a part of objects (status, resize ...) that the kind does not have."""
    if part and part not in kind.parts and not (part == "status" and kind.has_status):
        raise NotFound(kind.info.resource, message="the server could not find the requested resource")
