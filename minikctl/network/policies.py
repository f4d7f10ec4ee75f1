"""NetworkPolicies: whether traffic may go from one place to another, and which policy says so.

Upstream: the meaning that ``k8s.io/api/networking/v1`` gives to the fields. A Pod that no policy of a direction selects
is open in it; one that is selected is closed but for what the rules of all these policies let through.
"""

from __future__ import annotations

from minikctl.lib.ips import parse_cidr, parse_ip
from minikctl.lib.labels import from_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Reader

POLICIES = "networkpolicies.networking.k8s.io"
INGRESS, EGRESS = "Ingress", "Egress"


class Peer:
    """One end of a connection: a Pod, or an address outside of the Pods' network ("" where it is not known)."""

    __slots__ = ("ip", "pod")

    def __init__(self, pod: Obj | None = None, ip: str = "") -> None:
        # A Pod on its node's network is to policies what its node is.
        self.pod = None if pod is not None and pod["spec"].get("hostNetwork") else pod
        self.ip: str = ip or ((pod or {}).get("status") or {}).get("podIP") or ""


class Verdict:
    """Whether a direction is open. ``policies`` are those that let it through, or else those that close it."""

    __slots__ = ("allowed", "direction", "policies")

    def __init__(self, direction: str, policies: list[str], *, allowed: bool) -> None:
        self.direction = direction
        self.allowed = allowed
        self.policies = policies

    def __str__(self) -> str:
        direction = self.direction.lower()
        if not self.policies:
            return f"{direction}: no policy"
        return f"{direction}: {'allowed' if self.allowed else 'denied'} by {', '.join(self.policies)}"


class Judge:
    """Judges connections by the policies that are stored."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self._policies: dict[str, list[Obj]] = {}
        self._labels: dict[str, dict[str, str]] = {}

    def judge(self, client: Peer, server: Peer, port: int | None, protocol: str) -> list[Verdict]:
        """What the client's egress and the server's ingress say, in this order; only of ends that are Pods."""
        if client.pod is not None and server.pod is not None and _key(client.pod) == _key(server.pod):
            return []  # a Pod reaches itself whatever policies say
        verdicts = []
        if client.pod is not None:
            verdicts.append(self._direction(EGRESS, client.pod, server, server, port, protocol))
        if server.pod is not None:
            verdicts.append(self._direction(INGRESS, server.pod, client, server, port, protocol))
        return verdicts

    def _direction(
        self, direction: str, pod: Obj, peer: Peer, server: Peer, port: int | None, protocol: str
    ) -> Verdict:
        field, peers = ("ingress", "from") if direction == INGRESS else ("egress", "to")
        closing, letting = [], []
        for policy in self._selecting(pod, direction):
            name = policy["metadata"]["name"]
            closing.append(name)
            for rule in policy["spec"].get(field) or ():
                if self._peers_match(rule.get(peers), peer, policy) and _ports_match(rule.get("ports"), server, port, protocol):
                    letting.append(name)
                    break
        return Verdict(direction, letting or closing, allowed=bool(letting) or not closing)

    def _selecting(self, pod: Obj, direction: str) -> list[Obj]:
        namespace, labels = pod["metadata"].get("namespace", ""), pod["metadata"].get("labels") or {}
        if namespace not in self._policies:
            self._policies[namespace] = self.read.list(POLICIES, namespace)
        return [
            policy for policy in self._policies[namespace]
            if direction in (policy["spec"].get("policyTypes") or (INGRESS,))
            and from_label_selector(policy["spec"].get("podSelector") or {}).matches(labels)
        ]

    def _peers_match(self, peers: list[Obj] | None, peer: Peer, policy: Obj) -> bool:
        """Whether one of a rule's peers is meant; no peers mean everybody."""
        return not peers or any(self._peer_matches(each, peer, policy) for each in peers)

    def _peer_matches(self, wanted: Obj, peer: Peer, policy: Obj) -> bool:
        block = wanted.get("ipBlock")
        if block is not None:
            return in_block(peer.ip, block)
        if peer.pod is None:
            return False
        namespace = peer.pod["metadata"].get("namespace", "")
        namespaces, pods = wanted.get("namespaceSelector"), wanted.get("podSelector")
        if namespaces is None:
            if namespace != policy["metadata"].get("namespace", ""):
                return False
        elif not from_label_selector(namespaces).matches(self._namespace_labels(namespace)):
            return False
        return pods is None or from_label_selector(pods).matches(peer.pod["metadata"].get("labels") or {})

    def _namespace_labels(self, name: str) -> dict[str, str]:
        if name not in self._labels:
            obj = self.read.get("namespaces", "", name) or {"metadata": {}}
            self._labels[name] = obj["metadata"].get("labels") or {}
        return self._labels[name]


def _key(pod: Obj) -> tuple[str, str]:
    return pod["metadata"].get("namespace", ""), pod["metadata"]["name"]


def in_block(ip: str, block: Obj) -> bool:
    """Whether an address is in an ipBlock. One that is not known is only in a block of all, without exceptions."""
    if not ip:
        return block["cidr"] in ("0.0.0.0/0", "::/0") and not block.get("except")
    return _in_network(ip, block["cidr"]) and not any(_in_network(ip, each) for each in block.get("except") or ())


def _in_network(ip: str, cidr: str) -> bool:
    address, network = parse_ip(ip), parse_cidr(cidr)
    if address is None or network is None or address[0] != network[0]:
        return False
    shift = (32 if address[0] == 4 else 128) - network[2]
    return address[1] >> shift == network[1] >> shift


def _ports_match(ports: list[Obj] | None, server: Peer, port: int | None, protocol: str) -> bool:
    """Whether one of a rule's ports is meant; no ports mean all. A name is a port of the server's containers."""
    return not ports or any(_port_matches(each, server, port, protocol) for each in ports)


def _port_matches(wanted: Obj, server: Peer, port: int | None, protocol: str) -> bool:
    if wanted.get("protocol", "TCP") != protocol:
        return False
    number = wanted.get("port")
    if number is None:
        return True
    if port is None:
        return False
    if isinstance(number, str):
        containers = server.pod["spec"]["containers"] if server.pod is not None else ()
        return any(
            each.get("name") == number and each["containerPort"] == port and each.get("protocol", "TCP") == protocol
            for container in containers for each in container.get("ports") or ()
        )
    last: int = wanted.get("endPort") or number
    return bool(number <= port <= last)
