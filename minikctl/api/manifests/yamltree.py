"""One YAML document as plain Python values, built from the parser's events.

Events of libyaml's C parser are the fastest way there is in Python (more than twice as fast as ``CSafeLoader``), and
the only safe one: depth and size are counted before anything grows, where the loader's recursion ends the process at
50,000 brackets. The meaning is go-yaml v2's as kubectl uses it: keys become strings, the last of two equal keys wins
(they are reported as duplicates), a merge key overwrites what stands before it and yields to what comes after it.
Upstream: go-yaml v2 ``decode.go``.
"""

from __future__ import annotations

import gc

from minikctl.api.manifests import scalars
from minikctl.api.manifests.scalars import ScalarError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: go-yaml stops at 10,000 levels; no manifest comes near, and what walks objects here may recurse
MAX_DEPTH = 200
#: values in one document; a List of ten thousand Deployments has some two million
MAX_NODES = 4_000_000

# What the container under construction waits for, where no real key can stand.
_ITEM: Any = object()
_KEY: Any = object()
_MERGE: Any = object()
_MISSING: Any = object()


# Manifests repeat the same words: what each means, as a value and as a key, is found out once.
_meanings: dict[str, Any] = {}
_keys: dict[str, Any] = {}
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 4096, 64

_NO_MAP = "yaml: map merge requires map or sequence of maps as the value"


class DocumentError(ValueError):
    """The document is YAML, but no value that JSON could hold; ``str()`` has go-yaml's words."""


class ParseError(DocumentError):
    """go-yaml's parser, not its decoder, stops here: what comes after is not looked at. ``line`` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Duplicate:
    """A key that stands twice in one mapping: its path in the document (``spec.replicas``) and the second's line."""

    __slots__ = ("line", "path")

    def __init__(self, path: str, line: int) -> None:
        self.path = path
        self.line = line

    def __repr__(self) -> str:
        return f"Duplicate({self.path!r}, {self.line})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duplicate) and (self.path, self.line) == (other.path, other.line)

    def __hash__(self) -> int:
        return hash((self.path, self.line))


class _Anchor:
    """What ``&name`` stands on: the value, how many values it holds, and the key that it would make."""

    __slots__ = ("depth", "key", "size", "value")

    def __init__(self, value: Any, size: int = 1, key: str | None = None) -> None:
        self.value = value
        self.size = size
        self.key = key
        self.depth = -1


def build(get_event: Callable[[], Any], odd_keys: list[str] | None = None) -> tuple[Any, list[Duplicate]]:
    """Build the first document of a stream; ``get_event`` hands out the parser's events from the stream's start on.

    Returns the value (None for an empty stream) and the duplicate keys, lines counted from 1. Raises DocumentError; the
    parser's own errors (``yaml.YAMLError``) pass through, and come first, as go-yaml parses before it decodes. Keys without
    quotes that YAML takes for something else than their text are added to ``odd_keys``.
    """
    builder = _Builder(get_event)
    builder.odd_keys = odd_keys
    collecting = gc.isenabled()
    # Thousands of new dicts make the collector run again and again, and there are no cycles to find.
    gc.disable()
    try:
        return builder.run(), builder.duplicates
    except ScalarError as error:
        builder.drain()
        raise DocumentError(str(error)) from error
    except ParseError:
        raise
    except DocumentError:
        builder.drain()
        raise
    finally:
        if collecting:
            gc.enable()


