"""Preferences: aliases for commands and other defaults for their flags, from a file as kubectl's kuberc.

The file is the one of ``--kuberc``, else of ``$KUBERC``, else ``kuberc`` beside minikctl's own configuration. ``KUBERC=off``
and ``KUBECTL_KUBERC=false`` switch it off. A command line is rewritten before it is parsed: an alias becomes its command with
its words, and defaults become flags where the flag is not given. Upstream: kubectl ``pkg/kuberc``.
"""

from __future__ import annotations

import os
import re

from minikctl.commands import find_command
from minikctl.commands._contexts import data_folder
from minikctl.commands._options import FlagError
from minikctl.commands._shared import GlobalOptions, leading_words
from minikctl.errors import MinikctlError, PlainError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from minikctl.commands import CommandRef
    from minikctl.commands._options import Flag
    from minikctl.env import Env

    Obj = dict[str, Any]

GROUP = "kubectl.config.k8s.io"
API_VERSION = f"{GROUP}/v1beta1"
FIELDS = ("aliases", "apiVersion", "credentialPluginAllowlist", "credentialPluginPolicy", "defaults", "kind")


class PreferencesError(MinikctlError):
    """A file that cannot be used as preferences."""


def default_path(environ: Mapping[str, str]) -> str:
    """The file that is read without other word."""
    return environ.get("KUBERC") or os.path.join(data_folder(environ), "kuberc")


def apply(argv: Sequence[str], env: Env) -> list[str]:
    """The command line with the preferences in it. Raises PlainError in kubectl's words."""
    try:
        given = _given(argv)
        preferences = _preferences(given, env)
        if preferences is None:
            return list(argv)
        _validate(preferences)
        words, place, ref, count = _command_in(argv)
        if words and ref is None and not count:
            return _with_alias(list(argv), place, words[0], preferences, env)
        if ref is not None:
            return _with_defaults(list(argv), ref, preferences, env)
    except MinikctlError as error:
        raise PlainError(f"error occurred while applying preferences {error}") from error
    return list(argv)


def _given(argv: Sequence[str]) -> str:
    """The file of ``--kuberc``."""
    for place, word in enumerate(argv):
        if word == "--":
            break
        name, equals, path = word.partition("=")
        if name == "--kuberc":
            path = path if equals else next(iter(argv[place + 1 : place + 2]), "")
            if not path:
                raise PreferencesError("kuberc file is not found")
            return path
    return ""


def _preferences(given: str, env: Env) -> Obj | None:
    environ = env.environ
    if environ.get("KUBECTL_KUBERC", "").lower() == "false":
        return None
    if environ.get("KUBERC") == "off":
        if given:
            raise PreferencesError(
                "kuberc error disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive"
            )
        return None
    explicit = given or environ.get("KUBERC")
    path = given or default_path(environ)
    try:
        found, strict = load(path)
    except FileNotFoundError:
        if explicit:
            raise PreferencesError(f"kuberc error kuberc: open {path}: no such file or directory") from None
        return None
    except (PreferencesError, OSError) as error:
        if explicit:
            raise PreferencesError(f"kuberc error kuberc: {error}") from error
        env.err.write(f"kuberc: no preferences loaded from {path}: {error}\n")
        return None
    if strict:
        env.err.write(f"kuberc: ignoring strict decoding error in {path}: {strict}\n")
    return found


def load(path: str) -> tuple[Obj, str]:
    """The preferences in a file, in the newest form, and what of it is passed over.

    Raises OSError where it cannot be read, PreferencesError where it is something else.
    """
    from minikctl.api.manifests.streams import StreamError, load_yaml

    if "\0" in path:
        raise PreferencesError(f"open {path}: invalid argument")
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    try:
        found = load_yaml(text.encode("utf-8", "surrogatepass"), 1).value
    except StreamError:
        found = ""
    if found is None:
        return {"apiVersion": API_VERSION, "kind": "Preference"}, ""
    version = found.get("apiVersion") if isinstance(found, dict) else ""
    if version == f"{GROUP}/v1alpha1":
        found = {**found, "apiVersion": API_VERSION, "defaults": [
            {"command": each.get("command"), "options": each.get("flags")} for each in found.pop("overrides", None) or ()
        ]}
        version = API_VERSION
    if version != API_VERSION or found.get("kind") != "Preference" or not _is_well_formed(found):
        raise PreferencesError(f"no valid preferences found in {path}, use --v=5 to see details")
    unknown = [field for field in found if field not in FIELDS]
    strict = "strict decoding error: " + ", ".join(f'unknown field "{field}"' for field in unknown) if unknown else ""
    return {field: value for field, value in found.items() if field in FIELDS}, strict


