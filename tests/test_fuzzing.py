"""The targets of ``fuzz`` run: right texts, wrong ones and bytes that are none. Looking for more is not for tests."""

from __future__ import annotations

import pytest

from fuzz.parsers import TARGETS, feed, feed_any

TEXTS = [
    b"", b"a=b,c notin (d)", b"{.spec.containers[*].name}", b"{{range .spec.containers}}{{.name}}{{end}}", b"A:.kind", b"1.5Gi", b"*/5 * * * *", b"1h30m",
    b"2026-01-02T03:04:05Z", b"10.0.0.0/8", b'{"spec": {"priority": 4}}', b"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n", b"{{{[[", b"\xff\xfe\x00a", b"\0",
    b"9" * 400, b"a: &a [*a]", b"{.a[?(@.b==",
]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_parser_gives_a_result_or_an_error_of_its_own(target, text):
    feed(target, text)


def test_the_first_byte_chooses_the_parser():
    for number in range(len(TARGETS)):
        feed_any(bytes([number]) + b"a")


def test_what_is_no_error_of_a_parser_is_a_find(monkeypatch):
    def broken(data):
        raise KeyError(data)

    monkeypatch.setitem(TARGETS, "quantity", broken)
    with pytest.raises(KeyError):
        feed("quantity", b"1")
