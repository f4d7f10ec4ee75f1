"""Pieces of work: what one process reads and checks at a time, and what it finds.

A unit is some documents of one source. Large streams of YAML are cut at their separators, so that one file of ten
thousand documents keeps every core busy; a unit goes to another process and its result comes back, so both are small.
"""

from __future__ import annotations

import gc

from minikctl.api.manifests.streams import StreamError, is_json, pieces
from minikctl.api.validating.checking import check
from minikctl.api.validating.placing import add_unread_excerpt
from minikctl.api.validating.reading import Unreadable, first_line, read_objects
from minikctl.api.validating.report import Checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikctl.api.validating.catalog import Catalog
    from minikctl.api.validating.facts import Facts

#: bytes; a unit takes some tenths of a second
UNIT_SIZE = 256 * 1024


class Unit:
    """Documents of ``source``: their text, the line of the source where it begins, how many documents came before."""

    __slots__ = ("data", "index", "line", "source")

    def __init__(self, source: str, data: bytes, line: int = 1, index: int = 0) -> None:
        self.source = source
        self.data = data
        self.line = line
        self.index = index


class Outcome:
    """What came of a unit."""

    __slots__ = ("documents", "facts", "size", "source")

    def __init__(self, source: str, size: int) -> None:
        self.source = source
        self.size = size
        self.documents: list[Checked] = []
        self.facts: list[Facts] = []


def cut(source: str, data: bytes, size: int = UNIT_SIZE) -> Iterator[Unit]:
    """Cut a source (valid UTF-8) into units of about ``size`` bytes, each with whole documents."""
    if len(data) <= size or is_json(data):
        yield Unit(source, data)
        return
    texts: list[bytes] = []
    begins, total, index = 1, 0, 0
    for text, line in pieces(data):
        if isinstance(text, StreamError):
            # Only the whole source says what comes of a separator that is none.
            yield Unit(source, data)
            return
        if not texts:
            begins = line
        texts.append(text)
        total += len(text)
        if total >= size:
            yield Unit(source, b"---\n".join(texts), begins, index)
            index += len(texts)
            texts, total = [], 0
    if texts:
        yield Unit(source, b"---\n".join(texts), begins, index)


def work(unit: Unit, catalog: Catalog, namespace: str) -> Outcome:
    """Read and check the documents of a unit."""
    collecting = gc.isenabled()
    # Each document makes thousands of objects that are gone with it: the collector would look through them for nothing.
    gc.disable()
    try:
        return _work(unit, catalog, namespace)
    finally:
        if collecting:
            gc.enable()


def _work(unit: Unit, catalog: Catalog, namespace: str) -> Outcome:
    outcome = Outcome(unit.source, len(unit.data))
    for each in read_objects(unit.data, unit.source, unit.line, unit.index):
        line = first_line(each.text, each.line)
        if isinstance(each, Unreadable):
            add_unread_excerpt(each.problem, each.text, each.line)
            outcome.documents.append(Checked("", line, None, [each.problem]))
            continue
        verdict = check(each, catalog, namespace)
        outcome.documents.append(Checked(verdict.display, line, each.item, verdict.problems))
        if verdict.facts is not None:
            verdict.facts.number = len(outcome.documents) - 1
            outcome.facts.append(verdict.facts)
    return outcome
