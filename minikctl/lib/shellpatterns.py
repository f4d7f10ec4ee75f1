"""Shell patterns (``shop/*:v2``), for texts that users write both sides of."""

from __future__ import annotations

#: a pattern with more letters than this is taken as it stands: what Python makes of thousands of ``[`` takes seconds
LONGEST = 1000


def fits(text: str, pattern: str) -> bool:
    """Whether ``text`` is what a shell pattern means, capitals and small letters apart."""
    if len(pattern) > LONGEST:
        return text == pattern
    from fnmatch import fnmatchcase

    return fnmatchcase(text, pattern)
