"""EndpointSlices (upstream: ``pkg/registry/discovery/endpointslice``, ``pkg/apis/discovery/validation``)."""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
PROTOCOLS = ("SCTP", "TCP", "UDP")
#: the label and its value by which the endpointslice controller knows its own slices
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
CONTROLLER_NAME = "endpointslice-controller.k8s.io"
#: the most endpoints of a slice, addresses of an endpoint, ports of a slice, and hints of an endpoint of one sort
MOST_ENDPOINTS, MOST_ADDRESSES, MOST_PORTS, MOST_HINTS = 1000, 100, 20000, 8


class EndpointSlice(Kind):
    """The hooks of EndpointSlices."""

    columns = (Column("NAME"), Column("ADDRESSTYPE"), Column("PORTS"), Column("ENDPOINTS"), Column("AGE"))

    def default(self, obj: Obj) -> None:
        """Ports have a name, be it empty, and are TCP ports (upstream: ``SetDefaults_EndpointPort``).

        Lists without anything in them come back from the API as null, absent ones too.
        """
        for field in ("endpoints", "ports"):
            obj[field] = obj.get(field) or None
        for port in obj.get("ports") or ():
            port.setdefault("name", "")
            if port.get("protocol") is None:
                port["protocol"] = "TCP"

    # The generation is counted here: a change of labels is one too (they say whose endpoints these are), and writes of
    # the controller count for several. Upstream's writes once for each Pod that changes; a pass brings many at once.

    def prepare_for_create(self, obj: Obj) -> None:
        """Begin with generation 1, or as if the endpoints had come one by one into an empty slice."""
        obj["metadata"]["generation"] = 1 + (len(obj.get("endpoints") or ()) if _is_managed(obj) else 0)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Count the change: one, or one for each endpoint that came, went or changed."""
        metadata, was = obj["metadata"], old["metadata"]
        generation = was.get("generation", 1)
        if any(obj.get(field) != old.get(field) for field in ("endpoints", "ports")) or (
            (metadata.get("labels") or {}) != (was.get("labels") or {})
        ):
            generation += max(1, _count_changes(obj, old) if _is_managed(obj) else 1)
        metadata["generation"] = generation

    def validate(self, obj: Obj) -> list[FieldError]:
        """Upstream: ``ValidateEndpointSlice``."""
        from minikctl.errors import not_supported, required

        errors: list[FieldError] = []
        kind = obj.get("addressType", "")
        if not kind:
            errors.append(required("addressType"))
        elif kind not in ADDRESS_TYPES:
            errors.append(not_supported("addressType", kind, ADDRESS_TYPES))
        return errors + _validate_endpoints(obj.get("endpoints") or [], kind) + _validate_ports(obj.get("ports") or [])

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Upstream: ``ValidateEndpointSliceUpdate``."""
        from minikctl.kinds.meta import validate_immutable_field

        return self.validate(obj) + validate_immutable_field(
            obj.get("addressType", ""), old.get("addressType", ""), "addressType"
        )

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get endpointslices``."""
        from minikctl.kinds.endpointformat import format_discovery_endpoints, format_discovery_ports
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        return (
            metadata["name"], obj.get("addressType", ""), format_discovery_ports(obj.get("ports")),
            format_discovery_endpoints(obj.get("endpoints")), age(metadata.get("creationTimestamp"), now),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """Write ports and endpoints (upstream: ``describeEndpointSliceV1``)."""
        from minikctl.kinds.heading import describe_heading

        describe_heading(out, obj)
        out.write(0, f"AddressType:\t{obj.get('addressType', '')}\n")
        if obj.get("ports"):
            out.write(0, "Ports:\n")
            out.write(1, "Name\tPort\tProtocol\n")
            out.write(1, "----\t----\t--------\n")
            for port in obj["ports"]:
                number = "<unset>" if port.get("port") is None else port["port"]
                out.write(1, f"{port.get('name') or '<unset>'}\t{number}\t{port.get('protocol', '')}\n")
        else:
            out.write(0, "Ports: <unset>\n")
        if obj.get("endpoints"):
            out.write(0, "Endpoints:\n")
            for endpoint in obj["endpoints"]:
                _describe_endpoint(out, endpoint)
        else:
            out.write(0, "Endpoints: <none>\n")
        out.events(obj)


def _is_managed(obj: Obj) -> bool:
    return (obj["metadata"].get("labels") or {}).get(MANAGED_BY) == CONTROLLER_NAME


def _count_changes(obj: Obj, old: Obj) -> int:
    """How many endpoints came, went or changed."""
    now, was = (
        {tuple(endpoint.get("addresses") or ()): endpoint for endpoint in one.get("endpoints") or ()}
        for one in (obj, old)
    )
    return sum(now.get(key) != was.get(key) for key in {*now, *was})


def _describe_endpoint(out: Writer, endpoint: Obj) -> None:
    out.write(1, f"- Addresses:\t{', '.join(endpoint.get('addresses') or ()) or '<none>'}\n")
    ready = (endpoint.get("conditions") or {}).get("ready")
    out.write(2, "Conditions:\n")
    out.write(3, f"Ready:\t{'<unset>' if ready is None else str(ready).lower()}\n")
    out.write(2, f"Hostname:\t{_or_unset(endpoint.get('hostname'))}\n")
    target = endpoint.get("targetRef")
    if target:
        out.write(2, f"TargetRef:\t{target.get('kind', '')}/{target.get('name', '')}\n")
    out.write(2, f"NodeName:\t{_or_unset(endpoint.get('nodeName'))}\n")
    out.write(2, f"Zone:\t{_or_unset(endpoint.get('zone'))}\n")


def _or_unset(text: str | None) -> str:
    return "<unset>" if text is None else text


def _validate_endpoints(endpoints: list[Obj], kind: str) -> list[FieldError]:
    from minikctl.errors import invalid, required, too_many
    from minikctl.lib.names import is_dns1123_label, is_dns1123_subdomain

    if len(endpoints) > MOST_ENDPOINTS:
        return [too_many("endpoints", len(endpoints), MOST_ENDPOINTS)]
    errors: list[FieldError] = []
    for index, endpoint in enumerate(endpoints):
        path = f"endpoints[{index}]"
        addresses = endpoint.get("addresses") or []
        if not addresses:
            errors.append(required(f"{path}.addresses", "must contain at least 1 address"))
        elif len(addresses) > MOST_ADDRESSES:
            errors.append(too_many(f"{path}.addresses", len(addresses), MOST_ADDRESSES))
        for number, address in enumerate(addresses):
            messages = _address_messages(address, kind)
            errors += [invalid(f"{path}.addresses[{number}]", address, message) for message in messages]
        node, hostname = endpoint.get("nodeName"), endpoint.get("hostname")
        if node is not None:
            errors += [invalid(f"{path}.nodeName", node, message) for message in is_dns1123_subdomain(node)]
        if hostname is not None:
            errors += [invalid(f"{path}.hostname", hostname, message) for message in is_dns1123_label(hostname)]
        errors += _validate_hints(endpoint.get("hints") or {}, f"{path}.hints")
    return errors


def _address_messages(address: str, kind: str) -> list[str]:
    """What is wrong with an address of a slice of this type; of unknown types nothing is."""
    from minikctl.lib.addresses import is_ipv6, is_non_special_ip, is_valid_ip

    if kind == "FQDN":
        return _domain_messages(address.removesuffix("."))
    if kind not in ("IPv4", "IPv6"):
        return []
    messages = is_valid_ip(address)
    if messages:
        return messages
    if is_ipv6(address) is not (kind == "IPv6"):
        return [f"must be an {kind} address"]
    return is_non_special_ip(address)


def _domain_messages(name: str) -> list[str]:
    """A fully qualified domain name, the dot at its end taken off (upstream: ``IsFullyQualifiedDomainName``)."""
    from minikctl.lib.names import is_dns1123_label, is_dns1123_subdomain

    if not name:
        return []
    messages = is_dns1123_subdomain(name)
    if messages:
        return messages
    labels = name.split(".")
    if len(labels) < 2:
        return ["should be a domain with at least two segments separated by dots"]
    return [message for label in labels for message in is_dns1123_label(label)]


def _validate_hints(hints: Obj, path: str) -> list[FieldError]:
    from minikctl.errors import duplicate, invalid, too_many
    from minikctl.lib.names import is_dns1123_subdomain, is_valid_label_value

    errors: list[FieldError] = []
    for field, check in (("forZones", is_valid_label_value), ("forNodes", is_dns1123_subdomain)):
        found = hints.get(field) or []
        if len(found) > MOST_HINTS:
            errors.append(too_many(f"{path}.{field}", len(found), MOST_HINTS))
            continue
        seen: set[str] = set()
        for index, hint in enumerate(found):
            name, where = hint.get("name", ""), f"{path}.{field}[{index}].name"
            if name in seen:
                errors.append(duplicate(where, name))
            seen.add(name)
            errors += [invalid(where, name, message) for message in check(name)]
    return errors


def _validate_ports(ports: list[Obj]) -> list[FieldError]:
    from minikctl.errors import duplicate, invalid, not_supported, too_many
    from minikctl.lib.names import is_dns1123_label, is_qualified_name

    if len(ports) > MOST_PORTS:
        return [too_many("ports", len(ports), MOST_PORTS)]
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        path, name = f"ports[{index}]", port["name"]
        if name:
            errors += [invalid(f"{path}.name", name, message) for message in is_dns1123_label(name)]
        if name in seen:
            errors.append(duplicate(f"{path}.name", name))
        seen.add(name)
        if port["protocol"] not in PROTOCOLS:
            errors.append(not_supported(f"{path}.protocol", port["protocol"], PROTOCOLS))
        protocol = port.get("appProtocol")
        if protocol is not None:
            errors += [invalid(f"{path}.appProtocol", protocol, message) for message in is_qualified_name(protocol)]
    return errors


KIND = EndpointSlice
