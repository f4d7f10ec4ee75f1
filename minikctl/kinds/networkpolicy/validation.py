"""The rules of a NetworkPolicy, in the order of ``ValidateNetworkPolicySpec`` (``pkg/apis/networking/validation``)."""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, required
from minikctl.kinds.meta import validate_label_selector
from minikctl.kinds.networkpolicy import DIRECTIONS
from minikctl.kinds.podspec.rules import unsupported
from minikctl.lib.addresses import is_valid_cidr
from minikctl.lib.ips import parse_cidr
from minikctl.lib.names import is_valid_port_name, is_valid_port_num

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

PROTOCOLS = ("TCP", "UDP", "SCTP")
POLICY_TYPES = ("Ingress", "Egress")


def validate_spec(spec: Obj, path: str) -> list[FieldError]:
    """Every broken rule of the spec at ``path``."""
    errors = validate_label_selector(spec.get("podSelector"), f"{path}.podSelector")
    for _, direction, peers in DIRECTIONS:
        for index, rule in enumerate(spec.get(direction) or ()):
            where = f"{path}.{direction}[{index}]"
            for number, port in enumerate(rule.get("ports") or ()):
                errors += _validate_port(port, f"{where}.ports[{number}]")
            for number, peer in enumerate(rule.get(peers) or ()):
                errors += _validate_peer(peer, f"{where}.{peers}[{number}]")
    types = spec.get("policyTypes") or []
    if len(types) > len(POLICY_TYPES):
        errors.append(invalid(f"{path}.policyTypes", types, "may not specify more than two policyTypes"))
        return errors
    return errors + [
        unsupported(f"{path}.policyTypes[{index}]", kind, POLICY_TYPES)
        for index, kind in enumerate(types) if kind not in POLICY_TYPES
    ]


def _validate_port(entry: Obj, path: str) -> list[FieldError]:
    """A port or a range of ports (upstream: ``ValidateNetworkPolicyPort``)."""
    errors: list[FieldError] = []
    protocol, port, end = entry.get("protocol"), entry.get("port"), entry.get("endPort")
    if protocol is not None and protocol not in PROTOCOLS:
        errors.append(unsupported(f"{path}.protocol", protocol, PROTOCOLS))
    if port is None:
        if end is not None:
            errors.append(invalid(f"{path}.endPort", end, "may not be specified when `port` is not specified"))
    elif isinstance(port, int):
        errors += [invalid(f"{path}.port", port, message) for message in is_valid_port_num(port)]
        if end is not None:
            if end < port:
                errors.append(invalid(f"{path}.endPort", end, "must be greater than or equal to `port`"))
            errors += [invalid(f"{path}.endPort", end, message) for message in is_valid_port_num(end)]
    else:
        if end is not None:
            errors.append(invalid(f"{path}.endPort", end, "may not be specified when `port` is non-numeric"))
        errors += [invalid(f"{path}.port", port, message) for message in is_valid_port_name(port)]
    return errors


def _validate_peer(peer: Obj, path: str) -> list[FieldError]:
    """Pods, namespaces or addresses (upstream: ``ValidateNetworkPolicyPeer``)."""
    errors: list[FieldError] = []
    named = [field for field in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(field) is not None]
    for field in named:
        if field == "ipBlock":
            errors += _validate_ip_block(peer[field], f"{path}.ipBlock")
        else:
            errors += validate_label_selector(peer[field], f"{path}.{field}")
    if not named:
        errors.append(required(path, "must specify a peer"))
    elif len(named) > 1 and "ipBlock" in named:
        errors.append(forbidden(path, "may not specify both ipBlock and another peer"))
    return errors


def _validate_ip_block(block: Obj, path: str) -> list[FieldError]:
    cidr = block.get("cidr", "")
    if not cidr:
        return [required(f"{path}.cidr")]
    errors = [invalid(f"{path}.cidr", cidr, message) for message in is_valid_cidr(cidr)]
    outer = parse_cidr(cidr)
    if outer is None:
        return errors
    for index, text in enumerate(block.get("except") or ()):
        where = f"{path}.except[{index}]"
        errors += [invalid(where, text, message) for message in is_valid_cidr(text)]
        inner = parse_cidr(text)
        if inner is not None and not _is_strict_subset(inner, outer):
            errors.append(invalid(where, text, "must be a strict subset of `cidr`"))
    return errors


def _is_strict_subset(inner: tuple[int, int, int], outer: tuple[int, int, int]) -> bool:
    """Whether the network ``inner`` (IP version, address, length of its prefix) lies in ``outer`` and is smaller."""
    if inner[0] != outer[0] or inner[2] <= outer[2]:
        return False
    shift = (32 if outer[0] == 4 else 128) - outer[2]
    return inner[1] >> shift == outer[1] >> shift
