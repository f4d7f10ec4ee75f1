"""Why a Pod could not be scheduled, as the scheduler writes it (upstream: ``FitError``)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from minikctl.controllers.scheduler.filters import Refusal

NO_NODES = "no nodes available to schedule pods"
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"


class Diagnosis:
    """Why each node was refused: ``whole`` in one word for all of them, or ``nodes`` (by name) and ``absent`` of others."""

    __slots__ = ("_words", "absent", "helpless", "nodes", "total", "whole")

    def __init__(self, total: int, *, whole: str = "", absent: str = "") -> None:
        self.total = total
        #: what refuses the Pod before any node is asked
        self.whole = whole
        #: why nodes that are not in ``nodes`` were not asked
        self.absent = absent
        self.nodes: dict[str, Refusal] = {}
        #: what came of the attempt to make room, where no room can be made
        self.helpless = ""
        #: the message, put together when the first Pod of a sort asks for it
        self._words = ""

    @property
    def resolvable(self) -> list[str]:
        """The nodes that could take the Pod if others went."""
        return [name for name, (_, resolvable) in self.nodes.items() if resolvable]

    def message(self, afterwards: str = "") -> str:
        """The message; ``afterwards`` is what came of the attempt to make room."""
        self._words = self._words or self._told()
        return f"{self._words} {afterwards}" if afterwards else self._words

    def _told(self) -> str:
        text = f"0/{self.total} nodes are available:"
        if self.whole:
            return f"{text} {self.whole}."
        counts = histogram(reason for reasons, _ in self.nodes.values() for reason in reasons)
        if self.absent and len(self.nodes) < self.total:
            counts[self.absent] = counts.get(self.absent, 0) + self.total - len(self.nodes)
        return f"{text} {listed(counts)}." if counts else text


def without_room(diagnosis: Diagnosis, tried: dict[str, list[str]]) -> str:
    """What came of the attempt to make room where it failed; ``tried``: why not, for each node that was looked at."""
    counts = histogram(reason for reasons in tried.values() for reason in reasons)
    others = diagnosis.total - len(tried)
    if others:
        counts[NOT_HELPFUL] = counts.get(NOT_HELPFUL, 0) + others
    return after_all(f"0/{diagnosis.total} nodes are available: {listed(counts)}.")


def after_all(words: str) -> str:
    """What the plugins say that look for room when there is none: that of device claims comes before preemption."""
    return f"no new claims to deallocate, preemption: {words}"


def histogram(reasons: Iterable[str]) -> dict[str, int]:
    """How often each reason comes."""
    counts: dict[str, int] = {}
    for reason in reasons:
        counts[reason] = counts.get(reason, 0) + 1
    return counts


def listed(counts: dict[str, int]) -> str:
    """Reasons with their numbers, sorted as text."""
    return ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
