"""The Typer application made from the declarations of ``COMMANDS``: help, with rich at a terminal.

It is built only when help is asked for. Its commands really run (``minikctl.cli.main`` does with what Typer parsed), so
a test can hold Typer's reading of a command line against that of ``_options.parse``.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from minikctl.commands import COMMANDS, FAMILIES, FAMILY_ALIASES
from minikctl.commands._shared import IDLE, REFUSED, GlobalOptions, shown_globals
from minikctl.lib.duration import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from minikctl.commands import CommandRef
    from minikctl.commands._options import Command, Flag
    from minikctl.env import Env

_TYPES: dict[str, Any] = {
    "bool": bool,
    "str": str,
    "int": int,
    "int32": int,
    "duration": str,
    "strings": list[str],
    "array": list[str],
    "pairs": list[str],
    "map": list[str],
    "vmodule": str,
}


def build_app(
    program: str, only: CommandRef | None = None, run: Callable[[CommandRef, dict[str, Any]], None] | None = None
) -> typer.Typer:
    """The application with every verb, or (``only``) with one verb whole and nothing else.

    Verbs other than ``only`` are not imported: their line in the list comes from ``COMMANDS``. ``run`` is called with
    the verb and what Typer parsed.
    """
    root = typer.Typer(
        name=program,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
        help=f"{program} is Kubernetes on one file: kubectl's words, without a cluster.",
        epilog=f'Use "{program} COMMAND --help" for more about a command. All time is simulated; nothing leaves this machine.',
    )
    root.callback()(lambda: None)
    families: dict[tuple[str, ...], typer.Typer] = {(): root}
    for name, text in FAMILIES.items():
        families[tuple(name.split())] = typer.Typer(help=text, no_args_is_help=True, rich_markup_mode="rich")
    filled: set[tuple[str, ...]] = set()
    for ref in COMMANDS:
        if only is not None and ref is not only:
            continue
        parent = families[ref.words[:-1]]
        command = ref.load() if ref is only or run is not None else None
        decorate = parent.command(
            name=ref.words[-1],
            help=_help_text(ref, command, program) if command else ref.summary,
            short_help=ref.summary,
            rich_help_panel=ref.group,
            epilog=None,
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        decorate(callback(ref, command, run))
        filled |= {ref.words[:count] for count in range(1, len(ref.words))}
    verbs = {ref.words[0]: ref.group for ref in COMMANDS}
    taken = {ref.words for ref in COMMANDS if len(ref.words) == 1}
    for words, family in families.items():
        if words in filled and (words not in taken or (only is not None and len(only.words) > 1)):
            families[words[:-1]].add_typer(family, name=words[-1], rich_help_panel=verbs[words[0]])
    return root


def family_app(program: str, family: str) -> typer.Typer:
    """The application of one family of verbs (``rollout``, ``create secret``), for its help."""
    app = typer.Typer(
        name=f"{program} {family}",
        help=FAMILIES[family],
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(lambda: None)
    words = tuple(family.split())
    for ref in COMMANDS:
        if ref.words[: len(words)] == words and len(ref.words) > len(words):
            app.command(name=" ".join(ref.words[len(words) :]), help=ref.summary)(lambda: None)
    return app


def _help_text(ref: CommandRef, command: Command, program: str) -> str:
    """A verb's description, examples and further words, as rich markup."""
    parts = [command.summary + "."]
    if command.description:
        parts.append(command.description)
    if command.examples:
        lines = ["[bold]Examples[/bold]", ""]
        for text, line in command.examples:
            lines.append(f"[dim]# {_plain(text)}[/dim]")
            lines.append(f"  {_plain(program)} {_plain(line)}")
        parts.append("\n\n".join(line for line in lines if line))
    further = [
        each for each in COMMANDS if len(each.words) > len(ref.words) and each.words[: len(ref.words)] == ref.words
    ]
    if further:
        lines = [f"  [cyan]{' '.join(each.words)}[/cyan]  {_plain(each.summary)}" for each in further]
        parts.append("\n\n".join(["[bold]Commands[/bold]", *lines]))
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def callback(
    ref: CommandRef, command: Command | None, run: Callable[[CommandRef, dict[str, Any]], None] | None
) -> Callable[..., None]:
    """A function with the signature that Typer reads the verb's options from."""

    def call(**values: Any) -> None:
        if run is not None:
            run(ref, values)

    parameters = []
    if command is not None:
        if command.usage != " ".join(ref.words):
            parameters.append(
                inspect.Parameter(
                    "args",
                    inspect.Parameter.KEYWORD_ONLY,
                    default=None,
                    annotation=Annotated[
                        list[str] | None,
                        typer.Argument(metavar=_arguments(ref, command), show_default=False, hidden=True),
                    ],
                )
            )
        shown = {flag.name: flag for flag in shown_globals()}
        flags = {**command.options.FLAGS, **shown, **GlobalOptions.FLAGS, **command.options.FLAGS}
        parameters += [_parameter(flag) for flag in flags.values() if not flag.deprecated]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return call


def _arguments(ref: CommandRef, command: Command) -> str:
    """What follows the verb's words in its usage."""
    return command.usage.removeprefix(" ".join(ref.words)).strip() or "ARGS"


def _parameter(flag: Flag) -> inspect.Parameter:
    """A flag as Typer has it. A bool that is true by itself is shown with its value: ``--wait=false`` is what changes it."""
    names = [f"-{flag.short}"] if flag.short else []
    names.append(f"--{flag.name}")
    default = flag.default_value()
    kind, shown = _TYPES[flag.kind], flag.shown or flag.kind.upper()
    if flag.kind == "bool" and default:
        kind, default, shown = str, "true", "true|false"
    elif flag.kind == "duration":
        default = format_duration(default)
    optional_value = flag.kind == "bool" and kind is bool
    option = typer.Option(
        *names,
        help=flag.help + (" (needed)" if flag.required else "") or None,
        rich_help_panel=flag.group,
        hidden=flag.group in (IDLE, REFUSED),
        show_default=default not in ("", "0s", -1, 0, False) and default != [],
        metavar=None if optional_value else shown,
    )
    return inspect.Parameter(
        flag.attribute,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, option],
    )


def show_help(ref: CommandRef | None, family: list[str], env: Env) -> None:
    """Show the help of a verb, of a family or (neither) of all at the terminal."""
    program = env.program
    if ref is not None:
        app, words = build_app(program, only=ref), list(ref.words)
    elif family:
        family = list(FAMILY_ALIASES.get(tuple(family), tuple(family)))
        app, words = family_app(program, " ".join(family)), []
        program = f"{program} {' '.join(family)}"
    else:
        app, words = build_app(program), []
    get_command(app).main(args=[*words, "--help"], prog_name=program, standalone_mode=False)
