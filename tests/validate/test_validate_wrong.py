"""Wrong manifests: two tables of small slips in right ones, and what must be said of each, with line and column.

``wrong.tsv`` was grown by ``grow.py``, ``wrong_by_hand.tsv`` was thought of. A row of the first names the line that is
changed, one of the second the text; both end with what must be found (places and rules, in order) and what the first
suggestion must begin with.
"""

from __future__ import annotations

from pathlib import Path

import grow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minikctl.api.validating.catalog import Catalog
from minikctl.api.validating.units import Unit, work

HERE = Path(__file__).parent
BASES = {path.stem: path.read_text() for path in (HERE / "bases").glob("*.yaml")}
CATALOG = Catalog()


def problems_of(text):
    outcome = work(Unit("wrong.yaml", text.encode()), CATALOG, "default")
    return [problem for document in outcome.documents for problem in document.problems]


def unescaped(text):
    return text.encode().decode("unicode_escape").encode("latin-1").decode()


def grown():
    for row in (HERE / "wrong.tsv").read_text().splitlines():
        base, number, new, expected, suggestion = row.split("\t")
        lines = BASES[base].splitlines(keepends=True)
        lines[int(number) - 1] = unescaped(new) + "\n"
        yield pytest.param("".join(lines), expected, suggestion, id=f"{base}:{number}:{expected.replace(' ', ':')}")


def by_hand():
    for row in (HERE / "wrong_by_hand.tsv").read_text().splitlines():
        base, old, new, expected, suggestion = row.split("\t")
        text = BASES[base]
        old = unescaped(old)
        assert text.count(old) == 1, row
        yield pytest.param(text.replace(old, unescaped(new)), expected, suggestion, id=f"{base}:{expected.replace(' ', ':')}")


GROWN, BY_HAND = list(grown()), list(by_hand())


def test_there_are_enough_of_them():
    assert len(GROWN) + len(BY_HAND) >= 300


def test_the_grown_table_is_what_grows():
    rows = [row for name in sorted(BASES) for row in grow.rows(name, BASES[name])]
    assert (HERE / "wrong.tsv").read_text().splitlines() == ["\t".join(map(str, row)) for row in rows]


@pytest.mark.parametrize(("text", "expected", "suggestion"), [*GROWN, *BY_HAND])
def test_every_slip_is_seen_where_it_is(text, expected, suggestion):
    found = problems_of(text)
    assert [f"{problem.line}:{problem.column} {problem.rule}" for problem in found] == expected.split(", ")
    first = next((problem.suggestion for problem in found if problem.suggestion), "")
    assert first.startswith(suggestion)
    lines = text.splitlines()
    for problem in found:
        # The excerpt is the line itself (without what a Secret says), and the marker is on it.
        line = lines[problem.line - 1] if problem.line <= len(lines) else ""
        shown = line[problem.excerpt_column - 1 :][: len(problem.excerpt)]
        assert len(problem.excerpt) == len(shown)
        assert all(one in ("*", other) for one, other in zip(problem.excerpt, shown, strict=True))
        assert problem.excerpt == shown or "kind: Secret" in text
        assert 1 <= problem.column < problem.end_column
        assert problem.column <= len(line) + 1


SLIPS = st.sampled_from([
    "", " ", "  ", "\t", "-", "- ", ":", ": ", "'", '"', "[", "]", "{", "}", "&a ", "*a", "!!int ", "#", "|", ">", "%", "@", "`", "---\n",
    "...\n", "\n", "\0", "\ufeff", "\u2028", "é", "0", "-1", "1e999", "null", "true", "on", "~", "<<: ", "? ", "99999999999999999999",
])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(BASES)), st.data())
def test_whatever_is_typed_somewhere_gives_problems_on_lines_that_there_are(base, data):
    text = BASES[base]
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 12))
    text = text[:at] + data.draw(SLIPS) + text[at + gone :]
    lines = text.count("\n") + 2
    for problem in problems_of(text):
        assert 1 <= problem.line <= lines, problem
        assert problem.message
        assert problem.rule


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(BASES)), st.data())
def test_whatever_a_line_says_instead_gives_problems(base, data):
    lines = BASES[base].splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    head, colon, _ = lines[number].partition(":")
    value = data.draw(st.sampled_from(["[]", "{}", "null", "0", "-1", "1.5", "''", "x", "true", "[{}]", "{a: b}", "[null]", "[1]", "[[]]"]))
    rest = [line for line in lines[number + 1 :] if not line.startswith(" " * (len(head) - len(head.lstrip()) + 1))]
    for problem in problems_of("\n".join([*lines[:number], f"{head}{colon} {value}", *rest])):
        assert problem.line >= 1
        assert problem.message
