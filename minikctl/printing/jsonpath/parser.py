r"""From the text of a JSONPath template to its nodes.

kubectl's dialect (upstream: client-go ``util/jsonpath/parser.go``), with its ways kept, also the odd ones, since users'
templates rely on them:

- text outside of ``{...}`` is printed as it is; inside, steps follow one another: ``{range .items[*].metadata}``;
- ``\`` takes the meaning from the next character of a field: ``.metadata.labels.app\.kubernetes\.io/name``;
- a quoted key is split at its dots: ``['metadata.name']`` is ``.metadata.name``, ``['a\.b']`` is the key ``a.b``;
- a filter ends at the first ``)`` outside of its first pair of quotes, so filters do not nest, and there is no ``&&``;
- ``@`` and ``$`` are the same: the object at hand.
"""

from __future__ import annotations

import re

from minikctl.lib.goquote import show_rune, unquote
from minikctl.lib.gotypes import Int
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
    from minikctl.printing.jsonpath.nodes import Node

#: what ends a field or a word
_ENDS = r" \t\r\n.,\[\]$@{}"
_FIELD = re.compile(rf"(?:\\.|[^{_ENDS}\\])*\\?", re.DOTALL)
_WORD = re.compile(rf"[^{_ENDS}]*")
#: these are compiled when they are first needed, for most paths need none of them
_DICT_KEY = r"'([^']*)'"
_SLICE = r"(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?"
_COMPARISON = r"([^!<>=]+)([!<>=]+)(.+)"
_INT = r"[+-]?[0-9]+"
_FLOAT = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_MAX_INT = (1 << 63) - 1


class SyntaxFault(Exception):  # noqa: N818 - a fault of a template, made into a user's error by the callers
    """The template does not parse; the text is upstream's."""


def parse_template(text: str) -> list[Node]:
    """Return the nodes of a whole template. Raises ``SyntaxFault``."""
    nodes: list[Node] = []
    position = 0
    while True:
        brace = text.find("{", position)
        if brace < 0:
            break
        if brace > position:
            nodes.append(Text(text[position:brace]))
        chain, position = _action(text, brace + 1)
        nodes.append(chain)
    if position < len(text):
        nodes.append(Text(text[position:]))
    return nodes


def _inner(text: str) -> Chain:
    """Parse what stands inside of brackets as if it stood in braces of its own; what follows a ``}`` in it is lost."""
    return _action("{" + text + "}", 1)[0]


def _action(text: str, position: int) -> tuple[Chain, int]:  # noqa: C901, PLR0912 - one branch for each kind of step
    """Parse from behind a ``{`` up to its ``}``; return the chain and the place behind it."""
    steps: list[Node] = []
    while True:
        char = text[position:position + 1]
        if char == "}":
            return Chain(steps), position + 1
        if text.startswith("[?(", position):
            step, position = _filter(text, position + 3)
            steps.append(step)
        elif text.startswith("..", position):
            if steps and isinstance(steps[-1], Recursive):
                raise SyntaxFault("invalid multiple recursive descent")
            steps.append(Recursive())
            position += 2
            if _is_alphanumeric(text[position:position + 1]):
                step, position = _field(text, position)
                steps.append(step)
        elif char in ("", "\r", "\n"):
            raise SyntaxFault("unclosed action")
        elif char in " @$":
            position += 1
        elif char == "[":
            new, position = _brackets(text, position)
            steps.extend(new)
        elif char in "\"'":
            step, position = _quoted(text, position)
            steps.append(step)
        elif char == ".":
            step, position = _field(text, position + 1)
            steps.append(step)
        elif char in "+-" or char.isdecimal():
            step, position = _number(text, position)
            steps.append(step)
        elif _is_alphanumeric(char):
            word = _match(_WORD, text, position)
            position += len(word)
            steps.append(Constant(word == "true") if word in ("true", "false") else Identifier(word))
        else:
            raise SyntaxFault(f"unrecognized character in action: {show_rune(char)}")


