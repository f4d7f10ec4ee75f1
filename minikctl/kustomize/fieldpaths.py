"""Fields by their paths: the specs of kustomize's configuration (``spec/template/spec/containers[]/image``).

Upstream: ``api/filters/fieldspec`` and ``types.FieldSpec``.
"""

from __future__ import annotations

from minikctl.kustomize.ids import Gvk
from minikctl.kustomize.nodes import NULL, KustomizeError, Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    #: is given a field's node and gives back what is to stand there
    Change = Callable[[Any], Any]


class FieldSpec:
    """A field of some kinds, and whether it is made where it is missing."""

    __slots__ = ("create", "gvk", "path", "steps")

    def __init__(self, path: str, gvk: Gvk, *, create: bool = False) -> None:
        self.path = path
        self.gvk = gvk
        self.create = create
        self.steps = _split(path)

    @classmethod
    def of(cls, fields: dict[str, Any]) -> FieldSpec:
        """From a row of a configuration file."""
        gvk = Gvk(fields.get("group") or "", fields.get("version") or "", fields.get("kind") or "")
        return cls(fields.get("path") or "", gvk, create=bool(fields.get("create")))

    def __str__(self) -> str:
        return f"{self.gvk}:{'true' if self.create else 'false'}:{self.path}"


def _split(path: str) -> list[str]:
    """The steps of a path; a slash after a backslash is one within a step."""
    steps = path.split("/")
    joined = [steps[0]]
    for step in steps[1:]:
        if joined[-1].endswith("\\"):
            joined[-1] = f"{joined[-1][:-1]}/{step}"
        else:
            joined.append(step)
    return joined


def merge_specs(known: list[FieldSpec], more: Iterable[FieldSpec]) -> list[FieldSpec]:
    """Both, each spec once. Raises KustomizeError where they differ in ``create``."""
    merged = list(known)
    by_place = {(each.gvk.key, each.path): each for each in merged}
    for each in more:
        there = by_place.get((each.gvk.key, each.path))
        if there is None:
            merged.append(each)
            by_place[each.gvk.key, each.path] = each
        elif there.create != each.create:
            raise KustomizeError("conflicting fieldspecs")
    return merged


def change(
    node: dict[str, Any], gvk: Gvk, spec: FieldSpec, setter: Change, *, make: Callable[[], Any] | None = None
) -> None:
    """Let ``setter`` change every field of an object that a spec means.

    ``make`` makes the value of a field that is missing, where the spec wants it made. Raises KustomizeError where the
    path leads through something that has no fields.
    """
    if not gvk.is_selected(spec.gvk):
        return
    try:
        _descend(node, spec.steps, setter, make if spec.create else None)
    except KustomizeError as error:
        from minikctl.kustomize.texts import dump

        raise KustomizeError(f"obj '{dump(node)}' at path '{spec.path}': {error}") from error


def _descend(node: Any, steps: list[str], setter: Change, make: Callable[[], Any] | None) -> None:
    if isinstance(node, Scalar) and node.tag == NULL:
        return
    if isinstance(node, list):
        for place, each in enumerate(node):
            if steps:
                _descend(each, steps, setter, make)
            else:
                node[place] = setter(each)
        return
    if not isinstance(node, dict):
        raise KustomizeError("expected sequence or mapping node")
    name, is_list = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    last = len(steps) == 1
    value = node.get(name)
    missing = value is None or (isinstance(value, Scalar) and value.tag == NULL)
    if missing and make is not None and not is_list:
        value = node[name] = make() if last else {}
    if value is None:
        return
    if last:
        node[name] = setter(value)
    else:
        _descend(value, steps[1:], setter, make)
