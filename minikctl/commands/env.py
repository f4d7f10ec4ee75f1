"""``env``: the environment variables that a container would see (minikctl's own)."""

from __future__ import annotations

from minikctl.commands._options import Command, flag
from minikctl.commands._pods import find_container, find_pod
from minikctl.commands._reports import ReportOptions, print_report
from minikctl.errors import MinikctlError, SilentExit, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session
    from minikctl.controllers.kubelet.environment import Environment

    Obj = dict[str, Any]


class EnvOptions(ReportOptions):
    """Flags of ``env``."""

    container: str = flag("container", "c", help="The container; absent: the Pod's default one.")
    show_secrets: bool = flag("show-secrets", kind="bool", help="Print what comes out of Secrets, instead of ***.")
    no_headers: bool = flag("no-headers", kind="bool", group="Output", help="With -o wide: leave the headers out.")


def run(options: EnvOptions, session: Session) -> None:
    """Print the variables. What keeps the container from starting is an error, after all that is known."""
    if len(options.args) != 1:
        raise UsageError("env takes one Pod, or a workload whose first Pod is meant: web-0, deployment/web")
    from minikctl.controllers.kubelet.environment import environment_of

    pod = find_pod(session, options.args[0])
    container = find_container(session, pod, options.container)
    environment = environment_of(session.api, pod, container)
    rows = [
        (each.name, each.value if options.show_secrets else each.shown, each.source)
        for each in environment.variables.values()
    ]
    if print_report(session, options, _report(pod, container, environment, rows), "wide"):
        if environment.problems:
            raise SilentExit
        return
    if options.output == "wide":
        from minikctl.printing.table import format_table

        session.write(format_table(None if options.no_headers else ["NAME", "VALUE", "SOURCE"], rows))
    else:
        for name, value, _ in rows:
            session.print(f"{name}={value}")
    for note in environment.notes:
        session.complain(f"note: {note}")
    session.end_with(
        MinikctlError(f"container {container['name']} would not start (CreateContainerConfigError): {problem}")
        for problem in environment.problems
    )


def _report(pod: Obj, container: Obj, environment: Environment, rows: list[tuple[str, str, str]]) -> Obj:
    meta = pod["metadata"]
    return {
        "pod": meta["name"], "namespace": meta.get("namespace", ""), "container": container["name"],
        "variables": [{"name": name, "value": value, "source": source} for name, value, source in rows],
        "notes": environment.notes, "problems": environment.problems,
    }


COMMAND = Command(
    usage="env (POD | TYPE/NAME) [-c CONTAINER]",
    summary="Print the environment that a container would see",
    description=(
        "Variables from env and envFrom with their ConfigMaps, Secrets and fields, $(NAME) put in, and those of Services. What "
        "comes out of Secrets is masked. Exit code 1: something that is required is not there, so the container would not start."
    ),
    examples=(
        ("A Pod's container", "env web-0"),
        ("Of a Deployment, with where each value comes from", "env deployment/web -o wide"),
        ("With the values of Secrets", "env web-0 -c app --show-secrets"),
    ),
    options=EnvOptions,
    run=run,
    complete="resources",
)
