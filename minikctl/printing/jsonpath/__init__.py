"""``-o jsonpath=``, ``-o jsonpath-as-json=``, and the paths of ``--sort-by``, ``custom-columns`` and ``wait``.

Upstream: client-go ``util/jsonpath``, cli-runtime ``printers/jsonpath.go``, kubectl ``get.RelaxedJSONPathExpression``.

- ``parse(text)`` is for templates that a user prints with; its errors are those of ``get -o jsonpath=``.
- ``relaxed(expression)`` and then ``compile_path(path)`` is for paths; their errors have upstream's bare words.
"""

from __future__ import annotations

import re

from minikctl.errors import MinikctlError
from minikctl.lib.gotypes import MAX_INT64, MIN_INT64
from minikctl.printing.errors import PrintError
from minikctl.printing.jsonpath.evaluate import NOTHING, Evaluation, Fault
from minikctl.printing.jsonpath.parser import SyntaxFault, parse_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.printing.jsonpath.nodes import Node

_RELAXED = r"\{\.?([^{}]+)\}|\.?([^{}]+)"

#: characters that a template may print whatever the object is like; beyond that, so many times those of the object
_OUTPUT = 16_000_000
_OUTPUT_PER_CHARACTER = 30


class JSONPathError(MinikctlError):
    """A template or a path does not parse, or does not fit the object it is looked up in."""


class Template:
    """A template that parses. It keeps nothing of an object, so that one can print many."""

    __slots__ = ("_nodes", "text")

    def __init__(self, text: str, nodes: list[Node]) -> None:
        self.text = text
        self._nodes = nodes

    def find_results(self, obj: Any, *, allow_missing: bool = True) -> list[list[Any]]:
        """Return what each text and each ``{...}`` finds, in order (upstream: ``FindResults``).

        Raises ``JSONPathError`` with upstream's bare words, as ``array index out of bounds: index 0, length 0``; with
        ``allow_missing=False`` also for a key that is not there.
        """
        try:
            return Evaluation(self._nodes, allow_missing, obj).results()
        except Fault as fault:
            raise JSONPathError(str(fault)) from fault

    def find(self, obj: Any, *, allow_missing: bool = True) -> list[Any]:
        """Return all values that the template finds, in one list. Raises as ``find_results``."""
        return [value for results in self.find_results(obj, allow_missing=allow_missing) for value in results]

    def render(self, obj: Any, allow_missing: bool = True, *, as_json: bool = False) -> str:
        """Return what ``-o jsonpath`` prints for ``obj``, without a newline of its own.

        ``as_json`` is ``-o jsonpath-as-json``: a JSON list for each text and ``{...}``, indented by 4 spaces.
        Raises ``PrintError`` with the whole text that kubectl prints, the object in Go's syntax included.
        """
        try:
            found = Evaluation(self._nodes, allow_missing, obj).results()
            if as_json:
                return "".join(map(_json_list, found))
            return _joined(found, obj)
        except Fault as fault:
            raise PrintError(self._failure(str(fault), obj)) from fault

    def _failure(self, message: str, obj: Any) -> str:
        from minikctl.errors import quote
        from minikctl.kinds.confidential import without_secrets
        from minikctl.lib.gofmt import syntax

        return (
            f"error executing jsonpath {quote(self.text)}: Error executing template: {message}. "
            "Printing more information for debugging the template:\n"
            f"\ttemplate was:\n\t\t{self.text}\n"
            f"\tobject given to jsonpath engine was:\n\t\t{syntax(without_secrets(obj))}\n\n\n"
        )


def parse(template: str) -> Template:
    """Return the template of ``-o jsonpath=``. Raises ``JSONPathError`` as kubectl words it.

    ``error parsing jsonpath {.items[*, unterminated array``
    """
    try:
        return Template(template, parse_template(template))
    except SyntaxFault as fault:
        raise JSONPathError(f"error parsing jsonpath {template}, {fault}") from fault


def compile_path(path: str) -> Template:
    """Return the template of a path as ``relaxed`` gives it. Raises ``JSONPathError`` with upstream's bare words."""
    try:
        return Template(path, parse_template(path))
    except SyntaxFault as fault:
        raise JSONPathError(str(fault)) from fault


def relaxed(expression: str) -> str:
    """Return a path with its braces and its dot.

    ``metadata.name``, ``.metadata.name`` and ``{metadata.name}`` all become ``{.metadata.name}``; the empty one stays
    empty. Raises ``JSONPathError`` for any other form. Upstream: kubectl ``get.RelaxedJSONPathExpression``.
    """
    if not expression:
        return expression
    found = re.fullmatch(_RELAXED, expression)
    if not found:
        raise JSONPathError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return f"{{.{found[1] or found[2]}}}"


def to_text(value: Any) -> str:
    """Return one result as ``-o jsonpath`` prints it: objects and lists as compact JSON, texts without quotes."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        from minikctl.lib.gojson import compact

        return compact(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return "<no value>" if value is NOTHING else {None: "null", True: "true", False: "false"}[value]


def _number(value: float) -> str:
    if isinstance(value, int) and MIN_INT64 <= value <= MAX_INT64:
        return str(int(value))
    from minikctl.lib.gofmt import general

    return general(float(value))


def _joined(found: list[list[Any]], obj: Any) -> str:
    """Write all results, those of one ``{...}`` with spaces between them. Raises ``Fault`` when it becomes too much."""
    out: list[str] = []
    room, extended = _OUTPUT, False
    for results in found:
        last = len(results) - 1
        for index, value in enumerate(results):
            written = to_text(value)
            out.append(written)
            if index != last:
                out.append(" ")
            room -= len(written)
            if room < 0:
                if not extended:
                    from minikctl.lib.gojson import compact

                    extended = True
                    room += len(compact(obj)) * _OUTPUT_PER_CHARACTER
                if room < 0:
                    raise Fault("giving up: the template prints too much", [])
    return "".join(out)


def _json_list(results: list[Any]) -> str:
    from minikctl.printing.jsonout import indented

    return indented([None if value is NOTHING else value for value in results]) + "\n"
