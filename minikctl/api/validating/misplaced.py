"""Where a field belongs that stands in the wrong place: a level too high, a level too low, or beside its place.

From the object that has the field, the search goes down into the object's own fields, then up to what stands around it and
down again from there, nearest first: ``imagePullPolicy`` in a Pod's spec belongs under ``containers[0]``,
``restartPolicy`` in a container belongs a level up, ``replicas`` in the metadata belongs under ``spec``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from minikctl.api.schemas import Schema

    Path = tuple[str | int, ...]

#: fields that so many objects have that only a place next to the wrong one can be meant
_EVERYWHERE = frozenset({
    "apiVersion", "key", "kind", "metadata", "name", "namespace", "operator", "optional", "path", "port", "spec",
    "status", "type", "uid", "value", "values",
})
#: levels up and down, together, between the wrong place and the right one
_MOST_STEPS = 6
#: what nobody writes into a manifest
_NOT_WRITTEN = frozenset({"status", "managedFields", "ownerReferences"})
#: kinds of resources, which belong into a map of quantities
_RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage", "storage"})


def find_place(name: str, value: Any, root: Any, schema: Schema, path: Path) -> Path | None:
    """Return the path of the object that ``name`` belongs under, None where there is none near.

    ``root`` is the whole object, ``schema`` that of its kind; ``path`` leads to the object that has ``name``. Where
    the place would be in a list, it is that of an item that is there, or the first.
    """
    chain = _chain(root, schema, path)
    common = name in _EVERYWHERE
    most = 2 if common else _MOST_STEPS
    best: tuple[tuple[int, ...], Path] | None = None
    for up in range(min(len(chain), most + 1)):
        where, node, found = chain[-1 - up]
        for steps, there, target in _below(node, where, found, most - up):
            if steps + up == 0 or not _takes(target, name, value):
                continue
            # What is there in the manifest comes before what is not, then the nearer one.
            missing = _missing(root, there)
            rank = (missing, steps + up, up)
            if missing and common:
                continue
            if best is None or rank < best[0]:
                best = rank, there
    return best[1] if best else None


def _chain(root: Any, schema: Schema, path: Path) -> list[tuple[Path, Schema, Any]]:
    """The objects with fields on the way to ``path``, each with its schema and value."""
    found: list[tuple[Path, Schema, Any]] = [((), schema, root)]
    node: Schema | None = schema
    value = root
    for index, step in enumerate(path):
        if node is None:
            break
        node = node.items if isinstance(step, int) else node.field(step)
        value = _get(value, step)
        if node is not None and node.has_fields:
            found.append((path[: index + 1], node, value))
    return found


def _get(value: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def _below(node: Schema, path: Path, value: Any, most: int) -> Iterator[tuple[int, Path, Schema]]:
    """Every object with fields (or map) under ``node`` within ``most`` levels, nearest first."""
    level: list[tuple[Path, Schema, Any]] = [(path, node, value)]
    seen: set[int] = set()
    for steps in range(most + 1):
        for where, each, _ in level:
            yield steps, where, each
        level = [inner for where, each, there in level for inner in _inner(where, each, there, seen)]


def _inner(path: Path, node: Schema, value: Any, seen: set[int]) -> Iterator[tuple[Path, Schema, Any]]:
    if not node.has_fields or id(node.target) in seen:
        return
    seen.add(id(node.target))
    for name, field in node.properties.items():
        if name in _NOT_WRITTEN:
            continue
        there = _get(value, name)
        items = field.items
        if items is not None:
            if items.has_fields:
                yield (*path, name, 0), items, _get(there, 0)
        elif field.type == "object":
            yield (*path, name), field, there


def _takes(node: Schema, name: str, value: Any) -> bool:
    """Whether an object of ``node`` has a field ``name`` into which ``value`` could go."""
    if not node.has_fields:
        additional = node.additional
        return name in _RESOURCES and not isinstance(additional, bool) and additional.format == "quantity"
    field = node.field(name)
    if field is None:
        return False
    expected = field.type
    if isinstance(value, dict):
        return expected in {"object", ""}
    if isinstance(value, list):
        return expected in {"array", ""}
    return expected not in {"object", "array"}


def _missing(root: Any, path: Sequence[str | int]) -> int:
    """How many steps at the end of ``path`` the manifest does not have."""
    value = root
    for index, step in enumerate(path):
        value = _get(value, step)
        if value is None:
            return len(path) - index
    return 0
