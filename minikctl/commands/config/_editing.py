"""What the verbs of ``config`` share: finding, changing and saving the configuration."""

from __future__ import annotations

import os

from minikctl.commands import _contexts
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


def entry(config: Obj, section: str, name: str) -> tuple[Obj, bool]:
    """The entry of a section (``contexts``) by name, made where it is not there; and whether it was."""
    found = _contexts.find(config, section, name)
    if found is not None:
        return found, True
    new: Obj = {}
    config.setdefault(section, [])
    if config[section] is None:
        config[section] = []
    config[section].append({"name": name, section[:-1]: new})
    return new, False


def remove(config: Obj, section: str, name: str) -> bool:
    """Take an entry out of a section; whether it was there."""
    entries = config.get(section) or []
    left = [each for each in entries if each.get("name") != name]
    config[section] = left
    return len(left) != len(entries)


def without(session: Session, section: str, name: str) -> tuple[str, Obj]:
    """The configuration file and what it says without an entry. Raises MinikctlError where it does not have it."""
    path, config = editable(session)
    if not remove(config, section, name):
        raise MinikctlError(f"cannot delete {section[:-1]} {name}, not in {path}")
    return path, config


def save_without(session: Session, section: str, name: str, path: str, config: Obj) -> None:
    """Store what ``without`` gave, and say so."""
    _contexts.save_config(path, config)
    session.print(f"deleted {section[:-1]} {name} from {path}")


def names(config: Obj, section: str) -> list[str]:
    """The names in a section, sorted."""
    return sorted(each.get("name", "") for each in config.get(section) or ())


def readable(session: Session) -> Obj:
    """The configuration to show. A file that --kubeconfig names need not be there, as in kubectl."""
    return editable(session)[1]


def editable(session: Session) -> tuple[str, Obj]:
    """The configuration file to change, and what it says.

    Where there is none yet: the default configuration, or nothing where --kubeconfig names the file.
    """
    path = session.config_path
    if session.options.kubeconfig and not os.path.exists(path):
        return path, {"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": [], "users": []}
    return path, _contexts.load_config(session.env.environ, path)


def wrong_arguments(session: Session, words: str, args: Sequence[str], *, what: str = "Unexpected") -> MinikctlError:
    """Show the verb's help, as kubectl does; returns the error to raise."""
    show_help(session, words)
    return MinikctlError(f"{what} args: [{' '.join(args)}]")


def show_help(session: Session, words: str) -> None:
    """Print the help of a verb to standard output."""
    from minikctl.commands import _help, find_command

    ref, _ = find_command(words.split())
    _help.show_help(ref, [], session.env, session.env.out)


def put(fields: Obj, name: str, value: Any) -> None:
    """Set a field, or take it away where the value is empty."""
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)


def embedded(path: str, flag: str) -> str:
    """The content of a file as the configuration has it (base64). Raises MinikctlError."""
    from base64 import b64encode

    try:
        with open(path, "rb") as file:
            return b64encode(file.read()).decode()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise MinikctlError(f"could not stat {flag} file {path}: stat {path}: {reason}") from error
