"""Addresses of Pods: the node's own, and one of the node's range for each Pod.

Upstream: the host-local CNI plugin, which hands out a range's addresses in turn.
"""

from __future__ import annotations

from itertools import chain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

#: the range for Pods of nodes whose own range has no address left, as the first two bytes
OVERFLOW = 128


class _Node:
    """What is handed out on one node, as found at the beginning of a pass and kept up in it."""

    __slots__ = ("address", "newest", "prefix", "used")

    def __init__(self, context: Context, name: str) -> None:
        node: Obj = context.look("nodes", "", name) or {}
        self.address = next(
            (a["address"] for a in (node.get("status") or {}).get("addresses") or () if a["type"] == "InternalIP"),
            "",
        )
        cidr = (node.get("spec") or {}).get("podCIDR") or "10.244.0.0/24"
        self.prefix = cidr.rpartition(".")[0]
        self.used = set()
        self.newest = 1
        fields = ("spec.hostNetwork", "status.podIP")
        for pod in context.list("pods", node=name, fields=fields, mentions="podIP"):
            ip = (pod.get("status") or {}).get("podIP")
            if ip and not (pod.get("spec") or {}).get("hostNetwork"):
                self.used.add(ip)
                prefix, _, last = ip.rpartition(".")
                if prefix == self.prefix:
                    self.newest = max(self.newest, int(last))

    def take_for(self, pod: Obj) -> str:
        """An address for a Pod: the node's own where they share the network, else the next free one."""
        return self.address if pod["spec"].get("hostNetwork") and self.address else self._take()

    def _take(self) -> str:
        """The next free address: after the newest, then from the beginning, then out of the overflow range."""
        for last in chain(range(self.newest + 1, 255), range(2, self.newest + 1)):
            ip = f"{self.prefix}.{last}"
            if ip not in self.used:
                self.used.add(ip)
                self.newest = last
                return ip
        number = len(self.used)
        while True:
            ip = f"10.{OVERFLOW + int(self.prefix.rpartition('.')[2]) % 64}.{number // 254 % 256}.{number % 254 + 1}"
            if ip not in self.used:
                self.used.add(ip)
                return ip
            number += 1


def node_of(context: Context, name: str) -> _Node:
    """What is handed out on a node."""
    nodes: dict[str, _Node] = context.scratch.setdefault("addresses", {})
    node = nodes.get(name)
    if node is None:
        node = nodes[name] = _Node(context, name)
    return node


def assign(context: Context, pod: Obj, status: Obj) -> None:
    """Set hostIP(s) and podIP(s) of a Pod that has none yet."""
    if status.get("podIP"):
        return
    node = node_of(context, pod["spec"]["nodeName"])
    if node.address:
        status["hostIP"] = node.address
        status["hostIPs"] = [{"ip": node.address}]
    ip = node.take_for(pod)
    status["podIP"] = ip
    status["podIPs"] = [{"ip": ip}]
