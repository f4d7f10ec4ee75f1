"""``shim``: a ``kubectl`` for PATH that is minikctl, so that scripts that call kubectl run on the simulated cluster."""

from __future__ import annotations

import os
import shlex
import sys

from minikctl.commands._options import Command, Options, flag
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session

NAME = "kubectl"
#: the line that says whose file it is
MARK = "# kubectl on a simulated cluster; made by minikctl shim"


class ShimOptions(Options):
    """Flags of ``shim``."""

    force: bool = flag("force", kind="bool", help="Replace a kubectl that is there, whoever made it.")


def run(options: ShimOptions, session: Session) -> None:
    """Write the program. Raises UsageError, and MinikctlError where something else has its name."""
    if len(options.args) != 1:
        raise UsageError("exactly one DIR is required")
    if os.name == "nt":
        raise MinikctlError("shim is not supported on Windows: set MINIKCTL_PROGRAM=kubectl and call minikctl by another name")
    folder = os.path.abspath(options.args[0])
    path = os.path.join(folder, NAME)
    if os.path.lexists(path) and not options.force and not _is_ours(path):
        raise MinikctlError(f"{path} was not made by {session.program} shim; use --force to replace it")
    draft = f"{path}.{os.urandom(6).hex()}.new"
    try:
        os.makedirs(folder, exist_ok=True)
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o755)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(script())
        os.replace(draft, path)
    except OSError as error:
        if os.path.exists(draft):
            os.unlink(draft)
        raise MinikctlError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error
    session.print(path)
    folders = session.env.environ.get("PATH", "").split(os.pathsep)
    first = next((each for each in folders if each and os.path.isfile(os.path.join(each, NAME))), "")
    if os.path.abspath(first or os.curdir) != folder or not first:
        session.complain(f'Put it on PATH before any other kubectl: export PATH={shlex.quote(folder)}:"$PATH"')


def script() -> str:
    """The program's text: this interpreter, on this package, called kubectl.

    ``-P`` keeps modules of the current folder out. The package's folder is named, for it may be a checkout.
    """
    import minikctl

    home = os.path.dirname(os.path.dirname(os.path.abspath(minikctl.__file__)))
    start = f"import sys; sys.path.insert(0, {home!r}); from minikctl.__main__ import main; main()"
    command = f'exec {shlex.quote(sys.executable)} -P -c {shlex.quote(start)} "$@"'
    return f"#!/bin/sh\n{MARK}\nMINIKCTL_PROGRAM={NAME}\nexport MINIKCTL_PROGRAM\n{command}\n"


def _is_ours(path: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return MARK in file.read(400)
    except OSError:
        return False


COMMAND = Command(
    usage="shim DIR",
    summary="Put a kubectl into a folder that is minikctl",
    description=(
        "Scripts that call kubectl then run on the simulated cluster, with kubectl's name in all messages. "
        "MINIKCTL_CALL_LOG=FILE appends a line of JSON for each call: its arguments without secrets, its exit code, the "
        "revision before and after."
    ),
    examples=(("For one shell", "shim bin"), ("In the place of what is there", "shim bin --force")),
    options=ShimOptions,
    run=run,
    complete="files",
)
