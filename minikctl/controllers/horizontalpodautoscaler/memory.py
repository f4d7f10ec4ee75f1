"""What an autoscaler remembers: its recommendations and its scalings of late (upstream keeps both in its process).

Upstream notes a recommendation every 15 seconds. Here an autoscaler at rest is not looked at, and its recommendation
stays what it was: so one is kept with the times at which it was first and last made, and the rest in between counts.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: seconds after which nothing counts any more: the longest window that the API allows
LONGEST = 3600.0


class Recommendation:
    """That there should be ``replicas``, said from ``first`` to ``last`` (seconds since the epoch)."""

    __slots__ = ("first", "last", "replicas")

    def __init__(self, replicas: int, first: float, last: float) -> None:
        self.replicas = replicas
        self.first = first
        self.last = last


class Memory:
    """``recommendations``; ``ups`` and ``downs``: (replicas more or less, when) of each scaling; all from old to new."""

    __slots__ = ("downs", "recommendations", "steady", "until", "ups")

    def __init__(self) -> None:
        self.recommendations: list[Recommendation] = []
        self.ups: list[tuple[int, float]] = []
        self.downs: list[tuple[int, float]] = []
        #: the newest recommendation goes on while nothing changes, until a time (None: as long as that is so)
        self.steady = False
        self.until: float | None = None

    @classmethod
    def read(cls, text: str) -> Memory:
        """The memory that ``write`` wrote; a new one for ""."""
        memory = cls()
        if text:
            content: dict[str, Any] = json.loads(text)
            memory.recommendations = [Recommendation(*each) for each in content["recommendations"]]
            memory.ups = [(change, when) for change, when in content["ups"]]
            memory.downs = [(change, when) for change, when in content["downs"]]
            memory.steady, memory.until = content["steady"], content["until"]
        return memory

    def write(self, now: float) -> str:
        """The memory as a text, without what counts no more."""
        start = now - LONGEST
        return json.dumps({
            "recommendations": [
                (each.replicas, each.first, each.last) for each in self.recommendations if each.last >= start
            ],
            "ups": [each for each in self.ups if each[1] >= start],
            "downs": [each for each in self.downs if each[1] >= start],
            "steady": self.steady,
            "until": self.until,
        })

    def go_on(self, until: float) -> None:
        """Let the newest recommendation have been made up to ``until``, where nothing has happened since.

        Where nobody ran a pass when something was to change by itself, it went on until then.
        """
        if self.steady and self.recommendations:
            newest = self.recommendations[-1]
            newest.last = max(newest.last, until if self.until is None else min(until, self.until))

    def begin(self, replicas: int, now: float) -> None:
        """Take the number of replicas there is for the first recommendation (upstream: recordInitialRecommendation)."""
        if not self.recommendations:
            self.recommendations.append(Recommendation(replicas, now, now))

    def recommend(self, replicas: int, now: float) -> None:
        """Note a recommendation."""
        newest = self.recommendations[-1] if self.recommendations else None
        if newest is not None and newest.replicas == replicas and self.steady:
            newest.last = now
        else:
            self.recommendations.append(Recommendation(replicas, now, now))

    def scaled(self, before: int, after: int, now: float) -> None:
        """Note a scaling (upstream: storeScaleEvent)."""
        if after > before:
            self.ups.append((after - before, now))
        else:
            self.downs.append((before - after, now))
