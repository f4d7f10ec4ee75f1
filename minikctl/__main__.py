"""``python -m minikctl`` and the console script: the way in for people; everything else gets its environment handed."""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

#: Objects are trees, and so are most values that a command makes: it is enough to look for cycles now and then
FEW_COLLECTIONS = (200_000, 20, 10)


def main() -> None:
    """Run the command line of this process and exit with its code."""
    from minikctl.cli import main as run
    from minikctl.env import system_env
    from minikctl.errors import MinikctlError, OutputError

    gc.set_threshold(*FEW_COLLECTIONS)
    try:
        env = system_env()
    except MinikctlError as error:  # $MINIKCTL_NOW is no time
        sys.exit(error.user_message())
    code = run(sys.argv[1:], env)
    failed = _flush(sys.stdout)
    if isinstance(failed, BrokenPipeError):  # the reader went (`| head`): nobody is there to be told
        code = code or 141
    elif failed is not None and not code:
        sys.stderr.write(OutputError(failed).user_message() + "\n")
        code = 1
    _flush(sys.stderr)
    gc.freeze()  # the process ends: nothing has to be looked for any more
    sys.exit(code)


def _flush(stream: TextIO) -> OSError | None:
    """Write what is left in a stream; where that fails, let it go nowhere, so that Python does not try again at its end."""
    try:
        stream.flush()
    except OSError as error:
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error
    return None


if __name__ == "__main__":
    main()
