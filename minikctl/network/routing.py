"""The way of requests: from a client through DNS, Ingress and Service to Pods, past NetworkPolicies."""

from __future__ import annotations

from minikctl.lib.addresses import join_host_port
from minikctl.lib.ips import parse_ip
from minikctl.network import dns
from minikctl.network.endpoints import Endpoint, endpoints_of
from minikctl.network.ingress import find_backend, served_ingresses
from minikctl.network.policies import Judge, Peer, Verdict
from minikctl.network.proxy import distribute, usable_endpoints

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Reader

PORTS = {"http": 80, "https": 443}


class Route:
    """What became of the requests.

    ``hops`` say which way they went, ``backends`` where they ended (dicts: pod, address, node, requests, allowed, why),
    ``problem`` why they got nowhere, "" for none.
    """

    __slots__ = ("backends", "hops", "notes", "problem")

    def __init__(self) -> None:
        self.hops: list[str] = []
        self.backends: list[Obj] = []
        self.notes: list[str] = []
        self.problem = ""

    @property
    def arrives(self) -> bool:
        """Whether any request gets to a Pod (or out of the cluster)."""
        return not self.problem and any(each["allowed"] for each in self.backends)


class Router:
    """Routes the requests of one client."""

    def __init__(self, read: Reader, client: Peer, namespace: str, count: int = 0, ingress_class: str = "") -> None:
        """Send ``count`` requests (0: one to each endpoint) from ``client``.

        ``namespace``: where short names are looked up; ``ingress_class``: only Ingresses of this class.
        """
        self.read = read
        self.client = client
        self.namespace = namespace
        self.count = count
        self.ingress_class = ingress_class
        self.route = Route()
        self.judge = Judge(read)

    def to_service(self, namespace: str, name: str, port: str = "") -> Route:
        """Requests to a Service; ``port`` is a number or name, "" for the first."""
        service = self.read.get("services", namespace, name)
        if service is None:
            self.route.problem = f'there is no Service "{name}" in namespace {namespace}'
        else:
            self._service(service, port)
        return self.route

    def to_url(self, scheme: str, host: str, port: int | None, path: str) -> Route:
        """Requests to a URL: within the cluster where its host is a name or address of it, else through Ingresses."""
        number = port or PORTS[scheme]
        service = self._service_of(host, number)
        if service is not None:
            self._service(*service)
        elif (pod := self._pod_at(host)) is not None:
            self.route.hops.append(f"Pod {pod['metadata']['namespace']}/{pod['metadata']['name']}")
            self._finish([(_endpoint(pod, pod["status"]["podIP"], number), pod)], "TCP", host, sticky=False)
        else:
            self._ingress(host.lower(), path)
        return self.route

    # -- the stations -----------------------------------------------------------------------------------------------

    def _service_of(self, host: str, number: int) -> tuple[Obj, str] | None:
        """The Service that a host and port lead to, and its port."""
        if parse_ip(host) is not None:
            for service in self.read.list("services"):
                spec, status = service["spec"], service.get("status") or {}
                points = (status.get("loadBalancer") or {}).get("ingress") or ()
                if host in (spec.get("clusterIPs") or ()) or host in (spec.get("externalIPs") or ()) or any(
                    point.get("ip") == host for point in points
                ):
                    return service, str(number)
            return self._node_port(host, number)
        answer = dns.resolve(self.read, host, self.namespace, ("A", "AAAA", "CNAME"))
        for record in answer.records:
            about = record.get("object") or {}
            if about.get("kind") == "Service":
                found = self.read.get("services", about["namespace"], about["name"])
                return (found, str(number)) if found is not None else None
        name, _, namespace = answer.name.removesuffix(f".svc.{dns.DOMAIN}").partition(".")
        found = self.read.get("services", namespace, name) if answer.records else None
        return (found, str(number)) if found is not None else None

    def _node_port(self, host: str, number: int) -> tuple[Obj, str] | None:
        nodes = [
            node for node in self.read.list("nodes")
            if any(each["address"] == host for each in (node.get("status") or {}).get("addresses") or ())
        ]
        for service in self.read.list("services") if nodes else ():
            for port in service["spec"].get("ports") or ():
                if port.get("nodePort") == number:
                    self.route.hops.append(f"Node {nodes[0]['metadata']['name']}, port {number}")
                    return service, str(port["port"])
        return None

    def _pod_at(self, host: str) -> Obj | None:
        """The Pod that has an address, or a name (``db-0.db``)."""
        ips = {host}
        if parse_ip(host) is None:
            ips = {record["data"] for record in dns.resolve(self.read, host, self.namespace).records}
        return next((pod for pod in self.read.list("pods") if (pod.get("status") or {}).get("podIP") in ips), None)

    def _ingress(self, host: str, path: str) -> None:
        ingresses = served_ingresses(self.read, self.ingress_class, self.route.notes)
        match = find_backend(ingresses, host, path)
        if match is None:
            self.route.problem = f"404: no Ingress has a rule for http://{host}{path}, and none a default backend"
            return
        meta = match.ingress["metadata"]
        self.route.hops.append(f"Ingress {meta['namespace']}/{meta['name']}: {match.words}")
        backend = match.backend.get("service")
        if backend is None:
            resource = match.backend.get("resource") or {}
            self.route.problem = f"the backend is the {resource.get('kind')} {resource.get('name')}, which is no Service"
            return
        port = backend.get("port") or {}
        service = self.read.get("services", meta["namespace"], backend["name"])
        if service is None:
            self.route.problem = f'503: there is no Service "{backend["name"]}" in namespace {meta["namespace"]}'
            return
        self._service(service, str(port.get("name") or port.get("number") or ""))

    def _service(self, service: Obj, port: str) -> None:
        meta, spec = service["metadata"], service["spec"]
        name = f"{meta['namespace']}/{meta['name']}"
        if spec.get("type") == "ExternalName":
            self._external(service, port)
            return
        wanted = next((each for each in spec.get("ports") or () if port in ("", str(each["port"]), each.get("name"))), None)
        headless = spec.get("clusterIP") in (None, "", "None")
        if wanted is None and not headless:
            ports = ", ".join(str(each["port"]) for each in spec.get("ports") or ())
            self.route.problem = f"the Service {name} has no port {port}: it has {ports or 'none'}"
            return
        protocol = (wanted or {}).get("protocol", "TCP")
        shown = f"{wanted['port']}/{protocol}" if wanted is not None else port
        self.route.hops.append(f"Service {name}, port {shown}" + (", headless" if headless else ""))
        every = endpoints_of(self.read, service)
        if wanted is not None:
            every = [each for each in every if not each.port or (each.port.get("name") or "") == (wanted.get("name") or "")]
        local = spec.get("internalTrafficPolicy") == "Local" and not headless
        node = self._client_node()
        if local and node is None:
            self.route.notes.append("internalTrafficPolicy Local: only Pods on the client's node get requests (--from POD)")
        found = usable_endpoints(every, None if headless else node, local=local)
        if not found:
            where = f" on node {node['metadata']['name']}" if local and node is not None else ""
            ready = "no endpoints" if not every else "no ready endpoints"
            self.route.problem = f"connection refused: the Service {name} has {ready}{where}"
            return
        sticky = spec.get("sessionAffinity") == "ClientIP" and not headless
        if sticky:
            self.route.notes.append("sessionAffinity ClientIP: all requests of a client go to one Pod")
        self._finish([(each, self._pod_of(each)) for each in found], protocol, meta["uid"], sticky=sticky)

    def _external(self, service: Obj, port: str) -> None:
        target = service["spec"].get("externalName", "")
        self.route.hops.append(f"Service {service['metadata']['namespace']}/{service['metadata']['name']}: {target}")
        number = int(port) if port.isdecimal() else None
        inside = self._service_of(target, number or 80) if target.endswith(dns.DOMAIN) else None
        if inside is not None and inside[0]["spec"].get("type") != "ExternalName":
            self._service(inside[0], port)
            return
        verdicts = self.judge.judge(self.client, Peer(), number, "TCP")
        self._add(None, target if number is None else f"{target}:{number}", "", max(1, self.count), verdicts)

    # -- the end ----------------------------------------------------------------------------------------------------

    def _client_node(self) -> Obj | None:
        name = self.client.pod["spec"].get("nodeName") if self.client.pod is not None else None
        return self.read.get("nodes", "", name) if name else None

    def _pod_of(self, endpoint: Endpoint) -> Obj | None:
        target = endpoint.target
        if target is None or target["kind"] != "Pod":  # the target of an endpoint may be anything
            return None
        return self.read.get("pods", target["namespace"], target["name"])

    def _finish(self, found: list[tuple[Endpoint, Obj | None]], protocol: str, seed: str, *, sticky: bool) -> None:
        shares = distribute(self.count or len(found), len(found), f"{seed}/{self.client.ip}", sticky=sticky)
        for (endpoint, pod), requests in zip(found, shares, strict=True):
            server = Peer(pod, endpoint.address)
            verdicts = self.judge.judge(self.client, server, endpoint.number, protocol)
            number = endpoint.number
            address = endpoint.address if number is None else join_host_port(endpoint.address, number)
            self._add(pod, address, endpoint.node, requests, verdicts)

    def _add(self, pod: Obj | None, address: str, node: str, requests: int, verdicts: list[Verdict]) -> None:
        self.route.backends.append({
            "pod": pod["metadata"]["name"] if pod is not None else "",
            "namespace": pod["metadata"].get("namespace", "") if pod is not None else "",
            "address": address, "node": node, "requests": requests,
            "allowed": all(each.allowed for each in verdicts),
            "why": [str(each) for each in verdicts],
        })


def _endpoint(pod: Obj, ip: str, number: int) -> Endpoint:
    reference = {"kind": "Pod", "namespace": pod["metadata"]["namespace"], "name": pod["metadata"]["name"]}
    found = {"conditions": {"ready": True}, "targetRef": reference, "nodeName": pod["spec"].get("nodeName", "")}
    return Endpoint(ip, {"port": number}, found)
