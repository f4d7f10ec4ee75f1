"""``-o json``: everything, for programs."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.api.validating.problems import Problem
    from minikctl.api.validating.report import Report
    from minikctl.printing.reports import Settings


def render(report: Report, settings: Settings) -> Iterator[str]:
    """Yield one JSON object: ``summary``, ``documents`` and ``problems``."""
    del settings
    files, documents, errors, warnings = report.count()
    yield json.dumps({
        "summary": {"files": files, "documents": documents, "errors": errors, "warnings": warnings},
        "documents": [
            {
                "file": file.name, "line": each.line, "object": each.display,
                "valid": not any(problem.is_error for problem in each.problems),
            }
            for file in report.files for each in file.documents
        ],
        "problems": [_problem(each) for each in report.problems()],
    }, indent=2, ensure_ascii=False) + "\n"


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "rule": problem.rule, "severity": problem.severity, "file": problem.file, "line": problem.line,
        "column": problem.column, "endColumn": problem.end_column, "object": problem.object, "path": problem.path,
        "message": problem.message, "suggestion": problem.suggestion,
    }
