"""A bar on standard error while much is being done, for people at a terminal; nothing at all for anybody else."""

from __future__ import annotations

import contextlib
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from minikctl.env import Env

#: seconds before a bar is worth its appearance, and between two looks of it
_PATIENCE, _INTERVAL = 0.4, 0.1


@contextlib.contextmanager
def progress_on(env: Env) -> Iterator[Callable[[int, int], None] | None]:
    """Give the function that takes (done, total) in bytes; None where nobody watches. The bar is gone at the end."""
    if not env.err.is_terminal():
        yield None
        return
    bar = _Bar(env)
    try:
        yield bar.show
    finally:
        bar.close()


class _Bar:
    """Made when the work turns out to take its time: rich costs more than most validations."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.next = time.monotonic() + _PATIENCE
        self._close: Callable[[], None] | None = None
        self._update: Callable[[int, int], None] | None = None

    def show(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self.next:
            return
        self.next = now + _INTERVAL
        if self._update is None:
            self._open()
        assert self._update is not None
        self._update(done, total)

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(file=self.env.err.stream, no_color="NO_COLOR" in self.env.environ or None)
        # No thread of its own: other processes may still be started.
        progress = Progress(
            TextColumn("Validating"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console, transient=True,
            auto_refresh=False,
        )
        task = progress.add_task("", total=None)
        progress.start()

        def update(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, refresh=True)

        self._update, self._close = update, progress.stop

    def close(self) -> None:
        if self._close is not None:
            self._close()
