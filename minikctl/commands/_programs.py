"""Other people's programs: run with the streams of this run, so that an editor or a pager sees the terminal."""

from __future__ import annotations

import os
import shutil
import subprocess

from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.commands._session import Session


class ProgramNotFoundError(MinikctlError):
    """There is no such program on $PATH."""


def run_program(session: Session, words: Sequence[str], *, reads: bool = False) -> int:
    """Run a program and return its exit code (below 0: a signal ended it).

    ``reads``: it gets standard input, and signals from the terminal are its own for so long (upstream: ``term.Safe``).
    Raises ProgramNotFoundError, OSError where it cannot be run.
    """
    environ = dict(session.env.environ)
    found = shutil.which(words[0], path=environ.get("PATH", ""))
    if found is None and os.sep not in words[0]:
        raise ProgramNotFoundError("executable file not found in $PATH")
    out, err = _handle(session.env.out, reads=reads), _handle(session.env.err, reads=reads)
    restore = _leave_signals() if reads else None
    try:
        done = subprocess.run(  # noqa: S603 - the program that the user names is what is asked for
            list(words), executable=found, env=environ, stdin=_input(session) if reads else subprocess.DEVNULL,
            stdout=out, stderr=err, check=False,
        )
    finally:
        if restore is not None:
            restore()
    if out == subprocess.PIPE:
        session.env.out.write(done.stdout.decode("utf-8", "surrogateescape"))
    if err == subprocess.PIPE:
        session.env.err.write(done.stderr.decode("utf-8", "surrogateescape"))
    return done.returncode


def temporary_folder(session: Session) -> str:
    """The platform's folder for temporary files."""
    from tempfile import gettempdir

    return session.env.environ.get("TMPDIR") or gettempdir()


def _handle(output: Any, *, reads: bool) -> int:
    """The stream itself where it is the system's; else a pipe, as for what is to be painted."""
    if output.paint is not None and not reads:
        return subprocess.PIPE
    try:
        output.flush()
        number: int = output.stream.fileno()
    except (OSError, ValueError):
        return subprocess.PIPE
    return number


def _input(session: Session) -> int:
    try:
        return session.env.stdin.fileno()
    except (OSError, ValueError):
        return subprocess.DEVNULL


def _leave_signals() -> Any:
    """Do nothing on Ctrl-C and the like until the function that is returned is called; the program's own rules stay."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        return None
    wanted = [getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGTERM") if hasattr(signal, name)]
    # A function and not SIG_IGN: what is ignored stays ignored in the program.
    before = [(number, signal.signal(number, lambda *_: None)) for number in wanted]

    def restore() -> None:
        for number, handler in before:
            signal.signal(number, handler)

    return restore
