"""The user's editor on a temporary file (upstream: kubectl ``cmd/util/editor/editor.go``)."""

from __future__ import annotations

import os
import sys

from minikctl.commands._programs import ProgramNotFoundError, run_program, temporary_folder
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from minikctl.commands._session import Session


class Editor:
    """The editor of $KUBE_EDITOR, else $EDITOR, else ``vi`` (Windows: notepad)."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.words, self.by_shell = editor_words(session.env.environ)

    def edit(self, text: bytes, suffix: str) -> tuple[bytes, str]:
        """Let the user edit ``text`` in a new file; returns what is in it then, and its path.

        Raises MinikctlError where there is no such editor, or it fails; the file is then gone.
        """
        path = _temporary_file(self.session, suffix, text)
        try:
            self._launch(path)
            with open(path, "rb") as file:
                return file.read(), path
        except MinikctlError:
            remove(path)
            raise
        except OSError as error:
            raise MinikctlError(f"open {path}: {(error.strerror or str(error)).lower()}") from error

    def _launch(self, path: str) -> None:
        words = [*self.words]
        if self.by_shell:
            words[-1] = f'{words[-1]} "{path}"'
        else:
            words.append(path)
        shown = " ".join(self.words)
        try:
            code = run_program(self.session, words, reads=True)
        except ProgramNotFoundError as error:
            raise MinikctlError(f'unable to launch the editor "{shown}"') from error
        except OSError as error:
            raise MinikctlError(f'there was a problem with the editor "{shown}"') from error
        if code:
            raise MinikctlError(f'there was a problem with the editor "{shown}"')


def editor_words(environ: Mapping[str, str]) -> tuple[list[str], bool]:
    """The editor's command line, and whether a shell reads it: one with quotes or backslashes is not cut at its spaces."""
    windows = sys.platform == "win32"
    editor = environ.get("KUBE_EDITOR") or environ.get("EDITOR") or ("notepad" if windows else "vi")
    if " " not in editor:
        return [editor], False
    if not any(char in editor for char in "\"'\\"):
        return editor.split(" "), False
    shell = environ.get("SHELL") or ("cmd" if windows else "/bin/bash")
    return [shell, "/C" if shell == "cmd" else "-c", editor], True


def _temporary_file(session: Session, suffix: str, text: bytes) -> str:
    """A new file ``kubectl-edit-DIGITS.yaml`` that only its owner can read. Raises MinikctlError."""
    parent, prefix = temporary_folder(session), os.path.basename(session.program)
    draw = session.env.random("edit")
    while True:
        path = os.path.join(parent, f"{prefix}-edit-{draw.getrandbits(32)}{suffix}")
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise MinikctlError(f"open {path}: {(error.strerror or str(error)).lower()}") from error
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        return path


def remove(path: str) -> None:
    """Take a file away, if it is there."""
    import contextlib

    with contextlib.suppress(OSError):
        os.unlink(path)
