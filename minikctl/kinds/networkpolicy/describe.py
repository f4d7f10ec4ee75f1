"""``describe`` of NetworkPolicies (upstream: kubectl's ``describeNetworkPolicy``)."""

from __future__ import annotations

from minikctl.kinds.networkpolicy import DIRECTIONS
from minikctl.lib.labels import format_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj, Writer

_INDENT = "    "
#: what a rule without peers says, by the direction
_ANY_PEER = {
    "from": "From: <any> (traffic not restricted by source)", "to": "To: <any> (traffic not restricted by destination)",
}


def describe_network_policy(out: Writer, obj: Obj) -> None:
    """Write a policy, rule by rule. There is no section of events."""
    from minikctl.kinds.describing import annotations_multiline, labels_multiline

    metadata, spec = obj["metadata"], obj.get("spec") or {}
    created = (metadata.get("creationTimestamp") or "0001-01-01T00:00:00Z").replace("T", " ").replace("Z", " +0000 UTC")
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    out.write(0, f"Created on:\t{created}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, "Spec:\n")
    selector = spec.get("podSelector") or {}
    text = format_label_selector(selector)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        text = "<none> (Allowing the specific traffic to all pods in this namespace)"
    out.write(1, "PodSelector: ")
    out.write(2, f"{text}\n")
    types = spec.get("policyTypes") or []
    for kind, direction, peers in DIRECTIONS:
        if kind in types:
            out.write(1, f"Allowing {direction} traffic:\n")
            _describe_rules(out, direction, peers, spec.get(direction) or ())
        else:
            out.write(1, f"Not affecting {direction} traffic\n")
    out.write(1, f"Policy Types: {', '.join(types) or '<none>'}\n")


def _describe_rules(out: Writer, direction: str, peers: str, rules: Sequence[Obj]) -> None:
    """Write the rules of one direction, a line of dashes between two."""
    if not rules:
        out.write(0, f"{_INDENT}<none> (Selected pods are isolated for {direction} connectivity)\n")
    for index, rule in enumerate(rules):
        if index:
            out.write(0, f"{_INDENT}----------\n")
        _describe_ports(out, rule.get("ports") or ())
        if not rule.get(peers):
            out.write(0, f"{_INDENT}{_ANY_PEER[peers]}\n")
        for peer in rule.get(peers) or ():
            out.write(0, f"{_INDENT}{peers.capitalize()}:\n")
            _describe_peer(out, peer)


def _describe_ports(out: Writer, ports: Sequence[Obj]) -> None:
    if not ports:
        out.write(0, f"{_INDENT}To Port: <any> (traffic allowed to all ports)\n")
    for entry in ports:
        # Upstream writes a port that is not given as a nil pointer.
        port, protocol = entry.get("port", "<nil>"), entry.get("protocol", "TCP")
        if entry.get("endPort") is None:
            out.write(0, f"{_INDENT}To Port: {port}/{protocol}\n")
        else:
            out.write(0, f"{_INDENT}To Port Range: {port}-{entry['endPort']}/{protocol}\n")


def _describe_peer(out: Writer, peer: Obj) -> None:
    namespaces, pods, block = (peer.get(field) for field in ("namespaceSelector", "podSelector", "ipBlock"))
    if namespaces is not None:
        out.write(1, f"{_INDENT}NamespaceSelector: {format_label_selector(namespaces)}\n")
    if pods is not None:
        out.write(1, f"{_INDENT}PodSelector: {format_label_selector(pods)}\n")
    if namespaces is None and pods is None and block is not None:
        out.write(1, f"{_INDENT}IPBlock:\n")
        out.write(2, f"{_INDENT}CIDR: {block.get('cidr', '')}\n")
        out.write(2, f"{_INDENT}Except: {', '.join(block.get('except') or ())}\n")
