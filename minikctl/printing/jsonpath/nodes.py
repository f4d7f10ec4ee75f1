"""The nodes of a parsed JSONPath template (upstream: client-go ``util/jsonpath/node.go``).

A template is a list of ``Text`` and ``Chain`` nodes: what stands outside of braces, and one chain for each ``{...}``.
"""

from __future__ import annotations


class Node:
    """One step of a chain."""

    __slots__ = ()


class Text(Node):
    """Text outside of braces, or a quoted string inside of them."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Constant(Node):
    """A number or boolean: ``{5}``, ``?(@.a==true)``."""

    __slots__ = ("value",)

    def __init__(self, value: float | bool) -> None:
        self.value = value


class Field(Node):
    """A key of an object: ``.name``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Identifier(Node):
    """A bare word: ``range``, ``end``; any other word is an error when it is evaluated."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Slice(Node):
    """An index or a slice of a list: ``[0]``, ``[1:3]``, ``[-1:]``, ``[::2]``, ``[*]``.

    ``start``, ``end`` and ``step`` are None where they are not written. ``single`` says that ``end`` was made from a
    single index: ``[-1]`` is kept as -1:0, and means the end of the list there.
    """

    __slots__ = ("end", "single", "start", "step")

    def __init__(self, start: int | None, end: int | None, step: int | None, *, single: bool = False) -> None:
        self.start = start
        self.end = end
        self.step = step
        self.single = single


class Wildcard(Node):
    """All values: ``.*``."""

    __slots__ = ()


class Recursive(Node):
    """The object and all that is inside of it: ``..``."""

    __slots__ = ()


class Union(Node):
    """Several chains, one after the other: ``['a','b']``, ``[0,2]``."""

    __slots__ = ("chains",)

    def __init__(self, chains: list[Chain]) -> None:
        self.chains = chains


class Filter(Node):
    """The items of a list that fit: ``[?(@.a=="b")]``. ``operator`` is "exists" where there is nothing to compare."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, left: Chain, operator: str, right: Chain) -> None:
        self.left = left
        self.operator = operator
        self.right = right


class Chain(Node):
    """Steps, each on the results of the one before: one ``{...}``."""

    __slots__ = ("steps",)

    def __init__(self, steps: list[Node]) -> None:
        self.steps = steps


def describe(node: Node) -> str:
    """Return a node as text, with what is inside of it, for tests: ``[Field a, Slice 0:1]``."""
    if isinstance(node, Chain):
        return "[" + ", ".join(map(describe, node.steps)) + "]"
    if isinstance(node, Union):
        return "Union(" + ", ".join(map(describe, node.chains)) + ")"
    if isinstance(node, Filter):
        return f"Filter({describe(node.left)} {node.operator} {describe(node.right)})"
    if isinstance(node, Slice):
        bounds = [node.start, node.end] if node.step is None else [node.start, node.end, node.step]
        return "Slice " + ":".join("" if bound is None else str(bound) for bound in bounds)
    values = [repr(getattr(node, name)) for name in ("text", "value", "name") if hasattr(node, name)]
    return " ".join([type(node).__name__, *values])
