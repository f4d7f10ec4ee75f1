"""Reading the words of a template: looking ahead, passing spaces over, and complaining about a word.

Upstream: the token functions of Go's ``text/template/parse/parse.go``. A message names the line of the word that was
read last, which is not always the wrong one.
"""

from __future__ import annotations

from minikctl.printing.gotemplate.lexer import Item, Lexer

#: the name that kubectl gives to the template, and that is in every message
NAME = "output"

_NOT_STARTED = Item("EOF", -1, "EOF")


class SyntaxFault(Exception):  # noqa: N818 - made into a user's error by the caller
    """The template does not parse; the text is upstream's: ``template: output:1: unclosed action``."""


class Words:
    """The words of a lexer with up to three of them put back."""

    __slots__ = ("_peeked", "_tokens", "action_line", "lexer")

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self._tokens = [_NOT_STARTED, _NOT_STARTED, _NOT_STARTED]  # the latest one first
        self._peeked = 0
        self.action_line = 0  # of the `{{` that is open

    def next(self) -> Item:
        """Return the next word, a space also."""
        if self._peeked:
            self._peeked -= 1
        else:
            self._tokens[0] = self.lexer.next()
        return self._tokens[self._peeked]

    def put_back(self, *tokens: Item) -> None:
        """Put words back before the one that was read last, which is put back, too; the last one is read first."""
        self._tokens[1:1 + len(tokens)] = tokens
        self._peeked = 1 + len(tokens)

    def back(self) -> None:
        """Put the word that was read last back."""
        self._peeked += 1

    def peek(self) -> Item:
        """Return the next word without taking it."""
        if self._peeked:
            return self._tokens[self._peeked - 1]
        self._peeked = 1
        self._tokens[0] = self.lexer.next()
        return self._tokens[0]

    def next_word(self) -> Item:
        """Return the next word that is no space."""
        token = self.next()
        while token.type == "space":
            token = self.next()
        return token

    def peek_word(self) -> Item:
        """Return the next word that is no space, without taking it."""
        token = self.next_word()
        self.back()
        return token

    def line(self, token: Item) -> int:
        """Return the line of a word."""
        return self.lexer.line(token.position) if token.position >= 0 else 0

    def fault(self, message: str) -> SyntaxFault:
        """Return a fault that names the line of the word that was read last."""
        return SyntaxFault(f"template: {NAME}:{self.line(self._tokens[0])}: {message}")

    def unexpected(self, token: Item, context: str) -> SyntaxFault:
        """Return a fault for a word that does not belong where it stands."""
        if token.type != "error":
            return self.fault(f"unexpected {token} in {context}")
        more = ""
        if self.action_line and self.action_line != self.line(token):
            more = f" in action started at {NAME}:{self.action_line}"
            if token.value.endswith(" action"):
                more = more.removeprefix(" in action")
        return self.fault(f"{token}{more}")

    def expect(self, type_: str, context: str) -> Item:
        """Return the next word, which has to be of a type."""
        token = self.next_word()
        if token.type != type_:
            raise self.unexpected(token, context)
        return token
