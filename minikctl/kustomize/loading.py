"""The files that a kustomization may read, and the folders that it may build on.

A kustomization reads files in or below its own folder (``--load-restrictor`` lifts that), and builds on folders that are not
among those it is being built for. Nothing is fetched: what names a repository or a URL is an error. Upstream:
``api/internal/loader``, kyaml ``filesys``.
"""

from __future__ import annotations

import os
import re
import stat

from minikctl.kustomize.nodes import KustomizeError

#: what a git repository can look like in ``resources`` (upstream: ``git.NewRepoSpecFromURL``)
_REPOSITORY = re.compile(
    r"^(?:git::|(?:https?|ssh|file|git)://|git@|[\w.-]+@[\w.-]+:|github\.com[/:]|.*\.git(?:[/?]|$)|.*_git/)", re.IGNORECASE
)
_REMOTE_FILE = re.compile(r"^https?://", re.IGNORECASE)


class RemoteError(KustomizeError):
    """What would have to be fetched."""


class Loader:
    """Reads for one kustomization. ``root`` is its folder, absolute and without links."""

    __slots__ = ("referrer", "restricted", "root")

    def __init__(self, root: str, *, restricted: bool = True, referrer: Loader | None = None) -> None:
        self.root = root
        self.restricted = restricted
        self.referrer = referrer

    @classmethod
    def at(cls, path: str, *, restricted: bool = True) -> Loader:
        """For the folder that the user named. Raises KustomizeError."""
        if _is_remote(path):
            raise _remote(path)
        return cls(_confirm_folder(os.path.abspath(path), path), restricted=restricted)

    def load(self, path: str) -> str:
        """The text of a file. Raises KustomizeError."""
        return self.load_bytes(path).decode("utf-8", "replace")

    def load_bytes(self, path: str) -> bytes:
        """What a file holds. Raises KustomizeError."""
        if _REMOTE_FILE.match(path):
            raise _remote(path)
        path = os.path.normpath(os.path.join(self.root, path))
        if self.restricted:
            real = _clean(path)
            if os.path.isdir(real):
                raise KustomizeError(f"'{path}' must resolve to a file")
            if real != self.root and not real.startswith(self.root.rstrip("/") + "/"):
                raise KustomizeError(f"security; file '{real}' is not in or below '{self.root}'")
        try:
            with open(path, "rb") as file:
                return file.read()
        except IsADirectoryError:
            raise KustomizeError(f"'{path}' must resolve to a file") from None
        except OSError as error:
            raise KustomizeError(f"open {path}: {_reason(error)}") from error

    def below(self, path: str) -> Loader:
        """For a folder that this one builds on. Raises KustomizeError."""
        if not path:
            raise KustomizeError("new root cannot be empty")
        if _is_remote(path):
            raise _remote(path)
        if os.path.isabs(path):
            raise KustomizeError(f"new root '{path}' cannot be absolute")
        root = _confirm_folder(os.path.normpath(os.path.join(self.root, path)))
        visited: Loader | None = self
        while visited is not None:
            if visited.root == root or visited.root.startswith(root.rstrip("/") + "/"):
                raise KustomizeError(
                    f"cycle detected: candidate root '{root}' contains visited root '{visited.root}'"
                )
            visited = visited.referrer
        return Loader(root, restricted=self.restricted, referrer=self)


def _is_remote(path: str) -> bool:
    return bool(_REPOSITORY.match(path)) and not os.path.exists(path)


def _remote(path: str) -> RemoteError:
    return RemoteError(f"{path} cannot be fetched: URLs and repositories are not supported, copy it and name the folder")


def _clean(path: str, shown: str = "") -> str:
    """The real path of something that is there; ``shown`` is how messages name it. Raises KustomizeError."""
    try:
        return os.path.realpath(path, strict=True)
    except OSError as error:
        missing = error.filename or path
        raise KustomizeError(
            f"evalsymlink failure on '{shown or path}' : lstat {missing}: {_reason(error)}"
        ) from error


def _confirm_folder(path: str, shown: str = "") -> str:
    try:
        real = _clean(path, shown)
    except KustomizeError as error:
        raise KustomizeError(f"must build at directory: not a valid directory: {error}") from error
    if not stat.S_ISDIR(os.stat(real).st_mode):
        raise KustomizeError(f"must build at directory: '{shown or path}': file is not directory")
    return real


def _reason(error: OSError) -> str:
    """What Go says of a failed system call."""
    return (error.strerror or str(error)).lower()
