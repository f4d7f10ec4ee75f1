"""``config set-context``: make a context or change one."""

from __future__ import annotations

import os

from minikctl.commands import _contexts
from minikctl.commands._options import Command, Options, flag
from minikctl.commands.config._editing import editable, entry, put, wrong_arguments
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.commands._session import Session


class SetContextOptions(Options):
    """Flags of ``config set-context``; --namespace is the one that all verbs have."""

    current: bool = flag("current", kind="bool", help="Change the context in use.")
    cluster: str = flag("cluster", help="The cluster of the context.")
    user: str = flag("user", help="The user of the context.")
    state_file: str = flag(
        "state-file", complete="files", help="The state file of the context (makes a cluster for it of the same name)."
    )


def run(options: SetContextOptions, session: Session) -> None:
    """Set namespace, cluster, user or state file of a context; make it where it is not there."""
    path, config = editable(session)
    if options.current and options.args:
        raise MinikctlError("you cannot specify both a context name and --current")
    if not options.current and len(options.args) > 1:
        raise wrong_arguments(session, "config set-context", options.args)
    if not options.current and not any(options.args):
        raise MinikctlError("you must specify a non-empty context name or --current")
    name = str(config.get("current-context") or "") if options.current else options.args[0]
    if not name:
        raise MinikctlError("no current context is set")
    context, existed = entry(config, "contexts", name)
    if "namespace" in session.options.given:
        put(context, "namespace", session.options.namespace)
    for field in ("cluster", "user"):
        if field in options.given:
            put(context, field, getattr(options, field))
    if options.state_file:
        cluster, _ = entry(config, "clusters", options.cluster or name)
        cluster["server"] = _contexts.SCHEME + os.path.abspath(options.state_file)
        context["cluster"] = options.cluster or name
    _contexts.save_config(path, config)
    session.print(f'Context "{name}" {"modified" if existed else "created"}.')


COMMAND = Command(
    usage="config set-context [NAME | --current] [--namespace=NAMESPACE] [--state-file=FILE]",
    summary="Make a context or change one",
    examples=(
        ("Work in another namespace from now on", "config set-context --current --namespace=dev"),
        ("A context with a state of its own", "config set-context staging --state-file=staging.db"),
    ),
    options=SetContextOptions,
    run=run,
    complete="contexts",
)
