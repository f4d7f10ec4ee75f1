"""The command line: finds the verb, runs it, and is the one place that catches, prints and maps errors to exit codes.

Nothing of Typer is imported for a plain run: ``commands._options`` parses by kubectl's rules. ``--help`` and completion
come from the Typer application that ``commands._typer`` builds out of the same declarations.
"""

from __future__ import annotations

import os

from minikctl.commands import COMMANDS, FAMILIES, field_manager, find_command
from minikctl.commands._contexts import data_folder
from minikctl.commands._options import FlagError, HelpRequested, parse
from minikctl.commands._session import Session
from minikctl.commands._shared import GlobalOptions, ServerOptions, leading_words
from minikctl.errors import MinikctlError, OutputError, PlainError, SilentExit, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.commands import CommandRef
    from minikctl.commands._options import Flag, Options
    from minikctl.env import Env, Output

#: flags that are looked at before the verb is run
CONNECTION = frozenset(ServerOptions.FLAGS)
#: exit codes: all went well; something did not; the user pressed Ctrl-C
OK, FAILED, INTERRUPTED = 0, 1, 130


def main(argv: Sequence[str], env: Env) -> int:
    """Run one command line (without the program's name) and return its exit code. Never raises for a user's mistake."""
    log = env.environ.get("MINIKCTL_CALL_LOG")
    if log:
        from minikctl.commands._calls import logged

        return logged(argv, env, _main, log)
    return _main(argv, env)


def _main(argv: Sequence[str], env: Env) -> int:
    """Run one command line; catch, print and map its errors."""
    try:
        return _run([_readable(word) for word in argv], env)
    except HelpRequested:
        return _asked_for_help(argv, env)
    except MinikctlError as error:
        if error.stdout:
            env.out.write(error.stdout)
        message = error.user_message()
        if message and message != "error: ":
            _complain(message, error, env)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        import os
        import sys

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except RecursionError:
        env.err.write("error: the input is nested too deeply\n")
        return FAILED


def _asked_for_help(argv: Sequence[str], env: Env) -> int:
    try:
        return _help(_words(argv), env)
    except OutputError as error:
        _complain(error.user_message(), error, env)
        return FAILED


def _readable(word: str) -> str:
    """A word of the command line with U+FFFD in the place of bytes that are no UTF-8, unless it is the name of a file.

    Go keeps such bytes, and has U+FFFD in their place as soon as a word becomes JSON.
    """
    readable = _in_utf8(word)
    names_a_file = readable != word and (os.path.lexists(word) or os.path.lexists(word.partition("=")[2]))
    return word if names_a_file else readable


def _in_utf8(word: str) -> str:
    """A word with U+FFFD in the place of what cannot be written as UTF-8."""
    return word if word.isascii() else "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in word)


def _complain(message: str, error: MinikctlError, env: Env) -> None:
    """Write an error where somebody reads it, if anything can be written there."""
    _paint_complaints(env)
    try:
        env.err.write(message if message.endswith("\n") else message + "\n")
    except OutputError:
        return
    if env.err.is_terminal():
        from minikctl.commands._explaining import explain

        explain(error, env)


def _paint_complaints(env: Env) -> None:
    if env.err.paint is None and env.is_coloured(env.err):
        from minikctl.printing.painters import complaint, lines

        env.err.paint = lines(complaint)


def _choose_colours(ref: CommandRef, options: Options, global_options: GlobalOptions, env: Env) -> None:
    """Paint what the verb is going to print, where somebody at a terminal reads it."""
    if global_options.color not in ("auto", "always", "never"):
        raise UsageError(f'invalid value "{global_options.color}" for --color; must be one of: auto, always, never')
    env.colour = global_options.color
    _paint_complaints(env)
    if env.is_coloured(env.out):
        from minikctl.printing.painters import painter

        env.out.paint = painter(" ".join(ref.words), options)


def _has_preferences(argv: list[str], env: Env) -> bool:
    """Whether there is a kuberc to look at: its module is not imported where there is none."""
    if env.environ.get("KUBERC") or any(word.startswith("--kuberc") for word in argv):
        return True
    return bool(argv) and os.path.exists(os.path.join(data_folder(env.environ), "kuberc"))


def _run(argv: list[str], env: Env) -> int:
    if _has_preferences(argv, env):
        from minikctl.commands import _kuberc

        argv = _kuberc.apply(argv, env)
    words, positions = leading_words(argv)
    if not words:
        if argv and not any(word in ("-h", "--help") for word in argv):
            _parse_alone(argv, env.program)  # a flag that is wrong is said; right ones alone show the help
        return _help([], env)
    if words[0] == "help":
        return _help(words[1:], env)
    if words[0] == "__complete":
        from minikctl.commands._completion import complete

        return complete(argv[positions[0] + 1 :], env)
    ref, count = find_command(words)
    if (ref is None and not count) or (ref is not None and ref.words == ("create",)):
        code = _run_plugin(argv, positions, count, env)
        if code is not None:
            return code
    if ref is None:
        return _no_such_command(words, argv, count, env)
    return _run_command(ref, argv, set(positions[:count]), env)


