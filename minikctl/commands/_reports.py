"""Reports of minikctl's own verbs: a dict that ``-o json`` (yaml, jsonpath, a template) prints, else a text for people."""

from __future__ import annotations

from minikctl.commands._options import Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class ReportOptions(Options):
    """-o and --template for reports, which are no objects: they have no name and no columns to choose."""

    output: str = flag(
        "output",
        "o",
        group="Output",
        complete="outputs",
        help="json, yaml, go-template=... or jsonpath=...: print the report in this format.",
    )
    template: str = flag("template", group="Output", help="The template of -o go-template or jsonpath.")


def print_report(session: Session, options: ReportOptions, report: Obj, *formats: str) -> bool:
    """Print ``report`` where -o asks for it; False where it is the verb that prints (``formats`` are its own).

    Raises UsageError for a format that a report does not have.
    """
    if options.output in ("", *formats):
        return False
    if options.output in ("name", "wide"):
        raise UsageError(f"-o {options.output} is for objects: this report has json, yaml, jsonpath and go-template")
    from minikctl.printing import make_printer

    session.write(make_printer(options.output, template=options.template, keep_order=True).print(report))
    return True
