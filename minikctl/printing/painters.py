"""Colour for people at a terminal: what is well is green, what is awaited yellow, what is wrong red, what is over dim.

The formats know nothing of it. A painter takes the finished text of a verb, line by line, and lays escape sequences
around parts of it; without them the text is what a pipe would have got, to the byte, and nothing here is imported for
a pipe.
"""

from __future__ import annotations

import re

from minikctl.printing.colour import paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Painter = Callable[[str], str]
    #: paints one line, which comes without its end
    LinePainter = Callable[[str], str]


# What words mean --------------------------------------------------------------------------------------------------------

_GOOD = frozenset((
    "Running", "Ready", "Active", "Bound", "Available", "Healthy", "Established", "NamesAccepted", "True", "Approved", "Issued",
    "yes", "valid",
))
_WAITING = frozenset((
    "Pending", "ContainerCreating", "PodInitializing", "Terminating", "Released", "Unknown", "SchedulingDisabled", "Suspended",
    "SchedulingGated", "Warning", "Waiting", "<pending>", "<unknown>", "<invalid>", "SuccessCriteriaMet", "False",
))
_OVER = frozenset(("Completed", "Complete", "Succeeded", "<none>", "<unset>", "<nil>", "none"))
_BAD = re.compile(
    "Err|BackOff|Fail|Kill|Evict|Lost|Denied|NotReady|Invalid|Unreachable|Exceeded|Cannot|Unexpected|ExitCode:|Signal:|"
    "Unschedulable|Unavailable|Insufficient|NotFound|DisruptionTarget"
)
_PARTS = re.compile(r"(\d+)/(\d+)\Z")
#: conditions that are bad when they are so
_BAD_CONDITION = re.compile("Pressure|Unavailable|Fail|Killed|DisruptionTarget|NonStructural|Terminating|Limited")


def style_of(word: str) -> str:
    """The style of a status, a Pod's or a node's or any other; "" for a word that says nothing of that sort.

    ``Ready,SchedulingDisabled`` is no better than the worse of the two; ``Init:CrashLoopBackOff`` is as bad as it says.
    """
    if "," in word:
        styles = [style_of(part) for part in word.split(",")]
        return next((style for style in ("bad", "waiting", "good", "dim") if style in styles), "")
    word = word.removeprefix("Init:")
    if word in _GOOD:
        return "good"
    if word in _WAITING or _PARTS.match(word):
        return "waiting"
    if word in _OVER:
        return "dim"
    return "bad" if " " not in word and _BAD.search(word) else ""


def _share(text: str) -> str:
    """``3/3`` is good, ``1/3`` is waited for, ``0/0`` is nothing."""
    match = _PARTS.match(text)
    if match is None:
        return style_of(text)
    return "" if match[2] == "0" else "good" if match[1] == match[2] else "waiting"


def _scalar(text: str) -> str:
    """The style of a value of YAML or JSON."""
    bare = text.rstrip(",")
    if bare in ("true", "false"):
        return "word"
    if bare in ("null", "{}", "[]", "{", "[", "}", "]", "|", "|-", "|+", ">", ">-", ""):
        return "dim" if bare == "null" else ""
    return "number" if re.match(r"-?\d+(\.\d+)?([eE][+-]?\d+)?\Z", bare) else "string"


# Tables -----------------------------------------------------------------------------------------------------------------

_CELL = re.compile(r"\S+(?: \S+)*")
_COLUMN_STYLES: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(("STATUS", "PHASE", "STATE", "TYPE", "CONDITION", "ESTABLISHED", "EXTERNAL-IP"), style_of),
    **dict.fromkeys(("READY", "COMPLETIONS"), _share),
    "RESTARTS": lambda cell: "" if cell.startswith("0") else "waiting",
    **dict.fromkeys(("AGE", "LAST SEEN", "FIRST SEEN", "NAMESPACE", "LABELS"), lambda _: "dim"),
}
#: the columns whose cells say what sort of thing it is before what it is called
_NAMES = ("NAME", "OBJECT")


