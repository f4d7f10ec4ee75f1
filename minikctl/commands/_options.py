"""Options as kubectl's command line takes them, declared once, as data.

A verb's options are a class; each option is one line of it::

    class ScaleOptions(Options):
        replicas: int = flag("replicas", kind="int", default=-1, help="The new number of replicas.")

Out of these lines come the parser (``parse``: spf13/pflag's rules, without which a script would notice a difference,
and no import that costs a start-up anything) and the Typer application that gives help and completion
(``commands/_typer.py``). A test holds the two against each other.
"""

from __future__ import annotations

from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, ClassVar

#: what pflag's bools accept
_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})


class Flag:
    """One option: ``--name``, ``-short``.

    ``kind``: bool, str, int, int32, duration (Go's, gives seconds), strings (comma-separated, may be repeated), array
    (repeated, commas kept), vmodule (klog's), pairs or map (as strings, each KEY=VALUE, by the rules of two types of upstream).
    ``bare``: the value when the flag is given without one (pflag's NoOptDefVal); such a flag takes a value only after
    ``=``. ``group``: the heading in ``--help``. ``choices``: what a str may be. ``deprecated``: what is said to who gives it;
    such a flag is in no help.
    """

    __slots__ = (
        "attribute",
        "bare",
        "choices",
        "complete",
        "default",
        "deprecated",
        "group",
        "help",
        "kind",
        "name",
        "required",
        "secret",
        "short",
        "shown",
    )

    def __init__(  # noqa: PLR0913 - the settings of a flag
        self,
        name: str,
        short: str = "",
        *,
        kind: str = "str",
        default: Any = None,
        help: str = "",  # noqa: A002
        bare: str | None = None,
        group: str = "Options",
        choices: tuple[str, ...] = (),
        required: bool = False,
        complete: str = "",
        shown: str = "",
        secret: bool = False,
        deprecated: str = "",
    ) -> None:
        self.name = name
        self.short = short
        self.kind = kind
        self.default = default if default is not None else _EMPTY[kind]
        self.help = help
        self.bare = "true" if kind == "bool" and bare is None else bare
        self.group = group
        self.choices = choices
        self.required = required
        #: what shell completion offers: resources, namespaces, contexts, files, outputs ("" nothing)
        self.complete = complete
        #: how ``--help`` names the value
        self.shown = shown
        #: the journal, which has each write's command line, is not to have the value
        self.secret = secret
        self.deprecated = deprecated
        self.attribute = ""

    def __set_name__(self, owner: type, attribute: str) -> None:
        self.attribute = attribute

    @property
    def label(self) -> str:
        """The flag as error messages name it: ``-n, --namespace`` or ``--all``."""
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"

    def default_value(self) -> Any:
        """The value when the flag is not given (a fresh list for lists)."""
        return list(self.default) if isinstance(self.default, list) else self.default

    def convert(self, text: str) -> Any:
        """Turn the text of the command line into a value. Raises FlagError in pflag's words."""
        try:
            return _CONVERT[self.kind](text)
        except ValueError as error:
            raise FlagError(f'invalid argument "{text}" for "{self.label}" flag: {error}') from error


_EMPTY: dict[str, Any] = {
    "bool": False,
    "str": "",
    "int": 0,
    "int32": 0,
    "duration": 0.0,
    "strings": [],
    "array": [],
    "pairs": [],
    "map": [],
    "vmodule": "",
}


def _bool(text: str) -> bool:
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')


def _int(text: str, bits: int = 64) -> int:
    """A whole number as Go reads it with base 0: 0x10, 0o10, 010 (octal), 0b1."""
    digits = text.lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
    try:
        if text != text.strip() or len(text) - len(digits) > 1:
            raise ValueError(text)  # noqa: TRY301 - one answer for all that is no number
        number = int(text, 8 if octal else 0)
    except ValueError:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None
    if not -(1 << bits - 1) <= number < 1 << bits - 1:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return number


