"""``replacements``: the value of one field, or a given one, put into fields of others.

A field of text that is JSON or YAML itself can be looked into, as if its fields were the object's. Upstream:
``api/filters/replacement``, kyaml ``PathMatcher``.
"""

from __future__ import annotations

import re
from contextlib import suppress

from minikctl.kustomize.ids import ResId
from minikctl.kustomize.nodes import (
    STRING,
    UNTYPED,
    KustomizeError,
    Scalar,
    copy,
    from_plain,
    is_null,
    load_all,
    mapping,
    plain,
    text_of,
)
from minikctl.kustomize.selecting import Matcher, selected
from minikctl.kustomize.settings import load_settings
from minikctl.kustomize.texts import dump, in_order
from minikctl.lib.goregexp import CostlyError, RegexpError, compile_regexp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.kustomize.loading import Loader
    from minikctl.kustomize.resmap import ResMap
    from minikctl.kustomize.resource import Resource

_NAME = "metadata.name"


def read(fields: dict[str, Any], loader: Loader) -> list[dict[str, Any]]:
    """The replacements of an entry: itself, or those of the file that it names. Raises KustomizeError."""
    path = fields.get("path")
    if not path:
        return [fields]
    if fields.get("source") or fields.get("targets"):
        raise KustomizeError("cannot specify both path and inline replacement")
    found = load_settings(loader.load(path))
    return found if isinstance(found, list) else [found]


def apply(resources: ResMap, replacement: dict[str, Any]) -> None:
    """Carry out one replacement. Raises KustomizeError."""
    source, given, targets = (replacement.get(field) for field in ("source", "sourceValue", "targets"))
    if given is not None and source is not None:
        raise KustomizeError("value and resource selectors are mutually exclusive")
    if (source is None and given is None) or targets is None:
        raise KustomizeError("replacements must specify a source and at least one target")
    value = Scalar(given) if given is not None else _source_value(resources, source or {})
    for target in targets:
        _apply_to(resources, target, value)


def _source_value(resources: ResMap, source: dict[str, Any]) -> Any:
    wanted = ResId.selector(source)
    found = [each for each in resources.resources if any(known.is_selected_by(wanted) for known in each.all_ids)]
    path = source.get("fieldPath") or ""
    if len(found) > 1:
        raise KustomizeError(f"multiple matches for selector {wanted}{f':{path}' if path else ''}")
    if not found:
        raise KustomizeError(f"nothing selected by {wanted}{f':{path}' if path else ''}")
    path = path or _NAME
    node = next(iter(places(found[0].fields, split(path))), None)
    value = node.get() if node else None
    if is_null(value) or value in ({}, []):
        raise KustomizeError(f"fieldPath `{path}` is missing for replacement source {wanted}")
    options = source.get("options") or {}
    if not options.get("delimiter"):
        return value
    if not isinstance(value, Scalar):
        raise KustomizeError("delimiter option can only be used with scalar nodes")
    parts, index = value.text.split(options["delimiter"]), options.get("index") or 0
    if not 0 <= index < len(parts):
        raise KustomizeError(f"options.index {index} is out of bounds for value {value.text}")
    return Scalar(parts[index], value.tag)


def _apply_to(resources: ResMap, target: dict[str, Any], value: Any) -> None:
    select = target.get("select")
    if select is None:
        raise KustomizeError("target must specify resources to select")
    options = target.get("options") or {}
    rejects = [(each, Matcher.of(each)) for each in target.get("reject") or ()]
    wanted = Matcher.of(select)
    for resource in resources.resources:
        if not resource.node or not _labelled(resource, select) or _rejected(resource, rejects):
            continue
        if any(_fits(wanted, known) for known in resource.all_ids):
            for path in target.get("fieldPaths") or [_NAME]:
                _write(resource, path, value, options)