class Table:
    """Tables with headers (or without any), one below the other with an empty line between them."""

    def __init__(self, *, headers: bool = True) -> None:
        self.headers = headers
        self.columns: list[tuple[str, int]] = []

    def __call__(self, line: str) -> str:
        """Paint a line."""
        if not line.strip():
            self.columns = []
            return line
        if self.headers and not self.columns:
            self.columns = [(match[0], match.start()) for match in _CELL.finditer(line)]
            return paint(line, "header")
        cells = self._cells(line)
        warns = any(name == "TYPE" and line[start:end] == "Warning" for name, start, end in cells)
        painted, last = [], 0
        for name, start, end in cells:
            painted += [line[last:start], self._cell(name, line[start:end], warns=warns)]
            last = end
        return "".join(painted) + line[last:]

    @staticmethod
    def _cell(name: str, cell: str, *, warns: bool) -> str:
        if name in _NAMES and "/" in cell:
            kind, slash, rest = cell.partition("/")
            return paint(kind + slash, "dim") + rest
        if name == "REASON" and warns:
            return paint(cell, "waiting")
        if cell in ("<none>", "<unset>"):
            return paint(cell, "dim")
        if name:
            return paint(cell, _COLUMN_STYLES[name](cell)) if name in _COLUMN_STYLES else cell
        return paint(cell, _share(cell))

    def _cells(self, line: str) -> list[tuple[str, int, int]]:
        """Each cell with its header, by where the headers stand; a row that is wider than they, by its gaps."""
        starts = [start for _, start in self.columns]
        if not starts or any(len(line) >= start > 0 and line[start - 1] != " " for start in starts):
            cells = list(_CELL.finditer(line))
            names = [name for name, _ in self.columns] if len(cells) == len(starts) else [""] * len(cells)
            return [(name, cell.start(), cell.end()) for name, cell in zip(names, cells, strict=True)]
        found = []
        for (name, start), end in zip(self.columns, [*starts[1:], len(line)], strict=True):
            cell = line[start:end].rstrip()
            if cell:
                found.append((name, start, start + len(cell)))
        return found


# describe and other texts with keys -------------------------------------------------------------------------------------

_FIELD = re.compile(r"(\s*(?:- )?)([^\s:][^:]*?)(:)(\s+|\Z)(.*)")
_RULER = re.compile(r"\s+-[- ]*\Z")
#: the tables of conditions and of events begin with these
_HEADERS = re.compile(r"  Type +(?:Status|Reason)\b")


def _words(line: str) -> list[str]:
    return [match[0] for match in _CELL.finditer(line)]


class Description:
    """``describe``: keys, statuses, conditions, and the events, of which warnings stand out."""

    def __init__(self) -> None:
        self.last = ""
        #: the headers of the table that is under way, None outside of one
        self.columns: list[str] | None = None

    def __call__(self, line: str) -> str:
        """Paint a line."""
        if not line.strip() or not line[0].isspace():
            self.columns = None
        if _RULER.match(line):
            self.columns = _words(self.last)
            return paint(line, "dim")
        self.last = line
        if self.columns is not None:
            return self._row(line)
        if _HEADERS.match(line):
            self.columns = _words(line)
            return paint(line, "header")
        field = _FIELD.match(line)
        if field is None:
            return line
        before, key, colon, gap, value = field.groups()
        return before + paint(key + colon, "key") + gap + paint(value, style_of(value.strip()))

    def _row(self, line: str) -> str:
        cells = list(_CELL.finditer(line))
        assert self.columns is not None
        if not cells:
            return line
        if self.columns[:2] == ["Type", "Reason"]:
            return paint(line, "waiting") if cells[0][0] == "Warning" else line
        if self.columns[:2] == ["Type", "Status"] and len(cells) > 1:
            status = cells[1]
            return line[:status.start()] + paint(status[0], _condition(cells[0][0], status[0])) + line[status.end():]
        return line


