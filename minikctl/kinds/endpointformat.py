"""How ``get`` and ``describe`` write endpoints in one line.

Services, Endpoints, EndpointSlices and Ingresses show the same things in nearly the same ways; each way is upstream's
own: ``formatEndpoints``, ``formatDiscoveryPorts`` and ``formatDiscoveryEndpoints`` of the API server's printers, and
``formatEndpointSlices`` of kubectl's describe.
"""

from __future__ import annotations

from minikctl.lib.addresses import join_host_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Obj = dict[str, Any]

#: as many are written out before ``+ N more...``
MOST = 3


def _with_more(found: Sequence[str]) -> str:
    text = ",".join(found[:MOST])
    return f"{text} + {len(found) - MOST} more..." if len(found) > MOST else text


def format_endpoints(endpoints: Obj) -> str:
    """``10.0.0.1:80,10.0.0.2:80 + 3 more...``: the ready addresses of an Endpoints object with each port.

    ``<none>`` without subsets, but nothing at all where no address is ready.
    """
    subsets = endpoints.get("subsets")
    if not subsets:
        return "<none>"
    found: list[str] = []
    for subset in subsets:
        ips = [address["ip"] for address in subset.get("addresses") or ()]
        ports = subset.get("ports")
        if not ports:  # a headless Service without ports
            found += ips
        for port in ports or ():
            found += [join_host_port(ip, port["port"]) for ip in ips]
    return _with_more(found)


def format_discovery_ports(ports: Iterable[Obj] | None) -> str:
    """``80,443``: the ports of an EndpointSlice; ``*`` for one without a number."""
    found = [
        str(port["port"]) if port.get("port") is not None else port["name"] if port.get("name") is not None else "*"
        for port in ports or ()
    ]
    return _with_more(found) or "<unset>"


def format_discovery_endpoints(endpoints: Iterable[Obj] | None) -> str:
    """``10.0.0.1,10.0.0.2``: every address of an EndpointSlice, ready or not."""
    found = [address for endpoint in endpoints or () for address in endpoint.get("addresses") or ()]
    return _with_more(found) or "<unset>"


def format_endpoint_slices(slices: Sequence[Obj], port_name: str) -> str:
    """``10.0.0.1:80,10.0.0.2:80``: the ready endpoints of a Service's slices at the port of this name.

    ``<none>`` without slices, nothing where none is ready. Slices without ports count for every port.
    """
    if not slices:
        return "<none>"
    found: list[str] = []
    for endpoint_slice in slices:
        ready = [
            endpoint["addresses"][0] for endpoint in endpoint_slice.get("endpoints") or ()
            if (endpoint.get("conditions") or {}).get("ready") is not False
        ]
        ports = endpoint_slice.get("ports")
        if not ports:
            found += ready
        for port in ports or ():
            if (port.get("name") or "") == port_name:
                found += [join_host_port(address, port.get("port") or 0) for address in ready]
    return _with_more(found)
