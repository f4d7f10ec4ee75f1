"""What a parsed JSONPath template finds in an object.

Upstream: client-go ``util/jsonpath/jsonpath.go``. Values are what JSON gives. The order of an object's keys, which Go
draws at random for ``.*`` and ``..``, is that of the sorted keys here.

``range`` and ``end`` are no brackets for the parser: the template is a flat list, ``range`` evaluates what follows it
once for each result, up to the ``end`` that is met then, and goes on behind the last ``end`` that was met. So a
``range`` without ``end`` repeats the rest of the template, and then prints it once more.
"""

from __future__ import annotations

from minikctl.lib.gotypes import basic_kind, type_name
from minikctl.printing.jsonpath.nodes import (
    Chain,
    Constant,
    Field,
    Filter,
    Identifier,
    Recursive,
    Slice,
    Text,
    Union,
    Wildcard,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, ClassVar

    from minikctl.printing.jsonpath.nodes import Node

#: values that a template may look at whatever the object is like; beyond that, so many times the values in the object
_STEPS = 250_000
_STEPS_PER_VALUE = 30


class _Nothing:
    """Where Go has a ``reflect.Value`` of nothing: the body of a ``range`` over a null or over no items at all."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<invalid reflect.Value>"


NOTHING = _Nothing()


class Fault(Exception):  # noqa: N818 - made into a user's error by the callers
    """Evaluating failed, with upstream's words. ``results`` is what the step returned beside the error.

    An existence filter looks at these results alone: ``?(@.a[5])`` holds for an item whose ``a`` is too short.
    """

    def __init__(self, message: str, results: list[Any]) -> None:
        super().__init__(message)
        self.results = results


class Evaluation:
    """One run of a template over one object."""

    def __init__(self, nodes: list[Node], allow_missing: bool, data: Any) -> None:
        self._nodes = nodes
        self._allow_missing = allow_missing
        self._data = data
        self._begin = 0  # `range` that were met and did not start yet
        self._depth = 0  # `range` that run
        self._ends = 0  # `end` that were met and did not take effect yet
        self._last_end = -1  # the place of the last `end` that took effect
        self._steps = _STEPS
        self._extended = False

    def results(self) -> list[list[Any]]:
        """Return what each text and each ``{...}`` of the template found, in order. Raises ``Fault``."""
        return self._find(NOTHING if self._data is None else self._data, 0)

    def _find(self, data: Any, first: int) -> list[list[Any]]:
        found: list[list[Any]] = []
        nodes = self._nodes
        index = first
        while index < len(nodes):
            results = self._walk([data], nodes[index])
            if 0 < self._ends <= self._depth:
                self._ends -= 1
                self._last_end = index
                break
            if self._begin:
                self._begin -= 1
                self._depth += 1
                for value in results:
                    found.extend(self._find(NOTHING if value is None else value, index + 1))
                if not results:
                    # The body is gone through all the same, to find its end.
                    self._find(NOTHING, index + 1)
                self._depth -= 1
                index = max(index, self._last_end) + 1
                continue
            found.append(results)
            index += 1
        return found

    def _walk(self, values: list[Any], node: Node) -> list[Any]:
        results = self._EVALUATORS[type(node)](self, values, node)
        self._steps -= len(results) + 1
        if self._steps < 0:
            self._extend(0)
        return results

    def _extend(self, wanted: int) -> None:
        """Give a large object its due, once; a template that wants more than that multiplies its own results."""
        if not self._extended:
            self._extended = True
            self._steps += sum(1 for _ in _everything([self._data])) * _STEPS_PER_VALUE
        if self._steps < wanted:
            raise Fault("giving up: the template yields too many values", [])

    # -- the kinds of steps -------------------------------------------------------------------------------------------

    def _chain(self, values: list[Any], node: Chain) -> list[Any]:
        for step in node.steps:
            values = self._walk(values, step)
        return values

    def _text(self, _values: list[Any], node: Text) -> list[Any]:
        return [node.text]

    def _constant(self, values: list[Any], node: Constant) -> list[Any]:
        return [node.value] * len(values)

    def _field(self, values: list[Any], node: Field) -> list[Any]:
        name = node.name
        found = [value[name] for value in values if isinstance(value, dict) and name in value]
        if not found and values and not self._allow_missing:
            raise Fault(f"{name} is not found", [])
        return found

    def _identifier(self, values: list[Any], node: Identifier) -> list[Any]:
        if node.name == "range":
            self._begin += 1
            return values
        if node.name == "end":
            if not self._depth:
                raise Fault("not in range, nothing to end", [])
            self._ends += 1
            return []
        raise Fault(f"unrecognized identifier {node.name}", values)

    def _slice(self, values: list[Any], node: Slice) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if value is None or value is NOTHING:
                continue
            if not isinstance(value, list):
                raise Fault(f"{type_name(value)} is not array or slice", values)
            length = len(value)
            start = node.start or 0
            start += length if start < 0 else 0
            end = length if node.end is None else node.end
            end += length if end < 0 or (end == 0 and node.single) else 0
            if start == end:
                return found
            if not 0 <= start < length:
                raise Fault(f"array index out of bounds: index {start}, length {length}", values)
            if not 0 <= end <= length:
                raise Fault(f"array index out of bounds: index {end - 1}, length {length}", values)
            if start > end:
                raise Fault(f"starting index {start} is greater than ending index {end}", values)
            if node.step is not None and node.step <= 0:
                raise Fault("step must be > 0", values)
            found.extend(value[start:end:node.step or 1])
            if len(found) > self._steps:
                self._extend(len(found))
        return found

    def _union(self, values: list[Any], node: Union) -> list[Any]:
        found: list[Any] = []
        for chain in node.chains:
            try:
                found.extend(self._walk(values, chain))
            except Fault as fault:
                raise Fault(str(fault), values) from fault
        return found

    def _wildcard(self, values: list[Any], _node: Wildcard) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if isinstance(value, dict):
                found.extend([value[key] for key in sorted(value)])
            elif isinstance(value, list):
                found.extend(value)
            elif isinstance(value, str):
                found.extend(value.encode("utf-8", "surrogateescape"))
            if len(found) > self._steps:
                self._extend(len(found))
        return found

    def _recursive(self, values: list[Any], _node: Recursive) -> list[Any]:
        found: list[Any] = []
        for value in _everything(values):
            if value and isinstance(value, dict | list | str):
                found.append(value)
                if len(found) > self._steps:
                    self._extend(len(found))
        return found

    def _filter(self, values: list[Any], node: Filter) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if not isinstance(value, list):
                from minikctl.lib.gofmt import value as show

                raise Fault(f"{show(value)} is not array or slice and cannot be filtered", values)
            found.extend(item for item in value if self._fits(item, node, values))
        return found

    def _fits(self, item: Any, node: Filter, values: list[Any]) -> bool:
        if node.operator == "exists":
            try:
                return bool(self._walk([item], node.left))
            except Fault as fault:
                return bool(fault.results)
        try:
            left = self._side([item], node.left)
            right = self._side([item], node.right) if left else []
            return bool(right) and compare(node.operator, left[0], right[0])
        except Fault as fault:
            raise Fault(str(fault), values) from fault

    def _side(self, item: list[Any], chain: Chain) -> list[Any]:
        found = self._walk(item, chain)
        if len(found) > 1:
            raise Fault("can only compare one element at a time", [])
        return found

    _EVALUATORS: ClassVar[dict[type[Node], Callable[[Evaluation, list[Any], Any], list[Any]]]] = {
        Chain: _chain,
        Constant: _constant,
        Field: _field,
        Filter: _filter,
        Identifier: _identifier,
        Recursive: _recursive,
        Slice: _slice,
        Text: _text,
        Union: _union,
        Wildcard: _wildcard,
    }


def _everything(values: list[Any]) -> Iterator[Any]:
    """Give the values and all that is inside of them, each before its inside, objects by their sorted keys."""
    stack = values[::-1]
    while stack:
        value = stack.pop()
        yield value
        if isinstance(value, dict):
            stack.extend([value[key] for key in sorted(value, reverse=True)])
        elif isinstance(value, list):
            stack.extend(value[::-1])


def compare(operator: str, left: Any, right: Any) -> bool:
    """Compare two values as a filter does. Raises ``Fault`` where they cannot be compared.

    A number with a point and one without are of different types, and only texts and numbers have an order.
    Upstream: client-go ``third_party/forked/golang/template/funcs.go``.
    """
    if operator not in ("==", "!=", "<", "<=", ">", ">="):
        raise Fault(f"unrecognized filter operator {operator}", [])
    one, other = basic_kind(left), basic_kind(right)
    if not one or not other:
        raise Fault("invalid type for comparison", [])
    if one != other:
        raise Fault("incompatible types for comparison", [])
    equal = bool(left == right)
    if operator in ("==", "!="):
        return equal == (operator == "==")
    if one == "bool":
        raise Fault("invalid type for comparison", [])
    less = bool(left < right)
    return {"<": less, "<=": less or equal, ">": not (less or equal), ">=": not less}[operator]
