"""Reads Go's regular expressions: what comes out is a program of steps, in a list.

    CHARACTER set      take a character of the set, and go on
    SPLIT a b          go on at both places (relative to this one); the first is preferred
    JUMP a             go on there
    BEGIN, END, WORD   go on where the place in the text is right
    MATCH              the expression has occurred

A part of an expression is a stretch of such steps that refers to nothing outside of it, so that repeating it is copying it.
Upstream: ``regexp/syntax/parse.go``, whose errors these are.
"""

from __future__ import annotations

from minikctl.lib.goregexp.sets import LAST, PERL, POSIX, CharacterSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Step = tuple[Any, ...]

CHARACTER, SPLIT, JUMP, BEGIN, END, WORD, NO_WORD, MATCH = range(8)
#: more steps than this are too many for any text
MOST_STEPS = 50_000
_MOST_REPEATED = 1000
_MOST_NESTED = 1000
_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_OCTAL, _HEX = "01234567", "0123456789abcdefABCDEF"


class RegexpError(ValueError):
    """No regular expression, and why, as Go says it."""

    def __init__(self, problem: str, part: str = "") -> None:
        super().__init__(f"error parsing regexp: {problem}: `{part}`")


def program_of(pattern: str) -> list[Step]:
    """The steps of an expression. Raises RegexpError."""
    if any("\ud800" <= char <= "\udfff" for char in pattern):
        raise RegexpError("invalid UTF-8", pattern)
    return _Parser(pattern).parse()


class _Group:
    """What stands between two parentheses, as far as it was read."""

    __slots__ = ("alternatives", "flags", "last", "nested", "repeated", "repeats", "steps")

    def __init__(self, flags: str) -> None:
        #: what the flags were before it
        self.flags = flags
        self.alternatives: list[list[Step]] = []
        self.steps: list[Step] = []
        #: where the last part begins that an operator can repeat; None: there is none
        self.last: int | None = None
        #: how often what is in that part is repeated already, and in the whole group
        self.repeats, self.nested = 1, 1
        #: where the operator that repeated it begins in the pattern; None: nothing did
        self.repeated: int | None = None

    def add(self, steps: list[Step], repeats: int = 1) -> None:
        """Put a part behind what there is."""
        self.last, self.repeated, self.repeats = len(self.steps), None, repeats
        self.nested = max(self.nested, repeats)
        self.steps += steps

    def end_alternative(self) -> None:
        """What follows is another one."""
        self.alternatives.append(self.steps)
        self.steps, self.last, self.repeated = [], None, None

    def whole(self) -> list[Step]:
        """All alternatives, the first preferred."""
        found = self.steps
        for steps in reversed(self.alternatives):
            found = [(SPLIT, 1, len(steps) + 2), *steps, (JUMP, len(found) + 1), *found]
        return found


