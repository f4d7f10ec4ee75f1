"""Regular expressions are Go's: what they find, what is said of wrong ones, and that none of them takes for ever."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikctl.lib.goregexp import CostlyError, RegexpError, compile_regexp, occurs

FOUND = [
    ("", "", True), ("", "a", True), ("a", "bab", True), ("^a", "ba", False), ("a$", "ab", False), ("a$", "a\n", False), ("(?m)^b$", "a\nb\nc", True),
    ("^b$", "a\nb\nc", False), (r"\Aa\z", "a", True), (".", "\n", False), ("(?s).", "\n", True), ("(?s:.)", "\n", True), ("(?i)ab", "AB", True), ("(?i:a)b", "AB", False),
    ("(?i)[a-c]+$", "ABC", True), ("(?i)a(?-i)b", "AB", False), ("((?i)a)b", "Ab", True), ("[^a]", "a", False), ("[^a]", "\n", True), ("[]a]", "]", True), ("[a-]", "-", True),
    ("[-a]", "-", True), ("[^]]", "]", False), (r"[\]]", "]", True), (r"[\d-x]", "-", True), (r"\d\D\s\S\w\W", "1a a_-", True), ("[[:alpha:]]", "1", False),
    ("[[:alpha:]]", "a", True), ("[[:^alpha:]]", "a", False), ("[^[:^digit:]]", "7", True), (r"\pL", "é", True), (r"^\p{Lu}+$", "ÉA", True), (r"\PL", "é", False),
    (r"\p{^L}", "é", False), (r"\p{Greek}", "λ", True), (r"\p{Greek}", "l", False), (r"\p{Han}", "漢", True), (r"[\p{Cyrillic}]", "я", True), (r"\d", "٣", False), (r"\w", "é", False),
    (r"\bb\b", "a b c", True), (r"\bb\b", "abc", False), (r"\Bb\B", "abc", True), ("a{2}", "a", False), ("^a{2,3}$", "aaa", True), ("^a{2,3}$", "aaaa", False), ("^a{2,}$", "aaaa", True),
    ("^a{0}$", "", True), ("a{,2}", "a{,2}", True), ("a{", "a{", True), ("{", "{", True), ("a{2", "a{2", True), (r"\x41\x{263a}\101\n\t", "A☺A\n\t", True), (r"\Qa.b\E+", "a.bb", True),
    (r"\Q.", "a", False), (r"\.\_", "._", True), ("a|b|", "", True), ("^(a|b)*$", "abba", True), ("^(|a)*$", "aa", True), ("^(?:a?){3}$", "aa", True), ("(?P<x>a)(?<y>b)", "ab", True),
    ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "web-1", True), ("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "web-", False), ("(?U)a+", "aa", True), ("", "ü", True), (r"\0", "\0", True),
]


@pytest.mark.parametrize(("pattern", "text", "found"), FOUND)
def test_whether_it_occurs(pattern, text, found):
    assert compile_regexp(pattern).search(text) is found
    assert occurs(pattern, text) is found
    assert (list(compile_regexp(pattern)._spans(text, 1)) != []) is found, "both ways of looking see the same"


ALL = [
    ("a*", "baac", ["", "aa", ""]), ("a|ab", "abab", ["a", "a"]), ("ab|a", "aba", ["ab", "a"]), ("a+?", "aa", ["a", "a"]), ("(?U)a+", "aa", ["a", "a"]), ("(?U)a+?", "aa", ["aa"]),
    ("[0-9]+", "a1b22", ["1", "22"]), ("", "ab", ["", "", ""]), ("x", "ab", []), ("a{1,2}", "aaa", ["aa", "a"]), ("a??b", "ab", ["ab"]), ("(a|ab)(c|bcd)", "abcd", ["abcd"]), ("$", "ab", [""]),
]


@pytest.mark.parametrize(("pattern", "text", "found"), ALL)
def test_what_it_finds(pattern, text, found):
    assert compile_regexp(pattern).find_all(text) == found
    assert compile_regexp(pattern).find_all(text, 1) == found[:1]
    assert compile_regexp(pattern).find(text) == (found[0] if found else "")


# regexp.Compile of Go
WRONG = [
    ("*", "missing argument to repetition operator: `*`"), ("+?a", "missing argument to repetition operator: `+?`"), ("(*)", "missing argument to repetition operator: `*`"),
    ("a|*", "missing argument to repetition operator: `*`"), ("(abc", "missing closing ): `(abc`"), ("abc)", "unexpected ): `abc)`"), ("x[a-z", "missing closing ]: `[a-z`"),
    ("[", "missing closing ]: `[`"), ("[]", "missing closing ]: `[]`"), ("[a", "missing closing ]: `[a`"), ("[z-a]", "invalid character class range: `z-a`"), ("abc\\", "trailing backslash at end of expression: ``"),
    ("a**", "invalid nested repetition operator: `**`"), ("a*+", "invalid nested repetition operator: `*+`"), ("a*??", "invalid nested repetition operator: `*??`"),
    ("a{2}{3}", "invalid nested repetition operator: `{2}{3}`"), ("\\x", "invalid escape sequence: `\\x`"), ("\\x{110000}", "invalid escape sequence: `\\x{110000`"), ("\\x{41", "invalid escape sequence: `\\x{41`"), ("\\x4g", "invalid escape sequence: `\\x4g`"), ("((?:(", "missing closing ): `((?:(`"), ("\\8", "invalid escape sequence: `\\8`"),
    ("\\1", "invalid escape sequence: `\\1`"), ("\\Z", "invalid escape sequence: `\\Z`"), ("\\C", "invalid escape sequence: `\\C`"), ("\\ü", "invalid escape sequence: `\\ü`"),
    ("a{1001}", "invalid repeat count: `{1001}`"), ("a{2,1}", "invalid repeat count: `{2,1}`"), ("(a{100}){100}", "invalid repeat count: `{100}`"), ("((a{100})|b){11}", "invalid repeat count: `{11}`"),
    ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"), ("(?!a)", "invalid or unsupported Perl syntax: `(?!`"), ("(?z)", "invalid or unsupported Perl syntax: `(?z`"),
    ("(?i-)", "invalid or unsupported Perl syntax: `(?i-)`"), ("(?<=a)", "invalid named capture: `(?<=a)`"), ("(?P<n", "invalid named capture: `(?P<n`"), ("(?P<n->x)", "invalid named capture: `(?P<n->`"),
    ("\\pX", "invalid character class range: `\\pX`"), ("\\p{Nothing}", "invalid character class range: `\\p{Nothing}`"), ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
    ("(" * 2000, "expression nests too deeply: `" + "(" * 2000 + "`"), ("(?:" + "a" * 100 + "){999}", "expression too large: ``"), (r"(?:(((", r"missing closing ): `(?:(((`"), ("a\ud800", "invalid UTF-8: `a\ud800`"),
]


@pytest.mark.parametrize(("pattern", "problem"), WRONG, ids=[pattern[:20].encode("unicode_escape").decode() for pattern, _ in WRONG])
def test_what_is_said_of_a_wrong_one(pattern, problem):
    with pytest.raises(RegexpError) as caught:
        compile_regexp(pattern)
    assert str(caught.value) == f"error parsing regexp: {problem}"
    assert not occurs(pattern, pattern)


#: Python's own would be at it for years
HOSTILE = [
    ("^(a+)+$", "a" * 50_000 + "!"), ("^(a|a)*$", "a" * 50_000 + "!"), ("^(a|aa)+$", "a" * 50_000 + "!"), ("(.*)*x", "a" * 50_000), ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 50_000),
    ("(a?){50}a{50}b", "a" * 50_000), ("(x+x+)+y", "x" * 50_000), (r"^(\w+\s?)*$", "word " * 10_000 + "!"), ("(a*)*b", "a" * 50_000), ("((a*)*)*$b", "a" * 50_000),
]


@pytest.mark.parametrize(("pattern", "text"), HOSTILE, ids=[pattern for pattern, _ in HOSTILE])
def test_no_expression_takes_for_ever(pattern, text):
    assert compile_regexp(pattern).search(text) is False
    assert compile_regexp(pattern).find_all(text[-500:]) == []


def test_what_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("minikctl.lib.goregexp.MOST_STEPS", 1000)
    costly = compile_regexp("(a|b|c){300}d")
    with pytest.raises(CostlyError, match="takes too long"):
        costly.search("abcabc" * 100)
    with pytest.raises(CostlyError, match="takes too long"):
        costly.find_all("abcabc" * 100)
    assert not occurs("(a|b|c){300}e", "abcabc" * 100)


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("minikctl.lib.goregexp._MOST_REMEMBERED", 10)
    found = compile_regexp("(a|b)c.{6}d$")
    text = "abcacbcaabcb" * 50 + "bcaaaaaad"
    assert found.search(text)
    assert not found.search(text + "e")
    assert len(found._states) <= 12


PIECES = ["a", "b", "c", ".", "[ab]", "[^a]", "(", "(?:", ")", "|", "*", "+", "?", "{2}", "{1,2}", "{0,3}", "^", "$", r"\b", r"\w", r"\d", "*?", "+?", "??", "(?i:A)", "(?s:.)"]


@given(pattern=st.lists(st.sampled_from(PIECES), max_size=9).map("".join), text=st.text("abcA \n", max_size=7))
def test_where_both_languages_mean_the_same_they_find_the_same(pattern, text):
    try:
        ours, python = compile_regexp(pattern), re.compile(pattern.replace("$", r"\Z"), re.ASCII)
    except (RegexpError, re.error):
        return
    wanted = python.search(text)
    assert ours.search(text) is (wanted is not None)
    assert next(iter(ours._spans(text, 1)), None) == (wanted and wanted.span())


@given(pattern=st.text(r"ab()[]{}\^$.|*+?-:<>=!PQEpLx0129,iUms", max_size=30), text=st.text(max_size=10))
def test_anything_is_an_expression_or_an_error(pattern, text):
    try:
        found = compile_regexp(pattern)
    except RegexpError:
        return
    assert found.search(text) is bool(list(found._spans(text, 1)))
