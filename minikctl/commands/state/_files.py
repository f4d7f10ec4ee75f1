"""What the verbs of ``state`` share: the file, the names of its copies, and the rules that a check is told."""

from __future__ import annotations

import os

from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._options import Options
    from minikctl.commands._session import Session
    from minikctl.store.checking import Report, Rules

    Obj = dict[str, Any]


def no_arguments(options: Options, verb: str) -> None:
    """Refuse arguments. Raises UsageError."""
    if options.args:
        raise UsageError(f"{verb} takes no arguments, not {' '.join(options.args)}; the file is named by --state")


def copy_name(session: Session) -> str:
    """A free name for a copy beside the state file: ``state.db.20260102T030405Z.bak``, by the machine's clock."""
    from minikctl.lib.times import format_time

    stamp = format_time(session.env.wall_clock()).replace("-", "").replace(":", "")
    stem, number = f"{session.state_path}.{stamp}", 1
    name = f"{stem}.bak"
    while os.path.lexists(name):
        number += 1
        name = f"{stem}-{number}.bak"
    return name


def check_file(session: Session, path: str) -> Report:
    """Look whether the state file at ``path`` is whole. Raises StateError where it cannot be opened."""
    from minikctl.store.checking import check

    return check(path, _rules(), session.lock_timeout())


def _rules() -> Rules:
    """What the check has to know of kinds and controllers."""
    from minikctl.controllers.garbagecollector import GarbageCollector, owner_key
    from minikctl.store.checking import Rules

    return Rules(_indexed_field, _sums, owner_key, GarbageCollector.name, exempt=("events",))


def _indexed_field(obj: Obj) -> str | None:
    """What an object is looked up by, said once more: a check that asked the writer would find what it wrote."""
    from minikctl import kinds
    from minikctl.lib.fieldpath import get_path

    info = kinds.info_for_object(obj.get("apiVersion", ""), obj.get("kind", ""))
    path = kinds.load(info).ref_path if info is not None else ()
    if not path:
        return None
    value = get_path(obj, path)
    return value if isinstance(value, str) else ""


def _sums(obj: Obj) -> dict[tuple[str, str], int] | None:
    """What an object adds to the sums that are kept of its kind."""
    from minikctl import kinds

    info = kinds.info_for_object(obj.get("apiVersion", ""), obj.get("kind", ""))
    return kinds.load(info).sums(None, obj)[1] if info is not None else None


def human_size(size: int) -> str:
    """Bytes for people: ``312 KiB``."""
    if size < 1024:
        return f"{size} B"
    amount = size / 1024
    units = ["KiB", "MiB", "GiB"]
    while amount >= 1024 and len(units) > 1:
        amount /= 1024
        units.pop(0)
    return f"{amount:.1f} {units[0]}" if amount < 10 else f"{amount:.0f} {units[0]}"
