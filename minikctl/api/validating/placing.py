"""Where in the file a problem is: from the path of a field to line, column and the line itself.

The text is read a second time here, for its places; a right manifest never gets here.
"""

from __future__ import annotations

from minikctl.api.manifests.positions import Place, Span, read_places
from minikctl.api.validating.hiding import hide_unread, hide_words, secrets_of
from minikctl.api.validating.problems import EXCERPT, Problem, excerpt
from minikctl.api.validating.types import TEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, Protocol

    from minikctl.api.validating.hiding import Secrets

    class Passage(Protocol):
        """A text with a place in a file; ``item`` is the object's index where the text is a List."""

        source: str
        text: bytes
        line: int
        item: int | None


#: the text read last, and its places: the objects of one List come one after the other
_last: list[tuple[bytes, Place | None]] = []


def place(passage: Passage, found: Iterable[tuple[Problem, str, Any]], name: str) -> list[Problem]:
    """Give each problem its place and return them in the order of the file, with what only the text shows.

    With each problem comes what of its path is meant: ``key`` (the field's name), ``value``, or ``duplicate`` (the line is
    known); and the value that a field error is about, which in a map says which entry is meant.
    """
    root = _places(passage.text)
    if root is not None and passage.item is not None:
        root = root.find(f"items[{passage.item}]")
    problems = []
    for problem, what, value in found:
        problem.file, problem.object = passage.source, name
        if what == "duplicate":
            _place_duplicate(problem, passage, root)
        elif root is not None:
            target, rest = root.follow(problem.path)
            _set(problem, _span(target, rest or not problem.path, what, value), passage)
            _fill_in(problem, None if rest else target.text)
        else:
            problem.line = passage.line
        problems.append(problem)
    if root is not None:
        taken = {(problem.line, problem.column): problem for problem in problems}
        for problem, span in _odd_keys(root):
            problem.file, problem.object = passage.source, name
            _set(problem, span, passage)
            same = taken.get((problem.line, problem.column))
            if same is None:
                problems.append(problem)
            elif not same.suggestion:
                same.suggestion = problem.suggestion
    secrets = secrets_of(root, passage.line)
    for problem in problems:
        add_excerpt(problem, passage.text, passage.line, secrets)
    problems.sort(key=lambda problem: (problem.line, problem.column, problem.severity))
    return problems


def _span(target: Place, rest: str | bool, what: str, value: Any) -> Span:
    """What to mark. ``rest`` of the path is not there, and ``target`` is what is around it; True: all of it is meant."""
    if rest and "kind" in target.inner and "apiVersion" in target.inner:
        return target.inner["kind"].value  # what is missing is missing in the whole object
    if isinstance(rest, str) and rest[:1] == "[":
        # Upstream's path leaves out what is between: spec.resources[storage] for spec.resources.requests.storage.
        found = [inner.inner[rest[1:-1]] for inner in target.inner.values() if rest[1:-1] in inner.inner]
        if len(found) == 1:
            return found[0].value
    if rest or what == "key":
        return target.span
    # A container is marked by its key: it may go on for pages.
    return _entry(target, value) or (target.span if target.text is None else target.value)


def texts_of(passage: Passage) -> Callable[[str], str | None]:
    """Return what tells of a path which scalar the manifest has there, as it is written; None for anything else."""

    def text(path: str) -> str | None:
        root = _places(passage.text)
        if root is not None and passage.item is not None:
            root = root.find(f"items[{passage.item}]")
        target, rest = root.follow(path) if root is not None else (None, path)
        return None if target is None or rest else target.text

    return text


def _places(text: bytes) -> Place | None:
    if not _last or _last[0][0] is not text:
        _last[:] = [(text, read_places(text))]
    return _last[0][1]


def _set(problem: Problem, span: Span, passage: Passage) -> None:
    problem.line = passage.line + span.line
    problem.column = span.column + 1
    problem.end_column = span.end + 1


def _entry(target: Place, value: Any) -> Span | None:
    """The entry of a map that a field error about the whole map means: its key or its value is the bad one."""
    if not isinstance(value, str) or not target.inner or target.text is not None:
        return None
    if value in target.inner:
        return target.inner[value].span
    return next((inner.value for inner in target.inner.values() if inner.text == value), None)


def _fill_in(problem: Problem, text: str | None) -> None:
    """Put what the manifest says into a suggestion that speaks of it."""
    if TEXT in problem.suggestion:
        fits = text is not None and len(text) <= 40 and "\n" not in text
        problem.suggestion = problem.suggestion.replace(TEXT, text or "") if fits else ""


def _place_duplicate(problem: Problem, passage: Passage, root: Place | None) -> None:
    """A duplicate's line is known; its column is that of its key there."""
    target, rest = root.follow(problem.path) if root is not None else (None, problem.path)
    if target is not None and not rest and passage.line + target.line == problem.line:
        _set(problem, target.span, passage)
        return
    key = problem.path.rpartition(".")[2]
    line = line_of(passage.text, problem.line - passage.line)
    at = max(line.find(key), 0)
    problem.column, problem.end_column = at + 1, at + 1 + max(len(key), 1)


def _odd_keys(root: Place) -> Iterator[tuple[Problem, Span]]:
    """Every key that YAML takes for something else than it says."""
    stack = [("", root)]
    while stack:
        path, target = stack.pop()
        for name, inner in target.inner.items():
            there = f"{path}.{name}" if path else name
            if inner.key and inner.key != "<<":
                yield Problem(
                    "key-not-text", f'YAML reads the key {inner.key} as "{name}"', path=there,
                    suggestion=f'write "{inner.key}", in quotes, if the text is meant',
                ), inner.span
            stack.append((there, inner))


def add_excerpt(problem: Problem, text: bytes, begins: int, secrets: Secrets | None) -> None:
    """Give a problem the line that it is on; ``text`` begins on line ``begins`` of the file."""
    line = line_of(text, problem.line - begins, problem.column + EXCERPT)
    if secrets is not None:
        line = secrets.line(line, problem.line)
        hide_words(problem)
    problem.excerpt, problem.excerpt_column = excerpt(line, problem.column)


def add_unread_excerpt(problem: Problem, text: bytes, begins: int) -> None:
    """The same for a text that cannot be read."""
    line = hide_unread(line_of(text, problem.line - begins, problem.column + EXCERPT), text)
    problem.excerpt, problem.excerpt_column = excerpt(line, problem.column)


#: the text looked at last, and where its lines begin
_lines: list[tuple[bytes, list[int]]] = []


def line_of(text: bytes, number: int, most: int = 1 << 30) -> str:
    """Line ``number`` (from 0) of a text, without its end, and no more than ``most`` letters; "" where there is none."""
    if not _lines or _lines[0][0] is not text:
        import re

        _lines[:] = [(text, [0, *(match.end() for match in re.finditer(b"\n", text))])]
    starts = _lines[0][1]
    if not 0 <= number < len(starts):
        return ""
    end = starts[number + 1] - 1 if number + 1 < len(starts) else len(text)
    # A letter has at most four bytes.
    end = min(end, starts[number] + 4 * most)
    return text[starts[number] : end].decode("utf-8", "replace").rstrip("\r")[:most]
