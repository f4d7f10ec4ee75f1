"""What a kubelet's look at a Pod comes to."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]
    Event = tuple[str, str, str]


class PodStep:
    """What a Pod is now: its status, the events on the way, and when it will change by itself (None: never)."""

    __slots__ = ("due", "events", "status", "text")

    def __init__(self, status: Obj) -> None:
        self.status = status
        #: the status as JSON, where it is at hand
        self.text: str | None = None
        self.events: list[Event] = []
        self.due: float | None = None

    def wait_until(self, due: float | None) -> None:
        """Note a time at which something will happen by itself; the earliest counts."""
        if due is not None and (self.due is None or due < self.due):
            self.due = due
