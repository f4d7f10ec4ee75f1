"""``MINIKCTL_CALL_LOG``: a line of JSON for each call, for tests that look at what was called.

A line has the arguments (without secrets), the exit code and the newest revision before and after; nothing that another
run with the same clock and seed would have otherwise. It is written with one call of the system at the end of the file,
so that calls side by side do not mix. Where the file cannot be written, nothing is done at all.
"""

from __future__ import annotations

import json
import os

from minikctl.commands._redacting import redacted_call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from minikctl.env import Env

VARIABLE = "MINIKCTL_CALL_LOG"


def logged(argv: Sequence[str], env: Env, run: Callable[[Sequence[str], Env], int], path: str) -> int:
    """Run a command line and append its line to the file at ``path``; returns the exit code."""
    try:
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        env.err.write(f"error: ${VARIABLE}: cannot write {path}: {(error.strerror or str(error)).lower()}\n")
        return 1
    env.revisions = []
    try:
        code = run(argv, env)
        seen = env.revisions
        line = {
            "arguments": redacted_call(argv), "exitCode": code, "revisionBefore": seen[0] if seen else None,
            "revisionAfter": seen[-1] if seen else None,
        }
        try:
            os.write(log, (json.dumps(line) + "\n").encode())
        except OSError as error:  # the command has run: all that can be done is to say so
            env.err.write(f"error: ${VARIABLE}: cannot write {path}: {(error.strerror or str(error)).lower()}\n")
            code = code or 1
    finally:
        os.close(log)
    return code
