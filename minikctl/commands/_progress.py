"""A line on standard error while much is being done, for people at a terminal; nothing at all for anybody else.

It appears when the work turns out to take its time, is never longer than the terminal is wide, goes before anything else
is printed and is gone at the end. Nothing runs beside the work: whoever works says ``tick`` now and then.
"""

from __future__ import annotations

import contextlib
import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from minikctl.env import Env

#: seconds before a line is worth its appearance, and between two looks of it
_PATIENCE, _INTERVAL = 0.4, 0.1
#: columns of the bar, where the terminal has as many to spare
_BAR = 30
_ERASE = "\r\x1b[K"


class Line:
    """What is being done, how much of it is done (where that is known), and in how many steps."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.label = ""
        #: what is done, of 1; None: nobody knows
        self.part: float | None = None
        self.detail = ""
        self.steps = 0
        self.next = time.monotonic() + _PATIENCE
        self.is_shown = False
        env.out.interrupted = env.err.interrupted = self.erase

    def say(self, label: str, part: float | None = None, detail: str = "") -> None:
        """Change what is being done; it shows with the next ``tick``."""
        if label != self.label:
            self.steps = 0
        self.label, self.part, self.detail = label, part, detail

    def tick(self, steps: int = 1) -> None:
        """Something was done: show the line, where it is time to."""
        self.steps += steps
        now = time.monotonic()
        if now >= self.next:
            self.next = now + _INTERVAL
            self._draw()

    def _draw(self) -> None:
        stream = self.env.err.stream
        text = _fitted(self.label, self.part, self.detail or (f"{self.steps:,} steps" if self.steps else ""), _width(self.env))
        with contextlib.suppress(OSError, ValueError):  # a line for nobody is no reason to stop
            stream.write(f"\r{text}\x1b[K")
            stream.flush()
        self.is_shown = True

    def erase(self) -> None:
        """Take the line away, before something else is written there."""
        if self.is_shown:
            self.is_shown = False
            with contextlib.suppress(OSError, ValueError):
                self.env.err.stream.write(_ERASE)
                self.env.err.stream.flush()

    def close(self) -> None:
        """Take the line away for good."""
        self.erase()
        self.env.out.interrupted = self.env.err.interrupted = None


def _fitted(label: str, part: float | None, detail: str, width: int) -> str:
    """The line for a terminal of ``width`` columns: the bar gives way first, then the details, then the end of the words.

    ``Applying ████████░░░░░░░ 340/1000``
    """
    width -= 1  # in the last column some terminals go on to the next line
    if detail and len(label) + 1 + len(detail) > width:
        detail = ""
    room = width - len(label) - (len(detail) + 1 if detail else 0) - 1
    bar = ""
    if part is not None and room >= 5:
        length = min(_BAR, room)
        done = round(length * min(1.0, max(0.0, part)))
        bar = "\u2588" * done + "\u2591" * (length - done)
    return " ".join(filter(None, (label, bar, detail)))[:width]


def _width(env: Env) -> int:
    try:
        return os.get_terminal_size(env.err.stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        text = env.environ.get("COLUMNS", "")
        return int(text) if text.isdigit() and text != "0" else 80


def line_on(env: Env) -> Line | None:
    """The line, or None where nobody watches (or the terminal cannot take anything back)."""
    return Line(env) if env.err.is_terminal() and env.environ.get("TERM") != "dumb" else None


@contextlib.contextmanager
def progress_on(env: Env, label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Give the function that takes (done, total) in bytes; None where nobody watches."""
    line = line_on(env)
    if line is None:
        yield None
        return

    def show(done: int, total: int) -> None:
        line.say(label, done / total if total else 0.0, f"{done / 1e6:.1f}/{total / 1e6:.1f} MB")
        line.tick()

    try:
        yield show
    finally:
        line.close()
