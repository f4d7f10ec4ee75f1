"""``describe`` of Ingresses (upstream: kubectl's ``IngressDescriber``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.service import load_balancer_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Reader, Writer

ENDPOINT_SLICES = "endpointslices.discovery.k8s.io"


def describe_ingress(out: Writer, obj: Obj, read: Reader) -> None:
    """Write an Ingress with the endpoints that its rules lead to."""
    metadata, spec = obj["metadata"], obj.get("spec") or {}
    out.write(0, f"Name:\t{metadata['name']}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    address = load_balancer_string((obj.get("status") or {}).get("loadBalancer"))
    out.write(0, f"Address:\t{address}\n")
    out.write(0, f"Ingress Class:\t{spec.get('ingressClassName', '<none>')}\n")
    backend = "<default>"
    if spec.get("defaultBackend") is not None:
        backend = _backend(spec["defaultBackend"], metadata, read)
    out.write(0, f"Default backend:\t{backend}\n")
    if spec.get("tls"):
        out.write(0, "TLS:\n")
        for entry in spec["tls"]:
            hosts, secret = ",".join(entry.get("hosts") or ()), entry.get("secretName")
            out.write(1, f"{secret} terminates {hosts}\n" if secret else f"SNI routes {hosts}\n")
    out.write(0, "Rules:\n  Host\tPath\tBackends\n")
    out.write(1, "----\t----\t--------\n")
    rules = [rule for rule in spec.get("rules") or () if rule.get("http") is not None]
    for rule in rules:
        out.write(1, f"{rule.get('host') or '*'}\t\n")
        for entry in rule["http"].get("paths") or ():
            out.write(2, f"\t{entry.get('path', '')} \t{_backend(entry.get('backend') or {}, metadata, read)}\n")
    if not rules:
        out.write(1, f"*\t*\t{backend}\n")
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.events(obj)


def _backend(backend: Obj, metadata: Obj, read: Reader) -> str:
    """``web:80 (10.0.0.1:8080,10.0.0.2:8080)``; an object that is no Service by its group, kind and name."""
    from minikctl.errors import quote
    from minikctl.kinds.endpointformat import format_endpoint_slices
    from minikctl.lib.labels import from_map

    service = backend.get("service")
    if service is None:
        resource = backend.get("resource")
        if resource is None:
            return ""
        group = resource.get("apiGroup", "<none>")
        return f"APIGroup: {group}, Kind: {resource.get('kind', '')}, Name: {resource.get('name', '')}"
    name, port = service.get("name", ""), service.get("port") or {}
    number, port_name = port.get("number") or 0, port.get("name") or ""
    text = f"{name}:{number or port_name}"
    namespace = metadata.get("namespace", "")
    target = read.get("services", namespace, name)
    if target is None:
        return f"{text} (<error: services {quote(name)} not found>)"
    found = ""
    for each in target["spec"].get("ports") or ():
        if (number and number == each["port"]) or (port_name and port_name == each.get("name")):
            found = each.get("name") or ""
    slices = read.list(ENDPOINT_SLICES, namespace, selector=from_map({"kubernetes.io/service-name": name}))
    return f"{text} ({format_endpoint_slices(slices, found)})"
