"""Services get their addresses and node ports here (upstream: ``pkg/registry/core/service/storage/alloc.go``).

The API server allocates before it validates, so a Service that asks for what is taken hears of nothing else. Nothing is
booked anywhere: what is in use is what stored Services say, so that whatever is taken away is free again. The simulated
cluster has one range of IPv4 addresses, as the cluster that kubeadm makes, and the usual range of node ports.
"""

from __future__ import annotations

from minikctl.errors import FieldError, InternalError, Invalid, invalid
from minikctl.kinds.service import needs_health_check
from minikctl.kinds.service.rules import validate_cluster_ips
from minikctl.kinds.service.updates import needs_cluster_ip, needs_node_port, node_ports
from minikctl.lib.addresses import is_ipv6
from minikctl.lib.ips import format_ip, parse_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random
    from typing import Any, Protocol

    from minikctl.api.admission import Request

    Obj = dict[str, Any]

    class Lookup(Protocol):
        """What the allocation has to know of the rest of the cluster."""

        def used_cluster_ips(self) -> set[str]:
            """Every clusterIP of a stored Service."""

        def used_node_ports(self) -> set[tuple[int, str]]:
            """Every node port of a stored Service, those of health checks too, with its protocol."""

        def random(self) -> Random:
            """The source of numbers to draw from (``randrange``)."""

#: 10.96.0.0/16: the first and the last address are nobody's (``is_in_service_cidr``)
SERVICE_CIDR = "10.96.0.0/16"
_NETWORK, _SIZE = 0x0A600000, 1 << 16
#: addresses at the start of the range that are drawn only when all others are taken: people ask for these by number
STATIC_ADDRESSES = 256
#: the first node port, how many there are, and how many at the start are drawn last
FIRST_NODE_PORT, NODE_PORTS, STATIC_NODE_PORTS = 30000, 2768, 86
NODE_PORT_RANGE = "30000-32767"
#: the family of the cluster's Services
FAMILY = "IPv4"


def admit(request: Request) -> None:
    """Give the Service of ``request`` its addresses and ports; see ``admit_service``."""
    admit_service(request.obj, request.old, _StoredServices(request))


class _StoredServices:
    """``Lookup`` over the API's own Services."""

    def __init__(self, request: Request) -> None:
        self._api = request.api
        self.random = request.api.random

    def used_cluster_ips(self) -> set[str]:
        counts: Any = self._api.store.refs("services")
        return {ip for ip, _ in counts}

    def used_node_ports(self) -> set[tuple[int, str]]:
        used = set()
        for service in self._api.list("services", fields=("spec.ports", "spec.healthCheckNodePort")):
            spec = service.get("spec") or {}
            used |= {(port["nodePort"], port["protocol"]) for port in spec.get("ports") or () if port.get("nodePort")}
            if spec.get("healthCheckNodePort"):
                used.add((spec["healthCheckNodePort"], "TCP"))
        return used


def admit_service(new: Obj, old: Obj | None, lookup: Lookup) -> None:
    """Give ``new`` what its type needs: IP families, clusterIP and clusterIPs, node ports, a health check port.

    ``old`` is the stored Service at an update, else None. Allocated values that an update leaves out are carried over.
    Raises Invalid when what is asked for is taken, out of range or contradictory, InternalError when a range is full.
    """
    before = old["spec"] if old is not None else {}
    spec = new["spec"]
    if old is not None:
        _patch_allocated_values(spec, before)
    _normalize_cluster_ips(spec, before if old is not None else None)
    _check(new, _init_ip_family_fields(spec, before))
    if needs_cluster_ip(spec) and not (before and needs_cluster_ip(before)):
        _allocate_cluster_ips(new, lookup)
    ports = _PortAllocation(lookup, before)
    if needs_node_port(spec):
        _check(new, _allocate_node_ports(spec, before, ports))
    if needs_health_check(spec) and not (before and needs_health_check(before)):
        _allocate_health_check_port(spec, ports)


