"""Keys and values from the command line and from files, for ConfigMaps and Secrets.

Upstream: kubectl ``cmd/create/create_configmap.go`` and ``create_secret.go``, ``util.ParseFileSource``,
``cmdutil.AddFromEnvFile`` and ``util/hash``.
"""

from __future__ import annotations

import os
import posixpath
import stat

from minikctl.errors import MinikctlError, UsageError, quote
from minikctl.lib import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Obj = dict[str, Any]
    #: takes a key and what belongs to it; raises UsageError for a key that cannot be
    Add = Callable[[str, bytes], None]

#: what Go's ``unicode.IsSpace`` takes for a space
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
#: the first ten letters of a hash, without those that make words (upstream: ``encodeHash``)
_HASH_LETTERS = str.maketrans("013ae", "ghkmt")


def add_literals(sources: list[str], add: Add) -> None:
    """``--from-literal``: key=value. Raises UsageError."""
    for source in sources:
        key, equals, value = source.partition("=")
        if not equals or not key:
            raise UsageError(f"invalid literal source {source}, expected key=value")
        add(key, _bytes(value))


def add_files(sources: list[str], add: Add) -> None:
    """``--from-file``: a file, key=file, or a folder with a key for each file in it. Raises MinikctlError."""
    for source in sources:
        key, path = _parse_file_source(source)
        if _is_folder(path):
            if "=" in source:
                raise UsageError("cannot give a key name for a directory path")
            with os.scandir(path) as entries:
                files = sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
            for name in files:
                add(name, read_file(posixpath.join(path, name)))
        else:
            add(key, read_file(path))


def _parse_file_source(source: str) -> tuple[str, str]:
    """The key and the path that ``--from-file`` names."""
    count = source.count("=")
    if count == 0:
        return posixpath.basename(source.rstrip("/")) or ("/" if source else "."), source
    if count > 1:
        raise UsageError("key names or file paths cannot contain '='")
    key, _, path = source.partition("=")
    if not key:
        raise UsageError(f"key name for file path {path} missing")
    if not path:
        raise UsageError(f"file path for key name {key} missing")
    return key, path


def _is_folder(path: str) -> bool:
    """Whether a path is a folder. Raises MinikctlError for one that is not there."""
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError) as error:
        raise MinikctlError(f"error reading {path}: {reason(error)}") from error


def read_file(path: str) -> bytes:
    """The content of a file. Raises MinikctlError in the words of Go's ``os.ReadFile``."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise MinikctlError(f"open {path}: {reason(error)}") from error


def reason(error: Exception) -> str:
    """Why the system refused, in Go's words (``no such file or directory``)."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def add_env_files(sources: list[str], environ: Mapping[str, str], add: Add) -> None:
    """``--from-env-file``: lines of KEY=VALUE; a KEY alone has its value from the environment. Raises MinikctlError."""
    for source in sources:
        if _is_folder(source):
            raise UsageError("env config file cannot be a directory")
        for number, line in enumerate(read_file(source).split(b"\n")):
            key, value = _parse_env_line(line.removesuffix(b"\r"), source, number, environ)
            if key:
                add(key, _bytes(value))


def _parse_env_line(line: bytes, path: str, number: int, environ: Mapping[str, str]) -> tuple[str, str]:
    """The key and the value of a line, "" for an empty line or a comment; ``number`` counts from 0."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        shown = " ".join(str(byte) for byte in line)
        raise MinikctlError(f"env file {path} contains invalid utf8 bytes at line {number + 1}: [{shown}]") from error
    if number == 0:
        text = text.removeprefix("\ufeff")
    text = text.lstrip(_SPACES)
    if not text or text[0] == "#":
        return "", ""
    key, equals, value = text.partition("=")
    messages = names.is_strict_env_var_name(key)
    if messages:
        raise UsageError(f"{quote(key)} is not a valid key name: {';'.join(messages)}")
    return key, value if equals else environ.get(key, "")


def _bytes(text: str) -> bytes:
    """The bytes of a word of the command line, whatever they are."""
    return text.encode("utf-8", "surrogateescape")


def text_of(value: bytes) -> str | None:
    """The text that bytes are, None where they are no UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def hash_suffix(content: Obj) -> str:
    """What ``--append-hash`` puts behind the name: ten letters that follow from the content."""
    from hashlib import sha256

    from minikctl.lib.gojson import compact

    digest = sha256(compact(content).encode("utf-8", "surrogateescape")).hexdigest()
    return digest[:10].translate(_HASH_LETTERS)
