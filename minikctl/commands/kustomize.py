"""``kustomize``: print what a kustomization builds (upstream: kustomize's ``build`` command, as kubectl has it)."""

from __future__ import annotations

from minikctl.commands._kustomize import as_text, build
from minikctl.commands._options import Command, Options, flag
from minikctl.errors import MinikctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

RESTRICTED, UNRESTRICTED = "LoadRestrictionsRootOnly", "LoadRestrictionsNone"
#: what functions and Helm would be run with: there is nothing here that runs programs
_PROGRAMS = (
    "as-current-user", "enable-alpha-plugins", "enable-helm", "env", "helm-api-versions", "helm-command", "helm-debug",
    "helm-kube-version", "mount", "network", "network-name",
)


class KustomizeOptions(Options):
    """Flags of ``kustomize``."""

    output: str = flag("output", "o", group="Output", complete="files", shown="PATH",
                       help="A file to write to, or a folder that gets a file for each object.")
    load_restrictor: str = flag(
        "load-restrictor", default=RESTRICTED, shown="WORD",
        help=f"{RESTRICTED}: files lie in or below the folder of their kustomization; {UNRESTRICTED}: anywhere.",
    )
    as_current_user: bool = flag("as-current-user", kind="bool", group="Not supported", help="Functions are not run.")
    enable_alpha_plugins: bool = flag(
        "enable-alpha-plugins", kind="bool", group="Not supported", help="Plugins are not run."
    )
    enable_helm: bool = flag("enable-helm", kind="bool", group="Not supported", help="Helm charts are not inflated.")
    env: list[str] = flag("env", "e", kind="array", group="Not supported", help="Functions are not run.")
    helm_api_versions: list[str] = flag(
        "helm-api-versions", kind="array", group="Not supported", help="Helm charts are not inflated."
    )
    helm_command: str = flag(
        "helm-command", default="helm", group="Not supported", help="Helm charts are not inflated."
    )
    helm_debug: bool = flag("helm-debug", kind="bool", group="Not supported", help="Helm charts are not inflated.")
    helm_kube_version: str = flag("helm-kube-version", group="Not supported", help="Helm charts are not inflated.")
    mount: list[str] = flag("mount", kind="array", group="Not supported", help="Functions are not run.")
    network: bool = flag("network", kind="bool", group="Not supported", help="Functions are not run.")
    network_name: str = flag("network-name", default="bridge", group="Not supported", help="Functions are not run.")


def run(options: KustomizeOptions, session: Session) -> None:
    """Build the kustomization and print it, or write it to files."""
    if len(options.args) > 1:
        raise MinikctlError("specify one path to kustomization.yaml")
    if options.load_restrictor not in {RESTRICTED, UNRESTRICTED}:
        raise MinikctlError(
            f"illegal flag value --load-restrictor {options.load_restrictor}; legal values: [{RESTRICTED} {UNRESTRICTED}]"
        )
    for name in _PROGRAMS:
        if name in options.given:
            raise MinikctlError(f"--{name} is not supported: no plugins, functions and Helm charts are run")
    folder = options.args[0] if options.args else "."
    objects = build(
        session, folder, restricted=options.load_restrictor == RESTRICTED, sorted_by_verb=False
    )
    if options.output:
        _write(options.output, objects)
    else:
        session.write(as_text(objects))


def _write(path: str, objects: list[Obj]) -> None:
    """Everything into one file, or each object into a file of its own where ``path`` is a folder."""
    import os

    files = {path: as_text(objects)}
    if os.path.isdir(path):
        from minikctl.kustomize import file_names

        files = {
            os.path.join(path, name): as_text([obj])
            for name, obj in zip(file_names(objects), objects, strict=True)
        }
    for name, text in files.items():
        try:
            with open(name, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise MinikctlError(f"open {name}: {(error.strerror or str(error)).lower()}") from error


COMMAND = Command(
    usage="kustomize [DIR]",
    summary="Build a kustomization and print its objects",
    description=(
        "DIR has a kustomization.yaml; without it, the current folder is meant. Nothing is stored, and nothing is fetched: what "
        "names a URL or a repository is an error. Verbs that take files take a kustomization with -k DIR."
    ),
    examples=(
        ("Build a kustomization", "kustomize samples/kustomize/overlays/production"),
        ("Build the one of the current folder into a file", "kustomize -o objects.yaml"),
        ("Apply one", "apply -k samples/kustomize/overlays/staging"),
    ),
    options=KustomizeOptions,
    run=run,
    complete="files",
)
