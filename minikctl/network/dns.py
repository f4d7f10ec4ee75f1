"""The cluster's DNS: what it answers for the names of Services, of their endpoints and of Pods.

Upstream: CoreDNS's plugin ``kubernetes`` (``kubernetes.go``, ``parse.go``, ``reverse.go``) as kubeadm sets it up, with
``pods insecure`` and a TTL of 30 seconds; which names a Pod asks for is the kubelet's ``resolv.conf`` (``dns.go``).
"""

from __future__ import annotations

from minikctl.lib.ips import format_ip, parse_ip
from minikctl.network.endpoints import Endpoint, endpoints_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from minikctl.kinds.base import Obj, Reader

DOMAIN = "cluster.local"
#: seconds for which an answer may be kept
TTL = 30
#: a name with fewer dots is looked for in the search path first
NDOTS = 5
#: CNAMEs that are followed one after the other before the answer ends (a loop)
MOST_CNAMES = 8

NO_ERROR, NX_DOMAIN = "NOERROR", "NXDOMAIN"
TYPES = ("A", "AAAA", "SRV", "CNAME", "PTR")
_REVERSE = (".in-addr.arpa", ".ip6.arpa")


class Answer:
    """What a client gets.

    ``name`` is the fully qualified name that was answered, without its last dot ("" for NXDOMAIN), ``asked`` every name
    on the way there. ``records`` are dicts with name, type, ttl, data and, where it is known, the object that is meant.
    ``reason`` says why there are none.
    """

    __slots__ = ("asked", "name", "rcode", "reason", "records")

    def __init__(self) -> None:
        self.name = ""
        self.asked: list[str] = []
        self.rcode = NX_DOMAIN
        self.records: list[Obj] = []
        self.reason = ""


def search_path(namespace: str) -> list[str]:
    """The domains that a Pod of the namespace looks a short name up in (upstream: ``generateSearchesForDNSClusterFirst``)."""
    return [f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN]


def candidates(name: str, namespace: str) -> list[str]:
    """The names that a Pod's resolver asks for, in order: ``web`` is first looked for beside the Pod.

    A name that ends in a dot is what it is. With five dots or more, a name is tried as it is before the search path.
    """
    if name.endswith("."):
        return [name.rstrip(".")]
    found = [f"{name}.{domain}" for domain in search_path(namespace)]
    return [name, *found] if name.count(".") >= NDOTS else [*found, name]


def resolve(read: Reader, name: str, namespace: str, types: Sequence[str] = ("A", "AAAA")) -> Answer:
    """What a Pod in ``namespace`` gets for ``name``, which may be an address (its name is asked for then)."""
    answer = Answer()
    name = name.lower()
    ip = parse_ip(name)
    if ip is not None:
        name, types = _reverse_name(*ip) + ".", ("PTR",)
    for candidate in candidates(name, namespace):
        answer.asked.append(candidate)
        found = _Lookup(read).records(candidate, types)
        if found is None:
            continue
        if not answer.name or found:
            answer.name, answer.rcode, answer.records = candidate, NO_ERROR, found
        if found:
            return answer
    if answer.name:
        answer.reason = f'"{answer.name}" is a name, but it has no record of type {" or ".join(types)}'
    else:
        answer.reason = _why_not(read, answer.asked)
    return answer


def _record(name: str, kind: str, data: str, about: Obj | None, **more: Any) -> Obj:
    record: Obj = {"name": name, "type": kind, "ttl": TTL, "data": data, **more}
    if about is not None:
        record["object"] = about
    return record


class _Found:
    """One address (or other name) behind a name, at one port (upstream: ``msg.Service``)."""

    __slots__ = ("about", "host", "name", "port")

    def __init__(self, name: str, host: str, port: int | None, about: Obj | None) -> None:
        #: the name by which this one alone can be asked for
        self.name = name
        self.host = host
        #: None: it has no port that is known
        self.port = port
        self.about = about


