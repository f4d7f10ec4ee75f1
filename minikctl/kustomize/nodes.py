"""Objects while they are customized: dicts, lists and ``Scalar`` leaves, read from YAML and turned into plain values.

kustomize edits YAML nodes, not values: what it copies from one place to another is the text of a scalar, while the type
of the target stays (``"8080"`` copied over a number is a number), and a null that was written is not one that was left
out. So leaves keep their text beside their type until the object is finished. Upstream: kyaml's ``RNode``; types are
resolved as go-yaml v3 does it (YAML 1.2's booleans: ``yes`` is a string), unlike kubectl's own manifests.
"""

from __future__ import annotations

import re

from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

STRING, INT, FLOAT, BOOL, NULL, TIME, BINARY = (
    "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!binary",
)
#: no type yet: what the text looks like decides
UNTYPED = ""

_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), BOOL),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL),
    **dict.fromkeys((".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), FLOAT),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), FLOAT),
}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d{2}:\d{2})?)?"
)
_INDENT = "\n\r"


class KustomizeError(MinikctlError):
    """A kustomization cannot be built; the words are kustomize's."""


class MalformedYamlError(KustomizeError):
    """A file is no YAML: then it cannot have been meant as a folder, and nothing more is said."""


class Scalar:
    """A leaf: its text and its type. It is changed in place, so that who holds its container sees the new value."""

    __slots__ = ("tag", "text")

    def __init__(self, text: str, tag: str = STRING) -> None:
        self.text = text
        self.tag = tag

    def __repr__(self) -> str:
        return f"Scalar({self.text!r}, {self.tag!r})"

    def set(self, text: str, tag: str | None = None) -> None:
        """Take another text, and another type where one is given."""
        self.text = text
        if tag is not None:
            self.tag = tag

    @property
    def is_null(self) -> bool:
        """Whether it is null."""
        return self.tag == NULL


class OddKey(str):
    """A key that is no string for YAML (``1:``); JSON cannot have it."""

    __slots__ = ()


class Twice(dict[str, "Any"]):
    """A mapping in which a key stands twice; ``problem`` says which, once somebody wants its values."""

    __slots__ = ("problem",)

    problem: str


def is_null(node: Any) -> bool:
    """Whether a node is not there, or null."""
    return node is None or (isinstance(node, Scalar) and node.tag == NULL)


def text_of(node: Any) -> str:
    """The text of a scalar, "" for anything else."""
    return node.text if isinstance(node, Scalar) else ""


def mapping(node: Any) -> dict[str, Any]:
    """The node, where it is a mapping; an empty one otherwise."""
    return node if isinstance(node, dict) else {}


def copy(node: Any) -> Any:
    """A deep copy."""
    if isinstance(node, dict):
        return {key: copy(value) for key, value in node.items()}
    if isinstance(node, list):
        return [copy(value) for value in node]
    return Scalar(node.text, node.tag) if isinstance(node, Scalar) else node


def resolve(text: str) -> str:
    """The type that a plain scalar has (upstream: go-yaml v3 ``resolve``)."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == ".":
        return FLOAT if _FLOAT.fullmatch(text) else STRING
    if first not in "+-0123456789":
        return STRING
    if text[4:5] == "-" and _time(text):
        return TIME
    plain = text.replace("_", "")
    if _integer(plain) is not None:
        return INT
    return FLOAT if _FLOAT.fullmatch(plain) else STRING


def _integer(plain: str) -> int | None:
    """What Go's ``ParseInt`` with base 0 reads, with go-yaml's 0o and signed 0b besides."""
    digits = plain[1:] if plain[:1] in "+-" else plain
    if not digits or not digits[0].isdigit() or not digits.isascii():
        return None
    try:
        octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
        number = int(digits, 8 if octal else 0)
    except ValueError:
        return None
    negative = plain[0] == "-"
    most = 1 << 63 if negative or plain[0] == "+" else 1 << 64
    if number > most or (number == most and not negative):
        return None
    return -number if negative else number


def _time(text: str) -> str:
    """The time as Go writes it to JSON, "" where it is none (upstream: ``parseTimestamp``)."""
    found = _TIME.fullmatch(text)
    if not found:
        return ""
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    fraction, zone = found[7] or "", found[8]
    if ("T" in text.upper()[:11] and not zone) or (" " in text and zone and "T" not in text.upper()):
        return ""
    import datetime as dt

    try:
        dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - only whether there is such a time
    except ValueError:
        return ""
    fraction = fraction.rstrip("0").rstrip(".")
    if zone in {"+00:00", "-00:00"}:
        zone = "Z"
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone or 'Z'}"


# ---------------------------------------------------------------------------------------------------------------------
# To plain values and back
# ---------------------------------------------------------------------------------------------------------------------


def plain(node: Any) -> Any:
    """A node as JSON has it. Raises KustomizeError for what JSON, or the type of a scalar, cannot be."""
    if isinstance(node, dict):
        if isinstance(node, Twice):
            raise KustomizeError(f"yaml: unmarshal errors:\n  {node.problem}")
        if any(isinstance(key, OddKey) for key in node):
            raise KustomizeError("json: unsupported type: map[interface {}]interface {}")
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return value_of(node) if isinstance(node, Scalar) else node


def value_of(scalar: Scalar) -> Any:  # noqa: PLR0911 - one for each type
    """The value of a leaf. Raises KustomizeError where its text is not of its type."""
    text, tag = scalar.text, scalar.tag or resolve(scalar.text)
    if tag == STRING:
        return text
    if tag == NULL:
        return None
    looks = resolve(text)
    if tag == BOOL and looks == BOOL:
        return text.lower() == "true"
    if tag == INT and looks == INT:
        return _integer(text.replace("_", ""))
    if tag == FLOAT and looks in {FLOAT, INT}:
        return _number(text)
    if tag == TIME and looks == TIME:
        return _time(text)
    if tag == BINARY:
        import base64

        return base64.b64decode(text).decode("utf-8", "replace")
    raise KustomizeError(f"yaml: cannot decode {looks} `{text}` as a {tag}")


def _number(text: str) -> Any:
    lowered = text.lower().lstrip("+")
    if lowered.lstrip("-") in {".inf", ".nan"}:
        raise KustomizeError(f"json: unsupported value: {lowered.replace('.inf', 'Inf').replace('.nan', 'NaN')}")
    number = float(text.replace("_", ""))
    # JSON writes 1.0 as 1, which is a whole number to who reads it.
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def from_plain(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    """A node with a plain value."""
    if isinstance(value, dict):
        return {key: from_plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [from_plain(each) for each in value]
    if isinstance(value, str):
        return Scalar(value)
    if value is None:
        return Scalar("null", NULL)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", BOOL)
    if isinstance(value, int):
        return Scalar(str(value), INT)
    from minikctl.lib import gojson

    return Scalar(gojson.compact(value), FLOAT)


# ---------------------------------------------------------------------------------------------------------------------
# From YAML
# ---------------------------------------------------------------------------------------------------------------------


def load_all(text: str) -> list[Any]:
    """The documents of a text, empty ones left out. Raises MalformedYamlError in go-yaml's words."""
    import yaml

    try:
        return [node for node in _Composer(_event_source(text)).documents() if node is not None]
    except yaml.YAMLError as error:
        from minikctl.api.manifests.yamlwords import words

        raise MalformedYamlError(words(error)) from error


