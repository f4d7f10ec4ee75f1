"""What the verbs of ``config`` share: finding, changing and saving the configuration."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
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


def names(config: Obj, section: str) -> list[str]:
    """The names in a section, sorted."""
    return sorted(each.get("name", "") for each in config.get(section) or ())


def editable(session: Session) -> tuple[str, Obj]:
    """The configuration file to change, and what it says (the default configuration where there is none yet)."""
    path = session.config_path
    return path, _contexts.load_config(session.env.environ, path)


def one_argument(args: list[str], what: str) -> str:
    """The only argument. Raises MinikctlError in kubectl's words otherwise."""
    if len(args) != 1:
        raise MinikctlError(f"unexpected args: [{' '.join(args)}]" if args else f"{what} is required")
    return args[0]
