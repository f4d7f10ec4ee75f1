"""What a run of minikctl gets from outside: streams, environment variables, clock, randomness.

One ``Env`` is made in ``minikctl.__main__`` (or by a test) and handed down; nothing below calls the clock, ``random``
or ``sys.stdout`` by itself. With MINIKCTL_NOW and MINIKCTL_SEED a run is repeatable to the byte.
"""

from __future__ import annotations

import io
import os
import sys
import time

from minikctl.errors import OutputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random
    from typing import TextIO

#: the letters of generated names (upstream: apimachinery util/rand: no vowels, nothing that looks like another)
NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
#: the times that can be written in RFC 3339: the years 1 to 9999, in seconds since the epoch
FIRST_TIME, LAST_TIME = -62_135_596_800, 253_402_300_799


class Output:
    """A text stream whose text can be held back until what it reports is committed."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._held: list[str] | None = None
        #: what lays colours on text for people at a terminal; None: nothing does
        self.paint: Callable[[str], str] | None = None
        #: called before anything is written: takes away what stands there only for a moment
        self.interrupted: Callable[[], None] | None = None

    def write(self, text: str) -> None:
        """Write ``text`` now, or at ``release`` while the stream is held."""
        if self.paint is not None:
            text = self.paint(text)
        if self._held is None:
            self._put(text)
        else:
            self._held.append(text)

    def hold(self) -> None:
        """Keep what is written from now on until ``release`` or ``drop``."""
        if self._held is None:
            self._held = []

    def release(self) -> None:
        """Write what was held and go on without holding."""
        held, self._held = self._held, None
        if held:
            self._put("".join(held))

    def _put(self, text: str) -> None:
        if self.interrupted is not None:
            self.interrupted()
        try:
            self.stream.write(text)
        except BrokenPipeError:  # who read has enough, which is no error
            raise
        except OSError as error:
            raise OutputError(error) from error

    def drop(self) -> None:
        """Forget what was held and go on without holding."""
        self._held = None

    def flush(self) -> None:
        """Flush the stream underneath."""
        self.stream.flush()

    def is_terminal(self) -> bool:
        """Whether a person reads this stream at a terminal."""
        try:
            return self.stream.isatty()
        except ValueError:  # closed
            return False


class Env:
    """Streams, variables, clock and randomness of one run."""

    def __init__(self, stdin: TextIO, stdout: TextIO, stderr: TextIO, environ: Mapping[str, str]) -> None:
        self.stdin = stdin
        self.out = Output(stdout)
        self.err = Output(stderr)
        self.environ = environ
        #: seconds since the epoch that the clock stands at, or None for the machine's clock (--now, MINIKCTL_NOW)
        self.fixed_now: float | None = None
        #: what all random choices hang on, or None for real randomness (--seed, MINIKCTL_SEED)
        self.seed: str | None = environ.get("MINIKCTL_SEED") or None
        #: auto (for terminals), always or never (--color)
        self.colour = "auto"
        #: the revisions at which a state was opened and closed, where somebody wants to know (``commands._calls``)
        self.revisions: list[int] | None = None
        now = environ.get("MINIKCTL_NOW")
        if now:
            self.fix_clock(now, "MINIKCTL_NOW")

    @property
    def program(self) -> str:
        """What messages call the program: ``minikctl``, or $MINIKCTL_PROGRAM (a kubectl shim says ``kubectl``)."""
        return self.environ.get("MINIKCTL_PROGRAM") or "minikctl"

    def is_coloured(self, output: Output) -> bool:
        """Whether colours may stand in what is written there: at a terminal that has some, or where --color says so.

        $NO_COLOR counts where it is not empty (no-color.org).
        """
        if self.colour != "auto":
            return self.colour == "always"
        return output.is_terminal() and not self.environ.get("NO_COLOR") and self.environ.get("TERM") != "dumb"

    def fix_clock(self, text: str, source: str) -> None:
        """Stop the clock at ``text`` (RFC 3339, or seconds since the epoch); ``source`` names it in the error."""
        wrong = UsageError(f"{source} must be a time such as 2026-01-02T15:04:05Z, not {text!r}")
        try:
            now = float(text)
        except ValueError:
            from minikctl.lib.times import parse_time

            try:
                now = parse_time(text)
            except ValueError as error:
                raise wrong from error
        if not FIRST_TIME <= now <= LAST_TIME:
            raise wrong
        self.fixed_now = now

    def wall_clock(self) -> float:
        """The time outside of the state, in seconds since the epoch."""
        return time.time() if self.fixed_now is None else self.fixed_now

    def random(self, salt: object) -> Random:
        """A source of random numbers; with a seed it gives the same numbers for the same ``salt``."""
        from random import Random

        # Names and UIDs are no secrets; asking the system for each of their letters takes ten times as long.
        seed = os.urandom(32) if self.seed is None else f"{self.seed}/{salt}".encode("utf-8", "surrogatepass")
        return Random(seed)  # noqa: S311 - as said


def system_env() -> Env:
    """The environment of the running process."""
    # What was closed before the program began is as good as /dev/null, and no file that is opened takes its number.
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it is open as long as the process is
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # As kubectl: UTF-8 whatever the locale says, and the bytes of a decoded Secret as they are.
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    return Env(sys.stdin, sys.stdout, sys.stderr, os.environ)