def _check(service: Obj, errors: list[FieldError]) -> None:
    if errors:
        raise Invalid("Service", service["metadata"].get("name", ""), errors)


# ---------------------------------------------------------------------------------------------------------------------
# What an update leaves out
# ---------------------------------------------------------------------------------------------------------------------


def _patch_allocated_values(spec: Obj, old: Obj) -> None:
    """Carry over what was allocated: the manifest that made a Service can be sent again as it is."""
    if needs_cluster_ip(spec) and needs_cluster_ip(old):
        for field in ("clusterIP", "clusterIPs"):
            if not spec.get(field) and old.get(field):
                spec[field] = old[field]
    if needs_node_port(spec) and needs_node_port(old):
        kept = node_ports(spec) & node_ports(old)
        by_name = {port.get("name") or "": port.get("nodePort") for port in old.get("ports") or ()}
        for port in spec.get("ports") or ():
            known = by_name.get(port.get("name") or "")
            if known and not port.get("nodePort") and known not in kept:
                port["nodePort"] = known
    if needs_health_check(spec) and needs_health_check(old) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = old.get("healthCheckNodePort")


def _normalize_cluster_ips(spec: Obj, old: Obj | None) -> None:
    """Let clusterIPs follow clusterIP where a client knows only the latter."""
    ip, ips = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    if old is None:
        if ip and not ips:
            spec["clusterIPs"] = [ip]
        return
    old_ip, old_ips = old.get("clusterIP") or "", old.get("clusterIPs") or []
    if old_ips and not ips and ip == old_ip:
        spec["clusterIPs"] = old_ips
    elif ip != old_ip and ips == old_ips:
        if ip:
            spec["clusterIPs"] = [ip]
        else:
            spec.pop("clusterIPs", None)


# ---------------------------------------------------------------------------------------------------------------------
# Families
# ---------------------------------------------------------------------------------------------------------------------


