"""The writer that ``describe`` writes to.

It implements the ``Writer`` protocol of ``minikctl.kinds.base``: kinds write lines with tabs, and the whole text is
lined up at the end. Upstream: kubectl's ``PrefixWriter``, ``tabbedString`` and ``DescribeEvents``.
"""

from __future__ import annotations

from minikctl.lib.times import age, parse_time
from minikctl.printing.tabwriter import align

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Obj = dict[str, Any]


class DescribeWriter:
    """Collects what a kind writes about an object."""

    __slots__ = ("_events", "_faults", "_now", "_parts")

    def __init__(
        self, events: Callable[[Obj], Iterable[Obj]] | None = None, now: float = 0.0, faults: Iterable[str] = (),
    ) -> None:
        """``events`` finds the events of an object; None: no section of events (``--show-events=false``).

        ``now`` is what ages are counted from, in seconds since the epoch.
        """
        self._events = events
        #: what goes wrong with the object on purpose, a line each, with a tab after the name
        self._faults = list(faults)
        self._now = now
        self._parts: list[str] = []

    def write(self, level: int, text: str) -> None:
        """Write ``text`` (which has its own newlines) after ``level`` indents of two spaces."""
        self._parts.append("  " * level + text.replace("\x1b", "^[").replace("\r", "\\r"))

    def events(self, obj: Obj) -> None:
        """Write the Events section for ``obj`` (``Events:  <none>`` where there are none)."""
        if self._faults:
            self.write(0, "Faults:\n")
            for line in self._faults:
                self.write(1, line + "\n")
        if self._events is None:
            return
        events = sorted(self._events(obj), key=_last)
        if not events:
            self.write(0, "Events:\t<none>\n")
            return
        self.write(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n")
        self.write(1, "----\t------\t----\t----\t-------\n")
        for event in events:
            component = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
            message = event.get("message", "").strip()
            self.write(
                1, f"{event.get('type', '')}\t{event.get('reason', '')}\t{self._since(event)}\t{component}\t{message}\n"
            )

    def _since(self, event: Obj) -> str:
        """``3s``, or of an event that came again ``3s (x4 over 10m)``."""
        first = age(event.get("eventTime") or event.get("firstTimestamp"), self._now)
        series = event.get("series")
        if series:
            return f"{age(series.get('lastObservedTime'), self._now)} (x{series.get('count', 0)} over {first})"
        if event.get("count", 0) > 1:
            return f"{age(event.get('lastTimestamp'), self._now)} (x{event['count']} over {first})"
        return first

    def raw(self) -> str:
        """What was written, with its tabs: so print ``rollout history --revision`` and ``rollout undo --dry-run``."""
        return "".join(self._parts)

    def render(self) -> str:
        """What was written, lined up."""
        return align(self.raw())


def _last(event: Obj) -> float:
    """The key by which kubectl sorts events; one without a lastTimestamp comes first."""
    last = event.get("lastTimestamp")
    return parse_time(last) if last else float("-inf")
