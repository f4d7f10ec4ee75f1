"""Manifests as kubectl's resource builder reads them: sources into objects and errors, in order.

Upstream: cli-runtime ``resource.StreamVisitor``, ``FlattenListVisitor``, ``EagerVisitorList`` and
``ContinueOnErrorVisitor``. What is no YAML, or names no kind, ends its file; an object that cannot be decoded, or whose
kind nobody knows, ends nothing. Files are read one after the other and documents one at a time, so that a verb can act
on the first object before the last one is read, as kubectl's ``create`` does.
"""

from __future__ import annotations

from minikctl.api.manifests import decoding
from minikctl.api.manifests.decoding import DecodeError
from minikctl.api.manifests.sources import expand, read_bytes
from minikctl.api.manifests.streams import StreamError, documents
from minikctl.errors import AggregateError, MinikctlError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from minikctl.api.manifests.sources import Sources
    from minikctl.api.manifests.streams import Raw
    from minikctl.api.manifests.yamltree import Duplicate
    from minikctl.kinds import KindInfo

    Obj = dict[str, Any]
    Recognize = Callable[[str, str], KindInfo | None]


class ManifestError(MinikctlError):
    """A source, or a document of it, cannot be used. ``line`` and ``column`` (from 1; 0: not known) say where."""

    def __init__(self, message: str, source: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.source = source
        self.line = line
        self.column = column

    def within(self, text: bytes, begins: int, item: int | None = None) -> ManifestError:
        """Take note of the text that the error is about, and of the line of the source where it begins."""
        self.origin = Passage(self.source, text, begins, item)
        return self


class Passage:
    """A text with its place in a source; ``item`` is the index of the object where it is a List."""

    __slots__ = ("item", "line", "source", "text")

    def __init__(self, source: str, text: bytes, line: int, item: int | None = None) -> None:
        self.source = source
        self.text = text
        self.line = line
        self.item = item


class Document:
    """One object of a manifest.

    ``source`` is its file as messages name it (``STDIN`` for standard input), ``index`` counts the documents of the
    source from 0, ``line`` is where its document begins, ``item`` its index in a List, or None. ``info`` is the kind's
    row, where the reader was to find it.
    """

    __slots__ = ("_lookup", "duplicates", "index", "info", "item", "line", "obj", "odd_keys", "source", "text")

    def __init__(self, source: str, index: int, obj: Obj, raw: Raw, item: int | None = None) -> None:
        self.source = source
        self.index = index
        self.obj = obj
        self.line = raw.line
        self.item = item
        self.info: KindInfo | None = None
        #: keys that stand twice (kubectl takes the last and says nothing), with the document's own paths
        self.duplicates: list[Duplicate] = raw.duplicates
        #: keys of the document that YAML takes for something else than their text (``on``)
        self.odd_keys = raw.odd_keys
        #: the document as it was written
        self.text = raw.text
        self._lookup: Callable[[str], tuple[int, int]] | None = None

    def __repr__(self) -> str:
        return f"Document({self.source}:{self.line}, {self.obj.get('kind')})"

    def position(self, path: str) -> tuple[int, int]:
        """Return line and column (from 1) of a field of the object: ``spec.ports[0].name``; see ``positions``."""
        if self._lookup is None:
            from minikctl.api.manifests.positions import positions

            self._lookup = positions(self.text, self.line)
        if self.item is None:
            return self._lookup(path)
        within = f"items[{self.item}]"
        return self._lookup(f"{within}.{path}" if path and not path.startswith("[") else within + path)


def load(
    filenames: Iterable[str], *, recursive: bool = False, stdin: Any = None, check: bool = True,
    recognize: Recognize | None = None, continue_on_error: bool = True,
) -> Iterator[Document | MinikctlError]:
    """Return the objects of ``-f`` arguments and the errors met on the way, in order, read while they are asked for.

    ``stdin`` is read for ``-``. ``check=False`` leaves out kubectl's validation (``--validate=false``). With
    ``recognize`` (apiVersion, kind -> row) an unknown kind is an error, and documents know their ``info``.
    ``continue_on_error=False`` ends everything at the first error (``diff``). Raises MinikctlError at once where an
    argument is wrong: then nothing is read.
    """
    return read(expand(filenames, recursive=recursive), stdin, check, recognize, continue_on_error)


def load_all(
    filenames: Iterable[str], *, recursive: bool = False, stdin: Any = None, check: bool = True,
    recognize: Recognize | None = None,
) -> tuple[list[Document], AggregateError | None]:
    """Return all objects, and the reading errors as the one that kubectl makes of them (see ``load``).

    What comes wrong later goes beside that error, not into it: an AggregateError of ``[that, *later]`` prints what
    kubectl prints. Upstream: ``Result.Infos``.
    """
    found: list[Document] = []
    errors: list[MinikctlError] = []
    for item in load(filenames, recursive=recursive, stdin=stdin, check=check, recognize=recognize):
        if isinstance(item, Document):
            found.append(item)
        else:
            errors.append(item)
    return found, AggregateError(errors) if errors else None


def read(
    sources: Sources, stdin: Any = None, check: bool = True, recognize: Recognize | None = None,
    continue_on_error: bool = True,
) -> Iterator[Document | MinikctlError]:
    """Yield the objects and errors of ``sources``; see ``load``."""
    for path in sources.paths:
        for item in _read_source(path, stdin, check, recognize):
            yield item
            if isinstance(item, MinikctlError) and not continue_on_error:
                return


def read_text(
    text: str | bytes, source: str, *, check: bool = True, recognize: Recognize | None = None
) -> Iterator[Document | MinikctlError]:
    """Yield the objects and errors of a text that is already at hand (what an editor left); see ``load``."""
    from minikctl.api.manifests.sources import to_utf8

    data = text.encode("utf-8", "replace") if isinstance(text, str) else to_utf8(text)
    return _read_stream(data, source, check, recognize)


def _read_source(path: str, stdin: Any, check: bool, recognize: Recognize | None) -> Iterator[Document | MinikctlError]:
    try:
        data = read_bytes(path, stdin)
    except MinikctlError as error:
        yield error
        return
    yield from _read_stream(data, path, check, recognize)


def _read_stream(
    data: bytes, source: str, check: bool, recognize: Recognize | None
) -> Iterator[Document | MinikctlError]:
    try:
        for index, raw in enumerate(documents(data)):
            if raw.value is None:
                continue
            if check:
                problems = [raw.problem] if raw.problem else decoding.validation_problems(raw.value)
                if problems:
                    yield _invalid(problems, source, raw)
                    return
            yield from _decode(raw, source, index, recognize)
    except StreamError as error:
        yield ManifestError(f"error parsing {source}: {error}", source, error.line, error.column).within(data, 1)


def _invalid(problems: list[str], source: str, raw: Raw) -> ManifestError:
    """Upstream: ``ValidateSchema``."""
    unique = list(dict.fromkeys(problems))
    words = unique[0] if len(unique) == 1 else "[" + ", ".join(unique) + "]"
    return ManifestError(
        f"error validating {quote(source)}: error validating data: {words}; {decoding.STOP_VALIDATION}", source,
        raw.line,
    ).within(raw.text, raw.line)


def _decode(raw: Raw, source: str, index: int, recognize: Recognize | None) -> Iterator[Document | MinikctlError]:
    """Yield the object of a document, or those of a list, or an error (upstream: ``mapper.infoForData``)."""
    problem = raw.problem
    if not problem:
        try:
            decoding.check(raw.value, raw.text, is_json=raw.is_json)
        except DecodeError as error:
            problem = str(error)
    if problem:
        yield ManifestError(f"unable to decode {quote(source)}: {problem}", source, raw.line).within(raw.text, raw.line)
        return
    document = Document(source, index, raw.value, raw)
    if recognize is not None:
        document.info = _recognize(recognize, raw.value)
        if document.info is None and not _is_known_list(raw.value, recognize):
            yield _not_found(raw, source)
            return
    if decoding.is_list(raw.value):
        yield from _flatten(raw, source, index, recognize)
    else:
        yield document


def _flatten(raw: Raw, source: str, index: int, recognize: Recognize | None) -> Iterator[Document | MinikctlError]:
    """Yield the objects of a list, then what is wrong with the others (upstream: ``FlattenListVisitor``)."""
    try:
        items = decoding.items_of(raw.value)
    except DecodeError as error:
        yield ManifestError(str(error), source, raw.line).within(raw.text, raw.line)
        return
    errors: list[MinikctlError] = []
    for number, item in enumerate(items):
        document = Document(source, index, item, raw, number)
        problem = decoding.item_problem(item)
        if not problem and recognize is not None:
            document.info = _recognize(recognize, item)
            if document.info is None:
                problem = f"unable to recognize {_no_match(item)}"
        if problem:
            wrong = ManifestError(problem, source, *document.position(""))
            errors.append(wrong.within(raw.text, raw.line, number))
        else:
            yield document
    if errors:
        yield AggregateError(errors)


def _recognize(recognize: Recognize, obj: Obj) -> KindInfo | None:
    """Find the row of an object's kind; without a version, the core group's own is meant (upstream: RESTMapping)."""
    return recognize(decoding.text_of(obj, "apiVersion") or "v1", decoding.text_of(obj, "kind"))


def _is_known_list(obj: Obj, recognize: Recognize) -> bool:
    """Whether discovery would have made up this kind of list: ``List`` in each group, ``PodList`` where Pods are."""
    version, kind = decoding.text_of(obj, "apiVersion") or "v1", decoding.text_of(obj, "kind")
    if kind != "List":
        return kind.endswith("List") and recognize(version, kind.removesuffix("List")) is not None
    if version == "v1":
        return True
    from minikctl.kinds import all_kinds

    return any(info.api_version == version for info in all_kinds())


def _no_match(obj: Obj) -> str:
    """Upstream: ``meta.NoKindMatchError``."""
    return f'no matches for kind {quote(decoding.text_of(obj, "kind"))} in version {quote(obj.get("apiVersion") or "")}'


def _not_found(raw: Raw, source: str) -> ManifestError:
    meta = raw.value.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    name, namespace = quote(meta.get("name") or ""), quote(meta.get("namespace") or "")
    return ManifestError(
        f"resource mapping not found for name: {name} namespace: {namespace} from {quote(source)}: "
        f"{_no_match(raw.value)}\nensure CRDs are installed first", source, raw.line,
    ).within(raw.text, raw.line)
