"""Plugins: programs on PATH whose names begin with ``minikctl-`` or ``kubectl-``, called as if they were verbs.

``minikctl foo bar --x`` runs ``minikctl-foo-bar --x`` where there is one, else ``kubectl-foo-bar``, else ``minikctl-foo bar
--x`` and so on: of longer names the dashes are underscores in the file's. Verbs of the program's own are never plugins,
but for words after ``create``. Upstream: kubectl ``cmd.go`` (``HandlePluginCommand``), ``cmd/plugin``.
"""

from __future__ import annotations

import os

from minikctl.errors import PlainError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from minikctl.env import Env

#: what the names of plugins begin with; the first counts before the others
PREFIXES = ("minikctl", "kubectl")


def find(argv: Sequence[str], environ: Mapping[str, str], *, least: int = 1) -> tuple[str, list[str]] | None:
    """The plugin that a command line means, and the words for it; None where there is none.

    ``least``: so many words at least have to be in its name. Raises PlainError where a flag stands before the name.
    """
    words = []
    for word in argv:
        if word.startswith("-"):
            break
        words.append(word.replace("-", "_"))
    if not words:
        raise PlainError(f"Error: flags cannot be placed before plugin name: {argv[0]}")
    path = environ.get("PATH", "")
    for count in range(len(words), least - 1, -1):
        for prefix in PREFIXES:
            found = _which("-".join([prefix, *words[:count]]), path)
            if found:
                return found, list(argv[count:])
    return None


def _which(name: str, path: str) -> str:
    """The program of this name on ``path``, "" where there is none."""
    if "/" in name or "\0" in name:
        return ""
    for folder in path.split(os.pathsep):
        file = os.path.join(folder, name)
        if folder and os.path.isfile(file) and os.access(file, os.X_OK):
            return file
    return ""


def run(path: str, words: Sequence[str], env: Env) -> int:
    """Put the plugin in the place of this process; returns its exit code only where the system cannot do so."""
    env.out.flush()
    env.err.flush()
    command, environ = [path, *words], dict(env.environ)
    try:
        if os.name == "nt" or env.revisions is not None:  # a call that is logged has to come back
            import subprocess

            return subprocess.run(command, env=environ, check=False).returncode  # noqa: S603 - what a plugin is for
        os.execve(path, command, environ)  # noqa: S606 - what a plugin is for
    except OSError as error:
        raise PlainError(f"Error: fork/exec {path}: {(error.strerror or str(error)).lower()}") from error
