"""``-o go-template=``: Go's ``text/template`` over what JSON can hold, as kubectl offers it.

Actions, pipelines, variables, ``if``, ``range``, ``with``, ``define``, ``block``, all of Go's functions and kubectl's
``exists`` and ``base64decode``. Upstream: Go's ``text/template``, cli-runtime ``printers/template.go``.
"""

from __future__ import annotations

from minikctl.errors import MinikctlError
from minikctl.printing.errors import PrintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.printing.gotemplate.nodes import ListNode


class TemplateError(MinikctlError):
    """A template does not parse."""


class Template:
    """A template that parses. It keeps nothing of an object, so that one can print many."""

    __slots__ = ("_trees", "text")

    def __init__(self, text: str, trees: dict[str, ListNode]) -> None:
        self.text = text
        self._trees = trees

    def render(self, obj: Any, allow_missing: bool = True) -> str:
        """Return what ``-o go-template`` prints for ``obj``, without a newline of its own.

        With ``allow_missing=False`` a key that is not there is an error. Raises ``PrintError``; its ``stdout`` is what
        was printed by then and kubectl's help for debugging, the object included. Bytes that are no UTF-8 (a decoded
        Secret) are halves of surrogate pairs in the text, to be written with ``errors="surrogateescape"``.
        """
        from minikctl.printing.gotemplate.evaluate import ExecutionFault
        from minikctl.printing.gotemplate.execute import Execution

        execution = Execution(self.text, self._trees, obj, allow_missing=allow_missing)
        try:
            execution.run()
        except ExecutionFault as fault:
            from minikctl.errors import quote

            stdout = "".join(execution.out) + self._help(str(fault), obj)
            raise PrintError(f"error executing template {quote(self.text)}: {fault}", stdout=stdout) from fault
        return "".join(execution.out)

    def _help(self, message: str, obj: Any) -> str:
        from minikctl.kinds.confidential import without_secrets
        from minikctl.lib.gofmt import value as show
        from minikctl.lib.gojson import compact
        from minikctl.printing.gotemplate.values import normal

        obj = without_secrets(obj)
        return (
            f"Error executing template: {message}. Printing more information for debugging the template:\n"
            f"\ttemplate was:\n\t\t{self.text}\n"
            f"\traw data was:\n\t\t{compact(obj)}\n"
            f"\tobject given to template engine was:\n\t\t{show(normal(obj))}\n\n"
        )


def parse(template: str) -> Template:
    """Return the template of ``-o go-template=``. Raises ``TemplateError`` as kubectl words it.

    ``error parsing template {{.a, template: output:1: unclosed action``
    """
    from minikctl.printing.gotemplate.functions import FUNCTIONS
    from minikctl.printing.gotemplate.parser import parse_trees
    from minikctl.printing.gotemplate.words import SyntaxFault

    try:
        return Template(template, parse_trees(template, FUNCTIONS))
    except SyntaxFault as fault:
        raise TemplateError(f"error parsing template {template}, {fault}") from fault
