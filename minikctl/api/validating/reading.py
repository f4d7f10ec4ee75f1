"""From the text of a source to the objects in it, with all that is wrong before an object's kind can be asked.

Here nothing ends a file: a document that cannot be read is a problem, and the next one is read.
"""

from __future__ import annotations

import re

from minikctl.api.manifests import Document
from minikctl.api.manifests.decoding import DecodeError, is_list, items_of, text_of
from minikctl.api.manifests.streams import Raw, StreamError, readable_documents
from minikctl.api.validating.problems import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: what stands before the first line that says something
_PREAMBLE = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n|---[^\n]*\n|\xef\xbb\xbf)*")
_CONVERTING = "error converting YAML to JSON: "
_YAML_LINE = re.compile(r"yaml: (?:line \d+: )?")


class Unreadable:
    """A document that is no object: its text, the line where it begins, and what is wrong with it."""

    __slots__ = ("line", "problem", "text")

    def __init__(self, problem: Problem, text: bytes, line: int) -> None:
        self.problem = problem
        self.text = text
        self.line = line


def read_objects(data: bytes, source: str, line: int = 1, index: int = 0) -> Iterator[Document | Unreadable]:
    """Yield every object of ``data`` (valid UTF-8), those of Lists one by one; what is empty is passed over.

    ``line`` is the line of the source where ``data`` begins, ``index`` how many documents came before it.
    """
    for raw in readable_documents(data, line):
        if isinstance(raw, StreamError):
            yield Unreadable(syntax_problem(raw, source), raw.text, raw.begins)
        elif raw.problem:
            yield _unreadable("syntax", raw.problem.removeprefix("json: "), raw, source)
        elif raw.value is not None:
            yield from _objects(raw, source, index)
        index += 1


def _objects(raw: Raw, source: str, index: int) -> Iterator[Document | Unreadable]:
    value = raw.value
    if not isinstance(value, dict):
        from minikctl.api.validating.types import shown

        message = f"a manifest is an object with apiVersion and kind, not {shown(value)}"
        yield _unreadable("not-an-object", message, raw, source)
        return
    if not (is_list(value) and text_of(value, "kind").endswith("List")):
        yield Document(source, index, value, raw)
        return
    items = value["items"]
    if items is not None and not isinstance(items, list):
        yield _unreadable("wrong-type", "items: must be a list of objects", raw, source)
        return
    for number, item in enumerate(items or ()):
        if item is not None and not isinstance(item, dict):
            from minikctl.api.validating.types import shown

            yield _unreadable("not-an-object", f"items[{number}]: must be an object, not {shown(item)}", raw, source)
            return
    try:
        objects = items_of(value)
    except DecodeError:
        yield _unreadable("not-an-object", "a List must not hold Lists", raw, source)
        return
    for number, item in enumerate(objects):
        yield Document(source, index, item, raw, number)


def _unreadable(rule: str, message: str, raw: Raw, source: str) -> Unreadable:
    return Unreadable(Problem(rule, message, file=source, line=first_line(raw.text, raw.line)), raw.text, raw.line)


def first_line(text: bytes, line: int) -> int:
    """The line on which a document says its first word, where its text begins on ``line``."""
    found = _PREAMBLE.match(text)
    end = found.end() if found else 0
    return line + text.count(b"\n", 0, end) if end < len(text) else line


def syntax_problem(error: StreamError, source: str) -> Problem:
    """What the parser refuses, without what its message says of the place: that has its own."""
    words = _YAML_LINE.sub("", str(error).removeprefix(_CONVERTING), count=1)
    words = re.sub(r"^json: offset \d+: ", "", words)
    problem = Problem("syntax", words, file=source, line=error.line, column=error.column)
    problem.suggestion = next((advice for sign, advice in _ADVICE if sign in words), "")
    template = error.text.find(b"{{") if _is_about_braces(words) else -1
    if template >= 0:
        problem.suggestion = "this looks like a template: render it first"
        problem.line = error.begins + error.text.count(b"\n", 0, template)
        begin = error.text.rfind(b"\n", 0, template) + 1
        problem.column = len(error.text[begin:template].decode("utf-8", "replace")) + 1
        problem.end_column = problem.column + 2
    return problem


def _is_about_braces(words: str) -> bool:
    return "invalid map key" in words or "character '{'" in words or "block end" in words or "start any token" in words


_ADVICE = (
    ("mapping values are not allowed", "look at the indentation; a text with a colon and a space in it needs quotes"),
    ("found character that cannot start any token", "indent with spaces, not tabs; a text that begins with @ or ` needs quotes"),
    ("did not find expected key", "look at the indentation: the lines of one object begin in the same column"),
    ("did not find expected '-' indicator", "look at the indentation: the items of one list begin in the same column"),
    ("tab character", "indent with spaces, not tabs"),
    ("excessive aliasing", "write out what the aliases stand for"),
    ("unknown anchor", "a text that begins with * needs quotes"),
    ("control characters are not allowed", "the file is damaged, or no text"),
    ("Yaml document separator", "nothing but a comment may follow --- on its line"),
)

