"""``version`` (upstream: kubectl ``cmd/version``)."""

from __future__ import annotations

import sys

import minikctl
from minikctl.commands._options import Command, Options, flag
from minikctl.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

#: the Kubernetes whose behaviour this is
KUBERNETES = "v1.36.2"
#: the kustomize whose behaviour that of ``kustomize`` and ``-k`` is
KUSTOMIZE = "v5.8.1"


class VersionOptions(Options):
    """Flags of ``version``."""

    client: bool = flag("client", kind="bool", help="The version of the program alone.")
    output: str = flag("output", "o", group="Output", help="json or yaml.", choices=("json", "yaml"))


def version_info() -> dict[str, Any]:
    """What ``version -o json`` says of both halves: program and simulated cluster are one."""
    major, minor = KUBERNETES[1:].split(".")[:2]
    return {
        "major": major,
        "minor": minor,
        "gitVersion": KUBERNETES,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "",
        "goVersion": "",
        "compiler": f"python{sys.version_info[0]}.{sys.version_info[1]}",
        "platform": sys.platform,
        "minikctlVersion": minikctl.__version__,
    }


def run(options: VersionOptions, session: Session) -> None:
    """Print the versions."""
    if options.args:
        raise UsageError(f"extra arguments: [{' '.join(options.args)}]")
    if options.output not in ("", "json", "yaml"):
        raise UsageError("--output must be 'yaml' or 'json'")
    if not options.output:
        session.print(f"Client Version: {KUBERNETES}")
        session.print(f"Kustomize Version: {KUSTOMIZE}")
        if not options.client:
            session.print(f"Server Version: {KUBERNETES}")
        if session.program == "minikctl":
            session.print(f"minikctl Version: v{minikctl.__version__}")
        return
    info: dict[str, Any] = {"clientVersion": version_info(), "kustomizeVersion": KUSTOMIZE}
    if not options.client:
        info["serverVersion"] = version_info()
    if options.output == "json":
        import json

        session.print(json.dumps(info, indent=2))  # unlike its printers, kubectl indents by two here
    else:
        from minikctl.printing.yamlout import dump as dump_yaml

        session.print(dump_yaml(info))  # an empty line ends it, as in kubectl


COMMAND = Command(
    usage="version [--client] [-o json|yaml]",
    summary="Say which version this is, and of which Kubernetes",
    examples=(("Both versions", "version"), ("For a script", "version -o json")),
    options=VersionOptions,
    run=run,
)
