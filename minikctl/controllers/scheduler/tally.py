"""The bound Pods of a namespace by their labels, as one pass sees them come.

A thousand Deployments are a thousand sets of labels, and each wants to know where its own Pods are. So sets are found by
one label that a selector asks for, and who has looked at a set once goes on from where it was: what is counted for one
sort of Pods costs what there is of that sort.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikctl.controllers.scheduler.nodes import NodeInfo
    from minikctl.lib.labels import Selector

    Labels = dict[str, str]

EXACT = ("=", "==", "in")


class LabelSet:
    """Pods with the same labels, as they came: (node, how many)."""

    __slots__ = ("came", "going", "labels")

    def __init__(self, labels: Labels, *, going: bool) -> None:
        self.labels = labels
        #: they are being deleted
        self.going = going
        self.came: list[tuple[NodeInfo, int]] = []


class Tally:
    """All sets of labels of one namespace."""

    def __init__(self) -> None:
        self.sets: list[LabelSet] = []
        self._by_labels: dict[tuple[object, ...], LabelSet] = {}
        self._by_label: dict[tuple[str, str], list[LabelSet]] = {}

    def add(self, node: NodeInfo, labels: Labels, *, going: bool = False, count: int = 1) -> None:
        """Count Pods that are on a node."""
        key = (going, *labels.items())
        found = self._by_labels.get(key)
        if found is None:
            found = self._by_labels[key] = LabelSet(labels, going=going)
            self.sets.append(found)
            for label in labels.items():
                self._by_label.setdefault(label, []).append(found)
        found.came.append((node, count))

    def having(self, selector: Selector) -> list[LabelSet]:
        """A list that has, and will have, each set that ``selector`` selects, and others."""
        exact = [
            self._by_label.setdefault((key, values[0]), [])
            for key, operator, values in selector.requirements if operator in EXACT and len(values) == 1
        ]
        return min(exact, key=len) if exact else self.sets


class Follower:
    """The Pods that a selector selects and that are to stay: those that are there, and then what comes."""

    __slots__ = ("_among", "_followed", "_seen", "_selector")

    def __init__(self, tally: Tally, selector: Selector) -> None:
        self._selector = selector
        self._among = tally.having(selector)
        self._seen = 0
        #: [a set, how much of it was given out]
        self._followed: list[tuple[LabelSet, list[int]]] = []

    def news(self) -> Iterator[tuple[NodeInfo, int]]:
        """(node, how many) of what came since the last time."""
        if self._seen < len(self._among):
            for each in self._among[self._seen:]:
                if not each.going and self._selector.matches(each.labels):
                    self._followed.append((each, [0]))
            self._seen = len(self._among)
        for each, seen in self._followed:
            if seen[0] < len(each.came):
                yield from each.came[seen[0]:]
                seen[0] = len(each.came)