class _Builder:
    """The state of one document."""

    def __init__(self, get_event: Callable[[], Any]) -> None:
        self.get_event = get_event
        self.duplicates: list[Duplicate] = []
        self.odd_keys: list[str] | None = None
        #: the keys of mappings (by identity) that merge keys brought: what comes after them takes their place
        self.merged: dict[int, set[str]] = {}
        self.anchors: dict[str, _Anchor] = {}
        # (container, what it waits for, values decoded when the inner one began, the event that began the inner one)
        self.stack: list[tuple[Any, Any, int, Any]] = []
        self.decoded = 1
        self.aliased = 0

    def run(self) -> Any:  # noqa: C901, PLR0912, PLR0915 - one loop without calls: it is what every apply waits for
        """Return the document's value."""
        from yaml.events import (
            AliasEvent,
            DocumentEndEvent,
            MappingEndEvent,
            MappingStartEvent,
            ScalarEvent,
            SequenceEndEvent,
            SequenceStartEvent,
            StreamEndEvent,
        )

        get_event = self.get_event
        stack = self.stack
        meanings, keys = _meanings, _keys
        root: list[Any] = []
        node: Any = root
        key: Any = _ITEM
        decoded = 1
        while True:
            event = get_event()
            kind = event.__class__
            if kind is ScalarEvent:
                decoded += 1
                text = event.value
                if event.tag is not None or event.anchor is not None:
                    value, name = self._special_scalar(event)
                    if key is _KEY:
                        key = self._key(node, name, event)
                        continue
                elif key is _KEY:
                    if not event.implicit[0]:
                        key = text
                    elif (key := keys.get(text, _MISSING)) is _MISSING:
                        key = _MERGE if text == "<<" else scalars.resolve_key(text)
                        if "?" in text:
                            self._check_question_mark(event)
                        elif key != text and key is not _MERGE:
                            if self.odd_keys is not None:
                                self.odd_keys.append(text)
                        elif len(keys) < _MOST_REMEMBERED and len(text) < _LONGEST_REMEMBERED:
                            keys[text] = key
                    if key in node:
                        self._duplicate(node, key, event)
                    continue
                elif not event.implicit[0]:
                    value = text
                elif (value := meanings.get(text, _MISSING)) is _MISSING:
                    value = scalars.resolve(text)
                    if "?" in text:
                        self._check_question_mark(event)
                    elif len(meanings) < _MOST_REMEMBERED and len(text) < _LONGEST_REMEMBERED:
                        meanings[text] = value
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                decoded += 1
                stack.append((node, key, decoded, event))
                if len(stack) > MAX_DEPTH:
                    line = event.start_mark.line + 1
                    raise ParseError(f"yaml: line {line}: exceeded max depth of {MAX_DEPTH}", line)
                if decoded > MAX_NODES:
                    line = event.start_mark.line + 1
                    raise ParseError(f"yaml: line {line}: exceeded max number of {MAX_NODES} values", line)
                if kind is MappingStartEvent:
                    node, key = {}, _KEY
                else:
                    node, key = [], _ITEM
                if event.anchor is not None:
                    self.anchors[event.anchor] = _Anchor(_MISSING)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = node
                node, key, began, started = stack.pop()
                if started.anchor is not None:
                    self.anchors[started.anchor] = _Anchor(value, decoded - began + 1)
                if key is _KEY:
                    raise DocumentError(f"yaml: invalid map key: {_go_syntax(value)}")
            elif kind is AliasEvent:
                self.decoded = decoded + 1
                value, name = self._alias(event)
                decoded = self.decoded
                if key is _KEY:
                    if name is None and value is not None:
                        raise DocumentError(f"yaml: invalid map key: {_go_syntax(value)}")
                    key = self._key(node, name, event)
                    continue
                if key is _MERGE and not isinstance(value, dict):
                    raise DocumentError(_NO_MAP)
            elif kind is DocumentEndEvent or kind is StreamEndEvent:
                return root[0] if root else None
            else:
                continue
            if key is _ITEM:
                node.append(value)
                continue
            if key is _MERGE:
                self.merged.setdefault(id(node), set()).update(_merge(node, value))
            elif key is None:
                shown = "<nil>" if value is None else _go_syntax(value)
                raise DocumentError(f"unsupported map key of type: %!s(<nil>), key: <nil>, value: {shown}")
            else:
                node[key] = value
            key = _KEY

    def drain(self) -> None:
        """Read the rest of the document: what is no YAML at all is reported before anything else."""
        from yaml.events import AliasEvent, DocumentEndEvent, StreamEndEvent

        names = set(self.anchors)
        while not isinstance(event := self.get_event(), (DocumentEndEvent, StreamEndEvent)):
            name = getattr(event, "anchor", None)
            if isinstance(event, AliasEvent) and name not in names:
                raise _unknown_anchor(event)
            names.add(str(name))

    def _special_scalar(self, event: Any) -> tuple[Any, Any]:
        """Return the value of a scalar with a tag or an anchor, and the key that it makes (a merge key is one too)."""
        tag, text = event.tag, event.value
        typed: Any = text
        if tag is not None:
            typed = scalars.resolve_tagged(tag, text)
        elif event.implicit[0]:
            typed = scalars.typed(text)
        merges = text == "<<" and (event.implicit[0] or tag == "tag:yaml.org,2002:merge")
        name = _MERGE if merges else scalars.key_of(typed)
        value = scalars.as_json(typed)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchor(value, 1, name)
        return value, name

    def _alias(self, event: Any) -> tuple[Any, Any]:
        """Return a copy of what ``*name`` stands for, and the key that it makes (None for containers and null)."""
        name = event.anchor
        anchor = self.anchors.get(name)
        if anchor is None:
            raise _unknown_anchor(event)
        if anchor.value is _MISSING:
            raise DocumentError(f"yaml: anchor '{name}' value contains itself")
        self.decoded += anchor.size
        self.aliased += anchor.size
        if self.aliased > 100 and self.decoded > 1000 and self.aliased / self.decoded > _alias_ratio(self.decoded):
            raise DocumentError("yaml: document contains excessive aliasing")
        if anchor.size == 1:
            # A scalar, or a container with nothing in it.
            value = anchor.value
            return value.copy() if isinstance(value, (dict, list)) else value, anchor.key
        if anchor.depth < 0:
            anchor.depth = depth(anchor.value)
        if len(self.stack) + anchor.depth > MAX_DEPTH:
            raise DocumentError(f"yaml: exceeded max depth of {MAX_DEPTH}")
        return _copy(anchor.value), None

    def _check_question_mark(self, event: Any) -> None:
        """Refuse ``[a?b]``: between brackets a question mark ends a plain scalar for go-yaml, not for libyaml."""
        started = self.stack[-1][3] if self.stack else None
        if started is None or not started.flow_style or "?" not in event.value[1:]:
            return
        line = event.end_mark.line
        shown = f"line {line}: " if line else ""
        close = "}" if type(started).__name__ == "MappingStartEvent" else "]"
        raise ParseError(f"yaml: {shown}did not find expected ',' or '{close}'", line + 1)

    def _key(self, node: dict[str, Any], name: Any, event: Any) -> Any:
        """Return ``name`` as the key that ``node`` now waits for a value for."""
        if name is not _MERGE and name in node:
            self._duplicate(node, name, event)
        return name

    def _duplicate(self, node: dict[str, Any], key: str, event: Any) -> None:
        """Note that ``key`` stands in ``node`` a second time, unless it was a merge key that put it there."""
        merged = self.merged.get(id(node))
        if merged is not None and key in merged:
            merged.discard(key)
            return
        path = ""
        chain = [*self.stack[1:], (node, key, 0, event)]
        for container, waiting, _, _ in chain:
            if isinstance(container, list):
                path += f"[{len(container)}]"
            elif isinstance(waiting, str):
                path += f".{waiting}" if path else waiting
        self.duplicates.append(Duplicate(path, event.start_mark.line + 1))