def _condition(kind: str, status: str) -> str:
    """The style of a condition's status; some are bad when they are so."""
    if status in ("True", "False") and _BAD_CONDITION.search(kind):
        return "bad" if status == "True" else "good"
    return {"True": "good", "False": "bad"}.get(status, "waiting")


def _explained(line: str) -> str:
    """``explain``: headings, fields with their types, and which have to be there."""
    heading = re.match(r"[A-Z]+:", line)
    if heading is not None:
        return paint(heading[0], "header") + re.sub("<.+>", lambda kind: paint(kind[0], "number"), line[heading.end():])
    field = re.match(r"(\s*)(\S+)(\s+)(<.*?>)(.*)", line)
    if field is None:
        return line
    before, name, gap, kind, rest = field.groups()
    return before + paint(name, "key") + gap + paint(kind, "number") + rest.replace("-required-", paint("-required-", "bad"))


def _field(line: str) -> str:
    """``key: value``."""
    field = _FIELD.match(line)
    return line if field is None else field[1] + paint(field[2] + field[3], "key") + field[4] + field[5]


class History:
    """``rollout history``: the table of revisions, or one of them."""

    def __init__(self) -> None:
        self.table = Table()
        self.description = Description()
        self.is_table = False

    def __call__(self, line: str) -> str:
        """Paint a line."""
        if line.startswith("REVISION"):
            self.table.columns = []
            self.is_table = True
        elif not line.strip():
            self.is_table = False
        return self.table(line) if self.is_table else self.description(line)


# YAML, JSON, diff -------------------------------------------------------------------------------------------------------

_YAML = re.compile(
    r"""(\s*(?:- )*)((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#&*!|>{}\[\]-][^:]*?|-[^\s:][^:]*?):)(\s+|\Z)(.*)"""
)
_ITEM = re.compile(r"(\s*(?:- )+)(.*)")
_BLOCK = re.compile(r"[|>][-+]?\d?\Z")
_JSON = re.compile(r'(\s*)("(?:[^"\\]|\\.)*"):( *)(.*)')


class Yaml:
    """YAML and KYAML: keys, and values by their types; the lines of a text are a text whatever stands in them."""

    def __init__(self) -> None:
        #: how far the key of the text that is under way is indented, -1: there is none
        self.block = -1

    def __call__(self, line: str) -> str:
        """Paint a line."""
        if self.block >= 0:
            if not line.strip() or len(line) - len(line.lstrip(" ")) > self.block:
                return paint(line, "string")
            self.block = -1
        if line.startswith(("---", "#")):
            return paint(line, "dim")
        field = _YAML.match(line)
        if field is None:
            item = _ITEM.match(line)
            return item[1] + paint(item[2], _scalar(item[2])) if item else paint(line, _scalar(line.strip()))
        before, key, gap, value = field.groups()
        if _BLOCK.match(value):
            self.block = len(before)
        return before + paint(key, "key") + gap + paint(value, _scalar(value))


def _json(line: str) -> str:
    field = _JSON.match(line)
    if field is not None:
        return f"{field[1]}{paint(field[2], 'key')}:{field[3]}{paint(field[4], _scalar(field[4]))}"
    value = line.lstrip()
    return line[:len(line) - len(value)] + paint(value, _scalar(value))


def _difference(line: str) -> str:
    """``diff -u``: what goes is red, what comes is green."""
    if line.startswith(("diff ", "--- ", "+++ ")):
        return paint(line, "bold")
    return paint(line, {"+": "good", "-": "bad", "@": "key"}.get(line[:1], ""))


# Messages ---------------------------------------------------------------------------------------------------------------

_CHANGED = re.compile(r"(\S+/\S+ )(.+?)( \((?:server )?dry run\))?\Z")
_DELETED = re.compile(r'(\S+ ".*" )((?:force )?deleted|evicted|pruned)\b(.*)')
_CHANGES = {
    "created": "good", "condition met": "good", "approved": "good", "uncordoned": "good", "resumed": "good",
    "unchanged": "dim", "not labeled": "dim", "pruned": "bad", "deleted": "bad", "evicted": "bad", "denied": "bad",
}


