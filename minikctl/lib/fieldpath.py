"""Fields of objects by simple paths: ``spec.replicas``, ``spec.template.spec.containers[0].image``.

For the code of this project; what users write is jsonpath, which is another matter. A path is a text of names between
dots (with ``[0]`` for list items), or a sequence of names and numbers where a name has dots itself
(``("metadata", "annotations", "example.com/a")``). Upstream: apimachinery ``unstructured`` (``NestedFieldNoCopy`` ...).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Path = str | Sequence[str | int]

_split_cache: dict[str, tuple[str | int, ...]] = {}


def split(path: Path) -> tuple[str | int, ...]:
    """The steps of a path: ``a.b[0]`` gives ("a", "b", 0)."""
    if not isinstance(path, str):
        return tuple(path)
    steps = _split_cache.get(path)
    if steps is None:
        found: list[str | int] = []
        for name in path.split("."):
            name, *indices = name.split("[")  # noqa: PLW2901 - the rest of the name is its indices
            if name:
                found.append(name)
            found += [int(index.removesuffix("]")) for index in indices]
        steps = _split_cache[path] = tuple(found)
    return steps


def get_path(obj: Any, path: Path, default: Any = None) -> Any:
    """What stands at ``path``, or ``default`` where a step is missing, null or no container."""
    here = obj
    for step in split(path):
        if isinstance(here, dict):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and -len(here) <= step < len(here):
            here = here[step]
        else:
            return default
        if here is None:
            return default
    return here


def set_path(obj: Any, path: Path, value: Any) -> None:
    """Put ``value`` at ``path``; objects on the way that are missing or null are made.

    Raises KeyError where a step leads through something that is no object, or into a list item that does not exist.
    """
    *steps, last = split(path)
    here = obj
    for step in steps:
        found = get_path(here, (step,))
        if found is None and isinstance(here, dict):
            found = here[step] = {}
        here = found
    if isinstance(here, dict):
        here[last] = value
        return
    if not isinstance(here, list) or not isinstance(last, int) or not -len(here) <= last < len(here):
        raise KeyError(path)
    here[last] = value
