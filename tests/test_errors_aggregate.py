"""How several errors are printed, as kubectl's checkErr does."""

import pytest

from minikctl.errors import AggregateError, MinikctlError, NotFound, PlainError

A, B, C = MinikctlError("a"), MinikctlError("b"), NotFound("pods", "c")

CASES = [
    ([A], "a", "error: a"),
    ([PlainError("p")], "p", "p"),
    ([C], 'pods "c" not found', 'Error from server (NotFound): pods "c" not found'),
    ([A, B], "[a, b]", "a\nb"),
    ([A, C], '[a, pods "c" not found]', 'a\nError from server (NotFound): pods "c" not found'),
    # an aggregate of one is taken out of its wrapping once
    ([AggregateError([A, B])], "[a, b]", "a\nb"),
    ([AggregateError([A])], "a", "a"),
    (
        [AggregateError([A, B]), C],
        '[a, b, pods "c" not found]', '[a, b]\nError from server (NotFound): pods "c" not found',
    ),
    ([AggregateError([A, A, B])], "[a, b]", "a\na\nb"),
    ([A, A], "a", "a\na"),
]


@pytest.mark.parametrize(("errors", "text", "message"), CASES)
def test_several_errors_are_a_line_each(errors, text, message):
    error = AggregateError(errors)
    assert (str(error), error.user_message()) == (text, message)
