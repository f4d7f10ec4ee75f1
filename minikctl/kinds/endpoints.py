"""Endpoints (upstream: ``pkg/registry/core/endpoint``, ``ValidateEndpoints``, kubectl's EndpointsDescriber)."""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

PROTOCOLS = ("SCTP", "TCP", "UDP")
MANAGED_BY = "endpoints.kubernetes.io/managed-by"


class Endpoints(Kind):
    """The hooks of Endpoints."""

    columns = (Column("NAME"), Column("ENDPOINTS"), Column("AGE"))
    request_warning = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"

    def default(self, obj: Obj) -> None:
        """Ports are TCP ports (upstream: ``SetDefaults_Endpoints``)."""
        for subset in obj.get("subsets") or ():
            for port in subset.get("ports") or ():
                if not port.get("protocol"):
                    port["protocol"] = "TCP"

    def validate(self, obj: Obj) -> list[FieldError]:
        """Upstream: ``validateEndpointSubsets``."""
        from minikctl.errors import required

        errors: list[FieldError] = []
        for index, subset in enumerate(obj.get("subsets") or ()):
            path = f"subsets[{index}]"
            if not subset.get("addresses") and not subset.get("notReadyAddresses"):
                errors.append(required(path, "must specify `addresses` or `notReadyAddresses`"))
            for field in ("addresses", "notReadyAddresses"):
                for number, address in enumerate(subset.get(field) or ()):
                    errors += _validate_address(address, f"{path}.{field}[{number}]")
            ports = subset.get("ports") or ()
            for number, port in enumerate(ports):
                errors += _validate_port(port, f"{path}.ports[{number}]", name_needed=len(ports) > 1)
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """Upstream: ``ValidateEndpointsUpdate``; everything may change."""
        return self.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """Addresses in an odd form, unless the controller wrote them (upstream: ``endpointsWarnings``)."""
        if (obj["metadata"].get("labels") or {}).get(MANAGED_BY) == "endpoint-controller":
            return []
        from minikctl.lib.addresses import ip_warning

        return [
            f"subsets[{index}].{field}[{number}].ip: {warning}"
            for index, subset in enumerate(obj.get("subsets") or ())
            for field in ("addresses", "notReadyAddresses")
            for number, address in enumerate(subset.get(field) or ())
            if (warning := ip_warning(address.get("ip", "")))
        ]

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get endpoints``."""
        from minikctl.kinds.endpointformat import format_endpoints
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        return metadata["name"], format_endpoints(obj), age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """Write each subset with its addresses and ports."""
        from minikctl.kinds.heading import describe_heading

        describe_heading(out, obj)
        out.write(0, "Subsets:\n")
        for subset in obj.get("subsets") or ():
            for title, field in (("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")):
                ips = ",".join(address["ip"] for address in subset.get(field) or ())
                out.write(1, f"{title}:\t{ips or '<none>'}\n")
            if subset.get("ports"):
                out.write(1, "Ports:\n")
                out.write(2, "Name\tPort\tProtocol\n")
                out.write(2, "----\t----\t--------\n")
                for port in subset["ports"]:
                    out.write(2, f"{port.get('name') or '<unset>'}\t{port['port']}\t{port.get('protocol', '')}\n")
            out.write(0, "\n")
        out.events(obj)


def _validate_address(address: Obj, path: str) -> list[FieldError]:
    from minikctl.errors import invalid
    from minikctl.lib.addresses import is_non_special_ip, is_valid_ip
    from minikctl.lib.names import is_dns1123_label, is_dns1123_subdomain

    ip = address.get("ip", "")
    errors = [invalid(f"{path}.ip", ip, message) for message in is_valid_ip(ip)]
    if hostname := address.get("hostname"):
        errors += [invalid(f"{path}.hostname", hostname, message) for message in is_dns1123_label(hostname)]
    node = address.get("nodeName")
    if node is not None:
        errors += [invalid(f"{path}.nodeName", node, message) for message in is_dns1123_subdomain(node)]
    return errors + [invalid(f"{path}.ip", ip, message) for message in is_non_special_ip(ip)]


def _validate_port(port: Obj, path: str, *, name_needed: bool) -> list[FieldError]:
    from minikctl.errors import invalid, not_supported, required
    from minikctl.lib.names import is_dns1123_label, is_qualified_name, is_valid_port_num

    errors: list[FieldError] = []
    name = port.get("name") or ""
    if name:
        errors += [invalid(f"{path}.name", name, message) for message in is_dns1123_label(name)]
    elif name_needed:
        errors.append(required(f"{path}.name"))
    number = port.get("port", 0)
    errors += [invalid(f"{path}.port", number, message) for message in is_valid_port_num(number)]
    if port.get("protocol") not in PROTOCOLS:
        errors.append(not_supported(f"{path}.protocol", port.get("protocol"), PROTOCOLS))
    if port.get("appProtocol") is not None:
        errors += [
            invalid(f"{path}.appProtocol", port["appProtocol"], message)
            for message in is_qualified_name(port["appProtocol"])
        ]
    return errors


KIND = Endpoints
