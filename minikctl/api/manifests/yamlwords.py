"""What libyaml's complaints are called by go-yaml, with go-yaml's line numbers.

kubectl users read ``yaml: line 3: mapping values are not allowed in this context``. go-yaml is libyaml in Go: the same
problems with nearly the same words; but it counts lines in a way of its own: from 1 for scanner errors, from 0 for
parser errors, and not at all for the first line. Lines count from the start of the document. Upstream: go-yaml v2
``parser.fail``.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from yaml import YAMLError

#: (what a parser says, what go-yaml says); PyYAML's own parser, used where libyaml is not there, has words of its own
_WORDS: tuple[tuple[str, str], ...] = (
    (r"found a tab character that violates intendation", "found a tab character that violates indentation"),
    (r"special characters are not allowed", "control characters are not allowed"),
    (r"mapping values are not allowed here", "mapping values are not allowed in this context"),
    (r"mapping keys are not allowed here", "mapping keys are not allowed in this context"),
    (r"sequence entries are not allowed here", "block sequence entries are not allowed in this context"),
    (r"found character .* that cannot start any token", "found character that cannot start any token"),
    (r"found unexpected document separator", "found unexpected document indicator"),
    (r"found unknown escape character .*", "found unknown escape character"),
    (r"expected escape sequence of .*", "did not find expected hexdecimal number"),
    (r"expected ('[,}\]]' or '[,}\]]'), but got .*", r"did not find expected \1"),
    (r"expected the node content, but found .*", "did not find expected node content"),
    (r"expected '<document start>', but found .*", "did not find expected <document start>"),
    (r"found undefined tag handle .*", "found undefined tag handle"),
    (r"expected (alphabetic or numeric character), but found .*", r"did not find expected \1"),
    (r"expected a comment or a line break, but found .*", "did not find expected comment or line break"),
    (r"expected chomping or indentation indicators, but found .*", "did not find expected comment or line break"),
    (r"expected URI, but found .*", "did not find expected whitespace or line break"),
    (r"expected indentation indicator in the range 1-9, but found 0", "found an indentation indicator equal to 0"),
)
_BLOCK_END = re.compile(r"expected <block end>, but found .*")


def words(error: YAMLError) -> str:
    """Return go-yaml's message for ``error``, with ``yaml:`` before it."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    problem = _translate(problem, getattr(error, "context", None) or "")
    line = _go_line(error)
    return f"yaml: line {line}: {problem}" if line else f"yaml: {problem}"


def position(error: YAMLError) -> tuple[int, int]:
    """Return where the problem is: line and column in the document, both from 1; (1, 1) where that is not known."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if "end of stream" in (getattr(error, "problem", None) or ""):
        # Nothing is wrong there; a quote or bracket was opened and not closed.
        mark = getattr(error, "context_mark", None) or mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _go_line(error: YAMLError) -> int:
    from yaml.scanner import ScannerError

    mark = getattr(error, "problem_mark", None)
    if mark and mark.line:
        return int(mark.line) + isinstance(error, ScannerError)
    context = getattr(error, "context_mark", None)
    return int(context.line) if context else 0


def _translate(problem: str, context: str) -> str:
    if _BLOCK_END.fullmatch(problem):
        return "did not find expected '-' indicator" if "collection" in context else "did not find expected key"
    for pattern, replacement in _WORDS:
        found = re.fullmatch(pattern, problem)
        if found:
            return found.expand(replacement)
    return problem
