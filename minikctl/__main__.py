"""``python -m minikctl`` and the console script: the way in for people; everything else gets its environment handed."""

from __future__ import annotations

import gc
import sys

#: Objects are trees, and so are most values that a command makes: it is enough to look for cycles now and then
FEW_COLLECTIONS = (200_000, 20, 10)


def main() -> None:
    """Run the command line of this process and exit with its code."""
    from minikctl.cli import main as run
    from minikctl.env import system_env

    gc.set_threshold(*FEW_COLLECTIONS)
    code = run(sys.argv[1:], system_env())
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader went (`| head`): nobody is there to be told
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or 141
    sys.exit(code)


if __name__ == "__main__":
    main()
