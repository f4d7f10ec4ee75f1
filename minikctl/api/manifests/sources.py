"""Where manifests come from: the arguments of ``-f`` as a list of files and standard input, and their text.

Upstream: cli-runtime ``resource.Builder`` (``FilenameParam``, ``Path``, ``ExpandPathsToFileVisitors``): files, folders
(``.json``, ``.yaml`` and ``.yml`` in the order of their names), shell patterns, ``-``; every argument that is wrong is
reported before anything is read. What a URL would hold cannot be had without a network: it is an error.
"""

from __future__ import annotations

import os
import stat

from minikctl.errors import AggregateError, MinikctlError, UsageError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

EXTENSIONS = (".json", ".yaml", ".yml")
#: what standard input is called in messages
STDIN = "STDIN"

_UTF8_BOM, _UTF16_BOMS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_CHUNK = 1 << 20


class Sources:
    """What ``-f`` names. ``paths`` are files (``STDIN`` for standard input) in the order in which they are read.

    ``single_item_implied``: there is one file, named as such, so that one object in it is meant and not a list
    (upstream: ``visitByPaths``).
    """

    __slots__ = ("paths", "single_item_implied")

    def __init__(self, paths: list[str], *, single_item_implied: bool) -> None:
        self.paths = paths
        self.single_item_implied = single_item_implied


def expand(filenames: Iterable[str], *, recursive: bool = False) -> Sources:
    """Return the files that ``filenames`` mean. Raises MinikctlError, AggregateError where several are wrong."""
    paths: list[str] = []
    errors: list[MinikctlError] = []
    folder = stream = False
    for name in filenames:
        if name == "-":
            if STDIN in paths:
                errors.append(UsageError("standard input cannot be used for multiple arguments"))
            stream = True
            paths.append(STDIN)
            continue
        try:
            matches = _match(name)
        except MinikctlError as error:
            errors.append(error)
            continue
        for path in matches:
            try:
                found = _files(path, recursive=recursive)
            except MinikctlError as error:
                errors.append(error)
                continue
            folder = folder or len(found) > 1
            paths += found
        if not paths and not errors:
            known = f"[{' '.join(EXTENSIONS)}]"
            errors.append(
                MinikctlError(f"error reading [{' '.join(matches)}]: recognized file extensions are {known}")
            )
    if errors:
        raise errors[0] if len(errors) == 1 else AggregateError(errors)
    return Sources(paths, single_item_implied=not folder and not stream and len(paths) == 1)


def read_bytes(path: str, stdin: Any = None) -> bytes:
    """Return what ``path`` holds, as UTF-8 without a byte order mark.

    ``stdin`` is what ``STDIN`` is read from: a binary or text stream. UTF-16 is recognized by its byte order mark;
    bytes that are no UTF-8 become U+FFFD, each by itself (upstream: ``unicode.BOMOverride``). Raises MinikctlError.
    """
    try:
        if path == STDIN:
            stream = getattr(stdin, "buffer", stdin)
            data = stream.read() if stream is not None else b""
            if isinstance(data, str):
                data = data.encode("utf-8", "surrogateescape")
        else:
            with open(path, "rb") as file:
                data = file.read()
    except IsADirectoryError as error:
        raise MinikctlError(f"error parsing {path}: read {path}: is a directory") from error
    except OSError as error:
        raise MinikctlError(f"open {path}: {_reason(error)}") from error
    return to_utf8(data)


def to_utf8(data: bytes) -> bytes:
    """Return ``data`` as valid UTF-8 without a byte order mark; see ``read_bytes``."""
    if data[:2] in _UTF16_BOMS:
        return data.decode("utf-16", "replace").encode()
    data = data.removeprefix(_UTF8_BOM)
    if data.isascii() or _is_utf8(data):
        return data
    import re

    # The error handler gives one surrogate for each byte, as Go's decoder gives one U+FFFD.
    text = data.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", "\ufffd", text).encode()


def _is_utf8(data: bytes) -> bool:
    """Whether ``data`` is valid UTF-8, found out in pieces: one character can make a text four times as large."""
    from codecs import getincrementaldecoder

    decoder = getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _reason(error: OSError) -> str:
    """What Go says of a failed system call: the C library's words in lower case."""
    return (error.strerror or str(error)).lower()


def _match(name: str) -> list[str]:
    """Return the paths that an argument of ``-f`` means: itself where it exists, else what it matches as a pattern.

    Upstream: ``expandIfFilePattern``. Raises MinikctlError.
    """
    if name.startswith(("http://", "https://")):
        raise MinikctlError(
            f"the URL {quote(name)} cannot be read: URLs are not supported, fetch the file and pass it with -f"
        )
    try:
        os.stat(name)
    except FileNotFoundError:
        from minikctl.api.manifests.globbing import BadPatternError, glob

        try:
            matches = glob(name)
        except BadPatternError as error:
            raise MinikctlError(f"pattern {quote(name)} is not valid: {error}") from error
        if not matches:
            raise MinikctlError(f"the path {quote(name)} does not exist") from None
        return matches
    except OSError as error:
        raise MinikctlError(f"the path {quote(name)} cannot be accessed: stat {name}: {_reason(error)}") from error
    except ValueError:  # a NUL in the name
        raise MinikctlError(f"the path {quote(name)} cannot be accessed: stat {name}: invalid argument") from None
    return [name]


def _files(path: str, *, recursive: bool) -> list[str]:
    """Return ``path`` itself, or what a folder holds. A link to a folder is no folder, as for Go's filepath.Walk."""
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISDIR(mode):
            return [path]
        return [os.path.normpath(file) for file in _walk(path, recursive=recursive)]
    except OSError as error:
        raise MinikctlError(f"error reading {quote(path)}: open {error.filename}: {_reason(error)}") from error


def _walk(folder: str, *, recursive: bool) -> Iterator[str]:
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if stat.S_ISDIR(os.lstat(path).st_mode):
            if recursive:
                yield from _walk(path, recursive=True)
        elif os.path.splitext(name)[1] in EXTENSIONS or name in EXTENSIONS:
            yield path