class _Parser:
    """One look through a pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.flags = ""
        self.groups = [_Group("")]
        self.names: set[str] = set()

    def parse(self) -> list[Step]:
        """Read all of it."""
        while self.at < len(self.pattern):
            self._part()
            if len(self.groups[-1].steps) > MOST_STEPS:
                raise RegexpError("expression too large")
        if len(self.groups) > 1:
            raise RegexpError("missing closing )", self.pattern)
        steps = self.groups[0].whole()
        if len(steps) > MOST_STEPS:
            raise RegexpError("expression too large")
        return [*steps, (MATCH, None)]

    def _part(self) -> None:
        char, group = self.pattern[self.at], self.groups[-1]
        if char == "(":
            self._open()
        elif char == "|":
            self.at += 1
            group.end_alternative()
        elif char == ")":
            self._close()
        elif char in "*+?":
            self._operator()
        elif char == "{" and self._count():
            pass
        elif char == "[":
            group.add([(CHARACTER, self._class())])
        elif char == "\\":
            self._escape()
        else:
            self.at += 1
            self._single(char)

    def _single(self, char: str) -> None:
        """What is one character in the pattern."""
        group = self.groups[-1]
        if char == "^":
            group.add([(BEGIN, "m" in self.flags)])
        elif char == "$":
            group.add([(END, "m" in self.flags)])
        elif char == ".":
            group.add([(CHARACTER, CharacterSet([("\0", LAST)] if "s" in self.flags else [("\0", "\t"), ("\v", LAST)]))])
        else:
            self._literal(char)

    def _literal(self, char: str) -> None:
        self.groups[-1].add([(CHARACTER, CharacterSet([(char, char)], fold="i" in self.flags))])

    # -- groups -----------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        if len(self.groups) > _MOST_NESTED:
            raise RegexpError("expression nests too deeply", self.pattern)
        flags = self.flags
        if not self.pattern.startswith("(?", self.at):
            self.at += 1
        elif not self._named() and not self._flagged():
            return  # flags alone open no group
        self.groups.append(_Group(flags))

    def _named(self) -> bool:
        """``(?P<name>`` and ``(?<name>``."""
        rest = self.pattern[self.at :]
        mark = next((mark for mark in ("(?P<", "(?<") if rest.startswith(mark) and len(rest) > len(mark)), "")
        if not mark:
            return False
        end = rest.find(">")
        if end < 0:
            raise RegexpError("invalid named capture", rest)
        name = rest[len(mark) : end]
        if not name or not all(char == "_" or (char.isascii() and char.isalnum()) for char in name):
            raise RegexpError("invalid named capture", rest[: end + 1])
        if name in self.names:
            raise RegexpError("duplicate capture group name", name)
        self.names.add(name)
        self.at += end + 1
        return True

    def _flagged(self) -> bool:
        """``(?i)``, which is for the rest of the group it stands in (False), and ``(?i:``, which opens one (True)."""
        begin, flags, removing, seen = self.at, set(self.flags), False, False
        self.at += 2
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            self.at += 1
            if char in "imsU":
                seen = True
                (flags.discard if removing else flags.add)(char)
            elif char == "-" and not removing:
                removing, seen = True, False
            elif char in ":)" and (seen or not removing):
                self.flags = "".join(sorted(flags))
                return char == ":"
            else:
                raise RegexpError("invalid or unsupported Perl syntax", self.pattern[begin : self.at])
        raise RegexpError("missing closing )", self.pattern)

    def _close(self) -> None:
        if len(self.groups) == 1:
            raise RegexpError("unexpected )", self.pattern)
        self.at += 1
        group = self.groups.pop()
        self.flags = group.flags
        self.groups[-1].add(group.whole(), group.nested)

    # -- repeating --------------------------------------------------------------------------------------------------

    def _operator(self) -> None:
        char = self.pattern[self.at]
        least, most = {"*": (0, -1), "+": (1, -1), "?": (0, 1)}[char]
        self._repeat(least, most, self.at + 1)

    def _count(self) -> bool:
        """``{2}``, ``{2,}``, ``{2,3}``; False where it is a brace and nothing else."""
        end = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at + 1 : end].partition(",") if end > 0 else ("", "", "")
        for number in (low, high) if high else (low,):
            if not (number.isascii() and number.isdigit()) or (len(number) > 1 and number[0] == "0"):
                return False
        # More digits than any number that is allowed has.
        least = int(low[:9])
        most = int(high[:9]) if high else -1 if comma else least
        if max(least, most) > _MOST_REPEATED or 0 <= most < least:
            raise RegexpError("invalid repeat count", self.pattern[self.at : end + 1])
        self._repeat(least, most, end + 1)
        return True

    def _repeat(self, least: int, most: int, after: int) -> None:
        group, begin = self.groups[-1], self.at
        greedy = "U" not in self.flags
        if self.pattern.startswith("?", after):
            after += 1
            greedy = not greedy
        if group.repeated is not None:
            raise RegexpError("invalid nested repetition operator", self.pattern[group.repeated : after])
        if group.last is None:
            raise RegexpError("missing argument to repetition operator", self.pattern[begin:after])
        repeats = group.repeats * max(least, most, 1)
        if repeats > _MOST_REPEATED:
            raise RegexpError("invalid repeat count", self.pattern[begin:after])
        part, last = group.steps[group.last :], group.last
        del group.steps[last:]
        if len(part) * max(least, most, 1) > MOST_STEPS:
            raise RegexpError("expression too large")
        group.add(_repeated(part, least, most, greedy=greedy), repeats)
        group.repeated, self.at = begin, after

    # -- characters -------------------------------------------------------------------------------------------------

    def _escape(self) -> None:
        group, char = self.groups[-1], self.pattern[self.at + 1 : self.at + 2]
        places: dict[str, Step] = {"A": (BEGIN, False), "z": (END, False), "b": (WORD, None), "B": (NO_WORD, None)}
        if char in places and char:
            group.add([places[char]])
            self.at += 2
        elif char == "C":
            raise RegexpError("invalid escape sequence", "\\C")
        elif char == "Q":
            self.at += 2
            end = self.pattern.find("\\E", self.at)
            text = self.pattern[self.at : end if end >= 0 else len(self.pattern)]
            self.at += len(text) + (2 if end >= 0 else 0)
            for each in text:
                self._literal(each)
        else:
            found = CharacterSet(fold="i" in self.flags)
            if not self._known_set(found):
                char = self._escaped()
                found.add([(char, char)])
            group.add([(CHARACTER, found)])

    def _known_set(self, into: CharacterSet) -> bool:
        r"""``\d`` and its like, and ``\pL``, ``\P{Greek}``; False where something else stands here."""
        char = self.pattern[self.at + 1 : self.at + 2]
        if not self.pattern.startswith("\\", self.at) or not char:
            return False
        if char.lower() in PERL:
            into.add(PERL[char.lower()], negated=char.isupper())
            self.at += 2
            return True
        if char not in "pP":
            return False
        begin, negated = self.at, char == "P"
        self.at += 3
        name = self.pattern[self.at - 1 : self.at]
        if name == "{":
            end = self.pattern.find("}", self.at)
            if end < 0:
                raise RegexpError("invalid character class range", self.pattern[begin:])
            name, self.at = self.pattern[self.at : end], end + 1
        if name.startswith("^"):
            name, negated = name[1:], not negated
        if not into.add_named(name, negated=negated):
            raise RegexpError("invalid character class range", self.pattern[begin : self.at])
        return True

    def _escaped(self) -> str:
        """One character behind a backslash."""
        begin = self.at
        self.at += 2
        char = self.pattern[begin + 1 : self.at]
        if not char:
            raise RegexpError("trailing backslash at end of expression")
        if char in _OCTAL and (char == "0" or self.pattern[self.at : self.at + 1] in set(_OCTAL)):
            while self.at < min(begin + 4, len(self.pattern)) and self.pattern[self.at] in _OCTAL:
                self.at += 1
            return chr(int(self.pattern[begin + 1 : self.at], 8))
        if char == "x":
            return self._hexadecimal(begin)
        if char in _ESCAPES:
            return _ESCAPES[char]
        if not char.isascii() or char.isalnum():
            raise RegexpError("invalid escape sequence", self.pattern[begin : self.at])
        return char

    def _hexadecimal(self, begin: int) -> str:
        r"""``\x7f`` and ``\x{10ffff}``; what is wrong is told up to the character that is."""
        braces = self.pattern.startswith("{", self.at)
        self.at += braces
        found, digits = 0, 0
        while braces or digits < 2:
            digit = self.pattern[self.at : self.at + 1]
            self.at += len(digit)
            if braces and digit == "}" and digits:
                break
            found, digits = found * 16 + (int(digit, 16) if digit in set(_HEX) else 0), digits + 1
            if digit not in set(_HEX) or found > ord(LAST):
                end = self.at + (not braces and digits == 1)
                raise RegexpError("invalid escape sequence", self.pattern[begin:end])
        return chr(found)

    # -- classes ----------------------------------------------------------------------------------------------------

    def _class(self) -> CharacterSet:
        """``[...]``."""
        begin, found = self.at, CharacterSet(fold="i" in self.flags)
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        first = True
        while first or not self.pattern.startswith("]", self.at):
            first = False
            if self.at >= len(self.pattern):
                raise RegexpError("missing closing ]", self.pattern[begin:])
            if not self._posix(found) and not self._known_set(found):
                self._range(begin, found)
        self.at += 1
        found.negated = negated
        return found

    def _posix(self, into: CharacterSet) -> bool:
        """``[:alpha:]`` and ``[:^alpha:]``."""
        end = self.pattern.find(":]", self.at + 2) if self.pattern.startswith("[:", self.at) else -1
        if end < 0:
            return False
        name = self.pattern[self.at + 2 : end]
        if name.removeprefix("^") not in POSIX:
            raise RegexpError("invalid character class range", self.pattern[self.at : end + 2])
        into.add(POSIX[name.removeprefix("^")], negated=name.startswith("^"))
        self.at = end + 2
        return True

    def _range(self, begin: int, into: CharacterSet) -> None:
        here = self.at
        low = high = self._class_character(begin)
        if self.pattern.startswith("-", self.at) and self.pattern[self.at + 1 : self.at + 2] not in ("", "]"):
            self.at += 1
            high = self._class_character(begin)
            if high < low:
                raise RegexpError("invalid character class range", self.pattern[here : self.at])
        into.add([(low, high)])

    def _class_character(self, begin: int) -> str:
        if self.at >= len(self.pattern):
            raise RegexpError("missing closing ]", self.pattern[begin:])
        if self.pattern[self.at] == "\\":
            return self._escaped()
        self.at += 1
        return self.pattern[self.at - 1]


def _repeated(part: list[Step], least: int, most: int, *, greedy: bool) -> list[Step]:
    """The steps of ``part``, ``least`` to ``most`` times (-1: any number)."""

    def split(inner: int, outer: int) -> Step:
        return (SPLIT, inner, outer) if greedy else (SPLIT, outer, inner)

    length = len(part)
    if most < 0 and least == 0:
        return [split(1, length + 2), *part, (JUMP, -length - 1)]
    if most < 0:
        return [*part * least, split(-length, 1)]
    steps = part * least
    optional = most - least
    for number in range(optional):  # each of them may be the last one
        steps += [split(1, (optional - number) * (length + 1)), *part]
    return steps
