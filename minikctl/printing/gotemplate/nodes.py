"""The nodes of a parsed Go template. ``str(node)`` is the text that error messages quote: ``<.metadata.name>``.

Upstream: Go's ``text/template/parse/node.go``. ``position`` is the place in the template's text (in characters).
"""

from __future__ import annotations

from minikctl.errors import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Node:
    """Any node."""

    __slots__ = ("position",)

    def __init__(self, position: int) -> None:
        self.position = position


class TextNode(Node):
    """Text between actions."""

    __slots__ = ("text",)

    def __init__(self, position: int, text: str) -> None:
        super().__init__(position)
        self.text = text

    def __str__(self) -> str:
        return self.text


class ListNode(Node):
    """Nodes one after the other."""

    __slots__ = ("nodes",)

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.nodes: list[Node] = []

    def __str__(self) -> str:
        return "".join(map(str, self.nodes))

    def is_empty(self) -> bool:
        """Whether there is nothing but white space in it."""
        return all(
            (isinstance(node, TextNode) and not node.text.strip()) or (isinstance(node, ListNode) and node.is_empty())
            for node in self.nodes
        )


class PipeNode(Node):
    """A pipeline: ``$x := .a | len``."""

    __slots__ = ("assigns", "commands", "variables")

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.assigns = False  # `=`, not `:=`
        self.variables: list[VariableNode] = []
        self.commands: list[CommandNode] = []

    def __str__(self) -> str:
        variables = ", ".join(map(str, self.variables))
        commands = " | ".join(map(str, self.commands))
        return f"{variables} {'=' if self.assigns else ':='} {commands}" if variables else commands


class ActionNode(Node):
    """``{{pipeline}}``."""

    __slots__ = ("pipe",)

    def __init__(self, position: int, pipe: PipeNode) -> None:
        super().__init__(position)
        self.pipe = pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


class CommandNode(Node):
    """One stage of a pipeline: an operand, or a function and its arguments."""

    __slots__ = ("args",)

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.args: list[Node] = []

    def __str__(self) -> str:
        return " ".join(f"({arg})" if isinstance(arg, PipeNode) else str(arg) for arg in self.args)


class IdentifierNode(Node):
    """The name of a function."""

    __slots__ = ("name",)

    def __init__(self, position: int, name: str) -> None:
        super().__init__(position)
        self.name = name

    def __str__(self) -> str:
        return self.name


class VariableNode(Node):
    """``$x.a.b``: the name with its dollar, and fields."""

    __slots__ = ("names",)

    def __init__(self, position: int, text: str) -> None:
        super().__init__(position)
        self.names = text.split(".")

    def __str__(self) -> str:
        return ".".join(self.names)


class FieldNode(Node):
    """``.a.b``."""

    __slots__ = ("names",)

    def __init__(self, position: int, text: str) -> None:
        super().__init__(position)
        self.names = text[1:].split(".")

    def __str__(self) -> str:
        return "." + ".".join(self.names)


class ChainNode(Node):
    """A term and fields of it: ``(index .a 0).b.c``."""

    __slots__ = ("names", "node")

    def __init__(self, position: int, node: Node) -> None:
        super().__init__(position)
        self.node = node
        self.names: list[str] = []

    def __str__(self) -> str:
        term = f"({self.node})" if isinstance(self.node, PipeNode) else str(self.node)
        return ".".join([term, *self.names])


class DotNode(Node):
    """``.``."""

    __slots__ = ()

    def __str__(self) -> str:
        return "."


class NilNode(Node):
    """``nil``."""

    __slots__ = ()

    def __str__(self) -> str:
        return "nil"


class ConstantNode(Node):
    """A string, a boolean or a number: its value, and how it is written."""

    __slots__ = ("text", "value")

    def __init__(self, position: int, text: str, value: Any) -> None:
        super().__init__(position)
        self.text = text
        self.value = value

    def __str__(self) -> str:
        return self.text


class OverflowNode(Node):
    """A whole number above what an int holds: an error, but only when it is used."""

    __slots__ = ("text",)

    def __init__(self, position: int, text: str) -> None:
        super().__init__(position)
        self.text = text

    def __str__(self) -> str:
        return self.text


class BranchNode(Node):
    """``if``, ``range`` and ``with``: ``word`` says which."""

    __slots__ = ("otherwise", "pipe", "then", "word")

    def __init__(self, word: str, pipe: PipeNode, then: ListNode, otherwise: ListNode | None) -> None:
        super().__init__(pipe.position)
        self.word = word
        self.pipe = pipe
        self.then = then
        self.otherwise = otherwise

    def __str__(self) -> str:
        otherwise = f"{{{{else}}}}{self.otherwise}" if self.otherwise is not None else ""
        return f"{{{{{self.word} {self.pipe}}}}}{self.then}{otherwise}{{{{end}}}}"


class TemplateNode(Node):
    """``{{template "name" pipeline}}``."""

    __slots__ = ("name", "pipe")

    def __init__(self, position: int, name: str, pipe: PipeNode | None) -> None:
        super().__init__(position)
        self.name = name
        self.pipe = pipe

    def __str__(self) -> str:
        return f"{{{{template {quote(self.name)}{f' {self.pipe}' if self.pipe else ''}}}}}"


class JumpNode(Node):
    """``break`` and ``continue``."""

    __slots__ = ("word",)

    def __init__(self, position: int, word: str) -> None:
        super().__init__(position)
        self.word = word

    def __str__(self) -> str:
        return f"{{{{{self.word}}}}}"


class MarkNode(Node):
    """``end`` and ``else`` on their way through the parser; they are in no tree."""

    __slots__ = ("word",)

    def __init__(self, position: int, word: str) -> None:
        super().__init__(position)
        self.word = word

    def __str__(self) -> str:
        return f"{{{{{self.word}}}}}"
