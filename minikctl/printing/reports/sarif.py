"""``-o sarif``: SARIF 2.1.0, which code scanning services read.

Upstream: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import json
from urllib.parse import quote

from minikctl import __version__
from minikctl.api.validating.problems import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.api.validating.problems import Problem
    from minikctl.api.validating.report import Report
    from minikctl.printing.reports import Settings

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report, settings: Settings) -> Iterator[str]:
    """Yield one log with one run."""
    del settings
    numbers = {rule.name: number for number, rule in enumerate(RULES)}
    seen: dict[str, int] = {}
    run = {
        "tool": {"driver": {
            "name": "minikctl", "version": __version__, "semanticVersion": __version__,
            "rules": [
                {
                    "id": rule.name, "name": _pascal(rule.name), "shortDescription": {"text": rule.summary},
                    "defaultConfiguration": {"level": rule.severity},
                }
                for rule in RULES
            ],
        }},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(file.name)}} for file in report.files],
        "results": [_result(problem, numbers, seen) for problem in report.problems()],
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _result(problem: Problem, numbers: dict[str, int], seen: dict[str, int]) -> dict[str, Any]:
    region: dict[str, Any] = {
        "startLine": problem.line, "startColumn": problem.column, "endLine": problem.line, "endColumn": problem.end_column,
    }
    if problem.excerpt:
        region["snippet"] = {"text": problem.excerpt}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(problem.file)}, "region": region}}
    if problem.object:
        name = f"{problem.object}: {problem.path}" if problem.path else problem.object
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "member" if problem.path else "object"}]
    hint = f" ({problem.suggestion})" if problem.suggestion else ""
    # What stays the same when lines move: the file, the object, the field and the rule, and which of several it is.
    print_ = f"{problem.file}|{problem.object}|{problem.path}|{problem.rule}"
    seen[print_] = seen.get(print_, 0) + 1
    return {
        "ruleId": problem.rule, "ruleIndex": numbers[problem.rule], "level": problem.severity,
        "message": {"text": problem.message + hint}, "locations": [location],
        "partialFingerprints": {"problem/v1": f"{print_}|{seen[print_]}"},
    }


def _uri(path: str) -> str:
    """A path as a relative reference, or for an absolute one as a file URI."""
    text = quote(path.replace("\\", "/").encode("utf-8", "surrogateescape"), safe="/")
    return f"file://{text}" if text.startswith("/") else text


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