def _run_command(ref: CommandRef, argv: list[str], used: set[int], env: Env) -> int:
    """Run one verb; ``used`` are the places of its words."""
    rest = [word for position, word in enumerate(argv) if position not in used]
    command = ref.load()
    options, global_options = command.options(), GlobalOptions()
    try:
        given = parse(rest, options, global_options)
    except FlagError as error:
        wrong = UsageError(f"{error}\nSee '{env.program} {' '.join(ref.words)} {command.usage_hint}")
        wrong.exit_code = command.usage_exit_code
        raise wrong from error
    for flag, _ in given:
        if flag.deprecated:
            env.err.write(f"Flag --{flag.name} has been deprecated, {flag.deprecated}\n")
    _check_required(options)
    _choose_colours(ref, options, global_options, env)
    session = Session(env, global_options, _recorded(argv, options, global_options))
    session.field_manager = field_manager(ref.words, options)
    if "record" in options.given and options.record:  # type: ignore[attr-defined] # one of the flags of who knows it
        words = [env.program, *(argv[position] for position in sorted(used)), *options.args]
        session.change_cause = " ".join([*words, *(f"--{flag.name}={_shown_value(flag, text)}" for flag, text in given)])
    try:
        if not global_options.given.isdisjoint(CONNECTION):
            from minikctl.commands import _connection

            _connection.check(session, uses_cluster=ref.words[0] != "config")
        code: int | None = command.run(options, session)
        session.show_warnings()
        if session.received and global_options.warnings_as_errors and not code:
            raise MinikctlError(f"{session.received} warning{'s' if session.received > 1 else ''} received")  # noqa: TRY301
    except MinikctlError as error:
        session.show_warnings()
        _fail(error, command.failure_exit_code)
        raise
    except Exception as error:
        translated = session.state_error(error)
        if translated is None:
            raise
        _fail(translated, command.failure_exit_code)
        raise translated from error
    finally:
        session.close()
    return code or OK


def _fail(error: MinikctlError, exit_code: int) -> None:
    """Let an error end with the verb's own exit code; what is a way out and no error keeps its own."""
    if exit_code != FAILED and not isinstance(error, SilentExit):
        error.exit_code = exit_code


def _run_plugin(argv: list[str], positions: list[int], count: int, env: Env) -> int | None:
    """Run the plugin that the words mean; None where there is none. Of ``create`` the next word has to be a name."""
    if argv[positions[0]] == "alpha":  # it is no plugin, and has no commands
        env.err.write(f"No alpha commands are available in this version of {env.program}\n")
        return OK
    if not env.environ.get("PATH"):
        return None
    least = 1
    if count:
        least = positions[0] + 2
        if len(argv) < least or argv[least - 1].startswith("-"):
            return None
    from minikctl.commands import _plugins

    found = _plugins.find(argv, env.environ, least=least)
    return None if found is None else _plugins.run(*found, env)


def _recorded(argv: Sequence[str], *options: Options) -> str:
    """The command line as the journal has it: with ``REDACTED`` in the place of Secrets' content and of tokens."""
    for each in options:
        if each.secret_arguments or any(flag.secret and flag.name in each.given for flag in each.FLAGS.values()):
            from minikctl.commands._redacting import redacted

            argv = redacted(argv, each)
    return " ".join(_quoted(_in_utf8(word)) for word in argv)


def _shown_value(flag: Flag, text: str) -> str:
    """The value of a flag as --record notes it (upstream: cli-runtime's ``parseCommandArguments``)."""
    return "CLASSIFIED" if flag.name in ("token", "password") else text


def _quoted(word: str) -> str:
    if word and all(char.isalnum() or char in "-_./=:,@%+" for char in word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _check_required(options: Options) -> None:
    missing = [f'"{flag.name}"' for flag in options.FLAGS.values() if flag.required and flag.name not in options.given]
    if missing:
        raise UsageError(f"required flag(s) {', '.join(sorted(missing))} not set")


def _words(argv: Sequence[str]) -> list[str]:
    return leading_words(argv)[0]


def _help(words: list[str], env: Env, stream: Output | None = None) -> int:
    """Print the help of a verb, of a family of verbs, or of all, to ``stream`` (standard output)."""
    from minikctl.commands._help import show_help

    ref, count = find_command(words)
    if words and ref is None and not count:
        raise UsageError(f'unknown command "{words[0]}" for "{env.program}"')
    show_help(ref, words[:count] if ref is None else [], env, stream or env.out)
    return OK


def _no_such_command(words: list[str], argv: Sequence[str], count: int, env: Env) -> int:
    if count:  # a family: `rollout`, `create secret`
        family = " ".join(words[:count])
        if family == "certificate":  # whatever the words, kubectl shows the help as an answer
            return _help(words[:count], env)
        if len(words) > count:
            raise UsageError(
                f"unknown command \"{' '.join(words[count:])}\"\nSee '{env.program} {family} -h' for help and examples"
            )
        if any(word.startswith("-") and word not in ("-h", "--help") for word in argv):
            _parse_alone([word for word in argv if word not in words], f"{env.program} {family}")
        if any(word in ("-h", "--help") for word in argv):
            return _help(words, env)
        # kubectl shows the help, but it is no answer: exit code 1 (upstream: DefaultSubCommandRun)
        return _help(words, env, env.out if family == "rollout" else env.err) or FAILED
    word = words[0]
    names = sorted({ref.words[0] for ref in COMMANDS} | set(FAMILIES))
    near = [name for name in names if _is_near(word.lower(), name)]
    hint = "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in near) if near else ""
    raise PlainError(f'error: unknown command "{word}" for "{env.program}"{hint}')


def _parse_alone(words: list[str], command: str) -> None:
    """Parse flags without a verb. Raises UsageError."""
    try:
        parse(words, GlobalOptions())
    except FlagError as error:
        raise UsageError(f"{error}\nSee '{command} --help' for usage.") from error


def _is_near(word: str, name: str) -> bool:
    """Whether ``name`` may have been meant (cobra suggests commands at a distance of up to 2)."""
    return name.startswith(word) or (abs(len(word) - len(name)) <= 2 and _distance(word, name) <= 2)


def _distance(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
