"""``-o github``: workflow commands of GitHub Actions, which become annotations of the changed lines."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikctl.api.validating.report import Report
    from minikctl.printing.reports import Settings


def render(report: Report, settings: Settings) -> Iterator[str]:
    """Yield ``::error file=web.yaml,line=5,endLine=5,col=3,endColumn=10,title=unknown-field::MESSAGE`` lines."""
    del settings
    for problem in report.problems():
        fields = {
            "file": problem.file, "line": problem.line, "endLine": problem.line, "col": problem.column,
            "endColumn": problem.end_column, "title": problem.rule,
        }
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in fields.items())
        about = f"{problem.object}: " if problem.object else ""
        hint = f" ({problem.suggestion})" if problem.suggestion else ""
        yield f"::{problem.severity} {properties}::{_data(about + problem.message + hint)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