def _is_alphanumeric(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()


def _match(pattern: re.Pattern[str], text: str, position: int) -> str:
    found = pattern.match(text, position)
    return found[0] if found else ""


def _field(text: str, position: int) -> tuple[Node, int]:
    written = _match(_FIELD, text, position)
    step = Wildcard() if written == "*" else Field(written.replace("\\", ""))
    return step, position + len(written)


def _number(text: str, position: int) -> tuple[Node, int]:
    end = position + (text[position] in "+-")
    while end < len(text) and (text[end] == "." or text[end].isdecimal()):
        end += 1
    written = text[position:end]
    number = _int64(written) if re.fullmatch(_INT, written) else None
    if number is not None:
        return Constant(Int(number)), end
    if re.fullmatch(_FLOAT, written) and abs(float(written)) != float("inf"):
        return Constant(float(written)), end
    raise SyntaxFault(f"cannot parse number {written}")


def _brackets(text: str, position: int) -> tuple[list[Node], int]:
    """Parse ``[...]`` that is no filter: ``[*]``, an index, a slice, a quoted key, or several of them."""
    end = text.find("]", position)
    newline = text.find("\n", position)
    if end < 0 or 0 <= newline < end:
        raise SyntaxFault("unterminated array")
    inside = text[position + 1:end]
    end += 1
    if inside == "*":
        return [Slice(None, None, None)], end
    parts = inside.split(",")
    if len(parts) > 1:
        return [Union([_inner(f"[{part.strip(' ')}]") for part in parts])], end
    key = re.fullmatch(_DICT_KEY, inside)
    if key:
        return _inner("." + key[1]).steps, end
    bounds = re.fullmatch(_SLICE, inside)
    if not bounds:
        raise SyntaxFault(f"invalid array index {inside}")
    # `[]` is accepted and is the first item, as `[0]`.
    start = _bound(bounds[1]) if bounds[1] else None
    step = _bound(bounds[3][1:]) if bounds[3] and bounds[3] != ":" else None
    if not bounds[2]:
        return [Slice(start, (start or 0) + 1, step, single=True)], end
    return [Slice(start, _bound(bounds[2][1:]) if bounds[2] != ":" else None, step)], end


def _bound(written: str) -> int:
    number = None if written == "-" else _int64(written)
    if number is None:
        raise SyntaxFault(f"array index {written} is not a number")
    return number


def _int64(written: str) -> int | None:
    """The number of 64 bits that these digits are; None: more than that. Python does not convert endless digits."""
    digits = written.lstrip("+-0") or "0"
    if len(digits) >= 20:
        return None
    number = -int(digits) if written.startswith("-") else int(digits)
    return number if -_MAX_INT - 1 <= number <= _MAX_INT else None


def _filter(text: str, position: int) -> tuple[Node, int]:
    """Parse a filter from behind its ``[?(``."""
    quote, paired = "", False
    end = position
    while True:
        char = text[end:end + 1]
        if char in ("", "\n"):
            raise SyntaxFault("unterminated filter")
        end += 1
        if char in "\"'":
            if not quote:
                quote = char
            elif char == quote and text[end - 2] != "\\":
                paired = True
        elif char == ")" and bool(quote) == paired:
            break
    if text[end:end + 1] != "]":
        raise SyntaxFault("unclosed array expect ]")
    inside = text[position:end - 1]
    compared = re.fullmatch(_COMPARISON, inside)
    if compared:
        return Filter(_inner(compared[1]), compared[2], _inner(compared[3])), end + 1
    return Filter(_inner(inside), "exists", Chain([])), end + 1


def _quoted(text: str, position: int) -> tuple[Node, int]:
    quote = text[position]
    end = position + 1
    while True:
        char = text[end:end + 1]
        if char in ("", "\n"):
            raise SyntaxFault("unterminated quoted string")
        end += 1
        # A backslash before the quote is always an escape, even where it is escaped itself.
        if char == quote and text[end - 2] != "\\":
            break
    written = text[position:end]
    try:
        return Text(unquote(written[1:-1], quote)), end
    except ValueError:
        raise SyntaxFault(f"unquote string {written} error invalid syntax") from None
