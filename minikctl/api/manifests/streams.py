"""One source's bytes as documents: the YAML stream cut at ``---``, or JSON values one after the other.

A source whose first sign is a brace is read as JSON; where that fails at the first or second value, the rest is read as
YAML (``{a: b}`` is YAML), and only when that fails too the JSON's error is reported. Every quirk here is one that users
of kubectl can meet. Upstream: apimachinery ``util/yaml`` (``YAMLOrJSONDecoder``, ``YAMLReader``).
"""

from __future__ import annotations

import json
import re

from minikctl.errors import quote
from minikctl.lib.gojsonsyntax import MAX_DEPTH, JSONSyntaxError, scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.api.manifests.yamltree import Duplicate

#: go-yaml reads YAML 1.1 alone, libyaml 1.2 too
_OTHER_VERSION = re.compile(rb"%YAML[ \t]+(?!1\.1\s)[0-9]")
_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATES = re.compile("[\ud800-\udfff]")
#: how much of a source is looked at for the brace (kubectl's buffer)
_GUESS = 4096


#: a private character of Unicode's, put where a colon is to be no sign of YAML
_STAND_IN = "\uf03a"
_MOST_STAND_INS = 100
#: what ends a line to YAML
_LINE_BREAKS = re.compile("(\r\n|[\r\n\x85\u2028\u2029])")


