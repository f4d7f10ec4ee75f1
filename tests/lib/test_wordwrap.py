"""Lines of a limited width, as go-wordwrap cuts them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.wordwrap import wrap

CASES = [
    ("", 10, ""),
    ("one two three", 8, "one two\nthree"),
    ("one two three", 7, "one two\nthree"),
    ("one two three", 100, "one two three"),
    ("one\ntwo three four", 9, "one\ntwo three\nfour"),
    ("one\n", 10, "one\n"),
    ("one\n\n two", 10, "one\n\n two"),
    ("trailing   ", 20, "trailing   "),
    ("trailing   ", 9, "trailing"),
    # a word that fills the line or more stays where it is
    ("abcdefghij", 5, "abcdefghij"),
    ("ab abcdefghij", 5, "ab\nabcdefghij"),
    ("a abcde", 5, "a\nabcde"),
    # a space that may not be broken at
    ("one\u00a0two three", 7, "one\u00a0two\nthree"),
    ("one  two", 4, "one\ntwo"),
    ("ab  \ncd", 4, "ab  \ncd"),
    ("ab  \ncd", 3, "ab\ncd"),
    ("  \ncd", 1, "\ncd"),
]


@pytest.mark.parametrize(("text", "limit", "expected"), CASES, ids=[repr(text) + str(limit) for text, limit, _ in CASES])
def test_lines_end_where_they_get_too_long(text, limit, expected):
    assert wrap(text, limit) == expected


@given(st.lists(st.text("abc", min_size=1, max_size=9), max_size=40), st.integers(10, 30))
def test_nothing_is_lost_and_no_line_is_too_long(words, limit):
    lines = wrap(" ".join(words), limit).split("\n")
    assert " ".join(lines).split() == words
    assert max(map(len, lines)) <= limit
    for line, following in itertools.pairwise(lines):
        assert len(line) + 1 + len(following.split()[0]) > limit, "no line ends before it has to"
