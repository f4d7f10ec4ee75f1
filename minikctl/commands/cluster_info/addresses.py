"""``cluster-info``: where the control plane and the services of the cluster are (upstream: kubectl ``cmd/clusterinfo``)."""

from __future__ import annotations

from minikctl.commands._contexts import SCHEME
from minikctl.commands._options import Command, Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.commands._session import Session

    Obj = dict[str, Any]

HTTPS = 443


def run(options: Options, session: Session) -> None:  # noqa: ARG001 - words are passed over, as kubectl does
    """Print the addresses."""
    from minikctl.lib import labels

    namespace = session.options.namespace or "kube-system"
    wanted = labels.parse("kubernetes.io/cluster-service=true")
    services = session.api.list("services", namespace, selector=wanted)
    host = SCHEME + session.state_path
    _print(session, "Kubernetes control plane", host)
    for service in services:
        meta = service["metadata"]
        name = (meta.get("labels") or {}).get("kubernetes.io/name") or meta["name"]
        _print(session, name, _link(service, host))
    session.print(f"\nTo further debug and diagnose cluster problems, use '{session.program} cluster-info dump'.")


def _link(service: Obj, host: str) -> str:
    """The load balancer's addresses, else the way through the API server's proxy."""
    meta, ports = service["metadata"], service["spec"].get("ports") or ()
    ingress = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress")
    if ingress:
        address = ingress[0].get("ip") or ingress[0].get("hostname") or ""
        return "".join(f"http://{address}:{port['port']} " for port in ports)
    name = meta["name"]
    if ports:
        first = ports[0].get("name") or ""
        if first == "https" or ports[0]["port"] == HTTPS:
            name = f"https:{name}:{first}"
        elif first:
            name = f"{name}:{first}"
    return f"{host}/api/v1/namespaces/{meta['namespace']}/services/{name}/proxy"


def _print(session: Session, name: str, link: str) -> None:
    if session.env.is_coloured(session.env.out):
        from minikctl.printing.colour import paint

        name, link = paint(name, "name"), paint(link, "link")
    session.print(f"{name} is running at {link}")


COMMAND = Command(
    usage="cluster-info",
    summary="Say where the cluster is",
    description="There is no server: the address of the control plane is the state file.",
    examples=(("The control plane and the services of the cluster", "cluster-info"),),
    run=run,
)
