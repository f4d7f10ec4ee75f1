"""``vars``: ``$(NAME)`` in some fields of all resources, replaced by a field of one of them. Deprecated, but there.

Upstream: ``accumulator.ResAccumulator``, ``api/filters/refvar``, ``accumulator/expansion``.
"""

from __future__ import annotations

import re

from minikctl.kustomize.fieldpaths import change
from minikctl.kustomize.ids import Gvk, ResId
from minikctl.kustomize.nodes import BOOL, FLOAT, INT, STRING, KustomizeError, Scalar, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kustomize.fieldpaths import FieldSpec
    from minikctl.kustomize.resmap import ResMap

_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


class Variable:
    """An entry of ``vars``."""

    __slots__ = ("field", "name", "target")

    def __init__(self, fields: dict[str, Any]) -> None:
        reference = fields.get("objref") or {}
        gvk = Gvk.of(reference["apiVersion"], reference.get("kind") or "") if reference.get("apiVersion") else Gvk(
            reference.get("group") or "", reference.get("version") or "", reference.get("kind") or ""
        )
        self.name: str = fields.get("name") or ""
        self.target = ResId(gvk, reference.get("name") or "", reference.get("namespace") or "")
        field = fields.get("fieldref") or {}
        self.field: str = field.get("fieldpath") or field.get("fieldPath") or "metadata.name"

    def __str__(self) -> str:
        return f"{{{self.name} {self.target.gvk} {{{self.field}}}}}"


def declare(variables: list[Variable], known: dict[str, Variable], resources: ResMap) -> None:
    """Note which resources the variables of a kustomization take their values from. Raises KustomizeError."""
    for variable in variables:
        target = variable.target
        exactly = bool(target.namespace) or target.gvk.cluster_scoped

        def wanted(known_as: ResId, target: ResId = target, exactly: bool = exactly) -> bool:
            if exactly:
                return known_as.equals(target)
            return known_as.name == target.name and known_as.gvk.key == target.gvk.key

        found = resources.by_any_id(wanted)
        if len(found) > 1:
            raise KustomizeError(f"found {len(found)} resId matches for var {variable} (unable to disambiguate)")
        if found:
            found[0].variables.append(variable.name)
    merge(known, variables)


def merge(known: dict[str, Variable], variables: list[Variable]) -> None:
    """Add variables to those of the kustomizations below. Raises KustomizeError for a name that is taken."""
    for variable in variables:
        if variable.name in known:
            raise KustomizeError(f"var '{variable.name}' already encountered")
        known[variable.name] = variable


def resolve(known: dict[str, Variable], resources: ResMap, specs: list[FieldSpec]) -> list[str]:
    """Put the values in; returns the names that nothing refers to. Raises KustomizeError."""
    values = {name: _value(variable, resources) for name, variable in sorted(known.items())}
    if not values:
        return []
    used: set[str] = set()

    def setter(node: Any) -> Any:
        for each in _strings_of(node):
            _expand(each, values, used)
        return node

    for resource in resources.resources:
        for spec in specs:
            change(resource.fields, resource.gvk, spec, setter)
    return [name for name in values if name not in used]


def _strings_of(node: Any) -> list[Scalar]:
    """The strings that a field has, by itself or one level below. Raises KustomizeError."""
    if isinstance(node, list):
        if not all(isinstance(each, Scalar) and each.tag == STRING for each in node):
            raise KustomizeError("invalid value type expect a string")
        return node
    found = list(node.values()) if isinstance(node, dict) else [node]
    return [each for each in found if isinstance(each, Scalar)]


def _value(variable: Variable, resources: ResMap) -> Any:
    for resource in resources.resources:
        if variable.name in resource.variables:
            node: Any = resource.node
            for step in _steps(variable.field):
                if isinstance(node, dict):
                    node = node.get(step)
                elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
                    node = node[int(step)]
                else:
                    node = None
            if not isinstance(node, Scalar):
                raise KustomizeError(f"field specified in var '{variable}' not found in corresponding resource")
            return value_of(node)
    raise KustomizeError(f"var '{variable}' cannot be mapped to a field in the set of known resources")


def _steps(path: str) -> list[str]:
    """``spec.ports[0].port`` as its steps; a dot can be escaped."""
    steps = re.split(r"(?<!\\)\.", path)
    return [part for step in steps for part in re.split(r"[\[\]]", step.replace("\\.", ".")) if part]


def _expand(node: Scalar, values: dict[str, Any], used: set[str]) -> None:
    """Replace references in a string; one that is nothing but a reference takes the value with its type."""
    if node.tag != STRING:
        return
    whole = _REFERENCE.fullmatch(node.text)
    if whole and whole[1] is not None and whole[1] in values:
        used.add(whole[1])
        value = values[whole[1]]
        if isinstance(value, bool):
            node.set("true" if value else "false", BOOL)
        elif isinstance(value, int):
            node.set(str(value), INT)
        elif isinstance(value, float):
            node.set(repr(value), FLOAT)
        else:
            node.set(str(value), STRING)
        return

    def replace(found: re.Match[str]) -> str:
        if found[1] is None:
            return "$"
        if found[1] not in values:
            return found[0]
        used.add(found[1])
        value = values[found[1]]
        return ("true" if value else "false") if isinstance(value, bool) else str(value)

    node.set(_REFERENCE.sub(replace, node.text), STRING)
