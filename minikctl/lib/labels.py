"""Label selectors: the text of ``-l``, the ``selector`` of objects, and whether labels match.

Upstream: apimachinery ``pkg/labels`` (``Parse``, ``Requirement``, ``Selector``) and ``metav1``
(``LabelSelectorAsSelector``, ``FormatLabelSelector``), with their error words.
"""

from __future__ import annotations

from operator import itemgetter

from minikctl.errors import invalid
from minikctl.lib.names import is_qualified_name, is_valid_label_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]
    #: key, operator (one of those below), values in the order they were given
    Requirement = tuple[str, str, tuple[str, ...]]

IN = "in"
NOT_IN = "notin"
EQUALS = "="
DOUBLE_EQUALS = "=="
NOT_EQUALS = "!="
EXISTS = "exists"
DOES_NOT_EXIST = "!"
GREATER_THAN = "gt"
LESS_THAN = "lt"

_BINARY = (IN, NOT_IN, EQUALS, DOUBLE_EQUALS, NOT_EQUALS, GREATER_THAN, LESS_THAN)
_FROM_EXPRESSION = {"In": IN, "NotIn": NOT_IN, "Exists": EXISTS, "DoesNotExist": DOES_NOT_EXIST}
_TO_EXPRESSION = {operator: name for name, operator in _FROM_EXPRESSION.items()}
_WRITTEN = {EQUALS: "=", DOUBLE_EQUALS: "==", NOT_EQUALS: "!=", GREATER_THAN: ">", LESS_THAN: "<"}
_MOST = 1 << 63


class SelectorError(ValueError):
    """A selector makes no sense; the message is upstream's."""


class Selector:
    """What labels have to be like: every one of ``requirements`` must hold.

    ``requirements`` are sorted by key; each is (key, operator, values), the operators are the constants of this module.
    A selector that selects nothing (``NOTHING``) has none and is not ``empty``.
    """

    __slots__ = ("nothing", "requirements")

    def __init__(self, requirements: Iterable[Requirement] = (), *, nothing: bool = False) -> None:
        """``requirements`` are taken as they are; ``parse`` and the other functions check them."""
        self.requirements = tuple(sorted(requirements, key=itemgetter(0)))
        self.nothing = nothing

    @property
    def empty(self) -> bool:
        """Whether every object matches."""
        return not self.requirements and not self.nothing

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with ``labels`` is selected."""
        for key, operator, values in self.requirements:
            if not _holds(labels.get(key), operator, values):
                return False
        return not self.nothing

    def exact(self, key: str) -> str | None:
        """The one value that the label ``key`` must have, or None (upstream: ``RequiresExactMatch``)."""
        for other, operator, values in self.requirements:
            if other == key:
                return values[0] if operator in {EQUALS, DOUBLE_EQUALS, IN} and len(values) == 1 else None
        return None

    def __str__(self) -> str:
        return ",".join(map(_write, self.requirements))

    def __repr__(self) -> str:
        return "Selector(nothing)" if self.nothing else f"Selector({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Selector) and (self.nothing, self.requirements) == (other.nothing, other.requirements)

    def __hash__(self) -> int:
        return hash((self.nothing, self.requirements))


EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


def _holds(value: str | None, operator: str, values: tuple[str, ...]) -> bool:
    """Whether a label's value (None: there is no such label) is as a requirement wants it."""
    if operator in {EQUALS, DOUBLE_EQUALS, IN}:
        return value is not None and value in values
    if operator in {NOT_EQUALS, NOT_IN}:
        return value is None or value not in values
    if operator == EXISTS:
        return value is not None
    if operator == DOES_NOT_EXIST:
        return value is None
    here, there = _integer(value), _integer(values[0])
    if here is None or there is None:
        return False
    return here > there if operator == GREATER_THAN else here < there


def _integer(text: str | None) -> int | None:
    """An int64 as Go's ``ParseInt`` reads it, or None."""
    digits = text[1:] if text and text[0] in "+-" else text
    if not text or not digits or not digits.isascii() or not digits.isdigit():
        return None
    number = int(text)
    return number if -_MOST <= number < _MOST else None


def _write(requirement: Requirement) -> str:
    """Upstream: ``Requirement.String``."""
    key, operator, values = requirement
    if operator == EXISTS:
        return key
    if operator == DOES_NOT_EXIST:
        return f"!{key}"
    shown = ",".join(sorted(values))
    return f"{key}{_WRITTEN[operator]}{shown}" if operator in _WRITTEN else f"{key} {operator} ({shown})"


# ---------------------------------------------------------------------------------------------------------------------
# From objects
# ---------------------------------------------------------------------------------------------------------------------


