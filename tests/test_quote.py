import pytest

from minikctl.errors import quote

# fmt.Printf("%q") of Go
QUOTED = [
    ("", '""'), ("web", '"web"'), ('say "hi"', '"say \\"hi\\""'), ("back\\slash", '"back\\\\slash"'),
    ("\a\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'), ("\x00\x1b\x7f", '"\\x00\\x1b\\x7f"'), ("é日😀", '"é日😀"'),
    ("\x80\x85\xa0\xad", '"\\u0080\\u0085\\u00a0\\u00ad"'), ("\u200b\u2028\ufeff", '"\\u200b\\u2028\\ufeff"'),
    ("\U000e0001", '"\\U000e0001"'), ("\ud83d", '"\\ufffd"'), ("it's", '"it\'s"'),
]


@pytest.mark.parametrize(("text", "quoted"), QUOTED)
def test_texts_are_quoted_as_go_quotes_them(text, quoted):
    assert quote(text) == quoted
