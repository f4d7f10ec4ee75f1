"""The best node for Pods of one sort, kept from one Pod to the next.

Where only the room on nodes and the spreading over topologies make a difference, binding a Pod changes what a few nodes
are worth: of the others it is kept. All are valued anew when the emptiest or fullest topology is another one than before,
or when a node has no room any more.
"""

from __future__ import annotations

from minikctl.controllers.scheduler.scores import MOST, SPREADING_WEIGHT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from minikctl.controllers.scheduler.nodes import NodeInfo, Snapshot
    from minikctl.controllers.scheduler.plan import Places
    from minikctl.controllers.scheduler.spreading import Spreading

#: of nodes that are worth the same the one with the fewest Pods is better: they are fewer than this
MANY_PODS = 1 << 20
NO_ROOM = -(1 << 62)


class Ranking:
    """What each candidate of some places is worth."""

    def __init__(self, snapshot: Snapshot, places: Places, soft: Spreading | None) -> None:
        self._snapshot = snapshot
        self._places = places
        self._soft = soft
        self._seen = 0
        #: for what the values hold: those that have room, the most and the fewest Pods in a topology
        self._among: list[int] = []
        self._most = self._least = 0
        self._values: list[int] = []

    def best(self) -> NodeInfo | None:
        """The node with the highest value, of equals the first; None where none has room."""
        places, log = self._places, self._snapshot.log
        if not places.with_room:
            return None
        most = least = 0
        raw: list[int] = []
        stale: set[int] | None = set()
        if self._soft is not None:
            raw, counted = self._soft.raw_scores(places.candidates, places.with_room)
            here = raw if len(counted) == len(raw) else [raw[place] for place in counted]
            most, least = max(here, default=0), min(here, default=0)
            stale = self._soft.take_touched()
        if stale is None or places.with_room is not self._among or (most, least) != (self._most, self._least):
            self._among, self._most, self._least = places.with_room, most, least
            self._values = [NO_ROOM] * len(places.candidates)
            stale = set(places.with_room)
        else:
            stale.update([places.place_of.get(node.index, -1) for node, _ in log[self._seen:]])
        self._seen = len(log)
        self._value(stale, raw)
        return places.candidates[self._values.index(max(self._values))]

    def _value(self, stale: Iterable[int], raw: list[int]) -> None:
        """Value the places that have changed, as ``Plan`` does by the totals."""
        places, values, most = self._places, self._values, self._most
        ignored = None if self._soft is None else self._soft.ignored
        both = most + self._least
        for place in stale:
            if place < 0 or places.full[place] is not None:
                continue
            total = places.room[place] + places.images[place]
            if ignored is not None and not ignored[place]:
                total += SPREADING_WEIGHT * (MOST * (both - raw[place]) // most if most else MOST)
            values[place] = total * MANY_PODS - places.candidates[place].pods
