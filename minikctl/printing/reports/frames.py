"""A problem for people: where it is, what is wrong, the line itself with a marker, and what was probably meant.

::

    web.yaml:5:3: error: deployment.apps/web: unknown field "spec.replica" [unknown-field]
      5 |   replica: 3
        |   ^^^^^^^ did you mean replicas?
"""

from __future__ import annotations

from minikctl.printing.colour import paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from minikctl.api.validating.problems import Problem


def safe(text: str) -> str:
    """``text`` on one line, without signs that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char == "\t" else "\ufffd" for char in text)


def headline(problem: Problem, *, colour: bool = False) -> str:
    """``web.yaml:5:3: error: deployment.apps/web: unknown field "spec.replica" [unknown-field]``."""
    where = paint(f"{safe(problem.file)}:{problem.line}:{problem.column}:", "bold", colour=colour)
    severity = paint(problem.severity, problem.severity, colour=colour)
    about = f"{safe(problem.object)}: " if problem.object else ""
    rule = paint(f"[{problem.rule}]", "dim", colour=colour)
    return f"{where} {severity}: {about}{safe(problem.message)} {rule}"


def frame(problem: Problem, *, colour: bool = False) -> Iterator[str]:
    """The line with its marker, and the suggestion beside it; only the suggestion where there is no line to show."""
    hint = paint(safe(problem.suggestion), "hint", colour=colour)
    if not problem.excerpt.strip():
        if hint:
            yield f"    {hint}"
        return
    number = f"{problem.line:>5}"
    cut = "..." if problem.excerpt_column > 1 else ""
    line = cut + safe(problem.excerpt)
    at = problem.column - problem.excerpt_column
    before = width(cut + safe(problem.excerpt[:at]))
    length = max(1, width(safe(problem.excerpt[at : at + problem.end_column - problem.column])))
    bar = paint("|", "dim", colour=colour)
    marker = paint("^" * length, problem.severity, colour=colour)
    yield f"{paint(number, 'dim', colour=colour)} {bar} {line}"
    yield f"      {bar} {' ' * before}{marker}{' ' + hint if hint else ''}"


def width(text: str) -> int:
    """How many columns of a terminal ``text`` takes: letters of the East take two, combining marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in {"Mn", "Me", "Cf"} else 2 if east_asian_width(char) in {"W", "F"} else 1 for char in text
    )
