"""``-o text``: for people, and for tools that know ``file:line:column:``."""

from __future__ import annotations

from minikctl.printing.colour import paint
from minikctl.printing.reports.frames import frame, headline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikctl.api.validating.report import Report
    from minikctl.printing.reports import Settings


def render(report: Report, settings: Settings) -> Iterator[str]:
    """Yield every problem with its frame, then a line with the sums."""
    colour = settings.colour
    for problem in report.problems():
        yield headline(problem, colour=colour) + "\n"
        for line in frame(problem, colour=colour):
            yield line + "\n"
    files, documents, errors, warnings = report.count()
    found = [
        paint(_count(number, word), word, colour=colour) for number, word in ((errors, "error"), (warnings, "warning")) if number
    ]
    if not documents and not found:
        yield f"no objects in {_count(files, 'file')}\n"
        return
    yield f"{_count(documents, 'document')} in {_count(files, 'file')}: {', '.join(found) or 'valid'}\n"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
