"""A whole validation: sources in, report out, in this process or, where there is much to do, in several.

The sources are looked at twice: first for definitions of custom kinds, which may stand after what they define, then for
everything. What is not standard input is read again for that, and for the places of what the cross checks find, so that
no more than a file and some units are in memory at a time.
"""

from __future__ import annotations

import os

from minikctl.api.manifests.sources import read_bytes
from minikctl.api.validating.catalog import Catalog, DefinitionError, is_definition
from minikctl.api.validating.problems import Problem
from minikctl.api.validating.report import FileReport, Report
from minikctl.api.validating.units import Outcome, Unit, cut, work
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from minikctl.api.validating.facts import Facts

    Obj = dict[str, Any]
    Progress = Callable[[int, int], None]

#: bytes of manifests below which other processes cost more than they bring
PARALLEL_FROM = 1_500_000
#: units that wait for each process
_WAITING = 3
_DEFINITION = b"CustomResourceDefinition"


class Validation:
    """What to validate, and how.

    ``paths`` are files (``sources.STDIN`` for standard input, which is read from ``stdin``); ``crds`` and ``schema_dirs``
    are the files and folders of ``--crd`` and ``--schema-dir``; ``namespace`` is that of objects that name none;
    ``disabled`` are names of rules; ``definitions`` are CustomResourceDefinitions that are known already; ``texts``
    has what some of the paths hold that are no files (what a kustomization builds).
    """

    def __init__(
        self, paths: Sequence[str], *, stdin: Any = None, crds: Iterable[str] = (), schema_dirs: Iterable[str] = (),
        namespace: str = "default", disabled: Collection[str] = (), definitions: Iterable[Obj] = (),
        texts: Mapping[str, bytes] | None = None,
    ) -> None:
        self.paths = paths
        self.stdin = stdin
        self.crds = list(crds)
        self.schema_dirs = list(schema_dirs)
        self.namespace = namespace
        self.disabled = disabled
        self.total = 0
        self.catalog = Catalog()
        self._kept: dict[str, bytes] = dict(texts or {})
        self._definitions = list(definitions)

    def run(
        self, *, jobs: int = 0, progress: Progress | None = None,
        stored: Callable[[], Iterable[Facts]] | None = None,
    ) -> Report:
        """Validate everything.

        ``jobs`` is the number of processes, 0: as it is best; ``progress`` is told how many bytes of how many are done;
        ``stored`` gives the facts of what is stored, when all files are read.
        Raises MinikctlError for a definition or schema of ``--crd`` or ``--schema-dir`` that cannot be used.
        """
        report = Report()
        self._look_through()
        files: dict[str, FileReport] = {}
        facts: list[Facts] = []
        for path in self.paths:
            if path not in files:
                files[path] = FileReport(path)
                report.files.append(files[path])
        done = 0
        for outcome in self._outcomes(files, jobs):
            file = files[outcome.source]
            for each in outcome.facts:
                each.number += len(file.documents)
            file.documents += outcome.documents
            facts += outcome.facts
            done += outcome.size
            if progress is not None:
                progress(done, max(self.total, done))
        self._cross_check(files, facts, stored)
        if self.disabled:
            report.drop(self.disabled)
        return report

    # -- reading ----------------------------------------------------------------------------------------------------

    def read(self, path: str) -> bytes:
        """The text of a source, UTF-8 without a byte order mark; standard input is kept. Raises MinikctlError."""
        found = self._kept.get(path)
        if found is None:
            found = read_bytes(path, self.stdin)
            if not os.path.isfile(path):
                self._kept[path] = found  # standard input, a pipe: it can be read only once
        return found

    def _look_through(self) -> None:
        """Find the definitions of custom kinds, and how much there is to do."""
        definitions = self._definitions
        for path in self.crds:
            try:
                found = list(definitions_in(self.read(path), path))
            except MinikctlError as error:
                raise MinikctlError(f"--crd: {error}") from error
            if not found:
                raise MinikctlError(f"--crd: there is no CustomResourceDefinition in {path}")
            definitions += found
        try:
            self.catalog = Catalog(definitions, self.schema_dirs)
        except DefinitionError as error:
            raise MinikctlError(str(error)) from error
        for path in dict.fromkeys(self.paths):
            try:
                data = self.read(path)
            except MinikctlError:
                continue  # the report will say it
            self.total += len(data)
            if _DEFINITION in data:
                for definition in definitions_in(data, path):
                    try:
                        self.catalog.define(definition)
                    except DefinitionError:
                        continue  # the report will say it
                    definitions.append(definition)

    # -- working ----------------------------------------------------------------------------------------------------

    def _units(self, files: dict[str, FileReport]) -> Iterator[Unit]:
        for path, file in files.items():
            try:
                data = self.read(path)
            except MinikctlError as error:
                message = str(error).removeprefix("error: ")
                file.problems.append(Problem("unreadable", message, file=path))
                continue
            yield from cut(path, data)

    def _outcomes(self, files: dict[str, FileReport], jobs: int) -> Iterator[Outcome]:
        """The outcomes of all units, in order."""
        jobs = jobs or (_cores() if self.total >= PARALLEL_FROM else 1)
        if jobs > 1:
            yield from self._in_processes(jobs, files)
            return
        for unit in self._units(files):
            yield work(unit, self.catalog, self.namespace)

    def _in_processes(self, jobs: int, files: dict[str, FileReport]) -> Iterator[Outcome]:
        import multiprocessing
        from collections import deque
        from concurrent.futures import Future, ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool

        ways = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if "fork" in ways else None)
        pool = ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_prepare,
            initargs=(self._definitions, self.schema_dirs, self.namespace),
        )
        waiting: deque[Future[Outcome]] = deque()
        try:
            for unit in self._units(files):
                waiting.append(pool.submit(_work_there, unit))
                if len(waiting) >= jobs * _WAITING:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise MinikctlError("a process that validated has been killed; try again with --jobs=1") from error
        finally:
            pool.shutdown(cancel_futures=True)

    # -- cross checks -----------------------------------------------------------------------------------------------

    def _cross_check(
        self, files: dict[str, FileReport], facts: list[Facts],
        stored: Callable[[], Iterable[Facts]] | None,
    ) -> None:
        from minikctl.api.validating.crosschecks import cross_checks

        if stored is not None:
            facts = facts + list(stored())
        places = _Places(self)
        for each, problem in cross_checks(facts, complete=stored is not None):
            if problem.rule in self.disabled:
                continue
            document = files[each.source].documents[each.number]
            places.place(problem, each)
            document.problems.append(problem)
            document.problems.sort(key=lambda one: (one.line, one.column, one.severity))