def _labelled(resource: Resource, selector: dict[str, Any]) -> bool:
    return selected(selector.get("labelSelector") or "", resource.strings("labels")) and selected(
        selector.get("annotationSelector") or "", resource.strings("annotations")
    )


def _rejected(resource: Resource, rejects: list[tuple[dict[str, Any], Matcher]]) -> bool:
    for fields, matcher in rejects:
        if (fields.get("labelSelector") or fields.get("annotationSelector")) and _labelled(resource, fields):
            return True
        if not ResId.selector(fields).empty and any(_fits(matcher, known) for known in resource.all_ids):
            return True
    return False


def _fits(matcher: Matcher, known: ResId) -> bool:
    """Whether a name that a resource had is meant, by regular expressions."""
    values = {
        "group": known.gvk.group, "version": known.gvk.version, "kind": known.gvk.kind, "name": known.name,
        "namespace": known.effective_namespace,
    }
    return all(pattern is None or pattern.search(values[field]) for field, pattern in matcher.patterns.items())


def _write(resource: Resource, path: str, value: Any, options: dict[str, Any]) -> None:
    create = bool(options.get("create"))
    kind = dict if isinstance(value, dict) else list if isinstance(value, list) else Scalar
    problem = f"unable to find {'or create ' if create else ''}field \"{path}\" in replacement target"
    try:
        found = list(places(resource.fields, split(path), create=kind if create else None))
    except KustomizeError as error:
        raise KustomizeError(f"{problem}: {error}") from error
    if not found:
        raise KustomizeError(problem)
    for place in found:
        _set(place, value, options)
        place.done()


def _set(place: Place, value: Any, options: dict[str, Any]) -> None:
    there, value = place.get(), copy(value)
    if options.get("delimiter"):
        if not isinstance(there, Scalar):
            raise KustomizeError("delimiter option can only be used with scalar nodes")
        parts, index = there.text.split(options["delimiter"]), options.get("index") or 0
        text = text_of(value)
        if index < 0:
            parts.insert(0, text)
        elif index >= len(parts):
            parts.append(text)
        else:
            parts[index] = text
        value = Scalar(options["delimiter"].join(parts), value.tag if isinstance(value, Scalar) else STRING)
    if isinstance(there, Scalar):
        there.text = text_of(value)  # the type that is there stays
        if not isinstance(value, Scalar):
            place.put(value)
    else:
        place.put(value)


# ---------------------------------------------------------------------------------------------------------------------
# Fields by their paths
# ---------------------------------------------------------------------------------------------------------------------


class Place:
    """A place in an object; ``text`` is the scalar that it is inside of, where that holds JSON or YAML."""

    __slots__ = ("container", "key", "text")

    def __init__(self, container: Any, key: Any, text: _Text | None) -> None:
        self.container = container
        self.key = key
        self.text = text

    def get(self) -> Any:
        """The node that stands there."""
        return self.container[self.key]

    def put(self, node: Any) -> None:
        """Put another node there."""
        self.container[self.key] = node

    def done(self) -> None:
        """Write the text anew that the place is inside of; a text that cannot be written stays as it was."""
        if self.text is not None:
            with suppress(KustomizeError):
                self.text.write()


class _Text:
    """A scalar that holds JSON or YAML, while it is looked into."""

    __slots__ = ("root", "scalar")

    def __init__(self, scalar: Scalar, root: Any) -> None:
        self.scalar = scalar
        self.root = root

    def write(self) -> None:
        """Put what has become of it back into the scalar, in the form that it had."""
        before = self.scalar.text.strip()
        if before.startswith(("{", "[")) and _is_json(before):
            import json

            value = plain(self.root)
            if "\n" in before:
                self.scalar.text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
            else:
                from minikctl.lib import gojson

                self.scalar.text = gojson.compact(in_order(value))
        else:
            self.scalar.text = dump(self.root).rstrip("\n")


