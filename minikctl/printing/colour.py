"""The colours, for people at a terminal: one theme for everything that is printed (``painters`` says what gets which)."""

from __future__ import annotations

#: what is said by which colour: the terminal's own sixteen, so that they suit its background
THEME = {
    "good": "\x1b[32m", "waiting": "\x1b[33m", "bad": "\x1b[31m",
    "header": "\x1b[1m", "key": "\x1b[36m", "string": "\x1b[32m", "number": "\x1b[35m", "word": "\x1b[33m",
    "dim": "\x1b[2m", "bold": "\x1b[1m", "hint": "\x1b[36m", "error": "\x1b[31;1m", "warning": "\x1b[33;1m",
    "name": "\x1b[0;32m", "link": "\x1b[0;33m",
}
PLAIN = "\x1b[0m"


def paint(text: str, style: str, *, colour: bool = True) -> str:
    """``text`` in the colour of a style ("": none), or as it is."""
    return f"{THEME[style]}{text}{PLAIN}" if colour and style and text else text
