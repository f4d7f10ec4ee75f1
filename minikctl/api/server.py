"""What an API server does, without one: default, admit, validate, store.

``Api`` is what verbs and controllers talk to. A write goes through the same steps as in Kubernetes (upstream:
``apiserver/pkg/registry/rest`` and ``generic/registry/store.go``): decode, name and default, mutating admission,
validation, validating admission, store. Verbs write as clients (their objects are decoded against the schemas first);
controllers write as trusted ones (what they send is made of objects that were checked already).
"""

from __future__ import annotations

import math

from minikctl import kinds
from minikctl.api import admission
from minikctl.api.events import Recorder
from minikctl.env import NAME_LETTERS
from minikctl.errors import AlreadyExists, Conflict, Forbidden, InternalError, Invalid, NotFound
from minikctl.kinds import VIEWS
from minikctl.lib.times import format_time
from minikctl.store.texts import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random
    from typing import Any, NoReturn

    from minikctl.api.rbac.user import User
    from minikctl.env import Env
    from minikctl.kinds import KindInfo
    from minikctl.kinds.base import Kind
    from minikctl.kinds.custom import Definitions
    from minikctl.lib.labels import Selector
    from minikctl.store import Store, Stored

    Obj = dict[str, Any]
    # A method is called ``list``: below it, the types need other names.
    Objects = list[Obj]
    Pairs = list[tuple[str, str]]

#: namespaces that a cluster cannot do without (upstream: NamespaceLifecycle's immortal namespaces)
IMMORTAL_NAMESPACES = frozenset({"default", "kube-system", "kube-public"})
#: the resource of what goes wrong on purpose
FAULTS = "faults.minikctl.dev"
#: the resource of what defines kinds
DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
#: how often a generated name that is taken is drawn anew
NAME_ATTEMPTS = 8