class StreamError(ValueError):
    """The rest of the source cannot be read; ``str()`` has kubectl's words. ``line`` and ``column`` count from 1.

    ``text`` is what could not be read and ``begins`` its first line, where ``readable_documents`` found it.
    """

    def __init__(self, message: str, line: int, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.text = b""
        self.begins = line

    def within(self, text: bytes, begins: int) -> StreamError:
        """Take note of the text that could not be read."""
        self.text, self.begins = text, begins
        return self


class Raw:
    """One document: its value, its text, the line of the source where it begins, and what is odd about it."""

    __slots__ = ("duplicates", "is_json", "line", "odd_keys", "problem", "text", "value")

    def __init__(self, value: Any, text: bytes, line: int, *, is_json: bool = False) -> None:
        self.value = value
        self.text = text
        self.line = line
        self.is_json = is_json
        #: keys that stand twice in one object, with lines of the source
        self.duplicates: list[Duplicate] = []
        #: keys that YAML takes for something else than their text (``on``)
        self.odd_keys: list[str] = []
        #: what Go's decoder would say of the value, "" for nothing
        self.problem = ""


def documents(data: bytes) -> Iterator[Raw]:
    """Yield the documents of ``data`` (valid UTF-8), empty ones too. Raises StreamError; nothing comes after it."""
    if not is_json(data):
        yield from _yaml_documents(data, 1)
        return
    text = data.decode()
    position = count = 0
    line = 1
    while (begin := _skip_space(text, position)) < len(text):
        line += text.count("\n", position, begin)
        try:
            raw, end = _json_document(text, begin, line)
        except JSONSyntaxError as error:
            offset = f"json: offset {error.offset}: " if error.offset and count <= 1 else ""
            failure = StreamError(f"{offset}{error}", *_line_and_column(data, error.offset or len(data)))
            if count > 1:
                raise failure from error
            try:
                rest = _yaml_documents(*_rest(data, text, position))
                first = next(rest, None)
            except (StreamError, EOFError):
                raise failure from error
            if first is not None:
                yield first
                yield from rest
            return
        yield raw
        count += 1
        line += text.count("\n", begin, end)
        position = end


# ---------------------------------------------------------------------------------------------------------------------
# YAML
# ---------------------------------------------------------------------------------------------------------------------


def _yaml_documents(data: bytes, line: int) -> Iterator[Raw]:
    """Yield the YAML documents of ``data``, whose first line is line ``line`` of its source. Raises StreamError."""
    for text, at in pieces(data, line):
        if isinstance(text, StreamError):
            raise text
        yield load_yaml(text, at)


def pieces(data: bytes, line: int = 1) -> Iterator[tuple[bytes | StreamError, int]]:
    """Cut a YAML stream into the texts of its documents, each with the line where it begins; or say what is wrong.

    A separator at the very start of a document belongs to it (and counts as its first line); the one that ends it does
    not. Anything but a comment after a separator is an error, in whose face the document before it is not seen either;
    who asks on gets the rest of the stream as if it had been a separator.
    """
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    start = 0
    for begin, end in _separators(data):
        rest = data[begin + 3 : end].strip()
        if rest and not rest.startswith(b"#"):
            at = line + data.count(b"\n", start, begin)
            yield StreamError(f"invalid Yaml document separator: {rest.decode()}", at), at
        if begin > start:
            yield data[start:begin], line
            line += data.count(b"\n", start, end) + 1
            start = end + 1
    if start < len(data):
        yield data[start:], line


def _separators(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each line that begins with ``---`` begins and ends: plain searches, ten times as fast as a pattern."""
    before = -1 if data.startswith(b"---") else data.find(b"\n---")
    more = before >= 0 or data.startswith(b"---")
    while more:
        end = data.find(b"\n", before + 1)
        yield before + 1, end if end >= 0 else len(data)
        before = data.find(b"\n---", end) if end >= 0 else -1
        more = before >= 0


def is_json(data: bytes) -> bool:
    """Whether a source is read as JSON before it is read as YAML: its first sign is a brace."""
    return data[:_GUESS].lstrip().startswith(b"{")


def readable_documents(data: bytes, line: int = 1) -> Iterator[Raw | StreamError]:
    """Yield every document of ``data`` that can be read, and an error in the place of each that cannot.

    kubectl stops at the first error (``documents``); a YAML document that is none does not keep the next one from being
    one. JSON has nothing between two values by which to find the next.
    """
    if is_json(data):
        try:
            yield from documents(data)
        except StreamError as error:
            yield error.within(data, 1)
        return
    for text, at in pieces(data, line):
        if isinstance(text, StreamError):
            yield text.within(data, line)
            continue
        try:
            yield load_yaml(text, at)
        except StreamError as error:
            yield error.within(text, at)


def load_yaml(text: bytes, line: int) -> Raw:
    """Return one YAML document (what follows its end in ``text`` is passed over). Raises StreamError."""
    # Go's reader ends every line, the last one too.
    odd_keys: list[str] = []
    value, duplicates = _build(text if text.endswith(b"\n") else text + b"\n", line, odd_keys)
    raw = Raw(value, text, line)
    raw.odd_keys = odd_keys
    for duplicate in duplicates:
        duplicate.line += line - 1
    raw.duplicates = duplicates
    return raw


def _build(text: bytes, line: int, odd_keys: list[str]) -> tuple[Any, list[Duplicate]]:
    """Build a document, with go-yaml's words and its leniency. Raises StreamError."""
    from yaml import YAMLError

    from minikctl.api.manifests import yamlwords
    from minikctl.api.manifests.yamltree import DocumentError, build

    for _ in range(_MOST_STAND_INS):
        try:
            value, duplicates = build(event_source(text), odd_keys)
        except DocumentError as error:
            message, at, column = str(error), getattr(error, "line", 1), 1
        except YAMLError as error:
            at, column = yamlwords.position(error)
            if getattr(error, "problem", "") == "found unexpected ':'":
                # go-yaml takes the colon of {a:} and [a:, b] for a letter.
                text = _with_stand_in(text, at, column)
                continue
            message = yamlwords.words(error)
            if _OTHER_VERSION.match(text):
                message = "yaml: found incompatible YAML document"
        else:
            return (_without_stand_ins(value) if _STAND_IN.encode() in text else value), duplicates
        raise StreamError(f"error converting YAML to JSON: {message}", line + at - 1, column)
    raise StreamError("error converting YAML to JSON: yaml: too many colons without a space after them", line)


def _with_stand_in(text: bytes, line: int, column: int) -> bytes:
    """Return ``text`` with another character for the one at ``line`` and ``column``, both from 1."""
    # Every second piece is a line, as YAML counts them: it knows more line breaks than one.
    pieces = _LINE_BREAKS.split(text.decode())
    wrong = pieces[2 * line - 2]
    pieces[2 * line - 2] = f"{wrong[: column - 1]}{_STAND_IN}{wrong[column:]}"
    return "".join(pieces).encode()


def _without_stand_ins(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(_STAND_IN, ":")
    if isinstance(value, dict):
        return {_without_stand_ins(key): _without_stand_ins(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_stand_ins(inner) for inner in value]
    return value


def event_source(text: bytes) -> Any:
    """Return the function that hands out the parser's events of ``text``: libyaml's, or PyYAML's own without it."""
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not know that it comes from there
    except ImportError:
        from minikctl.api.manifests import pureparser

        return pureparser.event_source(text.decode())
    return CParser(text).get_event


# ---------------------------------------------------------------------------------------------------------------------
# JSON
# ---------------------------------------------------------------------------------------------------------------------


def _json_document(text: str, begin: int, line: int) -> tuple[Raw, int]:
    """Read the JSON value at ``begin``; returns it and where it ends. Raises JSONSyntaxError with Go's offset."""
    from minikctl.api.manifests.yamltree import depth

    reader = _Reader()
    try:
        value, end = reader.decoder.raw_decode(text, begin)
        refused = depth(value) > MAX_DEPTH
    except (ValueError, RecursionError):
        value, end, refused = None, begin, True
    if refused:
        # Python knows that this is no JSON; Go's words and offset come from reading it again by Go's rules.
        scan(text.encode(), len(text[:begin].encode()))
    raw = Raw(value, text[begin:end].encode(), line, is_json=True)
    if text.find("\\u", begin, end) >= 0:
        raw.value = _without_surrogates(value)
    raw.problem = reader.problem
    if reader.has_duplicates:
        raw.duplicates = _duplicates(raw)
    return raw, end


def load_json(text: str) -> Any:
    """Return the value of a text that is one JSON value (numbers as Go has them). Raises JSONSyntaxError.

    The words are those of ``json.Unmarshal``, which does not read streams.
    """
    try:
        raw, end = _json_document(text, _skip_space(text, 0), 1)
    except JSONSyntaxError as error:
        if error.offset:
            raise
        raise JSONSyntaxError("unexpected end of JSON input", 0) from error
    after = _skip_space(text, end)
    if after < len(text):
        shown = quote(text[after])[1:-1]
        raise JSONSyntaxError(f"invalid character '{shown}' after top-level value", len(text[:after].encode()) + 1)
    return raw.value


class _Reader:
    """A JSON reader that takes note of what Go would have said something about."""

    def __init__(self) -> None:
        self.problem = ""
        self.has_duplicates = False
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=self._integer, parse_float=self._float,
            parse_constant=self._constant,
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.has_duplicates = True
        return found

    def _integer(self, digits: str) -> int | float:
        if len(digits) < 19:
            return int(digits)
        value = int(digits) if len(digits) < 40 else None
        return value if value is not None and -(1 << 63) <= value < 1 << 63 else self._float(digits)

    def _float(self, digits: str) -> int | float:
        from minikctl.api.manifests.scalars import as_json

        value = float(digits)
        if value in (float("inf"), float("-inf")):
            self.problem = self.problem or f"json: cannot unmarshal number {digits} into Go value of type float64"
            return 0
        number: int | float = as_json(value)
        return number

    @staticmethod
    def _constant(word: str) -> Any:
        raise ValueError(word)


def _without_surrogates(value: Any) -> Any:
    """Replace halves of surrogate pairs, which Go's strings cannot hold."""
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(inner) for inner in value]
    return value


def _duplicates(raw: Raw) -> list[Duplicate]:
    """Find the double keys of a JSON value with their lines: it is YAML too, and that reader knows lines."""
    try:
        return load_yaml(raw.text, raw.line).duplicates
    except StreamError:  # the few JSON texts that are no YAML: a key of more than 1,024 characters
        return []


def _skip_space(text: str, position: int) -> int:
    return _SPACE.match(text, position).end()  # type: ignore[union-attr]  # it matches always


def _rest(data: bytes, text: str, position: int) -> tuple[bytes, int]:
    """What is left for the YAML reader after ``position``, and its line: blanks go, up to and with one line end.

    Raises EOFError where less than four bytes are left at any step, which kubectl's reader takes for the end.
    """
    offset = start = len(text[:position].encode())
    while len(data) - offset >= 4:
        if not data[offset : offset + 1].isspace():
            break
        offset += 1
        if data[offset - 1] == ord("\n"):
            break
    else:
        raise EOFError
    return data[offset:], text.count("\n", 0, position) + data.count(b"\n", start, offset) + 1


def _line_and_column(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of the byte before ``offset``."""
    before = data[: max(offset - 1, 0)]
    return before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
