"""From the text of a Go template to its tree.

Upstream: Go's ``text/template/parse/parse.go``. What is written with ``define`` and ``block`` becomes a tree of its
own. Where upstream goes on to any depth, there is a limit here, for a template must not exhaust the stack.
"""

from __future__ import annotations

from minikctl.errors import quote
from minikctl.lib.goquote import unquote
from minikctl.printing.gotemplate.lexer import KEYWORDS, Lexer
from minikctl.printing.gotemplate.nodes import (
    ActionNode,
    BranchNode,
    ChainNode,
    CommandNode,
    ConstantNode,
    DotNode,
    FieldNode,
    IdentifierNode,
    JumpNode,
    ListNode,
    MarkNode,
    NilNode,
    Node,
    OverflowNode,
    PipeNode,
    TemplateNode,
    TextNode,
    VariableNode,
)
from minikctl.printing.gotemplate.words import NAME, SyntaxFault, Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any

    from minikctl.printing.gotemplate.lexer import Item

#: how deep parentheses (upstream: 10,000) and blocks (upstream: as deep as memory goes) may stand in one another
_MOST_PARENTHESES = 60
_MOST_BLOCKS = 60

_OPERANDS = frozenset((
    "bool", "char constant", "complex", ".", "field", "identifier", "number", "nil", "raw string", "string", "variable",
    "(",
))


def parse_trees(text: str, functions: Container[str]) -> dict[str, ListNode]:
    """Return the trees of a template by name, the whole one as ``output``. Raises ``SyntaxFault``.

    ``functions`` are the names that may be called.
    """
    trees: dict[str, ListNode] = {}
    tree = _Tree(NAME, Lexer(text), functions, trees)
    try:
        tree.parse()
    except RecursionError:
        raise SyntaxFault(f"template: {NAME}: max expression depth exceeded") from None
    return trees


