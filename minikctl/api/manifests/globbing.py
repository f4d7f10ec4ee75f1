"""Shell patterns as Go's ``filepath.Glob`` reads them: ``*`` and ``?`` take dots too, ``**`` is no more than ``*``.

Upstream: Go's ``path/filepath/match.go``. Python's ``glob`` leaves out hidden files and knows no escapes.
"""

from __future__ import annotations

import os
import re


class BadPatternError(ValueError):
    """The pattern is malformed; ``str()`` has Go's words."""

    def __init__(self) -> None:
        super().__init__("syntax error in pattern")


def glob(pattern: str) -> list[str]:
    """Return the paths that match ``pattern``, folder by folder and sorted in each. Raises BadPatternError."""
    _translate(pattern)
    if not _has_magic(pattern):
        return [pattern] if os.path.lexists(pattern) else []
    folder, name = os.path.split(pattern)
    matcher = _translate(name)
    found = []
    for base in glob(folder) if _has_magic(folder) else [folder]:
        try:
            names = sorted(os.listdir(base or "."))
        except OSError:  # no folder, or none that may be read: nothing in it matches
            continue
        # Go cleans what it joins: ./*.yaml gives a.yaml.
        found += [os.path.normpath(f"{base}/{each}" if base else each) for each in names if matcher.fullmatch(each)]
    return found


def _has_magic(pattern: str) -> bool:
    return any(char in pattern for char in "*?[\\")


def _translate(pattern: str) -> re.Pattern[str]:
    """Return a pattern of one path component (or a whole path, to see whether it is well-formed) as a regex."""
    out = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            text, at = _class(pattern, at)
            out.append(text)
        elif char == "\\":
            if at == len(pattern):
                raise BadPatternError
            out.append(re.escape(pattern[at]))
            at += 1
        else:
            out.append(re.escape(char))
    return re.compile("".join(out), re.DOTALL)


def _class(pattern: str, at: int) -> tuple[str, int]:
    """Translate ``[...]`` whose first character after the bracket stands at ``at``; returns it and where it ends."""
    negated = pattern[at : at + 1] == "^"
    at += negated
    ranges: list[str] = []
    while True:
        if pattern[at : at + 1] == "]" and ranges:
            return f"[{'^' if negated else ''}{''.join(ranges)}]", at + 1
        low, at = _class_char(pattern, at)
        high = low
        if pattern[at : at + 1] == "-":
            high, at = _class_char(pattern, at + 1)
        # A range the wrong way round matches nothing; the empty look-ahead cannot stand in a class, NUL can.
        ranges.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "\\0")


def _class_char(pattern: str, at: int) -> tuple[str, int]:
    char = pattern[at : at + 1]
    if char == "\\":
        at += 1
        char = pattern[at : at + 1]
    elif char in {"-", "]"}:
        raise BadPatternError
    if not char or at + 1 >= len(pattern):
        raise BadPatternError
    return char, at + 1
