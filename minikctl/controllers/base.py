"""What a controller is, and what it sees.

A controller watches resources, turns each change into keys (``namespace/name``, or ``name`` for cluster-scoped
objects), and syncs one key at a time: it looks at the present objects, does one step, and writes a status only where it
changed, so that passes come to rest. It keeps nothing between syncs: what must be remembered stands in objects, in
the queue, or where ``remember`` puts it. Upstream: client-go's informers and work queues, and ``pkg/controller/*``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, Protocol, Unpack

    from minikctl.api.server.reading import Wanted

    Obj = dict[str, Any]
    # Context has a method called ``list``: below it, the type needs another name.
    Objects = list[Obj]
    Names = list[tuple[str, str]]

    class Change(Protocol):
        """One write, as the journal has it. ``before`` is None for a creation, ``after`` for a removal.

        ``verb`` is create, update or delete.
        """

        revision: int
        verb: str
        resource: str
        namespace: str
        name: str

        @property
        def before(self) -> Obj | None:
            """The object as it was; it is shared: look, do not change, do not keep."""

        @property
        def after(self) -> Obj | None:
            """The object as it is; shared as well."""

    class Context(Protocol):
        """The cluster as a controller sees it. Objects handed out are the caller's own to change."""

        #: what the controller found out in this pass and may use again in it; empty at the beginning of each pass
        scratch: dict[str, Any]

        def now(self) -> float:
            """The present, in seconds since the epoch."""

        def get(self, resource: str, namespace: str, name: str) -> Obj | None:
            """One object, or None. ``namespace`` is "" for cluster-scoped kinds."""

        def look(self, resource: str, namespace: str, name: str) -> Obj | None:
            """As ``get``, for looking only: what is at hand is not made anew, and others look at it as well."""

        def list(self, resource: str, namespace: str | None = None, **wanted: Unpack[Wanted]) -> list[Obj]:
            """Objects by namespace and name; of one namespace or (None) of all.

            ``selector``: a ``lib.labels.Selector``; ``owner``: the UID of an owner (any ownerReference); ``not_owner``:
            none of whose owners has this UID (what may be adopted); ``node``: spec.nodeName; ``fields``: the only ones
            to read (``status.phase``), for when there are many: what is given then is for looking only; ``mentions``:
            those that have a field of this name.
            """

        def each(self, resource: str, namespace: str | None = None, **wanted: Unpack[Wanted]) -> Iterator[Obj]:
            """The same one after the other. Nothing may be written before the last one was taken."""

        def count(self, resource: str, namespace: str | None = None, *, limit: int = -1) -> int:
            """How many objects ``list`` would give, without reading them; ``limit``: it is enough to count that far."""

        def settings(self, resource: str) -> Objects:
            """All objects of a resource that is seldom written, for looking only: they are read when one was written."""

        def sums(self, what: str, node: str | None = None) -> dict[str, dict[str, int]]:
            """What the objects of each value of a ``ref_path`` (of one: ``node``) add up to; see ``kinds.pod.sums``."""

        def create(self, obj: Obj) -> Obj:
            """Store a new object (metadata.generateName is honoured). Raises AlreadyExists, Forbidden, Invalid."""

        def mould(self, obj: Obj) -> Callable[[], Obj]:
            """What creates one more object like ``obj`` (which has a generateName) with each call, as ``create``.

            What it gives is for looking only.
            """

        def update(self, obj: Obj) -> Obj:
            """Store a changed object; its status stays as stored. No write where nothing changed. Raises Conflict when
            metadata.resourceVersion is not the stored one, NotFound.
            """

        def update_status(self, obj: Obj, *, as_read: bool = False, text: str | None = None) -> Obj:
            """Store the object's status alone (``text``: as JSON). No write where nothing changed. Raises as ``update``."""

        def update_scale(self, obj: Obj) -> Obj:
            """Store an object whose replicas were changed, as a request to its scale does. Raises as ``update``."""

        def delete(
            self,
            resource: str,
            namespace: str,
            name: str,
            *,
            uid: str | None = None,
            propagation: str | None = None,
            grace_period: int | None = None,
        ) -> Obj:
            """Delete: graceful for Pods, held by finalizers. ``propagation``: Background, Foreground or Orphan."""

        def remove(self, obj: Obj) -> None:
            """Take the object out of the store now (what the kubelet does at the end of a graceful deletion)."""

        def event(self, obj: Obj, kind: str, reason: str, message: str, component: str, host: str = "") -> None:
            """Record an event on ``obj``: ``kind`` is Normal or Warning; repeated ones count up (as upstream)."""

        def events(self, obj: Obj, events: Iterable[tuple[str, str, str]], component: str, host: str = "") -> None:
            """Record some events of one component on ``obj``: (kind, reason, message) of each."""

        def dependents(self, uid: str) -> Objects:
            """Every object that names ``uid`` among its owners, of any resource and namespace; for looking only."""

        def has_dependents(self, uid: str) -> bool:
            """Whether ``dependents`` would find any."""

        def owned(self, resource: str, namespace: str, uid: str) -> Objects:
            """As ``list`` with ``owner``, for looking only and for a few objects: what is at hand is not made anew."""

        def namespaced_objects(self, namespace: str) -> Names:
            """(resource, name) of everything in a namespace."""

        def finalize_namespace(self, name: str) -> None:
            """Drop the finalizer ``kubernetes`` of a namespace; a deleted one then goes."""

        def bind(self, pod: Obj) -> Obj:
            """Store spec.nodeName and the status of a Pod that was on no node (upstream: the binding subresource)."""

        def random_suffix(self, length: int = 5) -> str:
            """Random letters as generateName uses (``bcdfghjklmnpqrstvwxz2456789``)."""

        def requeue_after(self, key: str, seconds: float) -> None:
            """Ask for a sync of ``key`` by this controller again after ``seconds`` (the earliest wish wins)."""

        def due_at(self, key: str) -> float | None:
            """When ``key`` will come again by itself, in seconds since the epoch; None: it will not."""

        def cancel(self, key: str) -> None:
            """Take back the wish to see ``key`` again."""

        def remembered(self, key: str) -> str:
            """What this controller remembers of ``key``; "" for nothing."""

        def remember(self, key: str, content: str) -> None:
            """Let it remember ``content`` of ``key`` and nothing else; "": nothing. For what no object says."""