def _duration(text: str) -> float:
    from minikctl.lib.duration import parse_duration

    return parse_duration(text)


def _strings(text: str) -> list[str]:
    """A line of comma-separated values, with double quotes around those that have commas of their own."""
    if '"' not in text:
        return text.split(",") if text else []
    import csv

    return next(csv.reader([text]))


def _pairs(text: str) -> list[str]:
    """``a=b,c=d`` as a list of ``a=b``, without spaces around (upstream: component-base's ``MapStringString``)."""
    found = []
    for pair in filter(None, text.split(",")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise ValueError("malformed pair, expect string=string")
        found.append(f"{key.strip()}={value.strip()}")
    return found


def _map(text: str) -> list[str]:
    """``a=b,c=d`` as a list of ``a=b``; a single pair may have commas in its value (upstream: pflag's ``StringToString``)."""
    pairs = _strings(text) if text.count("=") > 1 else [text.strip('"')]
    for pair in pairs:
        if "=" not in pair:
            raise ValueError(f"{pair} must be formatted as key=value")
    return pairs


def _vmodule(text: str) -> str:
    """``pattern=3,pattern=5`` (upstream: klog's ``moduleSpec.Set``)."""
    for part in filter(None, text.split(",")):
        pattern, _, level = part.partition("=")
        if not pattern or not level or "=" in level:
            raise ValueError("syntax error: expect comma-separated list of filename=N")
        if not level.isascii() or not level.lstrip("-").isdigit():
            raise ValueError("syntax error: expect comma-separated list of filename=N")
        if int(level) < 0:
            raise ValueError("negative value for vmodule level")
    return text


_CONVERT: dict[str, Any] = {
    "bool": _bool,
    "str": str,
    "int": _int,
    "int32": lambda text: _int(text, 32),
    "duration": _duration,
    "strings": _strings,
    "array": lambda text: [text],
    "pairs": _pairs,
    "map": _map,
    "vmodule": _vmodule,
}


def flag(name: str, short: str = "", **settings: Any) -> Any:
    """Declare an option of an ``Options`` class; see ``Flag`` for the settings."""
    return Flag(name, short, **settings)


class Options:
    """The values of a command line: an attribute for each flag of the class and of those above it.

    ``args`` are the words that are no flags; ``dash`` is how many of them stood before ``--`` (-1: there was none);
    ``given`` has the names of the flags that were on the command line.
    """

    FLAGS: ClassVar[dict[str, Flag]] = {}
    #: of arguments KEY=VALUE, the values are no matter of logs
    secret_arguments: ClassVar[bool] = False

    def __init__(self) -> None:
        self.args: list[str] = []
        self.dash = -1
        self.given: set[str] = set()
        for each in self.FLAGS.values():
            setattr(self, each.attribute, each.default_value())

    def __init_subclass__(cls) -> None:
        flags: dict[str, Flag] = {}
        for base in reversed(cls.__mro__):
            for value in vars(base).values():
                if isinstance(value, Flag):
                    flags[value.name] = value
        cls.FLAGS = flags

    def set(self, option: Flag, text: str) -> None:
        """Take one value from the command line. Lists grow; anything else is replaced."""
        value = option.convert(text)
        if isinstance(value, list) and option.name in self.given:
            value = [*getattr(self, option.attribute), *value]
        setattr(self, option.attribute, value)
        self.given.add(option.name)

    def values(self) -> dict[str, Any]:
        """Every flag's value by attribute, and the arguments."""
        return {"args": self.args, **{f.attribute: getattr(self, f.attribute) for f in self.FLAGS.values()}}


def parse(words: Sequence[str], *targets: Options) -> list[tuple[Flag, str]]:  # noqa: C901, PLR0912 - the cases of pflag, in its order
    """Put a command line's words into the options (the first that knows a flag gets it); arguments go to the first.

    pflag's rules: flags and arguments may mix; ``--name=value``, ``--name value``, ``-n value``, ``-nvalue``,
    ``-n=value``, ``-abc`` for three bools; ``--`` ends the flags. Returns the flags as they were given, each with the text of
    its value. Raises UsageError in pflag's words; SHOW_HELP is raised by ``-h``.
    """
    given: list[tuple[Flag, str]] = []
    names: dict[str, tuple[Flag, Options]] = {}
    shorts: dict[str, tuple[Flag, Options]] = {}
    for target in reversed(targets):
        for each in target.FLAGS.values():
            names[each.name] = (each, target)
            if each.short:
                shorts[each.short] = (each, target)
    first = targets[0]
    position, end = 0, len(words)
    while position < end:
        word = words[position]
        position += 1
        if len(word) < 2 or word[0] != "-":
            first.args.append(word)
        elif word == "--":
            first.dash = len(first.args)
            first.args += words[position:]
            break
        elif word[1] == "-":
            name, equals, text = word[2:].partition("=")
            if not name or name[0] == "-":
                raise FlagError(f"bad flag syntax: {word}")
            if name not in names:
                if name == "help":
                    raise HelpRequested
                raise FlagError(f"unknown flag: --{name}")
            option, target = names[name]
            if not equals:
                if option.bare is not None:
                    text = option.bare
                elif position < end:
                    text = words[position]
                    position += 1
                else:
                    raise FlagError(f"flag needs an argument: --{name}")
            target.set(option, text)
            given.append((option, text))
        else:
            position = _parse_short(word, words, position, shorts, given)
    return given


def _parse_short(
    word: str, words: Sequence[str], position: int, shorts: dict[str, tuple[Flag, Options]], given: list[tuple[Flag, str]]
) -> int:
    """Read ``-abc``, ``-n value``, ``-nvalue`` or ``-n=value``; returns the position of the next word."""
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in shorts:
            if letter == "h":
                raise HelpRequested
            raise FlagError(f"unknown shorthand flag: {letter!r} in {word}")
        option, target = shorts[letter]
        if letters[:1] == "=":
            text, letters = letters[1:], ""
        elif option.bare is not None:
            text = option.bare
        elif letters:
            text, letters = letters, ""
        elif position < len(words):
            text = words[position]
            position += 1
        else:
            raise FlagError(f"flag needs an argument: {letter!r} in {word}")
        target.set(option, text)
        given.append((option, text))
    return position


class FlagError(UsageError):
    """A flag that the verb does not have, or a value that it does not take; where to look is added by ``cli``."""


class HelpRequested(Exception):  # noqa: N818 - not an error
    """``-h`` or ``--help`` was on the command line."""


class Command:
    """A verb: its words, its help, its options, and what it does.

    ``run(options, session)`` does the work and returns an exit code or None for 0. ``usage`` follows the program's name
    in the help. ``examples`` are (what it does, command line) pairs; a test runs each.
    """

    __slots__ = (
        "complete", "description", "examples", "failure_exit_code", "options", "run", "summary", "usage", "usage_exit_code",
        "usage_hint",
    )

    def __init__(  # noqa: PLR0913 - what is said of a verb
        self,
        *,
        usage: str,
        summary: str,
        run: Any,
        options: type[Options] = Options,
        description: str = "",
        examples: Sequence[tuple[str, str]] = (),
        complete: str = "",
        usage_exit_code: int = 1,
        failure_exit_code: int = 1,
        usage_hint: str = "--help' for usage.",
    ) -> None:
        self.usage = usage
        self.summary = summary
        self.description = description
        self.examples = examples
        self.options = options
        self.run = run
        #: what completion offers for arguments: "resources", "workloads", "contexts" ...
        self.complete = complete
        #: what a command line that cannot be parsed ends with
        self.usage_exit_code = usage_exit_code
        #: what any error ends with, where 1 means something else (``diff``: there are differences)
        self.failure_exit_code = failure_exit_code
        #: where a command line that cannot be parsed sends one, after the verb's own words
        self.usage_hint = usage_hint