def _unknown_anchor(event: Any) -> ParseError:
    return ParseError(f"yaml: unknown anchor '{event.anchor}' referenced", event.start_mark.line + 1)


def _merge(node: dict[str, Any], value: Any) -> set[str]:
    """Carry out ``<<: value``; return the keys that are new. Of several maps the first wins: go-yaml goes backwards."""
    maps = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in maps):
        raise DocumentError(_NO_MAP)
    new = {key for each in maps for key in each if key not in node}
    for each in reversed(maps):
        node.update(each)
    return new


def _alias_ratio(decoded: int) -> float:
    """How much of a document may come out of aliases: 99 % of a small one, 10 % of one with four million values.

    Upstream: ``allowedAliasRatio``.
    """
    low, high = 400_000, 4_000_000
    if decoded <= low:
        return 0.99
    return 0.10 if decoded >= high else 0.99 - 0.89 * (decoded - low) / (high - low)


def depth(value: Any) -> int:
    """How many containers stand in each other in ``value``: 0 for a scalar. Does not recurse."""
    deepest = -1
    level: list[Any] = [[value]]
    while level:
        deepest += 1
        level = [
            inner
            for outer in level
            for inner in (outer.values() if outer.__class__ is dict else outer)
            if inner.__class__ is dict or inner.__class__ is list
        ]
    return deepest


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    return value


def _go_syntax(value: Any) -> str:
    from minikctl.lib import gofmt

    return gofmt.syntax(value, gofmt.YAML_MAP)
