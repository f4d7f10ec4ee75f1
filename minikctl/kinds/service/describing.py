"""Services as ``kubectl describe`` shows them (upstream: kubectl's ``describeService``)."""

from __future__ import annotations

from minikctl.kinds.endpointformat import format_endpoint_slices
from minikctl.kinds.heading import describe_heading
from minikctl.lib.labels import format_labels, from_map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Reader, Writer

ENDPOINT_SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME_LABEL = "kubernetes.io/service-name"


def describe(out: Writer, obj: Obj, read: Reader) -> None:
    """Write a Service, its ports, and where its EndpointSlices say that they lead."""
    spec, metadata = obj["spec"], obj["metadata"]
    describe_heading(out, obj)
    out.write(0, f"Selector:\t{format_labels(spec.get('selector'))}\n")
    out.write(0, f"Type:\t{spec.get('type', '')}\n")
    if spec.get("ipFamilyPolicy") is not None:
        out.write(0, f"IP Family Policy:\t{spec['ipFamilyPolicy']}\n")
    out.write(0, f"IP Families:\t{','.join(spec.get('ipFamilies') or ()) or '<none>'}\n")
    out.write(0, f"IP:\t{spec.get('clusterIP', '')}\n")
    out.write(0, f"IPs:\t{','.join(spec.get('clusterIPs') or ()) or '<none>'}\n")
    if spec.get("externalIPs"):
        out.write(0, f"External IPs:\t{','.join(spec['externalIPs'])}\n")
    if spec.get("loadBalancerIP"):
        out.write(0, f"Desired LoadBalancer IP:\t{spec['loadBalancerIP']}\n")
    if spec.get("externalName"):
        out.write(0, f"External Name:\t{spec['externalName']}\n")
    ingress = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress")
    if ingress:
        out.write(0, f"LoadBalancer Ingress:\t{', '.join(map(_ingress_point, ingress))}\n")
    slices = read.list(
        ENDPOINT_SLICES, metadata.get("namespace", ""), selector=from_map({SERVICE_NAME_LABEL: metadata["name"]})
    )
    for port in spec.get("ports") or ():
        _describe_port(out, port, slices)
    _describe_policies(out, spec)
    out.events(obj)


def _ingress_point(point: Obj) -> str:
    """``1.2.3.4 (VIP)``, or a host name."""
    if not point.get("ip"):
        hostname: str = point.get("hostname", "")
        return hostname
    return f"{point['ip']} ({point['ipMode']})" if point.get("ipMode") is not None else point["ip"]


def _describe_port(out: Writer, port: Obj, slices: list[Obj]) -> None:
    name, protocol = port.get("name") or "", port.get("protocol", "")
    shown = name or "<unset>"
    out.write(0, f"Port:\t{shown}\t{port['port']}/{protocol}\n")
    out.write(0, f"TargetPort:\t{port.get('targetPort', 0)}/{protocol}\n")
    if port.get("nodePort"):
        out.write(0, f"NodePort:\t{shown}\t{port['nodePort']}/{protocol}\n")
    out.write(0, f"Endpoints:\t{format_endpoint_slices(slices, name)}\n")


def _describe_policies(out: Writer, spec: Obj) -> None:
    out.write(0, f"Session Affinity:\t{spec.get('sessionAffinity', '')}\n")
    for title, field in (
        ("External Traffic Policy", "externalTrafficPolicy"), ("Internal Traffic Policy", "internalTrafficPolicy"),
        ("HealthCheck NodePort", "healthCheckNodePort"),
    ):
        if spec.get(field):
            out.write(0, f"{title}:\t{spec[field]}\n")
    if spec.get("loadBalancerSourceRanges"):
        out.write(0, f"LoadBalancer Source Ranges:\t{','.join(spec['loadBalancerSourceRanges'])}\n")
    if spec.get("trafficDistribution"):
        out.write(0, f"Traffic Distribution:\t{spec['trafficDistribution']}\n")
