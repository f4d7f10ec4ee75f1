"""Two folders of objects, as they are and as they would be, and the program that compares them.

Upstream: kubectl ``cmd/diff`` (``Differ``, ``DiffVersion``, ``DiffProgram``, ``Masker``).
"""

from __future__ import annotations

import os
import re

from minikctl.errors import MinikctlError
from minikctl.kinds.base import LAST_APPLIED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: what stands in the place of a Secret's values: the same in both, or different ones
MASK, BEFORE, AFTER = "***", "*** (before)", "*** (after)"
#: what a word of $KUBECTL_EXTERNAL_DIFF after the program may be made of
_ARGUMENT = re.compile(r"[a-zA-Z0-9-=]+\Z")


class Differ:
    """The folders LIVE-* and MERGED-*: ``add`` objects, ``run`` the program, ``close``."""

    def __init__(self, session: Session) -> None:
        """Raises MinikctlError where the folders cannot be made."""
        self.session = session
        self.live = _folder(session, "LIVE")
        self.merged = _folder(session, "MERGED")

    def add(self, name: str, live: Obj | None, merged: Obj | None, *, masked: bool = False) -> None:
        """Write an object into both folders: None for a side that does not have it. ``masked``: hide its data."""
        if masked:
            live, merged = mask(live, merged)
        self._write(self.live, name, live, shows_nothing=masked)
        self._write(self.merged, name, merged)

    def prune(self, name: str, live: Obj, *, masked: bool = False) -> None:
        """Write an object that would be deleted: it stands in the one folder alone."""
        self._write(self.live, name, mask(live, None)[0] if masked else live)

    def _write(self, folder: str, name: str, obj: Obj | None, *, shows_nothing: bool = False) -> None:
        """Write one file, with the state's time on it: ``diff`` prints it. Upstream prints a Secret that is not there as null."""
        from minikctl.printing.yamlout import dump

        path = os.path.join(folder, name)
        text = dump(obj) if obj is not None or shows_nothing else ""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o700), "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        now = self.session.api.now()
        os.utime(path, (now, now))

    def run(self) -> int:
        """Run the program on the folders; returns 0 (no difference) or 1. Raises MinikctlError for anything else."""
        program, words = self._command()
        from minikctl.commands._programs import run_program

        try:
            code = run_program(self.session, [program, *words])
        except (MinikctlError, OSError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower() if isinstance(error, OSError) else str(error)
            raise MinikctlError(f'failed to run "{program}": {reason}') from error
        if code > 1:
            raise MinikctlError(f'failed to run "{program}": exit status {code}')
        return 0 if code == 0 else 1  # as in kubectl, 1 where a signal ended it

    def _command(self) -> tuple[str, list[str]]:
        """The program and its words. As in kubectl, the user's own come after the folders, without odd characters in them.

        ``KUBECTL_EXTERNAL_DIFF="colordiff -N a;b"``: ``colordiff LIVE MERGED -N``.
        """
        wanted = self.session.env.environ.get("KUBECTL_EXTERNAL_DIFF")
        if not wanted:
            return "diff", ["-u", "-N", self.live, self.merged]
        program, *words = wanted.split(" ")
        return program, [self.live, self.merged, *(word for word in words if _ARGUMENT.match(word))]

    def close(self) -> None:
        """Take the folders away."""
        import shutil

        for folder in (self.live, self.merged):
            shutil.rmtree(folder, ignore_errors=True)


def mask(live: Obj | None, merged: Obj | None) -> tuple[Obj | None, Obj | None]:
    """The objects with the values of ``data`` hidden, so that one still sees which of them differ."""
    before = (live or {}).get("data") or {}
    after = (merged or {}).get("data") or {}
    differ = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    if _applied(live) != _applied(merged):
        differ.add(LAST_APPLIED)
    return _masked(live, differ, BEFORE), _masked(merged, differ, AFTER)


def _masked(obj: Obj | None, differ: set[str], other: str) -> Obj | None:
    if obj is None:
        return None
    if isinstance(obj.get("data"), dict):
        obj = {**obj, "data": {key: other if key in differ else MASK for key in obj["data"]}}
    if _applied(obj) is not None:
        noted = other if LAST_APPLIED in differ else MASK
        obj = {**obj, "metadata": {**obj["metadata"], "annotations": {**obj["metadata"]["annotations"], LAST_APPLIED: noted}}}
    return obj


def _applied(obj: Obj | None) -> str | None:
    """What ``apply`` has noted, with the data in it; upstream shows it."""
    annotations = ((obj or {}).get("metadata") or {}).get("annotations") or {}
    noted: str | None = annotations.get(LAST_APPLIED)
    return noted


def _folder(session: Session, prefix: str) -> str:
    """A new folder ``PREFIX-DIGITS`` in the platform's folder for such (upstream: ``os.MkdirTemp``)."""
    from minikctl.commands._programs import temporary_folder

    parent = temporary_folder(session)
    draw = session.env.random(prefix)
    while True:
        path = os.path.join(parent, f"{prefix}-{draw.getrandbits(32)}")
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            continue
        except FileNotFoundError as error:
            raise MinikctlError(f"stat {parent}: no such file or directory") from error
        except OSError as error:
            raise MinikctlError(f"mkdir {path}: {(error.strerror or '').lower()}") from error
        return path
