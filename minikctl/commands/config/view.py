"""``config view``."""

from __future__ import annotations

from minikctl.commands import _contexts
from minikctl.commands._options import Command, flag
from minikctl.commands._shared import PrintOptions
from minikctl.errors import MinikctlError

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
    flatten: bool = flag("flatten", kind="bool", help="Put the content of files in place of their names.")


def run(options: ViewOptions, session: Session) -> None:
    """Print the configuration."""
    if options.flatten:
        raise MinikctlError(
            "--flatten is not supported: minikctl's contexts name state files, which are not part of the configuration"
        )
    config = dict(session.config)
    if session.options.context:
        config["current-context"] = session.options.context
    if options.minify:
        config = _minified(config)
    if not options.raw:
        config = _redacted(config)
    from minikctl.printing import make_printer

    printer = make_printer(
        options.output or "yaml",
        template=options.template,
        allow_missing=options.allow_missing_template_keys,
    )
    session.write(printer.print(_ordered(config)))


def _ordered(config: Obj) -> Obj:
    """With every section there, as kubectl shows them (null where empty)."""
    sections = {section: config.get(section) or None for section in ("clusters", "contexts", "users")}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": config.get("current-context") or "",
        **sections,
    }


def _minified(config: Obj) -> Obj:
    name = config.get("current-context") or ""
    context = _contexts.find(config, "contexts", name) if name else None
    if context is None:
        raise MinikctlError("current-context must exist in order to minify")
    return {
        **config,
        "contexts": [each for each in config["contexts"] if each.get("name") == name],
        "clusters": [each for each in config.get("clusters") or () if each.get("name") == context.get("cluster")],
        "users": [each for each in config.get("users") or () if each.get("name") == context.get("user")],
    }


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