class _Lookup:
    """One question and those that follow from it."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self.left = MOST_CNAMES

    def records(self, name: str, types: Sequence[str]) -> list[Obj] | None:
        """The records of a fully qualified name; none: it is a name without such records; None: it is no name."""
        if name.endswith(_REVERSE):
            ip = _address_of(name)
            found = self._names_of(ip) if ip else []
            if not found:
                return None
            return [_record(name, "PTR", each.name, each.about) for each in found] if "PTR" in types else []
        services = self._find(name)
        if services is None:
            return None
        records: dict[tuple[str, str, str], Obj] = {}
        for record in self._of_services(name, services, types):
            records.setdefault((record["name"], record["type"], record["data"]), record)
        return list(records.values())

    def _of_services(self, name: str, services: list[_Found], types: Sequence[str]) -> Iterator[Obj]:
        for each in services:
            ip = parse_ip(each.host)
            if ip is None:
                yield from self._alias(name, each, types)
            elif (kind := "A" if ip[0] == 4 else "AAAA") in types:
                yield _record(name, kind, each.host, each.about)
        if "SRV" in types:
            with_port = [each for each in services if each.port is not None and parse_ip(each.host) is not None]
            # Upstream: each record weighs as much as the others, 100 for all of them together, and 1 at the least.
            weight = max(1, 100 // len(services)) if services else 0
            for each in with_port:
                yield _record(
                    name, "SRV", f"0 {weight} {each.port} {each.name}", each.about,
                    priority=0, weight=weight, port=each.port, target=each.name,
                )

    def _alias(self, name: str, each: _Found, types: Sequence[str]) -> Iterator[Obj]:
        """The CNAME of an ExternalName Service, and what it leads to where that is in the cluster too."""
        if not {"A", "AAAA", "CNAME"} & set(types):
            return
        yield _record(name, "CNAME", each.host, each.about)
        self.left -= 1
        if self.left > 0 and _in_cluster(each.host) and {"A", "AAAA"} & set(types):
            yield from self.records(each.host, types) or ()

    def _find(self, name: str) -> list[_Found] | None:
        """Upstream: ``parseRequest``, ``findServices`` and ``findPods``."""
        if not _in_cluster(name):
            return None
        parts = name.removesuffix(DOMAIN).rstrip(".").split(".")
        kind = parts.pop()
        if kind not in ("", "svc", "pod"):
            return None
        if not parts:  # the domain itself, and those of all Services and of all Pods, are names without addresses
            return []
        namespace = parts.pop()
        if self.read.get("namespaces", "", namespace) is None:
            return None
        if kind == "pod" and parts:
            return self._pod(name, parts[0]) if len(parts) == 1 else None
        return self._service(namespace, parts) if parts else []

    def _pod(self, name: str, label: str) -> list[_Found] | None:
        """``10-244-1-2.shop.pod.cluster.local``: the address itself, whether a Pod has it or not."""
        dotted = label.count("-") == 3 and "--" not in label
        ip = label.replace("-", "." if dotted else ":")
        if parse_ip(ip) is None:
            return None
        found = next((pod for pod in self.read.list("pods") if ip == (pod.get("status") or {}).get("podIP")), None)
        return [_Found(name, ip, None, _reference("Pod", found) if found else None)]

    def _service(self, namespace: str, parts: list[str]) -> list[_Found] | None:
        """A Service, one of its endpoints (``db-0.db``) or one of its ports (``_http._tcp.web``)."""
        *parts, name = parts
        service = self.read.get("services", namespace, name)
        if service is None or len(parts) > 2:
            return None
        endpoint = parts[0] if len(parts) == 1 else ""
        port, protocol = (part.removeprefix("_") for part in parts) if len(parts) == 2 else ("", "")
        spec, own = service["spec"], f"{name}.{namespace}.svc.{DOMAIN}"
        about = _reference("Service", service)
        if spec.get("type") == "ExternalName":
            target = spec.get("externalName", "").rstrip(".").lower()
            return None if endpoint or parse_ip(target) is not None else [_Found(own, target, None, about)]
        found = []
        if endpoint or spec.get("clusterIP") in (None, "", "None"):
            for each in endpoints_of(self.read, service):
                if each.ready and endpoint in ("", endpoint_name(each)) and _asked_port(each.port, port, protocol):
                    target_name = f"{endpoint_name(each)}.{own}"
                    found.append(_Found(target_name, each.address, each.port.get("port"), each.target or about))
        else:
            for each_port in spec.get("ports") or ():
                if _asked_port(each_port, port, protocol):
                    found += [_Found(own, ip, each_port["port"], about) for ip in spec.get("clusterIPs") or ()]
        return found or None

    def _names_of(self, ip: str) -> list[_Found]:
        """The names of an address: the Service that has it, else of each Service the endpoint that has it."""
        for service in self.read.list("services", node=ip):
            own = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc.{DOMAIN}"
            return [_Found(own, ip, None, _reference("Service", service))]
        found: dict[str, _Found] = {}
        for service in self.read.list("services"):
            own = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc.{DOMAIN}"
            for each in endpoints_of(self.read, service):
                if each.address == ip and each.ready:
                    name = f"{endpoint_name(each)}.{own}"
                    found.setdefault(name, _Found(name, ip, None, each.target))
        return list(found.values())


def endpoint_name(endpoint: Endpoint) -> str:
    """The first part of an endpoint's name: its host name, else its address with dashes."""
    return endpoint.hostname or endpoint.address.replace(".", "-").replace(":", "-")


