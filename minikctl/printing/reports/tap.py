"""``-o tap``: the Test Anything Protocol, version 14, a test for each document."""

from __future__ import annotations

import json

from minikctl.printing.reports.frames import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from minikctl.api.validating.problems import Problem
    from minikctl.api.validating.report import Report
    from minikctl.printing.reports import Settings


def render(report: Report, settings: Settings) -> Iterator[str]:
    """Yield the plan, and a line for each document, with a block of YAML where something is wrong."""
    tests: list[tuple[str, list[Problem]]] = []
    for file in report.files:
        if file.problems:
            tests.append((file.name, file.problems))
        tests += [(f"{file.name}:{each.line} {each.display}".rstrip(), each.problems) for each in file.documents]
    yield f"TAP version 14\n1..{len(tests)}\n"
    for number, (name, problems) in enumerate(tests, 1):
        fails = any(settings.on_warnings or problem.is_error for problem in problems)
        title = safe(name).replace("\\", "\\\\").replace("#", "\\#")
        yield f"{'not ok' if fails else 'ok'} {number} - {title}\n"
        if problems:
            yield from _block(problems)


def _block(problems: Iterable[Problem]) -> Iterator[str]:
    """What is wrong, as YAML (its texts are JSON's, which YAML reads alike)."""
    yield "  ---\n  problems:\n"
    for problem in problems:
        yield f"  - rule: {problem.rule}\n    severity: {problem.severity}\n"
        yield f"    at: {json.dumps(f'{problem.file}:{problem.line}:{problem.column}')}\n"
        yield f"    message: {json.dumps(problem.message)}\n"
        if problem.suggestion:
            yield f"    suggestion: {json.dumps(problem.suggestion)}\n"
    yield "  ...\n"
