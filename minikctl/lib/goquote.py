r"""Strings in Go's quotes: ``"a\n"`` and ``\x41`` read, ``U+0023 '#'`` written.

Upstream: Go's ``strconv/quote.go`` and ``fmt``'s ``%#U``. A byte that is no UTF-8 is the half of a surrogate pair that
stands for it (PEP 383), here as in all texts of minikctl. This module knows nothing of Kubernetes.
"""

from __future__ import annotations

import re

from minikctl.errors import quote

#: compiled when it is first needed
_ESCAPE = r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]))"
_PLAIN_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def unquote(text: str, quote: str) -> str:
    r"""Return ``text``, the inside of a string quoted with ``quote``, with Go's escapes resolved.

    Raises ValueError for an escape that Go does not know, as ``\'`` inside of double quotes. A byte that is no UTF-8
    (``"\xff"``) becomes the half of a surrogate pair that stands for it (PEP 383). Upstream: ``strconv.UnquoteChar``.
    """
    if "\\" not in text and quote not in text:
        return text
    out: list[str] = []
    position = 0
    while position < len(text):
        slash = text.find("\\", position)
        plain = text[position:] if slash < 0 else text[position:slash]
        if quote in plain:
            raise ValueError(text)
        out.append(plain)
        if slash < 0:
            break
        found = re.match(_ESCAPE, text[slash:slash + 10])
        if found is None:
            raise ValueError(text)
        out.append(_unescape(found, quote))
        position = slash + found.end()
    joined = "".join(out)
    # Bytes written one by one may make up characters: "\xc3\xa9".
    return joined if joined.isprintable() else _join_bytes(joined)


def _unescape(found: re.Match[str], quote: str) -> str:
    hexadecimal, short, long, octal, plain = found.groups()
    if hexadecimal or octal:
        byte = int(hexadecimal, 16) if hexadecimal else int(octal, 8)
        if byte > 255:
            raise ValueError(found[0])
        return chr(byte) if byte < 0x80 else chr(0xDC00 + byte)
    if short or long:
        code = int(short or long, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise ValueError(found[0])
        return chr(code)
    if plain == quote:
        return plain
    if plain not in _PLAIN_ESCAPES:
        raise ValueError(found[0])
    return _PLAIN_ESCAPES[plain]


def _join_bytes(text: str) -> str:
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text


def show_rune(char: str) -> str:
    """Return a character as Go's ``%#U``: ``U+0023 '#'``; what cannot be printed has no quoted form."""
    code = f"U+{ord(char):04X}"
    return f"{code} '{char}'" if char.isprintable() else code


def to_bytes(text: str) -> bytes:
    """Return the bytes of a text: UTF-8, and where it stands for other bytes, those."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def go_quote(text: str, *, ascii_only: bool = False) -> str:
    r"""Return ``text`` as ``%q`` does, or ``%+q``: bytes that are no UTF-8 as ``\xff``."""
    if text.isascii():
        return quote(text)
    return '"' + "".join([_escaped(char, '"', ascii_only=ascii_only) for char in text]) + '"'


def quote_rune(char: str, *, ascii_only: bool = False) -> str:
    r"""Return a character in single quotes: ``'x'``, ``'\n'``."""
    return "'" + _escaped(char, "'", ascii_only=ascii_only) + "'"


def _escaped(char: str, mark: str, *, ascii_only: bool) -> str:
    if char in "'\"":
        return "\\" + char if char == mark else char
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    if ascii_only and not char.isascii():
        return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
    escaped = quote(char)[1:-1]
    # Go writes \x only for what is below U+0080.
    return f"\\u{ord(char):04x}" if escaped.startswith("\\x") and not char.isascii() else escaped
