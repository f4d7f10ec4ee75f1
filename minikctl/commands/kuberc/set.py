"""``kuberc set`` (upstream: kubectl ``cmd/kuberc``)."""

from __future__ import annotations

import os

from minikctl.commands import _kuberc
from minikctl.commands._options import Command, Options, flag
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]


class SetOptions(Options):
    """Flags of ``kuberc set``."""

    section: str = flag("section", required=True, choices=("defaults", "aliases"), help="defaults or aliases.")
    command: str = flag("command", help="The command: get, 'set env' and so on.")
    name: str = flag("name", help="The alias.")
    option: list[str] = flag("option", kind="array", help="A flag and its value: FLAG=VALUE; may be repeated.")
    prepend: list[str] = flag("prependarg", kind="array", help="A word before those of the command line (aliases).")
    append: list[str] = flag("appendarg", kind="array", help="A word after those of the command line (aliases).")
    overwrite: bool = flag("overwrite", kind="bool", help="Replace what is there already.")
    policy: str = flag("policy", help="Not supported: there are no credentials, and no plugins for them.")
    allowlist: list[str] = flag("allowlist-entry", kind="array", help="Not supported, as --policy.")


def run(options: SetOptions, session: Session) -> None:
    """Write the entry into the file."""
    _validate(options)
    path = session.options.kuberc or _kuberc.default_path(session.env.environ)
    try:
        found, _ = _kuberc.load(path)
    except FileNotFoundError:
        found = {"apiVersion": _kuberc.API_VERSION, "kind": "Preference"}
    except (OSError, _kuberc.PreferencesError) as error:
        raise MinikctlError(f"error reading kuberc file: {error}") from error
    entry: Obj = {"command": options.command}
    if options.section == "aliases":
        entry = {"name": options.name, **entry}
        entry |= {field: words for field, words in (("prependArgs", options.prepend), ("appendArgs", options.append)) if words}
    if options.option:
        entry["options"] = [_option(text) for text in options.option]
    _put(found, entry, options)
    _write(path, {"aliases": None, "defaults": None, **found})
    session.print(f"Updated {path}")


def _validate(options: SetOptions) -> None:
    """Kubectl's checks. Raises UsageError."""
    section = options.section
    if section == "credentialplugin" or options.policy or options.allowlist:
        raise UsageError("credential plugins are not supported: a simulated cluster asks nobody who he is")
    if section not in ("defaults", "aliases"):
        raise UsageError(f'--section must be "defaults", "aliases", or "credentialplugin", got: {section}')
    if section == "aliases" and not options.name:
        raise UsageError("--name is required when --section=aliases")
    if not options.command:
        raise UsageError("--command is required when --section=aliases or --section=defaults")
    if section == "defaults":
        if options.name:
            raise UsageError("--name should not be specified when --section=defaults")
        if options.prepend or options.append:
            raise UsageError("--prependarg and --appendarg are only valid for --section=aliases")


def _option(text: str) -> Obj:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f'invalid option format "{text}", expected flag=value')
    return {"name": name.lstrip("-"), "default": value}


def _put(found: Obj, entry: Obj, options: SetOptions) -> None:
    """Add the entry, or put it in the place of the one for the same command or alias. Raises MinikctlError."""
    key = "name" if options.section == "aliases" else "command"
    entries = found[options.section] = list(found.get(options.section) or ())
    for place, other in enumerate(entries):
        if other.get(key) == entry[key]:
            if not options.overwrite:
                what = f'alias "{entry[key]}" already exists' if key == "name" else (
                    f'defaults for command "{entry[key]}" already exist'
                )
                raise MinikctlError(f"{what}, use --overwrite to replace")
            entries[place] = entry
            return
    entries.append(entry)


def _write(path: str, preferences: Obj) -> None:
    """Write the file, whole or not at all. Raises MinikctlError."""
    from minikctl.printing.yamlout import dump

    draft = f"{path}.{os.urandom(6).hex()}.new"
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(draft, "x", encoding="utf-8") as file:
            file.write(dump(preferences))
        os.replace(draft, path)
    except OSError as error:
        if os.path.exists(draft):
            os.unlink(draft)
        raise MinikctlError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error


COMMAND = Command(
    usage="kuberc set --section (defaults|aliases) --command COMMAND",
    summary="Set a default for a flag, or an alias, in the preferences",
    examples=(
        ("Wide tables", "kuberc set --section defaults --command get --option output=wide"),
        ("A command of one's own", "kuberc set --section aliases --name getn --command get --prependarg nodes"),
    ),
    options=SetOptions,
    run=run,
)
