"""The help of verbs, as plain text: what a pipe, a file or another program reads.

At a terminal ``_typer`` shows the same declarations with rich; that import costs more than most commands take, so it is
left out where nobody would see the colours. The layout is kubectl's.
"""

from __future__ import annotations

from minikctl.commands import COMMANDS, FAMILIES, FAMILY_ALIASES, field_manager
from minikctl.commands._shared import shown_globals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands import CommandRef
    from minikctl.commands._options import Command, Flag
    from minikctl.env import Env, Output


def show_help(ref: CommandRef | None, family: list[str], env: Env, out: Output) -> None:
    """Write the help of a verb, of a family of verbs or (neither) of all to ``out``."""
    if out is env.out and out.is_terminal():
        from minikctl.commands import _typer

        _typer.show_help(ref, family, env)
        return
    if ref is not None:
        out.write(verb_help(ref, ref.load(), env.program))
    elif family:
        out.write(family_help(FAMILY_ALIASES.get(tuple(family), tuple(family)), env.program))
    else:
        out.write(program_help(env.program))


def program_help(program: str) -> str:
    """All verbs, by group."""
    groups: dict[str, dict[str, str]] = {}
    for ref in COMMANDS:
        word = ref.words[0]
        groups.setdefault(ref.group, {}).setdefault(word, ref.summary if len(ref.words) == 1 else FAMILIES[word])
    lines = [f"{program} is Kubernetes on one file: kubectl's words, without a cluster.", ""]
    seen: set[str] = set()
    for group, verbs in groups.items():
        rows = [(word, summary) for word, summary in verbs.items() if word not in seen]
        seen |= set(verbs)
        if rows:
            lines += [f"{group}:", *_columns(rows), ""]
    lines += [*_flag_lines(shown_globals())]
    lines += ["Usage:", f"  {program} COMMAND [flags]", "", f'Use "{program} COMMAND --help" for more about a command.']
    lines.append(f'Use "{program} options" for all flags that every command has.')
    return "\n".join(lines) + "\n"


def family_help(words: tuple[str, ...], program: str) -> str:
    """The verbs of a family (``rollout``)."""
    name = " ".join(words)
    rows = [
        (" ".join(ref.words[len(words) :]), ref.summary)
        for ref in COMMANDS
        if ref.words[: len(words)] == words and len(ref.words) > len(words)
    ]
    lines = [
        f"{FAMILIES[name]}.",
        "",
        "Available Commands:",
        *_columns(rows),
        "",
        "Usage:",
        f"  {program} {name} COMMAND [flags]",
    ]
    lines += ["", f'Use "{program} {name} COMMAND --help" for more about a command.']
    return "\n".join(lines) + "\n"


def verb_help(ref: CommandRef, command: Command, program: str) -> str:
    """A verb: what it does, examples, further words, flags in their groups, usage."""
    lines = [f"{command.summary}.", ""]
    if command.description:
        lines += [command.description, ""]
    if command.examples:
        lines.append("Examples:")
        for text, line in command.examples:
            lines += [f"  # {text}", f"  {program} {line}", ""]
    further = [
        each for each in COMMANDS if len(each.words) > len(ref.words) and each.words[: len(ref.words)] == ref.words
    ]
    if further:
        rows = [(" ".join(each.words[len(ref.words) :]), each.summary) for each in further]
        lines += ["Available Commands:", *_columns(rows), ""]
    flags = [flag for flag in command.options.FLAGS.values() if not flag.deprecated]
    lines += _flag_lines(flags, field_manager(ref.words, command.options()))
    lines += ["Usage:", f"  {program} {command.usage} [flags]", ""]
    lines.append(f'Use "{program} options" for the flags that every command has.')
    return "\n".join(lines) + "\n"


def _flag_lines(flags: list[Flag], manager: str = "") -> list[str]:
    """Flags in their groups, each with its default, as kubectl lists them; ``manager`` is that of --field-manager."""
    groups: dict[str, list[Flag]] = {}
    for flag in flags:
        groups.setdefault(flag.group, []).append(flag)
    lines: list[str] = []
    for group, members in groups.items():
        lines += [f"{group}:", *flag_lines(members, manager)]
    return lines


def flag_lines(flags: list[Flag], manager: str = "") -> list[str]:
    """Each flag with its default and what it is for, an empty line after each."""
    lines: list[str] = []
    for flag in flags:
        lines += [f"    {flag.label}={_default(flag, manager)}:", f"\t{flag.help}{' (needed)' if flag.required else ''}", ""]
    return lines


def _go(seconds: float) -> str:
    from minikctl.lib.duration import format_duration

    return format_duration(seconds)


def _default(flag: Flag, manager: str) -> str:
    return f"'{manager}'" if flag.name == "field-manager" and manager else shown_default(flag)


def shown_default(flag: Flag) -> str:
    """A flag's default as kubectl's help has it: ``'none'``, ``[]``, ``false``, ``1m0s``."""
    default = flag.default_value()
    if flag.kind in ("vmodule", "pairs"):  # types of Kubernetes' own, which show nothing
        return ",".join(default)
    if isinstance(default, str):
        return f"'{default}'"
    if isinstance(default, list):
        return "[" + ",".join(default) + "]"
    if isinstance(default, bool):
        return "true" if default else "false"
    if flag.kind == "duration":
        return f"{default:g}s" if default in range(60) else _go(default)  # no import for most of them
    return str(default)


def _columns(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(word) for word, _ in rows)
    return [f"  {word.ljust(width)}   {summary}" for word, summary in rows]
