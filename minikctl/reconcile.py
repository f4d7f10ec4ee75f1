"""Passes: every controller once over what is due for it, in order.

There is no daemon. The journal is the watch stream: each write is shown to the controllers that watch its resource,
which gives keys; timers that have run out give more. A controller sees in its turn what those before it in the pass
have written; what is written after its turn waits for the next pass, in a queue that is stored with the objects. What
verbs write is read from the journal at the beginning of a pass, from where the controllers were last (their cursors).
So a pass does one step, costs what changed and not what is stored, and may be cut off anywhere: all of it is in one
transaction with the command that runs it.

Upstream: the controllers of kube-controller-manager, kube-scheduler and kubelet, each with informers and a work queue.
"""

from __future__ import annotations

import gc

from minikctl.api.events import expire
from minikctl.controllers import CONTROLLERS, load
from minikctl.controllers.base import Controller
from minikctl.controllers.refs import controller_of
from minikctl.errors import MinikctlError
from minikctl.kinds import CUSTOM_RESOURCES, is_built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.server import Api
    from minikctl.store import Change

    Obj = dict[str, Any]

#: a failed sync comes again after 1 s, 2 s, 4 s ... 1000 s (upstream: the default rate limiter's exponential part)
FIRST_RETRY, LONGEST_RETRY = 1.0, 1000.0
#: passes after which ``until_stable`` gives up: controllers that answer each other for ever
MANY_PASSES = 10_000


class ClusterContext:
    """The cluster as one controller sees it (``controllers.base.Context``)."""

    def __init__(self, api: Api, controller: str) -> None:
        self.api = api
        self.controller = controller
        #: what the controller found out in this pass and may use again in it (empty at the beginning of each)
        self.scratch: dict[str, Any] = {}
        #: keys whose timers have run out
        self.run_out: set[str] = set()
        self.now = api.now
        self.get = api.get
        self.look = api.store.look
        self.list = api.list
        self.each = api.each
        self.count = api.count
        self.settings = api.settings
        self.sums = api.sums
        self.event = api.recorder.record
        self.events = api.recorder.record_all
        self.create = api.create
        self.mould = api.mould
        self.update = api.update
        self.update_status = api.update_status
        self.delete = api.delete
        self.remove = api.remove
        self.bind = api.bind
        self.random_suffix = api.random_suffix
        self.dependents = api.dependents
        self.owned = api.store.owned
        self.has_dependents = api.store.has_dependents
        self.namespaced_objects = api.namespaced_objects
        self.finalize_namespace = api.finalize_namespace

    def requeue_after(self, key: str, seconds: float) -> None:
        """Ask for ``key`` again after ``seconds``; of several wishes the earliest holds."""
        due = self.api.now() + max(0.0, seconds)
        known = self.api.store.timer(self.controller, key)
        if known is None or due < known[0] or known[0] <= self.api.now():
            self.api.store.set_timer(self.controller, key, due)
            if due <= self.api.now():
                self.run_out.add(key)

    def due_at(self, key: str) -> float | None:
        """When ``key`` will come again by itself; None: it will not."""
        known = self.api.store.timer(self.controller, key)
        return None if known is None else known[0]

    def cancel(self, key: str) -> None:
        """Take back the wish to see ``key`` again."""
        self.api.store.clear_timer(self.controller, key)

    def remembered(self, key: str) -> str:
        """What the controller remembers of ``key``; "" for nothing."""
        return self.api.store.memory(self.controller, key)

    def remember(self, key: str, content: str) -> None:
        """Let the controller remember ``content`` of ``key`` and nothing else; "": nothing."""
        self.api.store.set_memory(self.controller, key, content)

    def update_scale(self, obj: Obj) -> Obj:
        """Store an object whose number of replicas was changed, as a request to its scale does."""
        self.api.store.subresource = "scale"
        try:
            return self.api.update(obj)
        finally:
            self.api.store.subresource = ""


class Pass:
    """What one pass did: the keys that were synced, by controller, and the revisions between which it wrote."""

    __slots__ = ("failed", "first_revision", "last_revision", "synced")

    def __init__(self, revision: int) -> None:
        self.synced: list[tuple[str, str]] = []
        self.failed: list[tuple[str, str, MinikctlError]] = []
        self.first_revision = self.last_revision = revision

    @property
    def writes(self) -> int:
        """How many objects were written."""
        return self.last_revision - self.first_revision


