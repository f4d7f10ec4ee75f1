"""Runs the trees of a Go template over an object.

Upstream: Go's ``text/template/exec.go``. Here is what stands around pipelines (text, ``if``, ``range``, ``template``);
what pipelines are worth stands in ``evaluate``.
"""

from __future__ import annotations

from minikctl.errors import quote
from minikctl.lib.gotypes import Int
from minikctl.lib.goverbs import show
from minikctl.printing.gotemplate.evaluate import Evaluation, ExecutionFault
from minikctl.printing.gotemplate.nodes import (
    ActionNode,
    BranchNode,
    JumpNode,
    ListNode,
    PipeNode,
    TemplateNode,
    TextNode,
)
from minikctl.printing.gotemplate.values import MISSING, Boxed, is_true, leaf, normal
from minikctl.printing.gotemplate.words import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, ClassVar

    from minikctl.printing.gotemplate.nodes import Node

#: upstream's limit, which the message names; here the stack ends sooner
_MAX_DEPTH = 100_000
_DEPTH = 300


class Execution(Evaluation):
    """One run of a template over one object. ``out`` is what it wrote, also when it failed."""

    def __init__(self, text: str, trees: dict[str, ListNode], data: Any, *, allow_missing: bool) -> None:
        super().__init__(text, data, allow_missing=allow_missing)
        self.out: list[str] = []
        self._trees = trees
        self._depth = 0

    def run(self) -> None:
        """Carry the template out. Raises ``ExecutionFault``."""
        root = self._trees.get(NAME)
        if root is None:
            raise ExecutionFault(f'template: {NAME}: "{NAME}" is an incomplete or empty template')
        try:
            self._list(self._data, root)
        except RecursionError:
            raise self._fault(f"exceeded maximum template depth ({_MAX_DEPTH})") from None

    def _write(self, text: str) -> None:
        self.out.append(text)
        self._characters -= len(text)
        if self._characters < 0:
            self._extend()

    # -- nodes --------------------------------------------------------------------------------------------------------

    def _list(self, dot: Any, nodes: ListNode) -> str:
        """Carry out nodes one after the other; return "break" or "continue" where one of these ended it, else ""."""
        self._node = nodes
        for node in nodes.nodes:
            self._node = node
            self._steps -= 1
            if self._steps < 0:
                self._extend()
            if isinstance(node, TextNode):
                self._write(node.text)
                continue
            jump = self._WALKERS[type(node)](self, dot, node)
            if jump:
                return jump
        return ""

    def _action(self, dot: Any, node: ActionNode) -> str:
        value = self._pipeline(dot, node.pipe)
        if not node.pipe.variables:
            self._node = node
            self._write(value if isinstance(value, str) else "<no value>" if value is MISSING else show(normal(value)))
        return ""

    def _jump(self, _dot: Any, node: JumpNode) -> str:
        return node.word

    def _branch(self, dot: Any, node: BranchNode) -> str:
        variables = len(self._variables)
        if node.word == "range":
            jump = self._range(dot, node)
        else:
            value = self._pipeline(dot, node.pipe)
            if is_true(value):
                jump = self._list(value if node.word == "with" else dot, node.then)
            else:
                jump = self._list(dot, node.otherwise) if node.otherwise is not None else ""
        del self._variables[variables:]
        return jump

    def _range(self, dot: Any, node: BranchNode) -> str:
        value = self._pipeline(dot, node.pipe)
        items: Iterable[tuple[Any, Any]] = ()
        if isinstance(value, list):
            items = ((Int(number), Boxed(leaf(item))) for number, item in enumerate(value))
        elif isinstance(value, dict):
            items = ((key, Boxed(leaf(value[key]))) for key in sorted(value))
        elif isinstance(value, int) and not isinstance(value, bool):
            if len(node.pipe.variables) > 1:
                raise self._fault(f"can't use {show(value)} to iterate over more than one variable")
            kind = type(value)
            items = ((MISSING, kind(number)) for number in range(value))
        elif value is not MISSING:
            raise self._fault(f"range can't iterate over {show(value)}")
        variables = len(self._variables)
        empty = True
        for key, item in items:
            empty = False
            self._set_range_variables(node.pipe, key, item)
            self._steps -= 1
            if self._steps < 0:
                self._extend()
            jump = self._list(item, node.then)
            del self._variables[variables:]
            if jump == "break":
                break
        if empty and node.otherwise is not None:
            return self._list(dot, node.otherwise)
        return ""

    def _set_range_variables(self, pipe: PipeNode, key: Any, item: Any) -> None:
        if not pipe.variables:
            return
        values = [item] if len(pipe.variables) == 1 else [key, item]
        if pipe.assigns:
            for variable, value in zip(pipe.variables, values, strict=True):
                self._assign(variable.names[0], value)
        else:
            # They were put on top when the pipeline was evaluated.
            top = len(self._variables) - len(values)
            for place, (variable, value) in enumerate(zip(pipe.variables, values, strict=True), top):
                self._variables[place] = (variable.names[0], value)

    def _template(self, dot: Any, node: TemplateNode) -> str:
        tree = self._trees.get(node.name)
        if tree is None:
            raise self._fault(f"template {quote(node.name)} not defined")
        if self._depth >= _DEPTH:
            raise self._fault(f"exceeded maximum template depth ({_MAX_DEPTH})")
        value = self._pipeline(dot, node.pipe) if node.pipe else MISSING
        outer = self._name, self._variables
        self._name, self._variables = node.name, [("$", value)]
        self._depth += 1
        self._list(value, tree)
        self._depth -= 1
        self._name, self._variables = outer
        return ""

    _WALKERS: ClassVar[dict[type[Node], Callable[[Execution, Any, Any], str]]] = {
        ActionNode: _action,
        BranchNode: _branch,
        JumpNode: _jump,
        TemplateNode: _template,
    }
