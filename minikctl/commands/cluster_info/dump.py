"""``cluster-info dump``: what is needed to look into problems (upstream: kubectl ``cmd/clusterinfo/clusterinfo_dump.go``)."""

from __future__ import annotations

from minikctl import kinds
from minikctl.commands._options import Command, flag
from minikctl.commands._shared import AllNamespacesOptions, PrintOptions
from minikctl.errors import MinikctlError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

#: resources of each namespace, with the names of their files
RESOURCES = (
    ("events", "events"), ("replicationcontrollers", "replication-controllers"), ("services", "services"),
    ("daemonsets.apps", "daemonsets"), ("deployments.apps", "deployments"), ("replicasets.apps", "replicasets"),
    ("pods", "pods"),
)


class DumpOptions(AllNamespacesOptions, PrintOptions):
    """Flags of ``cluster-info dump``."""

    output: str = flag(
        "output", "o", default="json", group="Output", complete="outputs", help="json, yaml, name, jsonpath=... and so on."
    )
    namespaces: list[str] = flag("namespaces", kind="strings", group="Selection", help="These namespaces.")
    output_directory: str = flag(
        "output-directory", group="Output", complete="files", help="A folder for files, instead of standard output."
    )
    pod_running_timeout: float = flag(
        "pod-running-timeout", kind="duration", default=20.0, help="Nothing is waited for: logs are there at once."
    )


def run(options: DumpOptions, session: Session) -> None:
    """Print or write nodes, and of each namespace its events, workloads, Services, Pods and logs."""
    from minikctl.printing import make_printer

    printer = make_printer(
        options.output, template=options.template, allow_missing=options.allow_missing_template_keys,
        show_managed_fields=options.show_managed_fields, keep_order=True,
    )
    if options.pod_running_timeout <= 0:
        raise UsageError("--pod-running-timeout must be higher than zero")
    folder = "" if options.output_directory == "-" else options.output_directory
    ending = {"json": ".json", "yaml": ".yaml"}.get(options.output, ".txt")
    named = options.output == "name"
    write = _writer(session, folder)
    write(f"nodes{ending}", printer.print(_list(session, "nodes", None, named=named)))
    for namespace in _namespaces(options, session):
        for resource, name in RESOURCES:
            write(f"{namespace}/{name}{ending}", printer.print(_list(session, resource, namespace, named=named)))
        for pod in session.api.list("pods", namespace):
            write(f"{namespace}/{pod['metadata']['name']}/logs.txt", _logs_of(session, pod))
    if folder:
        session.print(f"Cluster info dumped to {options.output_directory}")


def _namespaces(options: DumpOptions, session: Session) -> list[str]:
    if options.all_namespaces:
        return [obj["metadata"]["name"] for obj in session.api.list("namespaces")]
    return options.namespaces or ["kube-system", session.namespace]


def _list(session: Session, resource: str, namespace: str | None, *, named: bool) -> Obj:
    """A typed list, whose items do not say again what they are, unless their names are printed."""
    info = kinds.info_for(resource)
    items = session.api.list(resource, namespace)
    if not named:
        items = [{field: obj[field] for field in obj if field not in ("apiVersion", "kind")} for obj in items]
    revision = str(session.api.store.revision)
    return {
        "kind": f"{info.kind}List", "apiVersion": info.api_version, "metadata": {"resourceVersion": revision}, "items": items,
    }


def _logs_of(session: Session, pod: Obj) -> str:
    """The logs of the init containers and the containers, each between two lines."""
    from minikctl.commands import _logs

    meta, spec, text = pod["metadata"], pod["spec"], ""
    options = _logs.LogOptions()
    for container in [*(spec.get("initContainers") or ()), *spec["containers"]]:
        what = f"logs for container {container['name']} of pod {meta['namespace']}/{meta['name']} ====\n"
        request = _logs.LogRequest(session, pod, container)
        try:
            log = _logs.text_of(request.lines(request.run(options), options))
        except MinikctlError as error:
            log = f"Request log error: {error}\n"
        text += f"==== START {what}{log}==== END {what}"
    return text


def _writer(session: Session, folder: str) -> Callable[[str, str], None]:
    """What takes the name of a file and its text. Raises MinikctlError where a file cannot be written."""
    if not folder:
        return lambda _, text: session.write(text)

    def write(name: str, text: str) -> None:
        import os

        path = os.path.join(folder, *name.split("/"))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise MinikctlError(f"open {path}: {(error.strerror or str(error)).lower()}") from error

    return write


COMMAND = Command(
    usage="cluster-info dump",
    summary="Print everything that helps to look into problems",
    description="Nodes, and of kube-system and the current namespace their events, workloads, Services, Pods and logs.",
    examples=(
        ("To standard output", "cluster-info dump"),
        ("To files in a folder, of all namespaces", "cluster-info dump -A --output-directory=dump -o yaml"),
    ),
    options=DumpOptions,
    run=run,
)
