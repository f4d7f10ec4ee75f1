"""The values of a Go template's pipelines: variables, fields, functions and their arguments.

Upstream: Go's ``text/template/exec.go``. Every fault names the place in the template and the piece of it that failed:
``template: output:1:2: executing "output" at <.a.b>: ...``. ``execute`` carries out what stands around pipelines.
"""

from __future__ import annotations

from minikctl.errors import quote
from minikctl.lib.gotypes import type_name
from minikctl.printing.gotemplate.functions import FUNCTIONS, CallFault
from minikctl.printing.gotemplate.nodes import (
    ChainNode,
    ConstantNode,
    DotNode,
    FieldNode,
    IdentifierNode,
    NilNode,
    OverflowNode,
    PipeNode,
    VariableNode,
)
from minikctl.printing.gotemplate.values import (
    MISSING,
    NO_ARGUMENT,
    Boxed,
    concrete,
    is_true,
    leaf,
    measure,
    unboxed,
)
from minikctl.printing.gotemplate.words import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.printing.gotemplate.nodes import CommandNode, Node

#: steps that a template may take and characters that it may make whatever the object is like; beyond that, so many
#: for each value in the object, and times its size
_STEPS = 300_000
_STEPS_PER_VALUE = 100
_CHARACTERS = 8_000_000
_TIMES_SIZE = 30


class ExecutionFault(Exception):  # noqa: N818 - made into a user's error by the caller
    """The template cannot be carried out; the text is upstream's whole message."""