class _Tree(Words):
    """The parser of one tree; those of definitions inside of it read from the same lexer."""

    def __init__(self, name: str, lexer: Lexer, functions: Container[str], trees: dict[str, ListNode]) -> None:
        self.name = name
        super().__init__(lexer)
        self.functions = functions
        self.trees = trees
        self.root = ListNode(0)
        self.variables = ["$"]
        self._ranges = 0
        self._parentheses = 0
        self.blocks = 0

    # -- lists and actions --------------------------------------------------------------------------------------------

    def parse(self) -> None:
        """Parse to the end of the text."""
        self.root = ListNode(max(self.peek().position, 0))
        while self.peek().type != "EOF":
            if self.peek().type == "left delimiter":
                delimiter = self.next()
                if self.next_word().type == "define":
                    self._definition()
                    continue
                self.put_back(delimiter)
            node = self._text_or_action()
            if isinstance(node, MarkNode):
                raise self.fault(f"unexpected {node}")
            self.root.nodes.append(node)
        self.add()

    def add(self) -> None:
        """Put this tree among the others. Of two with one name, one has to be empty."""
        known = self.trees.get(self.name)
        if known is None or known.is_empty():
            self.trees[self.name] = self.root
        elif not self.root.is_empty():
            raise self.fault(f"template: multiple definition of template {quote(self.name)}")

    def _definition(self) -> None:
        """Parse ``{{define "name"}}...{{end}}`` from behind its keyword."""
        tree = _Tree("definition", self.lexer, self.functions, self.trees)
        context = "define clause"
        token = tree.next_word()
        if token.type not in ("string", "raw string"):
            raise tree.unexpected(token, context)
        tree.name = tree.unquoted(token)
        tree.expect("right delimiter", context)
        tree.root, end = tree.items()
        if end.word != "end":
            raise tree.fault(f"unexpected {end} in {context}")
        tree.add()

    def items(self) -> tuple[ListNode, MarkNode]:
        """Parse up to an ``{{end}}`` or ``{{else}}``, which is returned, too."""
        nodes = ListNode(self.peek_word().position)
        while self.peek_word().type != "EOF":
            node = self._text_or_action()
            if isinstance(node, MarkNode):
                return nodes, node
            nodes.nodes.append(node)
        raise self.fault("unexpected EOF")

    def _text_or_action(self) -> Node:
        token = self.next_word()
        if token.type == "text":
            return TextNode(token.position, token.value)
        if token.type != "left delimiter":
            raise self.unexpected(token, "input")
        self.action_line = self.line(token)
        node = self._action()
        self.action_line = 0
        return node

    def _action(self) -> Node:
        token = self.next_word()
        if token.type in KEYWORDS:
            if token.type in ("if", "range", "with"):
                return self._nested(token.type)
            if token.type in ("break", "continue"):
                return self._jump(token)
            parse = {"block": self._block, "else": self._else, "end": self._end, "template": self._template}
            if token.type in parse:
                return parse[token.type]()
        self.back()
        position = self.peek().position
        # Variables that are declared here live up to the next `end`.
        return ActionNode(position, self._pipeline("command", "right delimiter"))

    def _nested(self, word: str) -> Node:
        self.blocks += 1
        if self.blocks > _MOST_BLOCKS:
            raise self.fault("max nesting depth exceeded")
        node = self._branch(word)
        self.blocks -= 1
        return node

    def _branch(self, word: str) -> Node:
        """Parse ``if``, ``range`` or ``with`` from behind the keyword."""
        variables = len(self.variables)
        pipe = self._pipeline(word, "right delimiter")
        self._ranges += word == "range"
        then, mark = self.items()
        self._ranges -= word == "range"
        otherwise = None
        if mark.word == "else":
            if word in ("if", "with") and self.peek().type == word:
                # `{{else if x}}` is `{{else}}{{if x}}` with one `end` for both.
                self.next()
                otherwise = ListNode(mark.position)
                otherwise.nodes.append(self._branch(word))
            else:
                otherwise, mark = self.items()
                if mark.word != "end":
                    raise self.fault(f"expected end; found {mark}")
        del self.variables[variables:]
        return BranchNode(word, pipe, then, otherwise)

    def _end(self) -> Node:
        return MarkNode(self.expect("right delimiter", "end").position, "end")

    def _else(self) -> Node:
        token = self.peek_word()
        if token.type not in ("if", "with"):
            token = self.expect("right delimiter", "else")
        return MarkNode(token.position, "else")

    def _jump(self, token: Item) -> Node:
        following = self.next_word()
        if following.type != "right delimiter":
            raise self.unexpected(following, f"{{{{{token.type}}}}}")
        if not self._ranges:
            raise self.fault(f"{{{{{token.type}}}}} outside {{{{range}}}}")
        return JumpNode(token.position, token.type)

    def _block(self) -> Node:
        """Parse ``{{block "name" pipeline}}...{{end}}``: a definition and its use in one."""
        context = "block clause"
        token = self.next_word()
        name = self._template_name(token, context)
        pipe = self._pipeline(context, "right delimiter")
        tree = _Tree(name, self.lexer, self.functions, self.trees)
        tree.blocks = self.blocks + 1
        if tree.blocks > _MOST_BLOCKS:
            raise self.fault("max nesting depth exceeded")
        tree.root, end = tree.items()
        if end.word != "end":
            raise self.fault(f"unexpected {end} in {context}")
        tree.add()
        return TemplateNode(token.position, name, pipe)

    def _template(self) -> Node:
        context = "template clause"
        token = self.next_word()
        name = self._template_name(token, context)
        pipe = None
        if self.next_word().type != "right delimiter":
            self.back()
            pipe = self._pipeline(context, "right delimiter")
        return TemplateNode(token.position, name, pipe)

    def _template_name(self, token: Item, context: str) -> str:
        if token.type not in ("string", "raw string"):
            raise self.unexpected(token, context)
        return self.unquoted(token)

    # -- pipelines ----------------------------------------------------------------------------------------------------

    def _pipeline(self, context: str, end: str) -> PipeNode:
        pipe = PipeNode(self.peek_word().position)
        while self._declaration(pipe, context):
            pass
        while True:
            token = self.next_word()
            if token.type == end:
                self._check(pipe, context)
                return pipe
            if token.type not in _OPERANDS:
                raise self.unexpected(token, context)
            self.back()
            pipe.commands.append(self._command())

    def _declaration(self, pipe: PipeNode, context: str) -> bool:
        """Parse ``$x :=``, ``$x =`` or, for a range, ``$i,``; whether another one has to follow."""
        variable = self.peek_word()
        if variable.type != "variable":
            return False
        self.next()
        # `$x` may turn out to be an operand; then it is put back, with the space behind it.
        after = self.peek()
        following = self.peek_word()
        if following.type in ("=", ":="):
            pipe.assigns = following.type == "="
            self.next_word()
            self._declare(pipe, variable)
            return False
        if following.type == "character" and following.value == ",":
            self.next_word()
            self._declare(pipe, variable)
            if context != "range" or len(pipe.variables) > 1:
                raise self.fault(f"too many declarations in {context}")
            if self.peek_word().type not in ("variable", "right delimiter", ")"):
                raise self.fault("range can only initialize variables")
            return True
        if after.type == "space":
            self.put_back(after, variable)
        else:
            self.put_back(variable)
        return False

    def _declare(self, pipe: PipeNode, variable: Item) -> None:
        pipe.variables.append(VariableNode(variable.position, variable.value))
        self.variables.append(variable.value)

    def _check(self, pipe: PipeNode, context: str) -> None:
        if not pipe.commands:
            raise self.fault(f"missing value for {context}")
        for stage, command in enumerate(pipe.commands[1:], 2):
            if isinstance(command.args[0], ConstantNode | OverflowNode | DotNode | NilNode):
                raise self.fault(f"non executable command in pipeline stage {stage}")

    def _command(self) -> CommandNode:
        command = CommandNode(self.peek_word().position)
        while True:
            self.peek_word()
            operand = self._operand()
            if operand is not None:
                command.args.append(operand)
            token = self.next()
            if token.type == "space":
                continue
            if token.type in ("right delimiter", ")"):
                self.back()
            elif token.type != "|":
                raise self.unexpected(token, "operand")
            break
        if not command.args:
            raise self.fault("empty command")
        return command

    def _operand(self) -> Node | None:
        """Parse a term and the fields behind it; None where there is no term."""
        node = self._term()
        if node is None or self.peek().type != "field":
            return node
        chain = ChainNode(self.peek().position, node)
        while self.peek().type == "field":
            chain.names.append(self.next().value[1:])
        if isinstance(node, FieldNode):
            return FieldNode(chain.position, str(chain))
        if isinstance(node, VariableNode):
            return VariableNode(chain.position, str(chain))
        if isinstance(node, ConstantNode | OverflowNode | NilNode | DotNode):
            raise self.fault(f"unexpected . after term {quote(str(node))}")
        return chain

    def _term(self) -> Node | None:
        token = self.next_word()
        if token.type == "(":
            return self._parenthesized()
        parse = {
            "identifier": self._identifier,
            "variable": self._variable,
            "bool": self._constant,
            "char constant": self._number,
            "complex": self._number,
            "number": self._number,
            "string": self._constant,
            "raw string": self._constant,
            "field": self._field,
            ".": self._word,
            "nil": self._word,
        }.get(token.type)
        if parse is None:
            self.back()
            return None
        return parse(token)

    def _constant(self, token: Item) -> Node:
        value: Any = token.value == "true" if token.type == "bool" else self.unquoted(token)
        return ConstantNode(token.position, token.value, value)

    def _field(self, token: Item) -> Node:
        return FieldNode(token.position, token.value)

    def _word(self, token: Item) -> Node:
        return DotNode(token.position) if token.type == "." else NilNode(token.position)

    def _parenthesized(self) -> Node:
        if self._parentheses >= _MOST_PARENTHESES:
            raise self.fault("max expression depth exceeded")
        self._parentheses += 1
        pipe = self._pipeline("parenthesized pipeline", ")")
        self._parentheses -= 1
        return pipe

    def _identifier(self, token: Item) -> Node:
        if token.value not in self.functions:
            raise self.fault(f"function {quote(token.value)} not defined")
        return IdentifierNode(token.position, token.value)

    def _variable(self, token: Item) -> Node:
        if token.value not in self.variables:
            raise self.fault(f"undefined variable {quote(token.value)}")
        return VariableNode(token.position, token.value)

    def _number(self, token: Item) -> Node:
        from minikctl.printing.gotemplate.numbers import Overflow, parse_number

        try:
            return ConstantNode(token.position, token.value, parse_number(token.value, token.type))
        except Overflow:
            return OverflowNode(token.position, token.value)
        except ValueError as error:
            raise self.fault(str(error)) from None

    def unquoted(self, token: Item) -> str:
        """Return what stands inside of the quotes of a string."""
        if token.type == "raw string":
            return token.value[1:-1].replace("\r", "")
        try:
            return unquote(token.value[1:-1], '"')
        except ValueError:
            raise self.fault("invalid syntax") from None
