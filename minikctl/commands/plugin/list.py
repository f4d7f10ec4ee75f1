"""``plugin list``: the programs on PATH that are plugins, and what is wrong with them (upstream: kubectl ``cmd/plugin``)."""

from __future__ import annotations

import os

from minikctl.commands import find_command
from minikctl.commands._options import Command, Options, flag
from minikctl.commands._plugins import PREFIXES
from minikctl.errors import PlainError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class ListOptions(Options):
    """Flags of ``plugin list``."""

    name_only: bool = flag("name-only", kind="bool", group="Output", help="The names without their folders.")


def run(options: ListOptions, session: Session) -> None:
    """List the plugins. Raises PlainError where there are none, or warnings."""
    seen: dict[str, str] = {}
    found = False
    warnings = 0
    for folder in dict.fromkeys(session.env.environ.get("PATH", "").split(os.pathsep)):
        if not folder.strip():
            continue
        for name in _plugins_in(folder, session):
            if not found:
                session.print("The following compatible plugins are available:\n")
                found = True
            path = os.path.join(folder, name)
            session.print(name if options.name_only else path)
            session.env.out.flush()
            for warning in _warnings(path, name, seen, session.program):
                session.complain(f"  - {warning}")
                warnings += 1
    errors = []
    if not found:
        errors.append(f"error: unable to find any {session.program} plugins in your PATH")
    if warnings:
        errors.append("error: one plugin warning was found" if warnings == 1 else f"error: {warnings} plugin warnings were found")
    if errors:
        raise PlainError("\n".join(errors))


def _plugins_in(folder: str, session: Session) -> list[str]:
    """The names of a folder's plugins, sorted."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        session.complain(f'Unable to read directory "{folder}" from your PATH: open {folder}: {reason}. Skipping...')
        return []
    return sorted(name for name in names if name.startswith(tuple(f"{prefix}-" for prefix in PREFIXES)))


def _warnings(path: str, name: str, seen: dict[str, str], program: str) -> list[str]:
    """What is wrong with a plugin (upstream: ``CommandOverrideVerifier``)."""
    found = []
    if not os.path.exists(path):
        found.append(f"error: unable to identify {path} as an executable file: stat {path}: no such file or directory")
    elif not os.stat(path).st_mode & 0o111:
        found.append(f"warning: {path} identified as a {program} plugin, but it is not executable")
    if name in seen:
        found.append(f"warning: {path} is overshadowed by a similarly named plugin: {seen[name]}")
    else:
        seen[name] = path
    words = name.split("-")[1:]
    ref, count = find_command(words)
    if ref is not None or count:
        command = ref.words if ref is not None else tuple(words[:count])
        found.append(f'warning: {name} overwrites existing command: "{program} {" ".join(command)}"')
    return found


COMMAND = Command(
    usage="plugin list",
    summary="List the plugins on PATH",
    description=(
        "Plugins are programs on PATH whose names begin with minikctl- or kubectl-: minikctl foo bar runs minikctl-foo-bar, "
        "or kubectl-foo with the word bar. A dash within a word is an underscore in the name of the file."
    ),
    examples=(("Where they are", "plugin list"), ("Names alone", "plugin list --name-only")),
    options=ListOptions,
    run=run,
)