class Evaluation:
    """What is known where a template is being run, and what its pipelines are worth there."""

    def __init__(self, text: str, data: Any, *, allow_missing: bool) -> None:
        self._text = text
        self._data = data
        self._allow_missing = allow_missing
        self._name = NAME  # of the tree that runs
        self._node: Node | None = None  # where it is, for messages
        self._variables: list[tuple[str, Any]] = [("$", data)]
        self._steps = _STEPS
        self._characters = _CHARACTERS
        self._extended = False

    # -- faults and limits --------------------------------------------------------------------------------------------

    def _fault(self, message: str) -> ExecutionFault:
        node = self._node
        if node is None:
            return ExecutionFault(f"template: {self._name}: {message}")
        before = self._text[:node.position]
        column = len(before[before.rfind("\n") + 1:].encode("utf-8", "replace"))
        place = f"{NAME}:{before.count(chr(10)) + 1}:{column}"
        return ExecutionFault(f"template: {place}: executing {quote(self._name)} at <{node}>: {message}")

    def _extend(self) -> None:
        """Give a large object its due, once; a template that wants more does not come to an end."""
        if not self._extended:
            self._extended = True
            values, size = measure(self._data)
            self._steps += values * _STEPS_PER_VALUE
            self._characters += size * _TIMES_SIZE
        if self._steps < 0:
            raise self._fault("giving up: the template takes too many steps")
        if self._characters < 0:
            raise self._fault("giving up: the template makes too much text")

    # -- variables ----------------------------------------------------------------------------------------------------

    def _assign(self, name: str, value: Any) -> None:
        for place in range(len(self._variables) - 1, -1, -1):
            if self._variables[place][0] == name:
                self._variables[place] = (name, value)
                return
        raise self._fault(f"undefined variable: {name}")

    def _variable(self, name: str) -> Any:
        for known, value in reversed(self._variables):
            if known == name:
                return value
        raise self._fault(f"undefined variable: {name}")

    # -- pipelines ----------------------------------------------------------------------------------------------------

    def _pipeline(self, dot: Any, pipe: PipeNode) -> Any:
        """Return the value of a pipeline, without a box; its variables are set."""
        self._node = pipe
        value = NO_ARGUMENT
        for command in pipe.commands:
            value = concrete(self._command(dot, command, value))
        for variable in pipe.variables:
            if pipe.assigns:
                self._assign(variable.names[0], value)
            else:
                self._variables.append((variable.names[0], value))
        return value

    def _command(self, dot: Any, command: CommandNode, final: Any) -> Any:  # noqa: PLR0911 - one for each kind of node
        """Return the value of one stage; ``final`` is what the stage before gave, or ``NO_ARGUMENT``."""
        args = command.args
        first = args[0]
        if isinstance(first, FieldNode):
            self._node = first
            return self._fields(dot, first.names, final, has_args=len(args) > 1)
        if isinstance(first, IdentifierNode):
            return self._function(dot, first, command, args[1:], final)
        if isinstance(first, VariableNode):
            return self._variable_fields(first, args, final)
        if isinstance(first, ChainNode):
            return self._chain(dot, first, final, has_args=len(args) > 1)
        if isinstance(first, PipeNode):
            self._no_function(args, final)
            return self._pipeline(dot, first)
        self._node = first
        self._no_function(args, final)
        if isinstance(first, DotNode):
            return dot
        if isinstance(first, NilNode):
            raise self._fault("nil is not a command")
        return self._constant(first)

    def _no_function(self, args: Sequence[Node], final: Any) -> None:
        if len(args) > 1 or final is not NO_ARGUMENT:
            raise self._fault(f"can't give argument to non-function {args[0]}")

    def _constant(self, node: Node) -> Any:
        if isinstance(node, OverflowNode):
            self._node = node
            raise self._fault(f"{node.text} overflows int")
        return node.value if isinstance(node, ConstantNode) else MISSING

    def _variable_fields(self, node: VariableNode, args: Sequence[Node], final: Any) -> Any:
        self._node = node
        value = self._variable(node.names[0])
        if len(node.names) == 1:
            self._no_function(args, final)
            return value
        return self._fields(value, node.names[1:], final, has_args=len(args) > 1)

    def _chain(self, dot: Any, node: ChainNode, final: Any, *, has_args: bool) -> Any:
        self._node = node
        if isinstance(node.node, NilNode):
            raise self._fault(f"indirection through explicit nil in {node}")
        value = self._argument(dot, "", node.node)
        return self._fields(value, node.names, final, has_args=has_args)

    def _fields(self, value: Any, names: Sequence[str], final: Any, *, has_args: bool) -> Any:
        """Follow ``.a.b.c`` from a value. What is found may be None (null) or ``MISSING``."""
        boxed = isinstance(value, Boxed)
        if boxed:
            value = value.value
        last = len(names) - 1
        for place, name in enumerate(names):
            if isinstance(value, dict):
                if place == last and (has_args or final is not NO_ARGUMENT):
                    raise self._fault(f"{name} is not a method but has arguments")
                if name in value:
                    value = value[name]
                elif self._allow_missing:
                    value = MISSING
                else:
                    raise self._fault(f"map has no entry for key {quote(name)}")
            elif value is MISSING:
                if not self._allow_missing:
                    raise self._fault(f"nil data; no entry for key {quote(name)}")
            elif value is None:
                raise self._fault(f"nil pointer evaluating interface {{}}.{name}")
            else:
                kind = "interface {}" if boxed else type_name(value)
                raise self._fault(f"can't evaluate field {name} in type {kind}")
            boxed = True
        return leaf(value)

    # -- functions ----------------------------------------------------------------------------------------------------

    def _function(self, dot: Any, node: IdentifierNode, whole: Node, args: Sequence[Node], final: Any) -> Any:
        """Call a function. ``whole`` is what a fault of the function itself quotes."""
        self._node = node
        self._steps -= 2
        name = node.name
        function = FUNCTIONS[name]
        count = len(args) + (final is not NO_ARGUMENT)
        fixed = function.fixed
        if function.more:
            if count < len(fixed):
                raise self._fault(f"wrong number of args for {name}: want at least {len(fixed)} got {len(args)}")
        elif count != len(fixed):
            raise self._fault(f"wrong number of args for {name}: want {len(fixed)} got {count}")
        if name in ("and", "or"):
            return self._and_or(dot, name, args, final)
        types = [*fixed, *[function.more] * (count - len(fixed))]
        values = [self._argument(dot, kind, arg) for kind, arg in zip(types, args, strict=False)]
        if final is not NO_ARGUMENT:
            values.append(self._checked(final, types[-1]))
        try:
            if name == "call":
                self._call(args, values)
            result = function.call(
                *[value if kind == "boxed" else unboxed(value) for value, kind in zip(values, types, strict=True)]
            )
        except CallFault as fault:
            self._node = whole
            raise self._fault(f"error calling {name}: {fault}") from None
        if isinstance(result, str):
            self._characters -= len(result)
            if self._characters < 0:
                self._extend()
        return result

    def _and_or(self, dot: Any, name: str, args: Sequence[Node], final: Any) -> Any:
        """``and`` and ``or`` evaluate their arguments only until one decides."""
        value: Any = MISSING
        for arg in args:
            value = self._argument(dot, "value", arg)
            if is_true(value) == (name == "or"):
                return value
        return value if final is NO_ARGUMENT else final

    def _call(self, args: Sequence[Node], values: Sequence[Any]) -> None:
        """``call`` calls functions that are values, of which JSON has none. Raises ``CallFault``."""
        callee = unboxed(values[0])
        if callee is MISSING or callee is None:
            raise CallFault("call of nil")
        name = str(args[0]) if args else callee if isinstance(callee, str) else f"<{type_name(callee)} Value>"
        raise CallFault(f"non-function {name} of type {type_name(callee)}")

    def _argument(self, dot: Any, kind: str, node: Node) -> Any:  # noqa: PLR0911 - one for each kind of node
        """Return the value of an argument of a type ("" takes all, see ``Function``)."""
        self._node = node
        if isinstance(node, FieldNode):
            return self._checked(self._fields(dot, node.names, NO_ARGUMENT, has_args=False), kind, taken_out=True)
        if isinstance(node, VariableNode):
            return self._checked(self._variable_fields(node, (), NO_ARGUMENT), kind, taken_out=len(node.names) > 1)
        if isinstance(node, PipeNode):
            return self._checked(self._pipeline(dot, node), kind)
        if isinstance(node, DotNode):
            return self._checked(dot, kind)
        if isinstance(node, IdentifierNode):
            return self._checked(self._function(dot, node, node, (), NO_ARGUMENT), kind)
        if isinstance(node, ChainNode):
            return self._checked(self._chain(dot, node, NO_ARGUMENT, has_args=False), kind, taken_out=True)
        if isinstance(node, NilNode):
            if kind == "string":
                raise self._fault("cannot assign nil to string")
            return None if kind == "any" else MISSING
        if kind == "string" and not (isinstance(node, ConstantNode) and isinstance(node.value, str)):
            raise self._fault(f"expected string; found {node}")
        return self._constant(node)

    def _checked(self, value: Any, kind: str, *, taken_out: bool = False) -> Any:
        """Return a value that fits an argument's type; ``taken_out`` of an object. Upstream: ``validateType``."""
        if kind == "any":
            return None if value is MISSING else value
        if kind == "boxed" and taken_out and value is not MISSING:
            return Boxed(value)
        if kind != "string":
            return value
        inner = unboxed(value)
        if isinstance(inner, str):
            return inner
        if inner is MISSING:
            raise self._fault("invalid value; expected string")
        found = "interface {}" if inner is None else type_name(inner)
        raise self._fault(f"wrong type for value; expected string; got {found}")