def _message(line: str) -> str:
    """``deployment.apps/web created``, ``pod "web" deleted``, ``Waiting for deployment ...``."""
    match = _DELETED.match(line)
    if match is not None:
        return match[1] + paint(match[2], "bad") + match[3]
    match = _CHANGED.match(line)
    if match is not None and match[2].isprintable() and len(match[2].split(" ")) <= 3:
        words = match[2]
        style = _CHANGES.get(words, "waiting" if words.split(" ")[-1].endswith(("ed", "back")) else "")
        return match[1] + paint(words, style) + paint(match[3] or "", "dim")
    if line.startswith(("Waiting for ", "No resources found")):
        return paint(line, "waiting")
    return paint(line, "good") if line.endswith("successfully rolled out") else line


def _answer(line: str) -> str:
    """``auth can-i``: yes or no, with a reason perhaps."""
    word, _, _ = line.partition(" ")
    return paint(word, {"yes": "good", "no": "bad"}.get(word, "")) + line[len(word):]


_COMPLAINT = re.compile(r"(error|Error|Error from server(?: \([A-Za-z]+\))?|The .* is invalid|Warning|warning):")


def complaint(line: str) -> str:
    """Standard error: ``error:`` red, ``Warning:`` yellow, the rest as it is."""
    match = _COMPLAINT.match(line)
    if match is None:
        return paint(line, "waiting") if line.startswith("No resources found") else line
    style = "warning" if match[1].lower() == "warning" else "error"
    return paint(match[0], style) + line[match.end():]


# Which verb prints what -------------------------------------------------------------------------------------------------

#: verbs that print somebody else's words, or colour their own
_LEFT_ALONE = ("validate", "logs", "exec", "attach", "completion", "cluster-info", "edit", "shim", "plugin", "state", "options")
_TABLES = (
    "get", "events", "top", "api-resources", "auth whoami", "config get-contexts", "config get-clusters", "config get-users",
    "fault list",
)


def lines(paint_line: LinePainter) -> Painter:
    """Let a text through ``paint_line`` line by line; what has no end yet (a question) stays as it is."""

    def painted(text: str) -> str:
        whole, newline, rest = text.rpartition("\n")
        return "\n".join([paint_line(line) for line in whole.split("\n")]) + "\n" + rest if newline else text

    return painted


def painter(verb: str, options: Any) -> Painter | None:
    """What paints the standard output of a verb (``rollout history``) that has these options; None: nothing does."""
    chosen = _line_painter(verb, options)
    return None if chosen is None else lines(chosen)


def _line_painter(verb: str, options: Any) -> LinePainter | None:
    first = verb.partition(" ")[0]
    if first in _LEFT_ALONE:
        return None
    output = str(getattr(options, "output", "") or "")
    name = output.partition("=")[0]
    if verb in ("kustomize", "config view", "kuberc view") and not output:
        name = "yaml"
    formats: dict[str, LinePainter] = {"yaml": Yaml(), "kyaml": Yaml(), "json": _json}
    if name.lower() in formats:
        return formats[name.lower()]
    if verb in _TABLES or first in _TABLES:
        shows_table = name in ("", "wide", "custom-columns", "custom-columns-file") and not getattr(options, "template", "")
        return Table(headers=not getattr(options, "no_headers", False)) if shows_table else None
    if name and not name.startswith(("name", "wide", "plaintext")):
        return None
    return _own_painter(verb, options)


def _own_painter(verb: str, options: Any) -> LinePainter:
    if verb == "auth can-i":
        return Table(headers=not options.no_headers) if options.list else _answer
    painters: dict[str, LinePainter] = {
        "describe": Description(), "rollout history": History(), "diff": _difference, "explain": _explained, "version": _field,
    }
    return painters.get(verb, _message)
