"""``config view``."""

from __future__ import annotations

import os

from minikctl.commands import _contexts
from minikctl.commands._options import Command, flag
from minikctl.commands._shared import PrintOptions
from minikctl.commands.config._editing import readable
from minikctl.commands.config._shape import shown
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: what is never shown unless --raw asks for it
_SECRETS = {
    "token": "REDACTED",
    "password": "REDACTED",
    "client-key-data": "DATA+OMITTED",
    "client-certificate-data": "DATA+OMITTED",
}


class ViewOptions(PrintOptions):
    """Flags of ``config view``."""

    minify: bool = flag("minify", kind="bool", help="Only the context in use and what belongs to it.")
    raw: bool = flag("raw", kind="bool", help="Show secrets too.")
    flatten: bool = flag("flatten", kind="bool", help="Put the content of files in place of their names; shows secrets.")
    merge: bool = flag(
        "merge", kind="bool", default=True, help="Taken as kubectl takes it; minikctl reads one file in any case."
    )


def run(options: ViewOptions, session: Session) -> None:
    """Print the configuration."""
    if options.args:
        raise UsageError(
            f"unexpected arguments: [{' '.join(options.args)}]\n"
            f"See '{session.program} config view -h' for help and examples"
        )
    if not options.merge and not session.options.kubeconfig:
        raise MinikctlError("if merge==false a precise file must be specified")
    config = dict(readable(session))
    if options.minify:
        config = _minified(config, session.options.context or str(config.get("current-context") or ""))
    if options.flatten:
        config = _flattened(config, session.config_path)
    elif not options.raw:
        config = _redacted(config)
    if options.output == "name":  # it has no name
        session.print("config/<unknown>")
        return
    from minikctl.printing import make_printer

    printer = make_printer(
        options.output or ("go-template" if options.template else "yaml"),
        template=options.template,
        allow_missing=options.allow_missing_template_keys,
        keep_order=True,
    )
    session.write(printer.print(shown(config)))


def _minified(config: Obj, name: str) -> Obj:
    """The context and what it names (upstream: ``MinifyConfig``). Raises MinikctlError where that is not there."""
    if not name:
        raise MinikctlError("current-context must exist in order to minify")
    context = _contexts.find(config, "contexts", name)
    if context is None:
        raise MinikctlError(f"cannot locate context {name}")
    cluster, user = context.get("cluster") or "", context.get("user") or ""
    if cluster and _contexts.find(config, "clusters", cluster) is None:
        raise MinikctlError(f"cannot locate cluster {cluster}")
    if user and _contexts.find(config, "users", user) is None:
        raise MinikctlError(f"cannot locate user {user}")
    return {
        **config,
        "current-context": name,
        "contexts": [each for each in config["contexts"] if each.get("name") == name],
        "clusters": [each for each in config.get("clusters") or () if each.get("name") == cluster],
        "users": [each for each in config.get("users") or () if each.get("name") == user],
    }


def _flattened(config: Obj, path: str) -> Obj:
    """With the content of files (base64) in the place of their names. Raises MinikctlError for one that is not there."""
    folder = os.path.dirname(os.path.abspath(path))
    sections = {"clusters": ("certificate-authority",), "users": ("client-certificate", "client-key")}
    flat = dict(config)
    for section, fields in sections.items():
        flat[section] = []
        for each in config.get(section) or ():
            entry = dict(each.get(section[:-1]) or {})
            for field in fields:
                if entry.get(field):
                    entry[f"{field}-data"] = _content(os.path.join(folder, entry.pop(field)))
            flat[section].append({**each, section[:-1]: entry})
    return flat


def _content(path: str) -> str:
    from base64 import b64encode

    try:
        with open(path, "rb") as file:
            return b64encode(file.read()).decode()
    except OSError as error:
        raise MinikctlError(f"open {path}: {(error.strerror or str(error)).lower()}") from error


def _redacted(config: Obj) -> Obj:
    users = [
        {**each, "user": {key: _SECRETS.get(key, value) for key, value in (each.get("user") or {}).items()}}
        for each in config.get("users") or ()
    ]
    clusters = [
        {
            **each,
            "cluster": {
                key: "DATA+OMITTED" if key == "certificate-authority-data" else value
                for key, value in (each.get("cluster") or {}).items()
            },
        }
        for each in config.get("clusters") or ()
    ]
    return {**config, "users": users, "clusters": clusters}


COMMAND = Command(
    usage="config view",
    summary="Print the configuration",
    options=ViewOptions,
    run=run,
    examples=(("All of it", "config view"), ("The namespace in use", "config view --minify -o jsonpath={..namespace}")),
)