class Api:
    """The API over one open state."""

    def __init__(self, store: Store, env: Env) -> None:
        self.store = store
        self.env = env
        #: warnings that the API sends with its answers; the command prints and clears them
        self.warnings: list[str] = []
        #: what is remembered of events in a transaction
        self.recorder = Recorder(self)
        #: when events that are too old were last looked for: not later than the last write
        self.swept = store.last_time
        self._random: Random | None = None
        self._settings: dict[str, tuple[tuple[int, int], Objects]] = {}
        #: nothing of the transaction stays: as in Kubernetes, what is answered then has no new resourceVersion
        self.dry_run = False
        #: who asks, where it is somebody else than the administrator
        self.user: User | None = None
        #: how often each fault has made a request fail in this transaction; see ``api.faults``
        self.strikes: dict[str, int] = {}
        self._definitions: tuple[tuple[int, int], list[tuple[str, int]], Definitions | None] | None = None
        kinds.use_definitions(self.definitions)
        self.tick()

    # -- time and chance --------------------------------------------------------------------------------------------

    def now(self) -> float:
        """The present in the state, in seconds since the epoch: the wall clock plus the state's offset.

        It stands still between two ``tick``s and never runs backwards.
        """
        return self._now

    def tick(self) -> None:
        """Look at the clock again."""
        self._wall = self.env.wall_clock()
        self._now = max(self._wall + self.store.clock_offset, self.store.last_time)

    def advance_to(self, time: float) -> None:
        """Move simulated time on to ``time`` (never back). Belongs into a transaction."""
        if time > self._now:
            # Counted from the clock, not from now: where it went back, now is ahead of it, and would be again.
            self.store.clock_offset = time - self._wall
            self._now = time

    def random(self) -> Random:
        """The source of everything that is drawn (names, UIDs, addresses)."""
        if self._random is None:
            self._random = self.env.random(self.store.revision - self.store.base)
        return self._random

    def random_suffix(self, length: int = 5) -> str:
        """Letters as in generated names."""
        draw = self.random().random
        return "".join([NAME_LETTERS[int(draw() * 27)] for _ in range(length)])

    def new_uid(self) -> str:
        """A random (version 4) UUID."""
        digits = f"{self.random().getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[int(digits[16], 16) & 3]}{digits[17:20]}-{digits[20:]}"

    # -- reading ----------------------------------------------------------------------------------------------------

    def get(self, resource: str, namespace: str, name: str) -> Obj | None:
        """One object, or None."""
        if resource in VIEWS:
            stored = self.store.get(VIEWS[resource], namespace, name)
            return None if stored is None else kinds.load(kinds.info_for(resource)).from_hub(stored)
        return self.store.get(resource, namespace, name)

    def must_get(self, resource: str, namespace: str, name: str) -> Obj:
        """One object. Raises NotFound."""
        if resource in VIEWS:
            return self.get(resource, namespace, name) or _raise_not_found(resource, name)
        obj = self.store.get(resource, namespace, name)
        if obj is None:
            raise NotFound(resource, name)
        return obj

    def list(
        self,
        resource: str,
        namespace: str | None = None,
        *,
        selector: Selector | None = None,
        owner: str | None = None,
        not_owner: str | None = None,
        node: str | None = None,
        fields: Sequence[str] = (),
        mentions: str = "",
    ) -> Objects:
        """Objects by namespace and name; see ``Store.list``. ``node`` is the value of the kind's ``ref_path``."""
        if resource in VIEWS:
            kind = kinds.load(kinds.info_for(resource))
            return [kind.from_hub(obj) for obj in self.store.list(VIEWS[resource], namespace, selector=selector, owner=owner)]
        return self.store.list(
            resource, namespace, selector=selector, owner=owner, not_owner=not_owner, ref=node, fields=fields,
            mentions=mentions,
        )

    def each(self, resource: str, namespace: str | None = None, *, selector: Selector | None = None) -> Iterator[Obj]:
        """The same objects as ``list``, one at a time. Nothing may be written before the last one was taken."""
        if resource in VIEWS:
            return iter(self.list(resource, namespace, selector=selector))
        return self.store.each(resource, namespace, selector=selector)

    def count(self, resource: str, namespace: str | None = None, *, limit: int = -1) -> int:
        """How many objects ``list`` would give, without reading them; ``limit``: it is enough to count that far."""
        return self.store.count(VIEWS.get(resource, resource), namespace, limit=limit)

    def sums(self, what: str, node: str | None = None) -> dict[str, dict[str, int]]:
        """What the objects of each value of a ``ref_path`` (of one: ``node``) add up to, by name; see ``Kind.sums``."""
        return self.store.sums(what, node)

    def settings(self, resource: str) -> Objects:
        """All objects of a resource of which there are few, for looking only: in a transaction they are read once.

        With each Pod, admission looks at all PriorityClasses.
        """
        store = self.store
        holds = (store.epoch, store.written.get(resource, 0))
        known = self._settings.get(resource)
        if known is None or known[0] != holds or not store.writing:
            known = self._settings[resource] = (holds, store.list(resource))
        return known[1]

    def definitions(self) -> Definitions | None:
        """The kinds that the state defines (``kinds.definitions``), None where it defines none."""
        store = self.store
        if not store.is_open:
            return None
        holds = (store.epoch, store.written.get(DEFINITIONS, 0))
        known = self._definitions
        if known is not None and known[0] == holds:
            return known[2]
        revisions = store.revisions(DEFINITIONS)
        found: Definitions | None = None
        if known is not None and known[1] == revisions:
            found = known[2]
        elif revisions:
            from minikctl.kinds.custom import Definitions

            found = Definitions([name for name, _ in revisions], lambda name: store.get(DEFINITIONS, "", name))
        self._definitions = (holds, revisions, found)
        return found

    def kind_of(self, obj: Obj) -> Kind:
        """The kind of ``obj``. Raises KeyError for one that is not known."""
        info = kinds.info_for_object(obj["apiVersion"], obj["kind"])
        if info is None:
            raise KeyError(obj["kind"])
        return kinds.load(info)

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

    def insert(self, kind: Kind, obj: Obj, texts: dict[str, str] | None = None) -> None:
        """Store a new object that has been admitted; ``texts``: its fields as JSON, where they are at hand."""
        stored = _stored(kind, obj)
        self.store.insert(kind.info.resource, stored, self._now, _ref(kind, obj), kind.sums(None, obj)[1], texts)

    def _let_fail(self, verb: str, resource: str, name: str) -> None:
        """Raise the error that a Fault has for this request of a client, if there is one."""
        if resource != FAULTS and not self.store.is_empty(FAULTS):
            from minikctl.api.faults import fail_request

            fail_request(self, verb, resource, name)

    def generate_name(self, info: KindInfo, meta: Obj) -> str:
        """A free name from generateName (upstream: at most 58 letters of it, then five random ones)."""
        base: str = meta["generateName"][:58]
        for _ in range(NAME_ATTEMPTS):
            name = base + self.random_suffix()
            if not self.store.exists(info.resource, meta.get("namespace", ""), name):
                return name
        raise AlreadyExists(info.resource, name)

    def admit_namespace(self, info: KindInfo, meta: Obj) -> None:
        """The namespace has to be there and must not be on its way out (upstream: NamespaceLifecycle)."""
        if info.custom:
            from minikctl.api.customresources import admit

            admit(info)
        if not info.namespaced:
            meta.pop("namespace", None)
            return
        name = meta.setdefault("namespace", "default")
        namespace = self.store.find("namespaces", "", name)
        if namespace is None:
            raise NotFound("namespaces", name)
        # Most namespaces do not even have the word in them: they need not be decoded.
        if "deletionTimestamp" in namespace.texts["metadata"] and "deletionTimestamp" in namespace.part("metadata"):
            raise Forbidden(
                info.resource,
                meta.get("name", ""),
                f"unable to create new content in namespace {name} because it is being terminated",
            )

    def _decode(self, obj: Obj, info: KindInfo, validation: str) -> Obj:
        if info.custom:
            from minikctl.api.customresources import decode as decode_custom

            decoded, warnings = decode_custom(obj, info, validation)
            self.warnings += warnings
            return decoded
        from minikctl.api.decoding import decode

        decoded, warnings = decode(obj, info.api_version, info.kind, validation)
        self.warnings += warnings
        return decoded

    @staticmethod
    def _write_out(obj: Obj, info: KindInfo) -> None:
        from minikctl.api.decoding import write_out

        write_out(obj, info.api_version, info.kind)

    def _validate(self, kind: Kind, obj: Obj, old: Obj | None) -> None:
        from minikctl.api.validation import field_errors

        errors = field_errors(kind, obj, old)
        if errors:
            raise Invalid(kind.info.qualified_kind, obj["metadata"].get("name", ""), errors)
        self.warnings += kind.warnings(obj)

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

    def _keep_given(self, info: KindInfo, given: Objects, old: Obj | None, obj: Obj) -> Obj:
        """Take managedFields that a client has written itself; the object as it is stored then."""
        from minikctl.api.managed.given import keep_given

        return keep_given(self, info.resource, given, old, obj)

    def _check_status(self, kind: Kind, obj: Obj, old: Obj, *, client: bool) -> None:
        """The rules of a status that a client gives; those of built-in kinds are not looked at."""
        if client and kind.info.custom:
            kind.default(obj)
            self._validate(kind, obj, old)

    def _decode_update(self, obj: Obj, info: KindInfo, validation: str, patch: Obj | bool | None) -> Obj:
        if isinstance(patch, bool):
            return self._decode(obj, info, validation)
        if info.custom:
            from minikctl.api.customresources import decode_patched as decode_custom

            decoded, warnings = decode_custom(obj, info, validation)
            self.warnings += warnings
            return decoded
        from minikctl.api.conversion import decode_patched

        decoded, warnings = decode_patched(obj, info.api_version, info.kind, patch, validation)
        self.warnings += warnings
        return decoded

    def _prepare(
        self, kind: Kind, obj: Obj, old: Obj, subresource: str, *, client: bool
    ) -> tuple[Obj, admission.Request | None]:
        """What is to be stored for an update of an object or a part of it, and the request that admission knows of."""
        if subresource == "status":
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
        if part not in kind.parts:
            raise NotFound(kind.info.resource, message="the server could not find the requested resource")
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

    def update_status(self, obj: Obj, *, as_read: bool = False) -> Obj:
        """Store the status of ``obj`` alone; see ``update``. What stays is not even read, as far as that can be.

        ``as_read``: all the rest is as it was read, so that it is not read again where nobody has written meanwhile;
        ``obj`` and what is returned may not be changed any more.
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
        text, known = encode(obj["status"]), stored.texts.get("status")
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

    def bind(self, pod: Obj) -> Obj:
        """Put a Pod on the node in its spec.nodeName, with the status that it has (upstream: the binding subresource).

        What is returned is for looking only, and ``pod`` then too.
        """
        meta, node = pod["metadata"], pod["spec"]["nodeName"]
        stored = self.store.find("pods", meta["namespace"], meta["name"])
        if stored is None:
            raise NotFound("pods", meta["name"])
        if stored.ref:
            raise Conflict(
                "pods/binding", meta["name"], f'pod {meta["name"]} is already assigned to node "{stored.ref}"'
            )
        if meta.get("resourceVersion") == str(stored.revision):
            # As it was read but for node and status: it need not be read again.
            spec_before = {field: value for field, value in pod["spec"].items() if field != "nodeName"}
            before = {**pod, "metadata": dict(meta), "spec": spec_before, "status": stored.look("status")}
        else:
            before = stored.load()
        after = {
            **before, "metadata": dict(before["metadata"]), "spec": {**before["spec"], "nodeName": node},
            "status": pod.get("status") or {},
        }
        spec = stored.texts["spec"]
        # A field that is new stands last: the text of the others stays.
        added = f'{spec[:-1]},"nodeName":{encode(node)}}}' if '"nodeName"' not in spec else encode(after["spec"])
        texts = {**stored.texts, "spec": added, "status": encode(after["status"])}
        self._replace_parts(self.kind_of(pod), stored, before, after, texts, shared=True)
        return after

    def _replace_parts(
        self, kind: Kind, stored: Stored, before: Obj, after: Obj, texts: dict[str, str], *, shared: bool = False
    ) -> None:
        """Store ``after`` in the place of ``before``, which is ``stored``; ``texts`` are its fields as JSON."""
        sums = kind.sums(before, after)
        self.store.replace_parts(
            kind.info.resource, stored, before, after, texts, self._now, _ref(kind, after), sums, shared=shared
        )

    def _replace(self, kind: Kind, obj: Obj, old: Obj) -> None:
        """Store ``obj`` in the place of ``old``."""
        obj, old = _stored(kind, obj), _stored(kind, old)
        self.store.replace(kind.info.resource, obj, old, self._now, _ref(kind, obj), kind.sums(old, obj))
        if self.dry_run:
            obj["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]

    def touch(self, obj: Obj) -> Obj:
        """Store an object once more as it is stored, under a new version: what is kept beside it has changed."""
        again = {**obj, "metadata": dict(obj["metadata"])}
        self._replace(self.kind_of(obj), again, obj)
        return again

    def _remove(self, kind: Kind, old: Obj) -> None:
        """Take an object out of the store."""
        self.store.remove(kind.info.resource, old, self._now, kind.sums(old, None)[0])

    # -- patching ---------------------------------------------------------------------------------------------------

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

    # -- deleting ---------------------------------------------------------------------------------------------------

    def delete(
        self,
        resource: str,
        namespace: str,
        name: str,
        *,
        uid: str | None = None,
        resource_version: str | None = None,
        propagation: str | None = None,
        grace_period: int | None = None,
        client: bool = False,
    ) -> Obj:
        """Delete an object and return it as it was last; it may stay for a while (a Pod that stops, finalizers).

        ``propagation``: Background (the default), Foreground or Orphan. ``grace_period`` in seconds; 0: now.
        Raises NotFound, Conflict (a precondition), Forbidden.
        """
        if client:
            self._let_fail("delete", resource, name)
        old = self.must_get(resource, namespace, name)
        info = kinds.info_for(resource)
        kind = kinds.load(info)
        was = old["metadata"]
        if info.hub:
            return kind.from_hub(self.delete(info.hub, namespace, name, uid=uid, resource_version=resource_version))
        for field, wanted in (("uid", uid), ("resourceVersion", resource_version)):
            if wanted is not None and was[field] != wanted:
                label = "UID" if field == "uid" else "ResourceVersion"
                raise Conflict(
                    resource,
                    name,
                    f"Precondition failed: {label} in precondition: {wanted}, {label} in object meta: {was[field]}",
                )
        if resource == "namespaces" and name in IMMORTAL_NAMESPACES:
            raise Forbidden(resource, name, "this namespace may not be deleted")
        refusal = kind.refuse_deletion(old)
        if refusal:
            raise Forbidden(resource, name, refusal)
        grace = kind.deletion_grace(old, grace_period)
        obj = {**old, "metadata": dict(was)}
        self._add_propagation_finalizers(obj, propagation)
        if grace <= 0 and not kind.is_held(obj):
            self._remove(kind, old)
            return old
        self._mark_deleted(kind, obj, old, grace)
        if obj != old:
            self._replace(kind, obj, old)
        return obj

    def _mark_deleted(self, kind: Kind, obj: Obj, old: Obj, grace: int) -> None:
        """Set deletionTimestamp, or bring it forward when the deletion is asked for again with less grace."""
        meta, was = obj["metadata"], old["metadata"]
        if "deletionTimestamp" in was:
            if grace >= was.get("deletionGracePeriodSeconds", 0):
                return
            from minikctl.lib.times import parse_time

            started = parse_time(was["deletionTimestamp"]) - was.get("deletionGracePeriodSeconds", 0)
            meta["deletionTimestamp"] = format_time(max(started + grace, math.floor(self._now)))
        else:
            meta["deletionTimestamp"] = format_time(self._now + grace)
            if was.get("generation"):
                meta["generation"] = was["generation"] + 1
        meta["deletionGracePeriodSeconds"] = grace
        if "status" in obj:
            obj["status"] = dict(obj["status"])
        kind.prepare_for_delete(obj)

    @staticmethod
    def _add_propagation_finalizers(obj: Obj, propagation: str | None) -> None:
        """Foreground and orphan deletion are done by finalizers (upstream: ``deletionFinalizersForGarbageCollection``)."""
        meta = obj["metadata"]
        own = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}
        if propagation is None:
            return
        finalizers = [f for f in meta.get("finalizers") or () if f not in own.values()]
        if propagation in own:
            finalizers.append(own[propagation])
        if finalizers:
            meta["finalizers"] = finalizers
        else:
            meta.pop("finalizers", None)

    def remove(self, obj: Obj) -> None:
        """End a deletion that is under way: the object goes now, unless finalizers hold it or it is gone already."""
        kind = self.kind_of(obj)
        info = kind.info
        meta = obj["metadata"]
        old = self.get(info.resource, meta.get("namespace", ""), meta["name"])
        if old is None or old["metadata"]["uid"] != meta["uid"]:
            return
        if kind.is_held(old):
            if old["metadata"].get("deletionGracePeriodSeconds"):
                held = {**old, "metadata": {**old["metadata"], "deletionGracePeriodSeconds": 0}}
                self._replace(kind, held, old)
            return
        self._remove(kind, old)

    def finalize_namespace(self, name: str) -> None:
        """Drop the finalizer ``kubernetes`` of a namespace; a deleted one then goes (upstream: /finalize)."""
        old = self.get("namespaces", "", name)
        if old is None:
            return
        spec = {
            **(old.get("spec") or {}),
            "finalizers": [f for f in (old.get("spec") or {}).get("finalizers") or () if f != "kubernetes"],
        }
        if not spec["finalizers"]:
            del spec["finalizers"]
        obj = {**old, "spec": spec}
        kind = self.kind_of(obj)
        if obj != old:
            self._replace(kind, obj, old)
        if "deletionTimestamp" in obj["metadata"] and not kind.is_held(obj):
            self._remove(kind, obj)

    def namespaced_objects(self, namespace: str) -> Pairs:
        """(resource, name) of everything in a namespace."""
        return [(resource, name) for resource, _, name in self.store.names(namespace=namespace)]

    def dependents(self, uid: str) -> Objects:
        """Every object that names ``uid`` among its owners."""
        found = (self.get(*key) for key in self.store.dependents(uid))
        return [obj for obj in found if obj is not None]


def _raise_not_found(resource: str, name: str) -> NoReturn:
    """Raise NotFound for an object of a kind that shows those of another one."""
    raise NotFound(kinds.info_for(resource).group_resource, name)


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


def _ref(kind: Kind, obj: Obj) -> str | None:
    """What the store shall look the object up by: "" where the field is not set, None for kinds without such a field."""
    if not kind.ref_path:
        return None
    value: Any = obj
    for field in kind.ref_path:
        value = value.get(field) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _intent(kind: Kind, obj: Obj) -> Obj:
    """What an object asks for: everything but its metadata and, unless it is as any other field there, its status."""
    beside = ("metadata",) if kind.info.custom and not kind.has_status else ("metadata", "status")
    return {key: value for key, value in obj.items() if key not in beside}


def _stored(kind: Kind, obj: Obj) -> Obj:
    """An object with the apiVersion in which its kind is stored."""
    wanted = kind.stored_api_version
    return {**obj, "apiVersion": wanted} if wanted and obj["apiVersion"] != wanted else obj