def _asked_port(port: Obj, name: str, protocol: str) -> bool:
    """Whether a port is the one that was asked for by name and protocol; "" means any."""
    return name in ("", (port.get("name") or "").lower()) and protocol in ("", port.get("protocol", "TCP").lower())


def _in_cluster(name: str) -> bool:
    return name == DOMAIN or name.endswith(f".{DOMAIN}")


def _reference(kind: str, obj: Obj) -> Obj:
    return {"kind": kind, "namespace": obj["metadata"].get("namespace", ""), "name": obj["metadata"]["name"]}


def _reverse_name(version: int, number: int) -> str:
    """``10.96.0.1`` as ``1.0.96.10.in-addr.arpa``."""
    if version == 4:
        return ".".join(reversed(format_ip(version, number).split("."))) + _REVERSE[0]
    return ".".join(reversed(f"{number:032x}")) + _REVERSE[1]


def _address_of(name: str) -> str:
    """The address that a reverse name is about; "" for none."""
    if name.endswith(_REVERSE[0]):
        ip = parse_ip(".".join(reversed(name.removesuffix(_REVERSE[0]).split("."))))
        return format_ip(*ip) if ip is not None else ""
    digits = "".join(reversed(name.removesuffix(_REVERSE[1]).split(".")))
    if len(digits) != 32 or not set(digits) <= set("0123456789abcdef"):
        return ""
    return format_ip(6, int(digits, 16))


def _why_not(read: Reader, asked: Sequence[str]) -> str:
    """What a person would want to know about names that do not exist: what is missing, for the first that says it."""
    for name in asked:
        if name.endswith(_REVERSE):
            return f"no Service and no endpoint has the address {_address_of(name)}"
        if not name.endswith((f".svc.{DOMAIN}", f".pod.{DOMAIN}")):
            continue
        *parts, namespace, kind = name.removesuffix(f".{DOMAIN}").split(".")
        if not parts or read.get("namespaces", "", namespace) is None:
            continue
        if kind == "pod":
            return f'"{parts[-1]}" is not the address of a Pod with dashes'
        service = read.get("services", namespace, parts[-1])
        if service is not None:
            return _why_not_service(service, parts[:-1])
    return _why_no_service(read, asked)


def _why_not_service(service: Obj, parts: Sequence[str]) -> str:
    where = f'the Service "{service["metadata"]["name"]}" in namespace {service["metadata"]["namespace"]}'
    if len(parts) > 2:
        return f"{where} has no names that deep"
    if len(parts) == 2:
        return f'{where} has no {parts[1].removeprefix("_").upper()} port with the name {parts[0].removeprefix("_")}'
    if parts:
        return f'{where} has no ready endpoint with the name "{parts[0]}"'
    if service["spec"].get("type") == "ExternalName":
        return f"{where} has an address where its external name should be"
    return f"{where} is headless and has no ready endpoints"


def _why_no_service(read: Reader, asked: Sequence[str]) -> str:
    """The first name that is that of a Service by its form tells."""
    for name in asked:
        parts = name.removesuffix(f".svc.{DOMAIN}").split(".")
        if len(parts) == 2 and name.endswith(f".svc.{DOMAIN}"):
            service, namespace = parts
            if read.get("namespaces", "", namespace) is None:
                return f'there is no namespace "{namespace}"'
            return f'there is no Service "{service}" in namespace {namespace}'
    return "nothing in the cluster has this name"
