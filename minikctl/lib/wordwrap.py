"""Lines of a limited width, as mitchellh/go-wordwrap cuts them (kubectl's ``term.NewWordWrapWriter``)."""

from __future__ import annotations

NO_BREAK_SPACE = "\u00a0"


def wrap(text: str, limit: int) -> str:
    r"""``text`` with newlines in the place of the spaces where a line would get longer than ``limit``.

    Newlines of its own stay. A word that is as long as the limit, or longer, starts no line by itself::

        wrap("one two three", 8) == "one two\nthree"
    """
    out: list[str] = []
    current = 0
    word = spaces = ""
    for char in text:
        if char == "\n":
            if word or current + len(spaces) <= limit:
                out.append(spaces)
            out.append(word + char)
            word = spaces = ""
            current = 0
        elif char.isspace() and char != NO_BREAK_SPACE:
            if not spaces or word:
                current += len(spaces) + len(word)
                out.append(spaces + word)
                word = spaces = ""
            spaces += char
        else:
            word += char
            if current + len(word) + len(spaces) > limit and len(word) < limit:
                out.append("\n")
                current = 0
                spaces = ""
    if word or current + len(spaces) <= limit:
        out.append(spaces)
    out.append(word)
    return "".join(out)
