"""Sets of fields of an object: who manages what, as ``metadata.managedFields`` writes it down.

A *path* is a tuple of elements as FieldsV1 spells them: ``("f:spec", "f:containers", 'k:{"name":"web"}', "f:image")``;
``v:`` is an element of a list that is a set, ``i:`` an index. A set of fields is a Python set of paths, so that union,
difference and intersection are Python's own. Upstream: structured-merge-diff ``fieldpath``.
"""

from __future__ import annotations

import json

from minikctl.lib.goquote import go_quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    Path = tuple[str, ...]
    Paths = set[Path]

#: in which order fields, keys, values and indexes stand
_RANKS = {"f": 0, "k": 1, "v": 2, "i": 3}


def key_element(fields: dict[str, Any]) -> str:
    """The element of a list that these fields tell apart: ``k:{"containerPort":80,"protocol":"TCP"}``."""
    return "k:" + json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def value_element(value: Any) -> str:
    """The element of a list that is a set: ``v:"example.com/finalizer"``."""
    return "v:" + json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def to_fields(paths: Paths) -> dict[str, Any]:
    """A set of fields as FieldsV1: ``.`` stands where the parent of other members is one itself.

    Worked example: {("f:a",), ("f:a", "f:b")} gives ``{"f:a": {".": {}, "f:b": {}}}``.
    """
    root: dict[str, Any] = {}
    for path in sorted(paths):  # a parent comes before what is in it
        node, last = root, len(path) - 1
        for position, element in enumerate(path):
            inner = node.get(element)
            if inner is None:
                inner = node[element] = {}
            elif position < last and not inner and path[: position + 1] in paths:
                inner["."] = {}
            node = inner
    return root


def from_fields(fields: dict[str, Any], prefix: Path = ()) -> Paths:
    """The set that a FieldsV1 stands for. Raises ValueError for what is none."""
    found: Paths = set()
    for element, inner in fields.items():
        if element == ".":
            if prefix:
                found.add(prefix)
            continue
        if element[:2] not in ("f:", "k:", "v:", "i:") or not isinstance(inner, dict):
            raise ValueError(f"{element!r} is no element of a path")
        path = (*prefix, element)
        if inner:
            found |= from_fields(inner, path)
        else:
            found.add(path)
    return found


def without(paths: Paths, ignored: Iterable[Path]) -> Paths:
    """The set without the paths that are ``ignored`` and all that is in them (upstream: ``RecursiveDifference``)."""
    gone = {(len(path), path) for path in ignored}
    return {path for path in paths if not any(path[:length] == each for length, each in gone)}


def tree(paths: Iterable[Path]) -> dict[str, Any]:
    """Nested dicts by elements; a member has the entry ``""``."""
    root: dict[str, Any] = {}
    for path in paths:
        node = root
        for element in path:
            node = node.setdefault(element, {})
        node[""] = True
    return root


def in_order(paths: Iterable[Path]) -> list[Path]:
    """The paths as upstream goes through a set: at each level first the members, then what is in the others."""
    return list(_walk(tree(paths), ()))


def _walk(node: dict[str, Any], prefix: Path) -> Iterator[Path]:
    elements = sorted((each for each in node if each), key=_order)
    for element in elements:
        if "" in node[element]:
            yield (*prefix, element)
    for element in elements:
        yield from _walk(node[element], (*prefix, element))


def _order(element: str) -> tuple[int, Any]:
    sort, text = element[:1], element[2:]
    if sort == "i":
        return 3, (int(text), "")
    return _RANKS[sort], (0, text)


def shown(path: Sequence[str]) -> str:
    """A path as messages name it: ``.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"]``."""
    return "".join(map(_shown, path))


def _shown(element: str) -> str:
    sort, text = element[:1], element[2:]
    if sort == "f":
        return "." + text
    if sort == "k":
        fields = json.loads(text)
        return "[" + ",".join(f"{name}={_text(value)}" for name, value in sorted(fields.items())) + "]"
    return f"[={_text(json.loads(text))}]" if sort == "v" else f"[{text}]"


def _text(value: Any) -> str:
    """A value as ``value.ToString`` has it."""
    return go_quote(value) if isinstance(value, str) else json.dumps(value)
