"""Reading from the API: objects, what counts and sums them, the kinds that the state defines; time and chance.

Nothing here writes, but for the clock, which a command may move on.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.env import NAME_LETTERS
from minikctl.errors import NotFound
from minikctl.kinds import VIEWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random
    from typing import Any, NoReturn, TypedDict, Unpack

    from minikctl.api.rbac.user import User
    from minikctl.env import Env
    from minikctl.kinds.base import Kind
    from minikctl.kinds.custom import Definitions
    from minikctl.lib.labels import Selector
    from minikctl.store import Store

    Obj = dict[str, Any]

    class Wanted(TypedDict, total=False):
        """Which objects, and what of them: see ``Reading.each``."""

        selector: Selector | None
        owner: str | None
        not_owner: str | None
        node: str | None
        fields: Sequence[str]
        mentions: str

    # A method is called ``list``: below it, the types need other names.
    Objects = list[Obj]
    Pairs = list[tuple[str, str]]

#: what a digit of a UUID becomes that says which variant it is (RFC 9562: its upper bits are 10)
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
#: the resource of what defines kinds
DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


class Reading:
    """The part of ``Api`` that reads."""

    def __init__(self, store: Store, env: Env) -> None:
        self.store = store
        self.env = env
        #: warnings that the API sends with its answers; the command prints and clears them
        self.warnings: list[str] = []
        #: nothing of the transaction stays: as in Kubernetes, what is answered then has no new resourceVersion
        self.dry_run = False
        #: who asks, where it is somebody else than the administrator
        self.user: User | None = None
        #: how often each fault has made a request fail in this transaction; see ``api.faults``
        self.strikes: dict[str, int] = {}
        self._random: Random | None = None
        #: UIDs that are drawn already, for the next objects (the nodes of a new state, which others name before they are there)
        self.drawn: list[str] = []
        self._settings: dict[str, tuple[tuple[int, int], Objects]] = {}
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
        if self.drawn:
            return self.drawn.pop(0)
        digits = f"{self.random().getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:]}"

    # -- objects ----------------------------------------------------------------------------------------------------

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

    def list(self, resource: str, namespace: str | None = None, **wanted: Unpack[Wanted]) -> Objects:
        """Objects by namespace and name. What is ``wanted``: see ``each``."""
        return list(self.each(resource, namespace, **wanted))

    def each(
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
    ) -> Iterator[Obj]:
        """Objects one at a time; see ``Store.each``. ``node`` is the value of the kind's ``ref_path``."""
        if resource in VIEWS:
            kind = kinds.load(kinds.info_for(resource))
            stored = self.store.each(VIEWS[resource], namespace, selector=selector, owner=owner)
            return (kind.from_hub(obj) for obj in stored)
        return self.store.each(
            resource, namespace, selector=selector, owner=owner, not_owner=not_owner, ref=node, fields=fields,
            mentions=mentions,
        )

    def count(self, resource: str, namespace: str | None = None, *, limit: int = -1) -> int:
        """How many objects ``list`` would give, without reading them; ``limit``: it is enough to count that far."""
        return self.store.count(VIEWS.get(resource, resource), namespace, limit=limit)

    def namespaced_objects(self, namespace: str) -> Pairs:
        """(resource, name) of everything in a namespace."""
        return [(resource, name) for resource, _, name in self.store.names(namespace=namespace)]

    def dependents(self, uid: str) -> Objects:
        """Every object that names ``uid`` among its owners; for looking only."""
        found = [self.store.look(*key) for key in self.store.dependents(uid)]
        return [obj for obj in found if obj is not None]

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


def _raise_not_found(resource: str, name: str) -> NoReturn:
    """Raise NotFound for an object of a kind that shows those of another one."""
    raise NotFound(kinds.info_for(resource).group_resource, name)
