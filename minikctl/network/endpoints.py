"""The endpoints behind a Service, as its readers (DNS, proxies, Ingress controllers) see them in EndpointSlices."""

from __future__ import annotations

from minikctl.lib.labels import from_map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Reader

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


class Endpoint:
    """One address at one port.

    ``port`` is a port of a slice; of endpoints without ports it is empty. ``target`` refers to the Pod (kind,
    namespace, name), None for an address that is nobody's. Upstream: ``proxy.BaseEndpointInfo``.
    """

    __slots__ = (
        "address", "hostname", "node", "node_hints", "port", "ready", "serving", "target", "terminating", "zone_hints",
    )

    def __init__(self, address: str, port: Obj, endpoint: Obj) -> None:
        conditions = endpoint.get("conditions") or {}
        # A condition that is not said: ready and serving are to be taken for true, terminating for false.
        self.ready: bool = conditions.get("ready") is not False
        self.serving: bool = self.ready if conditions.get("serving") is None else bool(conditions["serving"])
        self.terminating = bool(conditions.get("terminating"))
        self.address = address
        self.port = port
        self.hostname: str = endpoint.get("hostname") or ""
        self.node: str = endpoint.get("nodeName") or ""
        hints = endpoint.get("hints") or {}
        self.zone_hints = {hint.get("name") for hint in hints.get("forZones") or ()}
        self.node_hints = {hint.get("name") for hint in hints.get("forNodes") or ()}
        reference = endpoint.get("targetRef")
        self.target: Obj | None = None
        if reference:
            self.target = {key: reference.get(key, "") for key in ("kind", "namespace", "name")}

    @property
    def number(self) -> int | None:
        """The number of the port; None for endpoints without ports."""
        number: int | None = self.port.get("port")
        return number


def endpoints_of(read: Reader, service: Obj) -> list[Endpoint]:
    """Every endpoint of a Service at each of its ports, ready or not, by slice."""
    metadata = service["metadata"]
    selector = from_map({SERVICE_NAME: metadata["name"]})
    found = []
    for each in read.list(SLICES, metadata.get("namespace", ""), selector=selector):
        if each.get("addressType") == "FQDN":
            continue
        ports: list[Obj] = each.get("ports") or [{}]
        for port in ports:
            for endpoint in each.get("endpoints") or ():
                # Only the first address counts: others are taken to be the same endpoint.
                found += [Endpoint(address, port, endpoint) for address in (endpoint.get("addresses") or ())[:1]]
    return found