def _is_json(text: str) -> bool:
    import json

    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def split(path: str) -> list[str]:
    """The steps of ``spec.containers.[name=a.b].image``; a dot after a backslash or in brackets is one within a step.

    Brackets without ``=`` are there for their dots alone: ``metadata.annotations.[example.com/a]``.
    """
    parts = re.findall(r"\[[^\]]*\]|(?:\\.|[^.\[])+", path)
    parts = [part[1:-1] if part[0] == "[" and "=" not in part else part for part in parts]
    return [part if part.startswith("[") else part.replace("\\.", ".") for part in parts]


def places(
    node: Any, steps: list[str], *, create: type | None = None, text: _Text | None = None
) -> Iterator[Place]:
    """Yield the places that a path leads to. ``create``: the kind of node that is made where there is none.

    Raises KustomizeError where the path leads through something that has no such fields.
    """
    step, rest = steps[0], steps[1:]
    if isinstance(node, Scalar) and not node.is_null:
        inner = _look_into(node)
        if inner is None:
            expected = "SequenceNode" if step == "*" or step.isdigit() or step.startswith("[") else "MappingNode"
            raise KustomizeError(
                f"wrong node kind: expected {expected} but got ScalarNode: node contents:\n{dump(node)}".rstrip("\n")
            )
        yield from places(inner, steps, create=create, text=_Text(node, inner))
        return
    for container, key in _next(node, step, create, rest):
        if rest:
            yield from places(container[key], rest, create=create, text=text)
        else:
            yield Place(container, key, text)


def _look_into(node: Scalar) -> Any:
    """What a text holds, None where that is nothing with fields."""
    try:
        documents = load_all(node.text)
    except KustomizeError:
        return None
    return documents[0] if len(documents) == 1 and isinstance(documents[0], dict | list) else None


def _next(node: Any, step: str, create: type | None, rest: list[str]) -> Iterator[tuple[Any, Any]]:
    """Yield where one step leads from a node: containers with the keys or indexes in them."""
    if step == "*":
        if isinstance(node, list | dict):
            yield from ((node, key) for key in (range(len(node)) if isinstance(node, list) else list(node)))
    elif isinstance(node, list):
        yield from _in_list(node, step, create, rest)
    elif isinstance(node, dict):
        there = step in node
        if create is not None and is_null(node.get(step)):
            node[step] = _made(rest, create)
            there = True
        if there:
            yield node, step


def _in_list(node: list[Any], step: str, create: type | None, rest: list[str]) -> Iterator[tuple[Any, Any]]:
    if step.startswith("["):
        yield from _elements(node, step, create)
        return
    if not step.isdigit():
        raise KustomizeError(
            f"wrong node kind: expected MappingNode but got SequenceNode: node contents:\n{dump(node)}".rstrip("\n")
        )
    index = int(step)
    if index == len(node) and create is not None:
        node.append(_made(rest, create))
    if index >= len(node):
        raise KustomizeError(f"index {index} specified but only {len(node)} elements found")
    yield node, index


def _elements(node: list[Any], step: str, create: type | None) -> Iterator[tuple[Any, Any]]:
    """``[name=web]`` or ``[=value]``: the elements that match, which are regular expressions."""
    name, _, value = step[1:-1].partition("=")
    try:
        pattern = compile_regexp(value)

        def fits(each: Any) -> bool:
            if not name:
                return pattern.search(text_of(each))
            return name in mapping(each) and pattern.search(text_of(mapping(each)[name]))

        found = [index for index, each in enumerate(node) if fits(each)]
    except (RegexpError, CostlyError) as error:
        raise KustomizeError(str(error)) from error
    if not found and create is not None:
        node.append({name: from_plain(value)} if name else Scalar(value))
        found = [len(node) - 1]
    yield from ((node, index) for index in found)


def _made(rest: list[str], create: type) -> Any:
    """A node for what follows in the path."""
    if not rest:
        return Scalar("", UNTYPED) if create is Scalar else create()
    return [] if rest[0].startswith("[") or rest[0].isdigit() else {}