if TYPE_CHECKING:
    Worker = tuple[str, Controller, ClusterContext]


class Reconciler:
    """Runs passes over one API. Every method that runs passes belongs into a transaction."""

    def __init__(self, api: Api) -> None:
        self.api = api
        #: called before each sync, for somebody who watches
        self.on_sync: Callable[[], None] | None = None
        #: called with the time before it jumps there
        self.on_jump: Callable[[float], None] | None = None
        self._loaded: dict[str, tuple[Controller, ClusterContext]] = {}
        #: the keys that wait for each controller, in the order in which they came
        self._waiting: dict[str, dict[str, None]] = {}
        #: those that came by what the present sync has written
        self._fresh: list[tuple[dict[str, None], str]] = []
        #: who is to be shown changes of a resource, by a verb, of certain fields; of Pods, under a kind of controller
        self._routes: dict[tuple[str, str, frozenset[str] | None, str], list[Worker]] = {}

    def run_pass(self) -> Pass:
        """Run every controller once over what is due for it, then bring the statuses of what was touched up to date."""
        # Objects are trees: looking for cycles among ten thousand Pods finds nothing and takes its time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            return self._run_pass()
        finally:
            if collecting:
                gc.enable()

    def _run_pass(self) -> Pass:
        store = self.api.store
        expire(self.api)
        result = Pass(store.revision)
        for _, context in self._loaded.values():
            context.scratch.clear()
            context.run_out.clear()
        self._waiting = {name: {} for name, _ in CONTROLLERS}
        writer = store.manager, store.subresource
        store.subresource = ""
        self._look_at_timers()
        for name, key in store.take_queue():
            if name in self._waiting:
                self._waiting[name][key] = None
        self._read_journal()
        done: dict[str, dict[str, None]] = {}
        store.on_write = self._show
        try:
            for name, _ in CONTROLLERS:
                done[name] = keys = self._waiting[name]
                self._waiting[name] = {}
                for key in keys:
                    if self.on_sync is not None:
                        self.on_sync()
                    self._sync(name, key, result)
            for name, _ in reversed(CONTROLLERS):
                if done[name] or self._waiting[name]:
                    self._sync_statuses(name, done[name] | self._waiting[name], result)
        finally:
            store.on_write = None
            store.manager, store.subresource = writer
            store.unwatched = frozenset()
        store.queue((name, key) for name, keys in self._waiting.items() for key in keys)
        cursors = store.cursors()
        store.set_cursors([name for name, _ in CONTROLLERS if cursors.get(name) != store.revision], store.revision)
        result.last_revision = store.revision
        return result

    def _controller(self, name: str) -> tuple[Controller, ClusterContext]:
        """A controller and the cluster as it sees it, loaded when it is first needed."""
        if name not in self._loaded:
            self._loaded[name] = (load(name), ClusterContext(self.api, name))
        return self._loaded[name]

    # -- what is due --------------------------------------------------------------------------------------------------

    def _look_at_timers(self) -> None:
        """Let the keys whose timers have run out wait for their controllers."""
        for name, key in self.api.store.due_timers(self.api.now()):
            if name in self._waiting:
                self._waiting[name][key] = None
                self._controller(name)[1].run_out.add(key)

    def _read_journal(self) -> None:
        """Show each controller what was written since it was last shown anything."""
        cursors = self.api.store.cursors()
        base = self.api.store.base
        positions = {name: cursors.get(name, base) for name, _ in CONTROLLERS}
        for change in self.api.store.changes_since(min(positions.values(), default=self.api.store.revision)):
            for name, controller, context in self._route(change):
                if positions[name] < change.revision and not self._is_idle(controller, change.resource):
                    self._waiting[name].update(dict.fromkeys(controller.keys(change, context)))

    def _show(self, change: Change) -> None:
        """Let the keys that a write makes due wait for their controllers."""
        empty = self.api.store.empty
        for name, controller, context in self._route(change):
            if controller.serves and (controller.serves in empty or self._is_idle(controller, change.resource)):
                continue
            waiting = self._waiting[name]
            for key in controller.keys(change, context):
                if key not in waiting:
                    waiting[key] = None
                    self._fresh.append((waiting, key))

    def _is_idle(self, controller: Controller, resource: str) -> bool:
        """Whether there is nothing for which the controller would have to see changes of a resource."""
        serves = controller.serves
        return bool(serves) and serves != resource and self.api.store.is_empty(serves)

    def _route(self, change: Change) -> list[Worker]:
        """Who is to be shown a change."""
        owner = _kind_of_controller(change) if change.resource == "pods" else ""
        sort = (change.resource, change.verb, change.changed, owner)
        found = self._routes.get(sort)
        if found is None:
            found = self._routes[sort] = []
            watched = change.resource if is_built_in(change.resource) else CUSTOM_RESOURCES
            for name, watches in CONTROLLERS:
                if not watches or watched in watches:
                    controller, context = self._controller(name)
                    another = bool(owner and controller.owns) and controller.owns != owner and not (
                        controller.minds_strangers and change.verb != "create"
                        and (change.changed is None or "metadata" in change.changed)
                    )
                    if not another and controller.concerns(change.resource, change.verb, change.changed):
                        found.append((name, controller, context))
        if not found and change.verb == "create":
            self.api.store.unwatched |= {change.resource}
        return found

    # -- doing it -----------------------------------------------------------------------------------------------------

    def _sync(self, name: str, key: str, result: Pass) -> None:
        """Sync one key, all of it or nothing; one that fails comes again after a while."""
        controller, context = self._controller(name)
        store = self.api.store
        timer = None
        if key in context.run_out:
            timer = store.timer(name, key)
            store.clear_timer(name, key)
            context.run_out.discard(key)
        result.synced.append((name, key))
        self._fresh.clear()
        store.manager = controller.field_manager
        try:
            with store.savepoint():
                controller.sync(context, key)
        except MinikctlError as error:
            self._forget()
            result.failed.append((name, key, error))
            timer = timer or store.timer(name, key)
            attempts = timer[1] + 1 if timer is not None else 1
            delay = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
            store.set_timer(name, key, self.api.now() + delay, attempts)

    def _sync_statuses(self, name: str, keys: dict[str, None], result: Pass) -> None:
        """Let a controller that keeps statuses bring them up to date, for what it synced and what was written since."""
        controller, context = self._controller(name)
        if type(controller).sync_status is Controller.sync_status:
            return
        self.api.store.manager = controller.field_manager
        for key in keys:
            self._fresh.clear()
            try:
                with self.api.store.savepoint():
                    controller.sync_status(context, key)
            except MinikctlError as error:
                self._forget()
                result.failed.append((name, key, error))

    def _forget(self) -> None:
        """What was found out from writes that have been taken back does not hold."""
        for waiting, key in self._fresh:
            waiting.pop(key, None)
        for _, context in self._loaded.values():
            context.scratch.clear()

    # -- many passes --------------------------------------------------------------------------------------------------

    def until_stable(self) -> list[Pass]:
        """Run passes until one writes nothing and nothing is due now. Time stands still."""
        passes = []
        for _ in range(MANY_PASSES):
            done = self.run_pass()
            passes.append(done)
            if not done.writes and not self.is_due():
                return passes
        raise MinikctlError(f"the controllers do not come to rest (gave up after {MANY_PASSES} passes)")

    def is_due(self) -> bool:
        """Whether a pass would have anything to look at now."""
        due = self.api.store.next_timer()
        return (due is not None and due <= self.api.now()) or self.api.store.is_queued()

    def next_time(self) -> float | None:
        """When the next timer runs out, in seconds since the epoch; None: nothing will happen by itself."""
        return self.api.store.next_timer()

    def advance_to(self, time: float) -> int:
        """Move time on to ``time``, with every timer on the way run out in order. Returns the number of passes."""
        passes = len(self.until_stable())
        while (due := self.next_time()) is not None and due <= time:
            if self.on_jump is not None:
                self.on_jump(due)
            self.api.advance_to(due)
            passes += len(self.until_stable())
        self.api.advance_to(time)
        return passes


def _kind_of_controller(change: Change) -> str:
    """The kind of the controller that an object has before and after a change, "" where it has none, or not the same."""
    kinds = set()
    # Where it is known that the metadata stays, one look is enough.
    stays = change.changed is not None and "metadata" not in change.changed
    for obj in (change.after,) if stays else (change.before, change.after):
        if obj is not None:
            reference = controller_of(obj)
            kinds.add("" if reference is None else reference["kind"])
    return kinds.pop() if len(kinds) == 1 else ""
