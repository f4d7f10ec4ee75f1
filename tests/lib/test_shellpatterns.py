"""Shell patterns, and those that would take for ever."""

import pytest

from minikctl.lib.shellpatterns import LONGEST, fits


@pytest.mark.parametrize(("text", "pattern", "expected"), [
    ("shop/web:v2", "shop/*:v2", True), ("shop/web:v1", "shop/*:v2", False), ("Web", "web", False), ("web", "[uvw]e?", True), ("web", "*", True), ("", "*", True), ("a" * 5000 + "c", "*a" * 30 + "b", False),
    ("[" * (LONGEST + 1), "[" * (LONGEST + 1), True), ("x", "[::" * 100_000, False), ("web", "*" * (LONGEST + 1), False),
])
def test_patterns(text, pattern, expected):
    assert fits(text, pattern) is expected
