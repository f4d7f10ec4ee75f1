"""``-o junit``: the XML that build servers read: a suite for each file, a case for each document."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from minikctl.printing.reports.frames import frame, headline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from minikctl.api.validating.problems import Problem
    from minikctl.api.validating.report import FileReport, Report
    from minikctl.printing.reports import Settings


def render(report: Report, settings: Settings) -> Iterator[str]:
    """Yield the document. What fails a case is a failure, what is only told is its standard output."""
    suites = [(file, _cases(file)) for file in report.files]
    tests = sum(len(cases) for _, cases in suites)
    failures = sum(_fails(problems, settings) for _, cases in suites for _, _, problems in cases)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="minikctl validate" tests="{tests}" failures="{failures}" errors="0">\n'
    for file, cases in suites:
        failed = sum(_fails(problems, settings) for _, _, problems in cases)
        name = _attribute(file.name)
        yield f'  <testsuite name={name} tests="{len(cases)}" failures="{failed}" errors="0" skipped="0" time="0">\n'
        for title, line, problems in cases:
            head = f'    <testcase name={_attribute(title)} classname={name} file={name} line="{line}" time="0"'
            yield f"{head}/>\n" if not problems else f"{head}>\n{_body(problems, settings)}    </testcase>\n"
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _cases(file: FileReport) -> list[tuple[str, int, list[Problem]]]:
    cases = [("(the file)", 1, file.problems)] if file.problems else []
    return cases + [(each.display or f"document on line {each.line}", each.line, each.problems) for each in file.documents]


def _fails(problems: Sequence[Problem], settings: Settings) -> bool:
    return any(settings.on_warnings or problem.is_error for problem in problems)


def _body(problems: Sequence[Problem], settings: Settings) -> str:
    failing = [problem for problem in problems if settings.on_warnings or problem.is_error]
    told = [problem for problem in problems if problem not in failing]
    body = ""
    if failing:
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        message, rule = _attribute(failing[0].message + more), _attribute(failing[0].rule)
        body += f"      <failure message={message} type={rule}>{_text(failing)}</failure>\n"
    if told:
        body += f"      <system-out>{_text(told)}</system-out>\n"
    return body


def _text(problems: Sequence[Problem]) -> str:
    lines = [line for problem in problems for line in (headline(problem), *frame(problem))]
    return escape(_allowed("\n".join(lines)))


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text), {"\n": "&#10;"})


def _allowed(text: str) -> str:
    """``text`` without what XML 1.0 cannot hold."""
    if text.isprintable():
        return text
    return "".join(
        char if char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff" else "\ufffd"
        for char in text
    )
