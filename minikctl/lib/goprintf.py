"""Go's ``fmt.Sprintf``, ``Sprint`` and ``Sprintln`` for the values that templates have.

All verbs and flags, with Go's answers to wrong ones: ``%!d(string=hi)``, ``%!s(MISSING)``, ``%!(EXTRA int=1)``.
Upstream: Go's ``fmt/print.go`` and ``fmt/format.go``. ``lib.gofmt`` has the plain forms (``%v``, ``%#v``) of whole
objects. This module knows nothing of Kubernetes.
"""

from __future__ import annotations

from minikctl.lib.gotypes import type_name
from minikctl.lib.goverbs import Flags, Formatter, show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_MOST = 1_000_000  # an argument above this is no width; a written number may get a digit more
_DIGITS = "0123456789"


def sprintf(template: str, args: Sequence[Any]) -> str:
    """Return ``template`` with its verbs replaced by ``args``. Never raises: what is wrong is said in the text."""
    return _Printf(template, args).run()


def sprint(args: Sequence[Any]) -> str:
    """Return the values after one another, with a space between two that are no strings."""
    out: list[str] = []
    string_before = True
    for arg in args:
        is_string = isinstance(arg, str)
        if not is_string and not string_before:
            out.append(" ")
        out.append(show(arg))
        string_before = is_string
    return "".join(out)


def sprintln(args: Sequence[Any]) -> str:
    """Return the values with a space between them and a newline at the end."""
    return " ".join(map(show, args)) + "\n"


class _Printf:
    """One run over a format."""

    __slots__ = ("args", "flags", "good", "index", "out", "position", "reordered", "template")

    def __init__(self, template: str, args: Sequence[Any]) -> None:
        self.template = template
        self.args = args
        self.position = 0
        self.index = 0  # of the next argument
        self.reordered = False  # whether the format has an [n]
        self.good = True  # whether the [n] was one
        self.out: list[str] = []
        self.flags = Flags()

    def run(self) -> str:
        template = self.template
        while True:
            percent = template.find("%", self.position)
            if percent < 0:
                self.out.append(template[self.position:])
                break
            self.out.append(template[self.position:percent])
            self.position = percent + 1
            self._verb()
        if not self.reordered and self.index < len(self.args):
            self._extra()
        return "".join(self.out)

    def _extra(self) -> None:
        texts = [
            "<nil>" if arg is None else f"{type_name(arg)}={show(arg)}" for arg in self.args[self.index:]
        ]
        self.out.append(f"%!(EXTRA {', '.join(texts)})")

    def _peek(self) -> str:
        return self.template[self.position:self.position + 1]

    def _verb(self) -> None:
        flags = self.flags = Flags()
        self.good = True
        while (char := self._peek()) and char in "#0+- ":
            name = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}[char]
            setattr(flags, name, True)
            self.position += 1
        after_index = self._argument_number()
        if self._peek() == "*":
            self.position += 1
            flags.width = self._star("%!(BADWIDTH)")
            if flags.width is not None and flags.width < 0:
                flags.width, flags.minus = -flags.width, True
            after_index = False
        else:
            flags.width = self._number()
            if after_index and flags.width is not None:  # "%[3]2d"
                self.good = False
        if self._peek() == ".":
            self.position += 1
            if after_index:  # "%[3].2d"
                self.good = False
            after_index = self._argument_number()
            if self._peek() == "*":
                self.position += 1
                flags.precision = self._star("%!(BADPREC)")
                if flags.precision is not None and flags.precision < 0:
                    flags.precision = None
                    self.out.append("%!(BADPREC)")
                after_index = False
            else:
                flags.precision = self._number() or 0
        if not after_index:
            self._argument_number()
        self._print_verb()

    def _print_verb(self) -> None:
        verb = self._peek()
        if not verb:
            self.out.append("%!(NOVERB)")
            return
        self.position += 1
        if verb == "%":
            self.out.append("%")
        elif not self.good:
            self.out.append(f"%!{verb}(BADINDEX)")
        elif self.index >= len(self.args):
            self.out.append(f"%!{verb}(MISSING)")
        else:
            arg = self.args[self.index]
            self.index += 1
            flags = self.flags
            syntax = False
            if verb in "vw":  # there, `#` means Go's syntax, and `+` the names of fields
                syntax, flags.sharp, flags.plus = flags.sharp, False, False
            self.out.append(Formatter(flags, syntax=syntax).top(arg, verb))

    def _number(self) -> int | None:
        """Read digits; None without them. At a number that is far too great Go gives up on the rest of the format."""
        number = None
        while (char := self._peek()) and char in _DIGITS:
            if number is not None and number > _MOST:
                self.position = len(self.template)
                return None
            number = (number or 0) * 10 + int(char)
            self.position += 1
        return number

    def _star(self, wrong: str) -> int | None:
        """Take the next argument as a width or a precision."""
        if self.index >= len(self.args) or not self.good:
            self.out.append(wrong)
            return None
        arg = self.args[self.index]
        self.index += 1
        if isinstance(arg, bool) or not isinstance(arg, int) or not -_MOST <= arg <= _MOST:
            self.out.append(wrong)
            return None
        return int(arg)

    def _argument_number(self) -> bool:
        """Read a ``[3]``; whether there was one."""
        if self._peek() != "[":
            return False
        self.reordered = True
        end = self.template.find("]", self.position)
        if end < 0 or len(self.template) - self.position < 3:
            self.good = False
            self.position += 1
            return False
        digits = self.template[self.position + 1:end]
        self.position = end + 1
        if digits.isascii() and digits.isdigit() and len(digits) < 8 and 1 <= int(digits) <= len(self.args):
            self.index = int(digits) - 1
            return True
        self.good = False
        return digits.isascii() and digits.isdigit()