def from_map(labels: Mapping[str, str] | None) -> Selector:
    """Select what has all of ``labels``; none at all select everything. Nothing is validated.

    Upstream: ``SelectorFromSet``.
    """
    return Selector((key, EQUALS, (value,)) for key, value in labels.items()) if labels else EVERYTHING


def from_label_selector(selector: Obj | None) -> Selector:
    """Turn a ``LabelSelector`` (matchLabels, matchExpressions) into a selector.

    None selects nothing, an empty one everything. Raises ``SelectorError`` as upstream's ``LabelSelectorAsSelector``.
    """
    if selector is None:
        return NOTHING
    requirements = [
        _checked(key, EQUALS, (value,)) for key, value in (selector.get("matchLabels") or {}).items()
    ]
    for expression in selector.get("matchExpressions") or ():
        operator = _FROM_EXPRESSION.get(expression.get("operator", ""))
        if operator is None:
            from minikctl.errors import quote

            raise SelectorError(f"{quote(expression.get('operator', ''))} is not a valid label selector operator")
        requirements.append(_checked(expression.get("key", ""), operator, tuple(expression.get("values") or ())))
    return Selector(requirements)


def format_label_selector(selector: Obj | None) -> str:
    """A ``LabelSelector`` as tables and ``describe`` show it: ``app=web``, ``a in (b,c)``, ``<none>``, ``<error>``.

    Upstream: ``metav1.FormatLabelSelector``.
    """
    try:
        return str(from_label_selector(selector)) or "<none>"
    except SelectorError:
        return "<error>"


def to_label_selector(text: str) -> Obj:
    """Turn the text of a selector into a ``LabelSelector`` (what ``create poddisruptionbudget --selector`` does).

    Raises ``SelectorError``. Upstream: ``ParseToLabelSelector``.
    """
    try:
        requirements = parse(text).requirements
    except SelectorError as error:
        raise SelectorError(f'couldn\'t parse the selector string "{text}": {error}') from error
    labels: Obj = {}
    expressions: list[Obj] = []
    for key, operator, values in requirements:
        if operator in {EQUALS, DOUBLE_EQUALS}:
            labels[key] = values[0]
        elif operator in _TO_EXPRESSION:
            expression: Obj = {"key": key, "operator": _TO_EXPRESSION[operator]}
            if values:
                expression["values"] = list(values)
            expressions.append(expression)
        elif operator in {GREATER_THAN, LESS_THAN}:
            raise SelectorError(f'"{operator}" isn\'t supported in label selectors')
        else:
            raise SelectorError(f'"{operator}" is not a valid label selector operator')
    selector: Obj = {}
    if labels:
        selector["matchLabels"] = labels
    if expressions:
        selector["matchExpressions"] = expressions
    return selector