def _event_source(text: str) -> Callable[[], Any]:
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not know that it comes from there
    except ImportError:
        from minikctl.api.manifests.pureparser import event_source

        found: Callable[[], Any] = event_source(text)
        return found
    get_event: Callable[[], Any] = CParser(text).get_event
    return get_event


class _Composer:
    """Makes nodes out of a parser's events. Aliases become copies, and ``<<`` is carried out."""

    def __init__(self, get_event: Callable[[], Any]) -> None:
        self.get_event = get_event
        self.anchors: dict[str, Any] = {}

    def documents(self) -> Iterator[Any]:
        """Yield each document's node, None for an empty one."""
        from yaml import events

        while not isinstance(event := self.get_event(), events.StreamEndEvent):
            if isinstance(event, events.DocumentStartEvent):
                self.anchors = {}
                node = self.node(self.get_event())
                yield None if isinstance(node, Scalar) and node.is_null and not node.text else node

    def node(self, event: Any) -> Any:
        """The node that begins with ``event``."""
        from yaml import events

        if isinstance(event, events.AliasEvent):
            if event.anchor not in self.anchors:
                raise MalformedYamlError(f"yaml: unknown anchor '{event.anchor}' referenced")
            return copy(self.anchors[event.anchor])
        if isinstance(event, events.ScalarEvent):
            node: Any = _scalar(event)
        elif isinstance(event, events.SequenceStartEvent):
            node = []
            while not isinstance(each := self.get_event(), events.SequenceEndEvent):
                node.append(self.node(each))
        else:
            node = self.mapping()
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def mapping(self) -> dict[str, Any]:
        """The mapping whose start was just read."""
        from yaml import events

        node: dict[str, Any] = {}
        lines: dict[str, int] = {}
        merged: list[Any] = []
        problem = ""
        while not isinstance(event := self.get_event(), events.MappingEndEvent):
            key = self.node(event)
            value = self.node(self.get_event())
            if isinstance(key, Scalar) and key.text == "<<" and not getattr(event, "style", None):
                merged += value if isinstance(value, list) else [value]
                continue
            name = _key(key)
            line = event.start_mark.line + 1
            if name in node and not problem:
                problem = f'line {line}: mapping key "{name}" already defined at line {lines[name]}'
            lines.setdefault(name, line)
            node[name] = value
        for each in merged:
            for name, value in mapping(each).items():
                node.setdefault(name, copy(value))
        if problem:
            node = Twice(node)
            node.problem = problem
        return node


def _scalar(event: Any) -> Scalar:
    if event.tag and event.tag != "!":
        return Scalar(event.value, event.tag.replace("tag:yaml.org,2002:", "!!"))
    if event.style or event.tag == "!":
        return Scalar(event.value)
    return Scalar(event.value, resolve(event.value))


def _key(node: Any) -> str:
    if not isinstance(node, Scalar):
        raise KustomizeError("invalid map key: must be a scalar")
    return node.text if node.tag == STRING else OddKey(node.text)
