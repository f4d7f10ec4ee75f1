"""Go's regular expressions (RE2), in time that grows with the text and never explodes.

Users write them (``pattern`` in a CustomResourceDefinition, ``find`` in its rules, the ``target`` of a kustomization's patch),
and Python's own ``re`` can be kept busy for years by thirty characters: ``(a+)+$``. Here an expression is a program of small
steps (``parsing``) that are all followed at once, so that each character is looked at once. Which steps a character leads to
is remembered: the second time it costs a look-up. What an expression may be, and what is said of one that is none, is Go's:
``regexp/syntax`` with its Perl flags.
"""

from __future__ import annotations

from minikctl.lib.goregexp.parsing import BEGIN, CHARACTER, END, JUMP, MATCH, NO_WORD, SPLIT, RegexpError, program_of
from minikctl.lib.goregexp.sets import is_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ["CostlyError", "Regexp", "RegexpError", "compile_regexp", "occurs"]

#: steps that one look through a text may take: some seconds. Only thousands of steps on megabytes of text need more.
MOST_STEPS = 20_000_000
#: so many expressions, and steps of each, are remembered
_MOST_KNOWN, _MOST_REMEMBERED = 256, 20_000
#: what is before a place in the text
_NOTHING, _NEWLINE, _WORD, _OTHER = range(4)
_known: dict[str, Regexp] = {}


class CostlyError(ValueError):
    """Looking through a text takes more steps than anybody wants to wait for."""


def compile_regexp(pattern: str) -> Regexp:
    """The expression, ready to be looked for. Raises RegexpError, in Go's words."""
    found = _known.get(pattern)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known[pattern] = Regexp(pattern)
    return found


def occurs(pattern: str, text: str) -> bool:
    """Whether a regular expression occurs in ``text``. One that is none, or that would take too long, does not."""
    try:
        return compile_regexp(pattern).search(text)
    except (RegexpError, CostlyError):
        return False


class Regexp:
    """An expression: ``search`` says whether it occurs in a text, ``find_all`` where."""

    __slots__ = ("_ids", "_moves", "_program", "_states", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._program = program_of(pattern)
        self._forget()

    def _forget(self) -> None:
        """Begin to remember anew."""
        #: (places in the program, what was before) -> number
        self._ids: dict[tuple[frozenset[int], int], int] = {}
        self._states: list[tuple[frozenset[int], int]] = []
        #: the next state's number by character, for each state; None where the expression has occurred
        self._moves: list[dict[str, int | None]] = []

    def search(self, text: str) -> bool:
        """Whether the expression occurs anywhere in ``text``. Raises CostlyError."""
        steps = 0
        state = self._number(frozenset((0,)), _NOTHING)
        for char in (*text, ""):  # "": the end
            following = self._moves[state].get(char, -1)
            if following == -1:
                steps += len(self._states[state][0]) + len(self._program)
                if steps > MOST_STEPS:
                    raise CostlyError(f"looking for {self.pattern!r} takes too long")
                following = self._move(state, char)
            if following is None:
                return True
            state = following
        return False

    def _number(self, places: frozenset[int], before: int) -> int:
        key = (places, before)
        number = self._ids.get(key)
        if number is None:
            number = self._ids[key] = len(self._states)
            self._states.append(key)
            self._moves.append({})
        return number

    def _move(self, state: int, char: str) -> int | None:
        """Where a character leads from a state (None: the expression has occurred before it), remembered."""
        places, before = self._states[state]
        following: int | None = None
        reached = self._reached(places, before, char)
        if reached is not None:
            program = self._program
            led = {0, *(place + 1 for place in reached if char and char in program[place][1])}
            if len(self._states) > _MOST_REMEMBERED:
                self._forget()
                return self._number(frozenset(led), _kind(char))
            following = self._number(frozenset(led), _kind(char))
        self._moves[state][char] = following
        return following

    def _reached(self, places: frozenset[int], before: int, char: str) -> list[int] | None:
        """The places that wait for a character, between what was before and ``char``; None where the end can be reached."""
        stack, seen, waiting = list(places), set(places), []
        while stack:
            place = stack.pop()
            step = self._program[place]
            if step[0] == CHARACTER:
                waiting.append(place)
                continue
            if step[0] == MATCH:
                return None
            for following in _following(place, step, before, char):
                if following not in seen:
                    seen.add(following)
                    stack.append(following)
        return waiting

    def find_all(self, text: str, limit: int = -1) -> list[str]:
        """What the expression finds, from left to right, none over another (Go's ``FindAllString``). Raises CostlyError."""
        return [text[begin:end] for begin, end in self._spans(text, limit)]

    def find(self, text: str) -> str:
        """What it finds first, "" where there is nothing. Raises CostlyError."""
        return next(iter(self.find_all(text, 1)), "")

    def _spans(self, text: str, limit: int) -> Iterator[tuple[int, int]]:
        at, last, found, work = 0, -1, 0, [0]
        while at <= len(text) and (limit < 0 or found < limit):
            span = self._first(text, at, work)
            if span is None:
                return
            begin, end = span
            at = end if end > begin else end + 1
            if begin == end == last:
                continue  # nothing, right behind what was found before
            last = end
            found += 1
            yield span

    def _first(self, text: str, at: int, work: list[int]) -> tuple[int, int] | None:
        """The leftmost occurrence from ``at`` on; of those that begin there, the one that Perl takes."""
        threads: list[tuple[int, int]] = []
        best: tuple[int, int] | None = None
        for position in range(at, len(text) + 1):
            if best is None:
                threads.append((0, position))
            before = _kind(text[position - 1]) if position else _NOTHING
            char = text[position] if position < len(text) else ""
            waiting, seen = [], set[int]()
            for place, begin in threads:
                reached, ended = self._in_order(place, before, char, seen)
                waiting += [(each, begin) for each in reached]
                if ended:
                    best = (begin, position)
                    break
            work[0] += len(seen) + 1
            if work[0] > MOST_STEPS:
                raise CostlyError(f"looking for {self.pattern!r} takes too long")
            threads = [(place + 1, begin) for place, begin in waiting if char and char in self._program[place][1]]
            if not threads and best is not None:
                break
        return best

    def _in_order(self, place: int, before: int, char: str, seen: set[int]) -> tuple[list[int], bool]:
        """The places that wait for a character, the preferred ones first, up to where the end is reached; whether it is."""
        stack, waiting = [place], []
        while stack:
            here = stack.pop()
            if here in seen:
                continue
            seen.add(here)
            step = self._program[here]
            if step[0] == CHARACTER:
                waiting.append(here)
            elif step[0] == MATCH:
                return waiting, True
            else:
                stack += reversed(_following(here, step, before, char))
        return waiting, False


def _kind(char: str) -> int:
    """What a character is to the steps behind it."""
    if char == "\n":
        return _NEWLINE
    return _WORD if is_word(char) else _OTHER


def _following(place: int, step: tuple[Any, ...], before: int, char: str) -> tuple[int, ...]:
    """Where a step that takes no character leads, the preferred place first."""
    operation, argument = step[0], step[1]
    if operation == SPLIT:
        return (place + argument, place + step[2])
    if operation == JUMP:
        return (place + argument,)
    if operation == BEGIN:
        holds = before == _NOTHING or (argument and before == _NEWLINE)
    elif operation == END:
        holds = not char or (argument and char == "\n")
    else:
        holds = ((before == _WORD) != is_word(char)) != (operation == NO_WORD)
    return (place + 1,) if holds else ()