def format_labels(labels: Mapping[str, str] | None) -> str:
    """Labels as LABELS and SELECTOR columns show them: ``a=b,c=d``, ``<none>``. Upstream: ``labels.FormatLabels``."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) if labels else "<none>"


def _checked(key: str, operator: str, values: tuple[str, ...]) -> Requirement:
    """A requirement whose key and values may stand so. Raises ``SelectorError``. Upstream: ``NewRequirement``."""
    errors = _requirement_errors(key, operator, values)
    if errors:
        texts = list(dict.fromkeys(map(str, errors)))
        raise SelectorError(texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]")
    return key, operator, values


def _requirement_errors(key: str, operator: str, values: tuple[str, ...]) -> list[FieldError]:
    errors = []
    wrong = is_qualified_name(key)
    if wrong:
        errors.append(invalid("key", key, "; ".join(wrong)))
    if operator in {IN, NOT_IN} and not values:
        errors.append(invalid("values", None, "for 'in', 'notin' operators, values set can't be empty"))
    elif operator in {EXISTS, DOES_NOT_EXIST} and values:
        errors.append(invalid("values", list(values), "values set must be empty for exists and does not exist"))
    elif operator in {GREATER_THAN, LESS_THAN}:
        errors += [
            invalid(f"values[{index}]", value, "for 'Gt', 'Lt' operators, the value must be an integer")
            for index, value in enumerate(values) if _integer(value) is None
        ]
    for index, value in enumerate(values):
        wrong = is_valid_label_value(value)
        if wrong:
            errors.append(invalid(f"values[{index}][{key}]", value, "; ".join(wrong)))
    return errors


# ---------------------------------------------------------------------------------------------------------------------
# From text
# ---------------------------------------------------------------------------------------------------------------------

_SPACE = " \t\r\n"
_SPECIAL = "=!(),><"
_OPERATORS = {
    "in": IN, "=": EQUALS, "==": DOUBLE_EQUALS, ">": GREATER_THAN, "<": LESS_THAN, "notin": NOT_IN, "!=": NOT_EQUALS,
}

# kinds of tokens; a symbol is its own kind
_WORD = "word"
_END = "end"
_ERROR = "error"


def parse(text: str) -> Selector:
    """Parse the text of ``-l``: ``a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1``. Raises ``SelectorError``."""
    return Selector(_Parser(text).parse())


class _Parser:
    """Upstream: ``labels.Parser``, with the places and words of its complaints."""

    def __init__(self, text: str) -> None:
        self.tokens = _scan(text)
        self.position = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.position]

    def take(self) -> tuple[str, str]:
        self.position += 1
        return self.tokens[self.position - 1]

    def parse(self) -> list[Requirement]:
        requirements: list[Requirement] = []
        while True:
            kind, found = self.peek()
            if kind == _END:
                return requirements
            if kind not in {_WORD, "!"}:
                raise SelectorError(f"found '{found}', expected: !, identifier, or 'end of string'")
            try:
                requirements.append(self.requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            kind, found = self.take()
            if kind == _END:
                return requirements
            if kind != ",":
                raise SelectorError(f"found '{found}', expected: ',' or 'end of string'")
            kind, found = self.peek()
            if kind not in {_WORD, "!"}:
                raise SelectorError(f"found '{found}', expected: identifier after ','")

    def requirement(self) -> Requirement:
        kind, key = self.take()
        negated = kind == "!"
        if negated:
            kind, key = self.take()
        if kind != _WORD:
            raise SelectorError(f"found '{key}', expected: identifier")
        wrong = is_qualified_name(key)
        if wrong:
            raise SelectorError(str(invalid("<nil>", key, "; ".join(wrong))))
        if self.peek()[0] in {_END, ","}:
            return key, DOES_NOT_EXIST if negated else EXISTS, ()
        if negated:
            return _checked(key, DOES_NOT_EXIST, ())
        kind, found = self.take()
        operator = _OPERATORS.get(found) if kind not in {_END, _ERROR} else None
        if operator is None:
            raise SelectorError(f"found '{found}', expected: {', '.join(_BINARY)}")
        values = self.values() if operator in {IN, NOT_IN} else {self.value()}
        return _checked(key, operator, tuple(sorted(values)))

    def value(self) -> str:
        """What stands after ``=`` and the like; it may be missing."""
        if self.peek()[0] in {_END, ","}:
            return ""
        kind, found = self.take()
        if kind != _WORD:
            raise SelectorError(f"found '{found}', expected: identifier")
        return found

    def values(self) -> set[str]:
        """What stands in parentheses."""
        kind, found = self.take()
        if kind != "(":
            raise SelectorError(f"found '{found}' expected: '('")
        kind, found = self.peek()
        if kind == ")":
            self.take()
            return {""}
        if kind not in {_WORD, ","}:
            raise SelectorError(f"found '{found}', expected: ',', ')' or identifier")
        values = self.identifiers()
        self.take()  # the closing parenthesis: identifiers stops at nothing else
        return values

    def identifiers(self) -> set[str]:
        """Words between commas; an empty place is an empty word."""
        values: set[str] = set()
        while True:
            kind, found = self.take()
            if kind == _WORD:
                values.add(found)
                kind, found = self.peek()
                if kind == ")":
                    return values
                if kind != ",":
                    raise SelectorError(f"found '{found}', expected: ',' or ')'")
            elif kind == ",":
                if not values:
                    values.add("")
                kind = self.peek()[0]
                if kind == ")":
                    values.add("")
                    return values
                if kind == ",":
                    values.add("")
            else:
                raise SelectorError(f"found '{found}', expected: ',', or identifier")


def _scan(text: str) -> list[tuple[str, str]]:
    """Cut a selector into (kind, text); the last is the end. A NUL ends the text, as upstream."""
    text = text.partition("\0")[0]
    tokens = []
    position, end = 0, len(text)
    while True:
        while position < end and text[position] in _SPACE:
            position += 1
        if position == end:
            tokens.append((_END, ""))
            return tokens
        start = position
        if text[position] in _SPECIAL:
            # The longest symbol wins, and each special character is one by itself.
            position += 2 if text[position:position + 2] in {"==", "!="} else 1
            tokens.append((text[start:position], text[start:position]))
        else:
            while position < end and text[position] not in _SPACE and text[position] not in _SPECIAL:
                position += 1
            tokens.append((_WORD, text[start:position]))