def _is_well_formed(found: Obj) -> bool:
    for section in ("defaults", "aliases"):
        entries = found.get(section) or []
        if not isinstance(entries, list):
            return False
        for entry in entries:
            options = entry.get("options") or [] if isinstance(entry, dict) else None
            if not isinstance(options, list) or not all(isinstance(each, dict) for each in options):
                return False
    return True


def _validate(preferences: Obj) -> None:
    names = set()
    for section in ("aliases", "defaults"):
        for entry in preferences.get(section) or ():
            if section == "aliases":
                name = entry.get("name") or ""
                if not re.fullmatch("[a-zA-Z]+", name):
                    raise PreferencesError("invalid alias name, can only include alphabetical characters")
                if name in names:
                    raise PreferencesError(f"duplicate alias name {name}")
                names.add(name)
            for option in entry.get("options") or ():
                if str(option.get("name", "")).startswith("-"):
                    raise PreferencesError(f"flag name {option['name']} should be in long form without dashes")


def _command_in(argv: Sequence[str]) -> tuple[list[str], int, CommandRef | None, int]:
    """The words that are no flags, the place of the first of them, and the verb that they name."""
    words, positions = leading_words(argv)
    ref, count = find_command(words) if words else (None, 0)
    return words, positions[0] if positions else 0, ref, count


def _flags_of(ref: CommandRef) -> dict[str, Flag]:
    return {**GlobalOptions.FLAGS, **ref.load().options.FLAGS}


def _with_alias(argv: list[str], place: int, name: str, preferences: Obj, env: Env) -> list[str]:
    """The command line with the alias that it begins with replaced; as it is where it is no alias."""
    alias = next((each for each in preferences.get("aliases") or () if each.get("name") == name), None)
    if alias is None:
        return argv
    command = (alias.get("command") or "").split()
    ref, count = find_command(command)
    if ref is None:
        rest = " ".join(command[count:])
        raise PreferencesError(f'command "{alias.get("command", "")}" not found to set alias "{name}": [{rest}]')
    flags, added = _flags_of(ref), []
    for option in alias.get("options") or ():
        flag, value = flags.get(option.get("name", "")), str(option.get("default", ""))
        if flag is None:
            raise PreferencesError(f"invalid alias flag {option.get('name', '')} in alias {env.program}")
        if not _is_given(flag, argv):
            added.append(_option(flag, value, f"could not apply value {value} to flag {flag.name} in alias {env.program}"))
    words = [str(word) for word in alias.get("prependArgs") or ()]
    after = [str(word) for word in alias.get("appendArgs") or ()]
    return [*argv[:place], *command, *added, *words, *argv[place + 1 :], *after]


def _with_defaults(argv: list[str], ref: CommandRef, preferences: Obj, env: Env) -> list[str]:
    """The command line with the defaults for its verb, where it does not give the flags itself."""
    added: list[str] = []
    for entry in preferences.get("defaults") or ():
        command = entry.get("command") or ""
        other, _ = find_command(command.split())
        if other is None:
            env.err.write(f'Warning: command "{command}" not found to set kuberc override\n')
            continue
        if other.words != ref.words:
            continue
        flags = _flags_of(ref)
        for option in entry.get("options") or ():
            flag, value = flags.get(option.get("name", "")), str(option.get("default", ""))
            if flag is None:
                raise PreferencesError(f"invalid flag {option.get('name', '')} for command {command}")
            if not _is_given(flag, argv):
                what = f"could not apply override value {value} to flag {flag.name} in command {command}"
                added.append(_option(flag, value, what))
    # Before what follows ``--``; the verb's words may stand anywhere.
    end = argv.index("--") if "--" in argv else len(argv)
    return [*argv[:end], *added, *argv[end:]]


def _option(flag: Flag, value: str, what: str) -> str:
    try:
        flag.convert(value)
    except FlagError as error:
        raise PreferencesError(f"{what} err: {error}") from error
    return f"--{flag.name}={value}"


def _is_given(flag: Flag, argv: Sequence[str]) -> bool:
    """Whether the command line has the flag, by its name or its letter (upstream: ``searchInArgs``)."""
    for word in argv:
        if word == f"--{flag.name}" or word.startswith(f"--{flag.name}="):
            return True
        if flag.short and (word.startswith(f"-{flag.short}") or (re.fullmatch("-[a-zA-Z]+", word) and flag.short in word)):
            return True
    return False
