"""``config set-credentials`` (upstream: kubectl ``cmd/config/set_credentials.go``)."""

from __future__ import annotations

import os

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options, flag
from minikctl.commands.config._editing import editable, embedded, entry, put, show_help, wrong_arguments
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

MODES = ("IfAvailable", "Never", "Always")


class SetCredentialsOptions(Options):
    """Flags of ``config set-credentials``."""

    client_certificate: str = flag("client-certificate", complete="files", help="The file of the user's certificate.")
    client_key: str = flag("client-key", complete="files", help="The file of its key.")
    embed_certs: bool = flag("embed-certs", kind="bool", help="Keep the content of these files, not their names.")
    token: str = flag("token", secret=True, help="The user's token.")
    username: str = flag("username", help="The user's name, for a password.")
    password: str = flag("password", secret=True, help="The user's password.")
    auth_provider: str = flag("auth-provider", help="The provider of the user's credentials.")
    auth_provider_arg: list[str] = flag(
        "auth-provider-arg", kind="strings", secret=True, help="KEY=VALUE for the provider; KEY- takes one away."
    )
    exec_command: str = flag("exec-command", help="The program that gives credentials.")
    exec_api_version: str = flag("exec-api-version", help="The version of that program's interface.")
    exec_arg: list[str] = flag("exec-arg", kind="strings", help="A word for the program; may be repeated.")
    exec_env: list[str] = flag("exec-env", kind="array", help="KEY=VALUE for the program; KEY- takes one away.")
    exec_interactive_mode: str = flag("exec-interactive-mode", help="Whether it may ask: IfAvailable, Never, Always.")
    exec_provide_cluster_info: bool = flag(
        "exec-provide-cluster-info", kind="bool", help="Tell the program about the cluster."
    )


def run(options: SetCredentialsOptions, session: Session) -> None:
    """Make a user or change what flags say of one."""
    if len(options.args) != 1:
        raise wrong_arguments(session, "config set-credentials", options.args, what="unexpected")
    provider = _pairs(options.auth_provider_arg, "auth-provider-arg", session)
    environment = _pairs(options.exec_env, "exec-env", session)
    _check(options)
    path, config = editable(session)
    user, _ = entry(config, "users", options.args[0])
    _set_certificates(user, options)
    _set_secrets(user, options)
    _set_provider(user, options, provider)
    _set_exec(user, options, environment)
    _contexts.save_config(path, config)
    session.print(f'User "{options.args[0]}" set.')


def _pairs(words: list[str], name: str, session: Session) -> list[tuple[str, str | None]]:
    """``key=value`` and ``key-`` (None). Raises MinikctlError below the help, as kubectl does."""
    found: list[tuple[str, str | None]] = []
    for word in words:
        key, equals, value = word.partition("=")
        if equals:
            found.append((key, value))
        elif word.endswith("-") and len(word) > 1:
            found.append((word[:-1], None))
        else:
            show_help(session, "config set-credentials")
            raise MinikctlError(f"invalid {name} format: {word}")
    return found


def _check(options: SetCredentialsOptions) -> None:
    """Raise UsageError where the flags do not go together."""
    if options.token and (options.username or options.password):
        raise UsageError(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password"
        )
    if options.embed_certs and not (options.client_certificate or options.client_key):
        raise UsageError("you must specify a --client-certificate or --client-key to embed")
    if "exec-interactive-mode" in options.given and options.exec_interactive_mode not in MODES:
        raise UsageError("invalid interactive mode type, can be only IfAvailable, Never, Always")


def _set_certificates(user: Obj, options: SetCredentialsOptions) -> None:
    for name, path in (("client-certificate", options.client_certificate), ("client-key", options.client_key)):
        if name not in options.given:
            continue
        if options.embed_certs and path:
            user[f"{name}-data"] = embedded(path, name)
            user.pop(name, None)
        else:
            put(user, name, os.path.abspath(path) if path else "")
            if path:
                user.pop(f"{name}-data", None)


def _set_secrets(user: Obj, options: SetCredentialsOptions) -> None:
    """Token or name and password: the new way of showing who one is takes the place of the old one."""
    for name, value in (("token", options.token), ("username", options.username), ("password", options.password)):
        if name in options.given:
            put(user, name, value)
    basic = bool(options.username or options.password)
    if options.token and not basic:
        user.pop("username", None)
        user.pop("password", None)
    elif basic:
        user.pop("token", None)


def _set_provider(user: Obj, options: SetCredentialsOptions, pairs: list[tuple[str, str | None]]) -> None:
    if "auth-provider" in options.given:
        provider = user.get("auth-provider") or {}
        user["auth-provider"] = {"name": options.auth_provider, "config": provider.get("config") or {}}
    if pairs and user.get("auth-provider"):
        settings = dict(user["auth-provider"].get("config") or {})
        for key, value in pairs:
            put(settings, key, value)
        user["auth-provider"] = {**user["auth-provider"], "config": settings}


def _set_exec(user: Obj, options: SetCredentialsOptions, pairs: list[tuple[str, str | None]]) -> None:
    given = options.given
    if "exec-command" in given:  # a new program does not get the words of the old one
        old = user.get("exec") or {"env": None, "provideClusterInfo": False}
        user["exec"] = {**old, "command": options.exec_command, "args": None}
    if not user.get("exec"):
        return
    program: Obj = user["exec"]
    if "exec-api-version" in given:
        put(program, "apiVersion", options.exec_api_version)
    if "exec-arg" in given:
        program["args"] = list(options.exec_arg)
    if pairs:
        variables = {each["name"]: each["value"] for each in program.get("env") or ()}
        for key, value in pairs:
            variables.pop(key, None)
            if value is not None:
                variables[key] = value
        program["env"] = [{"name": name, "value": value} for name, value in variables.items()] or None
    if "exec-interactive-mode" in given:
        program["interactiveMode"] = options.exec_interactive_mode
    if "exec-provide-cluster-info" in given:
        program["provideClusterInfo"] = options.exec_provide_cluster_info


COMMAND = Command(
    usage="config set-credentials NAME",
    summary="Make a user or change one",
    description="Users are kept for other programs that read the file; to minikctl all are alike.",
    examples=(
        ("A user with a token", "config set-credentials joe --token=abc"),
        ("One with a certificate in the file", "config set-credentials ann --client-certificate=ann.crt --embed-certs"),
    ),
    options=SetCredentialsOptions,
    run=run,
)