class Controller:
    """One controller; it has no state. Subclasses set ``name`` and ``watches`` and write ``keys`` and ``sync``."""

    #: short name, unique: it is the queue's key and what ``reconcile`` prints
    name = ""
    #: who it is to managedFields: the program that it is part of upstream
    field_manager = "kube-controller-manager"
    #: the resources whose changes are shown to ``keys``; ``kinds.CUSTOM_RESOURCES`` stands for all that users define
    watches: tuple[str, ...] = ()
    #: a kind: Pods that are controlled by another kind, before and after a change, are not shown to ``keys``
    owns = ""
    #: but for those whose metadata changed, and those that went
    minds_strangers = False
    #: a resource: as long as there is none of it, changes of others are not shown to ``keys``
    serves = ""

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """The keys that are due after ``change``. The default: the object's own key."""
        return (f"{change.namespace}/{change.name}" if change.namespace else change.name,)

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:
        """Whether changes of this sort can make keys due at all; asked once by a process for each sort.

        ``verb``: create, update or delete. ``changed``: of an update the fields (``status``) that differ; None where
        that is not known. Default: all changes of what it watches.
        """
        return True

    def sync(self, context: Context, key: str) -> None:
        """Bring the world one step nearer to what the object at ``key`` wants. Errors of the API (Conflict,
        Forbidden ...) may be raised: the key comes again with a back-off.
        """
        raise NotImplementedError

    def sync_status(self, context: Context, key: str) -> None:
        """Bring the object's status up to date at the end of a pass, after all controllers did their step, so that
        a reader sees what the pass did. Called for the keys synced in the pass or touched since. Default: nothing.
        """