class _Places:
    """Finds the places of problems in files that were read before."""

    def __init__(self, validation: Validation) -> None:
        self.validation = validation
        self._texts: tuple[str, dict[int, bytes]] = ("", {})

    def place(self, problem: Problem, facts: Facts) -> None:
        from minikctl.api.manifests import Passage
        from minikctl.api.validating.placing import place

        text = self._texts_of(facts.source).get(facts.line)
        if text is None:  # the file has changed meanwhile
            problem.file, problem.line, problem.object = facts.source, facts.line, facts.display
            return
        place(Passage(facts.source, text, facts.line, facts.item), [(problem, "value", None)], facts.display)

    def _texts_of(self, source: str) -> dict[int, bytes]:
        """The texts of a source's documents by the lines where they begin."""
        if self._texts[0] != source:
            from minikctl.api.manifests.streams import StreamError, is_json, pieces, readable_documents

            data = self.validation.read(source)
            if is_json(data):
                texts = {raw.line: raw.text for raw in readable_documents(data) if not isinstance(raw, StreamError)}
            else:
                texts = {line: text for text, line in pieces(data) if isinstance(text, bytes)}
            self._texts = source, texts
        return self._texts[1]


def definitions_in(data: bytes, source: str) -> Iterator[Obj]:
    """Yield the CustomResourceDefinitions of a text."""
    from minikctl.api.manifests.streams import is_json, pieces
    from minikctl.api.validating.reading import Unreadable, read_objects

    texts = [data] if is_json(data) else [text for text, _ in pieces(data) if isinstance(text, bytes) and _DEFINITION in text]
    for text in texts:
        for each in read_objects(text, source):
            if not isinstance(each, Unreadable) and is_definition(each.obj):
                yield each.obj


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


# ---------------------------------------------------------------------------------------------------------------------
# In a worker process
# ---------------------------------------------------------------------------------------------------------------------

_here: list[tuple[Catalog, str]] = []


def _prepare(definitions: list[Obj], schema_dirs: list[str], namespace: str) -> None:
    import signal

    # Ctrl-C is for the process that handed out the work; it lets this one end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here[:] = [(Catalog(definitions, schema_dirs), namespace)]


def _work_there(unit: Unit) -> Outcome:
    catalog, namespace = _here[0]
    return work(unit, catalog, namespace)