def _init_ip_family_fields(spec: Obj, old: Obj) -> list[FieldError]:
    """Settle ipFamilyPolicy and ipFamilies for a cluster of one family. Upstream: ``initIPFamilyFields``."""
    if not needs_cluster_ip(spec) or _keeps_preferred_dual_stack(spec, old):
        return []
    selectorless = spec.get("clusterIP") == "None" and not spec.get("selector")
    if spec.get("ipFamilyPolicy") is None:
        # A headless Service without a selector may lead anywhere, so it is taken to have both families.
        spec["ipFamilyPolicy"] = old.get("ipFamilyPolicy") or ("RequireDualStack" if selectorless else "SingleStack")
    errors = validate_cluster_ips(spec)
    if errors:
        return errors
    errors = _release_secondary(spec, old) if old else []
    errors += _check_single_stack(spec) + _infer_families(spec)
    if errors:
        return errors
    families: list[str] = spec.setdefault("ipFamilies", [])
    if selectorless:
        if not families:
            families.append(FAMILY)
        if len(families) < 2 and spec["ipFamilyPolicy"] != "SingleStack":
            families.append("IPv6" if families[0] == "IPv4" else "IPv4")
        return []
    if spec["ipFamilyPolicy"] == "RequireDualStack":
        detail = "this cluster is not configured for dual-stack services"
        errors.append(invalid("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], detail))
    errors += [
        invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")
        for index, family in enumerate(families) if family != FAMILY
    ]
    if not families:
        families.append(FAMILY)
    return errors


def _keeps_preferred_dual_stack(spec: Obj, old: Obj) -> bool:
    """Nothing is to be done for a Service that preferred two families before and changes nothing about it."""
    return bool(old) and spec["type"] == old["type"] and spec.get("ipFamilyPolicy") == "PreferDualStack" and (
        old.get("ipFamilyPolicy") in (None, "PreferDualStack")
        and (spec.get("clusterIPs") or []) == (old.get("clusterIPs") or [])
        and (spec.get("ipFamilies") or []) == (old.get("ipFamilies") or [])
    )


def _release_secondary(spec: Obj, old: Obj) -> list[FieldError]:
    """Going back to one family is said by the policy, not by leaving something out."""
    errors = []
    for field, what in (("clusterIPs", "cluster IP"), ("ipFamilies", "IP family")):
        now, was = spec.get(field) or [], old.get(field) or []
        if spec["ipFamilyPolicy"] == "SingleStack":
            if now == was and len(now) > 1:
                spec[field] = now[:1]
        elif now and len(now) < len(was):
            detail = f"must be 'SingleStack' to release the secondary {what}"
            errors.append(invalid("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], detail))
    return errors


def _check_single_stack(spec: Obj) -> list[FieldError]:
    policy = spec["ipFamilyPolicy"]
    if policy != "SingleStack":
        return []
    return [
        invalid(
            "spec.ipFamilyPolicy", policy,
            f"must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified",
        )
        for field, what in (("clusterIPs", "cluster IPs"), ("ipFamilies", "IP families"))
        if len(spec.get(field) or ()) == 2
    ]


def _infer_families(spec: Obj) -> list[FieldError]:
    """Take the families from the addresses that the user gave."""
    errors = []
    families: list[str] = spec.get("ipFamilies") or []
    ips = spec.get("clusterIPs") or []
    for index, ip in enumerate(ips):
        if ip == "None":
            break
        if index < len(families):
            continue
        family = "IPv6" if is_ipv6(ip) else "IPv4"
        if family != FAMILY:
            errors.append(invalid(f"spec.clusterIPs[{index}]", ips, f"{family} is not configured on this cluster"))
        else:
            families = [*families, family]
    if families:
        spec["ipFamilies"] = families
    return errors


# ---------------------------------------------------------------------------------------------------------------------
# Addresses
# ---------------------------------------------------------------------------------------------------------------------


def is_in_service_cidr(ip: str) -> bool:
    """Whether a Service can have ``ip``: it lies in the range and is neither its first nor its last address."""
    parsed = parse_ip(ip)
    return parsed is not None and parsed[0] == 4 and _NETWORK < parsed[1] < _NETWORK + _SIZE - 1


def _allocate_cluster_ips(service: Obj, lookup: Lookup) -> None:
    """Set clusterIP and clusterIPs: what was asked for, or an address that is free. Headless Services get none."""
    spec = service["spec"]
    ips: list[str] = spec.get("clusterIPs") or []
    if ips == ["None"]:
        return
    used = lookup.used_cluster_ips()
    if not ips:
        ips = [_next_cluster_ip(used, lookup)]
    else:
        reason = ""
        if not is_in_service_cidr(ips[0]):
            reason = "the provided network does not match the current range"
        elif ips[0] in used:
            reason = "provided IP is already allocated"
        if reason:
            _check(service, [invalid("spec.clusterIPs", ips, f"failed to allocate IP {ips[0]}: {reason}")])
    spec["clusterIPs"] = ips
    spec["clusterIP"] = ips[0]


def _next_cluster_ip(used: set[str], lookup: Lookup) -> str:
    """A free address: from a random place on through the upper part of the range, then through the lower.

    Upstream: ``allocateNextService`` and KEP-3070.
    """
    draw = lookup.random().randrange
    for first, size in ((1 + STATIC_ADDRESSES, _SIZE - 2 - STATIC_ADDRESSES), (1, STATIC_ADDRESSES)):
        start = draw(size)
        for step in range(size):
            ip = format_ip(4, _NETWORK + first + (start + step) % size)
            if ip not in used:
                return ip
    raise InternalError("Internal error occurred: failed to allocate a serviceIP: range is full")


# ---------------------------------------------------------------------------------------------------------------------
# Node ports
# ---------------------------------------------------------------------------------------------------------------------


class _PortAllocation:
    """The node ports that one write takes. A number is taken for every protocol, as upstream's allocator has it."""

    def __init__(self, lookup: Lookup, old: Obj) -> None:
        self._lookup = lookup
        #: what the Service has already is its own to keep
        self.own = node_ports(old)
        self._used: set[int] | None = None

    @property
    def used(self) -> set[int]:
        if self._used is None:
            self._used = {number for number, _ in self._lookup.used_node_ports()}
        return self._used

    def allocate(self, number: int) -> str:
        """Take ``number``; returns why it cannot be had, or ""."""
        if not FIRST_NODE_PORT <= number < FIRST_NODE_PORT + NODE_PORTS:
            return f"provided port is not in the valid range. The range of valid ports is {NODE_PORT_RANGE}"
        if number in self.used:
            return "provided port is already allocated"
        self.used.add(number)
        return ""

    def allocate_next(self) -> int:
        """Take a free number, drawn from the upper part of the range while there is one. Raises InternalError."""
        draw = self._lookup.random().randrange
        for first, size in (
            (FIRST_NODE_PORT + STATIC_NODE_PORTS, NODE_PORTS - STATIC_NODE_PORTS), (FIRST_NODE_PORT, STATIC_NODE_PORTS)
        ):
            start = draw(size)
            for step in range(size):
                number = first + (start + step) % size
                if number not in self.used:
                    self.used.add(number)
                    return number
        raise InternalError("Internal error occurred: failed to allocate a nodePort: range is full")


def _allocate_node_ports(spec: Obj, old: Obj, ports: _PortAllocation) -> list[FieldError]:
    """Give each port its node port. Load balancers may go without (allocateLoadBalancerNodePorts: false)."""
    draws = spec["type"] == "NodePort" or spec.get("allocateLoadBalancerNodePorts") is not False
    if old:
        return _update_node_ports(spec, ports, draws=draws)
    return _init_node_ports(spec, ports, draws=draws)


def _init_node_ports(spec: Obj, ports: _PortAllocation, *, draws: bool) -> list[FieldError]:
    """Ports of one number (TCP and UDP) share a node port. Upstream: ``initNodePorts``."""
    by_port: dict[int, int] = {}
    for index, port in enumerate(spec.get("ports") or ()):
        number, wanted = port.get("port", 0), port.get("nodePort") or 0
        if not wanted and not draws:
            continue
        known = by_port.get(number)
        if known is None:
            asked = _requested_node_port(number, spec["ports"])
            if asked and (reason := ports.allocate(asked)):
                return [invalid(f"spec.ports[{index}].nodePort", asked, reason)]
            port["nodePort"] = by_port[number] = asked or ports.allocate_next()
        elif not wanted:
            port["nodePort"] = known
        elif wanted != known and (reason := ports.allocate(wanted)):
            return [invalid(f"spec.ports[{index}].nodePort", wanted, reason)]
    return []


def _requested_node_port(number: int, ports: list[Obj]) -> int:
    """The first node port that is asked for by a port of this number; 0: none."""
    return next((port["nodePort"] for port in ports if port.get("port", 0) == number and port.get("nodePort")), 0)


def _update_node_ports(spec: Obj, ports: _PortAllocation, *, draws: bool) -> list[FieldError]:
    """Upstream: ``updateNodePorts``."""
    taken: set[int] = set()
    for index, port in enumerate(spec.get("ports") or ()):
        wanted = port.get("nodePort") or 0
        if not wanted:
            if draws:
                port["nodePort"] = ports.allocate_next()
        elif wanted not in ports.own and wanted not in taken:
            if reason := ports.allocate(wanted):
                return [invalid(f"spec.ports[{index}].nodePort", wanted, reason)]
            taken.add(wanted)
    return []


def _allocate_health_check_port(spec: Obj, ports: _PortAllocation) -> None:
    """The port at which load balancers ask a node whether it has endpoints. Raises InternalError."""
    wanted = spec.get("healthCheckNodePort") or 0
    if not wanted:
        spec["healthCheckNodePort"] = ports.allocate_next()
    elif reason := ports.allocate(wanted):
        raise InternalError(
            f"Internal error occurred: failed to allocate requested HealthCheck NodePort {wanted}: {reason}"
        )
