r"""Sets of characters in Go's regular expressions: ranges, ``\d``, ``[:alpha:]``, ``\p{Greek}``."""

from __future__ import annotations

import unicodedata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Ranges = list[tuple[str, str]]

LAST = "\U0010ffff"
PERL: dict[str, Ranges] = {
    "d": [("0", "9")],
    "s": [("\t", "\n"), ("\f", "\r"), (" ", " ")],
    "w": [("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")],
}
POSIX: dict[str, Ranges] = {
    "alnum": [("0", "9"), ("A", "Z"), ("a", "z")],
    "alpha": [("A", "Z"), ("a", "z")],
    "ascii": [("\0", "\x7f")],
    "blank": [("\t", "\t"), (" ", " ")],
    "cntrl": [("\0", "\x1f"), ("\x7f", "\x7f")],
    "digit": [("0", "9")],
    "graph": [("!", "~")],
    "lower": [("a", "z")],
    "print": [(" ", "~")],
    "punct": [("!", "/"), (":", "@"), ("[", "`"), ("{", "~")],
    "space": [("\t", "\r"), (" ", " ")],
    "upper": [("A", "Z")],
    "word": PERL["w"],
    "xdigit": [("0", "9"), ("A", "F"), ("a", "f")],
}
_CATEGORIES = frozenset({
    "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd",
    "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
})
#: scripts, which Python's tables do not have; the names of their letters begin with these words
_SCRIPTS = {
    name: (name.upper(),) for name in (
        "Arabic", "Armenian", "Bengali", "Bopomofo", "Braille", "Cherokee", "Coptic", "Cyrillic", "Devanagari", "Ethiopic",
        "Georgian", "Gothic", "Greek", "Gujarati", "Gurmukhi", "Hangul", "Hebrew", "Hiragana", "Kannada", "Katakana", "Khmer",
        "Lao", "Latin", "Malayalam", "Mongolian", "Myanmar", "Ogham", "Oriya", "Runic", "Sinhala", "Syriac", "Tamil", "Telugu",
        "Thaana", "Thai", "Tibetan",
    )
} | {"Han": ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "CJK RADICAL", "KANGXI")}


def is_word(char: str) -> bool:
    r"""Whether a character is one of ``\w``; "" is none."""
    return char == "_" or (char.isascii() and char.isalnum())


class CharacterSet:
    """A set of characters: ``"a" in found``."""

    __slots__ = ("_parts", "_ranges", "fold", "negated")

    def __init__(self, ranges: Ranges = (), *, fold: bool = False) -> None:  # type: ignore[assignment]
        self._ranges = list(ranges)
        self._parts: list[Callable[[str], bool]] = []
        self.fold = fold
        self.negated = False

    def add(self, ranges: Ranges, *, negated: bool = False) -> None:
        """Put more characters in: those of the ranges, or all others."""
        if not negated:
            self._ranges += ranges
            return
        low = "\0"
        for first, last in sorted(ranges):
            if first > low:
                self._ranges.append((low, chr(ord(first) - 1)))
            low = chr(ord(last) + 1) if last < LAST else ""
        if low:
            self._ranges.append((low, LAST))

    def add_named(self, name: str, *, negated: bool = False) -> bool:
        """Put a category or a script in, or all that is not of it. False: there is none of this name."""
        if name == "Any":
            self.add([("\0", LAST)], negated=negated)
        elif name in _CATEGORIES:
            self._parts.append(lambda char: unicodedata.category(char).startswith(name) != negated)
        elif name in _SCRIPTS:
            begins = _SCRIPTS[name]
            self._parts.append(lambda char: unicodedata.name(char, "").startswith(begins) != negated)
        else:
            return False
        return True

    def __contains__(self, char: str) -> bool:
        """Whether a character is in it."""
        return self._has_any(char) != self.negated

    def _has_any(self, char: str) -> bool:
        if self._has(char):
            return True
        return self.fold and any(len(other) == 1 and self._has(other) for other in (char.lower(), char.upper(), char.casefold()))

    def _has(self, char: str) -> bool:
        return any(low <= char <= high for low, high in self._ranges) or any(part(char) for part in self._parts)
