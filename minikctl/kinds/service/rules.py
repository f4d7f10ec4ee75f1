"""Services: defaults, and every rule that one has to keep by itself.

Upstream: ``SetDefaults_Service`` (``pkg/apis/core/v1/defaults.go``) and ``ValidateService``
(``pkg/apis/core/validation/validation.go``). Rules of changes stand in ``updates``; addresses and node ports are given
out in ``api.admission.service_addresses``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, forbidden, invalid, not_supported, required
from minikctl.kinds.meta import validate_labels
from minikctl.kinds.service import is_externally_accessible, is_headless, needs_health_check
from minikctl.lib import addresses, names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Obj = dict[str, Any]

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
#: the types that have an address and ports on it
ADDRESSED_TYPES = ("ClusterIP", "LoadBalancer", "NodePort")
PROTOCOLS = ("SCTP", "TCP", "UDP")
SESSION_AFFINITIES = ("ClientIP", "None")
TRAFFIC_POLICIES = ("Cluster", "Local")
IP_FAMILIES = ("IPv4", "IPv6")
IP_FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
TRAFFIC_DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")
#: seconds that a client stays with its Pod (sessionAffinity ClientIP), and the most
CLIENT_IP_TIMEOUT, CLIENT_IP_TIMEOUT_MAX = 10800, 86400
#: annotations with a say in this
TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"
TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints"
SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"


def default(obj: Obj) -> None:
    """Fill in what a Service leaves open. ``obj`` is changed."""
    spec: Obj = obj.setdefault("spec", {})
    if not spec.get("type"):
        spec["type"] = "ClusterIP"
    _default_session_affinity(spec)
    for port in spec.get("ports") or ():
        if not port.get("protocol"):
            port["protocol"] = "TCP"
        if port.get("targetPort") in (None, 0, ""):
            port["targetPort"] = port.get("port", 0)
    if is_externally_accessible(spec) and not spec.get("externalTrafficPolicy"):
        spec["externalTrafficPolicy"] = "Cluster"
    if spec["type"] in ADDRESSED_TYPES and spec.get("internalTrafficPolicy") is None:
        spec["internalTrafficPolicy"] = "Cluster"
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
        for point in ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ():
            if point.get("ip"):
                point.setdefault("ipMode", "VIP")


def _default_session_affinity(spec: Obj) -> None:
    if not spec.get("sessionAffinity"):
        spec["sessionAffinity"] = "None"
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP" and _timeout(spec) is None:
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": CLIENT_IP_TIMEOUT}}


def _timeout(spec: Obj) -> int | None:
    config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    seconds: int | None = config.get("timeoutSeconds")
    return seconds


def validate(obj: Obj) -> list[FieldError]:
    """Every broken rule of a Service, in upstream's order."""
    spec = obj["spec"]
    errors = _validate_topology_annotations(obj)
    if not spec.get("ports") and not is_headless(obj) and spec["type"] != "ExternalName":
        errors.append(required("spec.ports"))
    errors += _validate_by_type(obj)
    errors += _validate_ports(spec)
    if spec.get("selector"):
        errors += validate_labels(spec["selector"], "spec.selector")
    errors += _validate_session_affinity(spec)
    errors += validate_cluster_ips(spec)
    for index, ip in enumerate(spec.get("externalIPs") or ()):
        messages = addresses.is_valid_ip(ip) or addresses.is_non_special_ip(ip)
        errors += [invalid(f"spec.externalIPs[{index}]", ip, message) for message in messages]
    if spec["type"] not in TYPES:
        errors.append(not_supported("spec.type", spec["type"], TYPES))
    errors += _validate_port_numbers(spec)
    errors += _validate_source_ranges(obj)
    if spec.get("allocateLoadBalancerNodePorts") is not None and spec["type"] != "LoadBalancer":
        errors.append(forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'"))
    errors += validate_load_balancer_class(spec)
    errors += _validate_traffic_policies(spec)
    distribution = spec.get("trafficDistribution")
    if distribution is not None and distribution not in TRAFFIC_DISTRIBUTIONS:
        errors.append(not_supported("spec.trafficDistribution", distribution, TRAFFIC_DISTRIBUTIONS))
    return errors


def _messages(path: str, value: Any, check: Callable[[Any], list[str]]) -> list[FieldError]:
    return [invalid(path, value, message) for message in check(value)]


def _validate_topology_annotations(obj: Obj) -> list[FieldError]:
    annotations = obj["metadata"].get("annotations") or {}
    mode, hints = annotations.get(TOPOLOGY_MODE), annotations.get(TOPOLOGY_HINTS)
    if mode is None or hints is None or mode == hints:
        return []
    detail = f"must match annotations[{TOPOLOGY_HINTS}] when both are specified"
    return [invalid(f"metadata.annotations[{TOPOLOGY_MODE}]", mode, detail)]


def _validate_by_type(obj: Obj) -> list[FieldError]:
    """What the type rules out or demands."""
    spec = obj["spec"]
    kind = spec["type"]
    if kind in ("LoadBalancer", "NodePort") and is_headless(obj):
        return [invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")]
    if kind != "ExternalName":
        return []
    errors = [
        forbidden(f"spec.{field}", "may not be set for ExternalName services")
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy") if spec.get(field)
    ]
    # A CNAME; the dot at its end says that it is complete.
    cname = spec.get("externalName", "").removesuffix(".")
    if not cname:
        return [*errors, required("spec.externalName")]
    return errors + _messages("spec.externalName", cname, names.is_dns1123_subdomain)


def _validate_ports(spec: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    ports = spec.get("ports") or ()
    seen: set[str] = set()
    for index, port in enumerate(ports):
        path = f"spec.ports[{index}]"
        errors += _validate_port_name(port.get("name") or "", f"{path}.name", seen, needed=len(ports) > 1)
        errors += _messages(f"{path}.port", port.get("port", 0), names.is_valid_port_num)
        if port["protocol"] not in PROTOCOLS:
            errors.append(not_supported(f"{path}.protocol", port["protocol"], PROTOCOLS))
        target = port["targetPort"]
        check = names.is_valid_port_name if isinstance(target, str) else names.is_valid_port_num
        errors += _messages(f"{path}.targetPort", target, check)
        if port.get("appProtocol") is not None:
            errors += _messages(f"{path}.appProtocol", port["appProtocol"], names.is_qualified_name)
    return errors


def _validate_port_name(name: str, path: str, seen: set[str], *, needed: bool) -> list[FieldError]:
    if not name:
        return [required(path)] if needed else []
    errors = _messages(path, name, names.is_dns1123_label)
    if name in seen:
        errors.append(duplicate(path, name))
    seen.add(name)
    return errors


def _validate_session_affinity(spec: Obj) -> list[FieldError]:
    affinity, path = spec["sessionAffinity"], "spec.sessionAffinityConfig"
    if affinity not in SESSION_AFFINITIES:
        return [not_supported("spec.sessionAffinity", affinity, SESSION_AFFINITIES)]
    # For ClientIP a timeout is there by default, and for None the config is gone by default.
    seconds = _timeout(spec)
    if affinity == "ClientIP" and seconds is not None and not 0 < seconds <= CLIENT_IP_TIMEOUT_MAX:
        detail = f"must be greater than 0 and less than {CLIENT_IP_TIMEOUT_MAX}"
        return [invalid(f"{path}.clientIP.timeoutSeconds", seconds, detail)]
    return []


def validate_cluster_ips(spec: Obj) -> list[FieldError]:
    """The rules of clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy among each other.

    Upstream: ``ValidateServiceClusterIPsRelatedFields``, which the allocation of addresses asks too.
    """
    if spec["type"] == "ExternalName":
        return []
    ip, ips, path = spec.get("clusterIP") or "", spec.get("clusterIPs") or [], "spec.clusterIPs"
    errors: list[FieldError] = []
    if not ips:
        errors += [required(path)] if ip else []
    elif ips[0] != ip:
        detail = "first value must match `clusterIP`" if ip else "must be empty when `clusterIP` is not specified"
        errors.append(invalid(path, ips, detail))
    errors += _validate_ip_families(spec)
    bad = _validate_each_cluster_ip(ips)
    errors += bad
    if len(ips) > 2:
        errors.append(invalid(path, ips, "may only hold up to 2 values"))
    if bad:
        return errors
    if len(ips) > 1 and len({addresses.is_ipv6(one) for one in ips}) < len(ips):
        errors.append(invalid(path, ips, "may specify no more than one IP for each IP family"))
    return errors + _validate_families_of_ips(ips, spec.get("ipFamilies") or [])


def _validate_families_of_ips(ips: list[str], families: list[str]) -> list[FieldError]:
    if ips == ["None"]:
        return []
    return [
        invalid(f"spec.clusterIPs[{index}]", ip, f"expected an {family} value as indicated by `ipFamilies[{index}]`")
        for index, (ip, family) in enumerate(zip(ips, families, strict=False))
        if family in IP_FAMILIES and (family == "IPv6") is not addresses.is_ipv6(ip)
    ]


def _validate_ip_families(spec: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for index, family in enumerate(spec.get("ipFamilies") or ()):
        if family not in IP_FAMILIES:
            errors.append(not_supported(f"spec.ipFamilies[{index}]", family, IP_FAMILIES))
        if family in seen:
            errors.append(duplicate(f"spec.ipFamilies[{index}]", family))
        seen.add(family)
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in IP_FAMILY_POLICIES:
        errors.append(not_supported("spec.ipFamilyPolicy", policy, IP_FAMILY_POLICIES))
    return errors


def _validate_each_cluster_ip(ips: list[str]) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, ip in enumerate(ips):
        if index == 0 and ip == "None":
            if len(ips) > 1:
                errors.append(invalid("spec.clusterIPs", ips, "'None' must be the first and only value"))
            continue
        errors += _messages(f"spec.clusterIPs[{index}]", ip, addresses.is_valid_ip)
    return errors


def _validate_port_numbers(spec: Obj) -> list[FieldError]:
    """Node ports where there may be none, and numbers that stand twice (per protocol)."""
    ports = spec.get("ports") or ()
    errors = []
    if spec["type"] == "ClusterIP":
        errors += [
            forbidden(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'")
            for index, port in enumerate(ports) if port.get("nodePort")
        ]
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        if port.get("nodePort"):
            key = (port["protocol"], port["nodePort"])
            if key in seen:
                errors.append(duplicate(f"spec.ports[{index}].nodePort", port["nodePort"]))
            seen.add(key)
    seen = set()
    for index, port in enumerate(ports):
        key = (port["protocol"], port.get("port", 0))
        if key in seen:
            # The API server shows the key that it looked for: a port of its inner type with two fields set.
            shown = {
                "Name": "", "Protocol": key[0], "AppProtocol": None, "Port": key[1], "TargetPort": 0, "NodePort": 0,
            }
            errors.append(duplicate(f"spec.ports[{index}]", shown))
        seen.add(key)
    return errors


def _validate_source_ranges(obj: Obj) -> list[FieldError]:
    """The networks that a load balancer takes traffic from: a field, or an annotation from before there was one."""
    spec = obj["spec"]
    ranges = spec.get("loadBalancerSourceRanges")
    annotation: str | None = (obj["metadata"].get("annotations") or {}).get(SOURCE_RANGES)
    path = "spec.LoadBalancerSourceRanges" if ranges else f"metadata.annotations[{SOURCE_RANGES}]"  # sic
    if not ranges and annotation is None:
        return []
    errors = []
    if spec["type"] != "LoadBalancer":
        errors.append(forbidden(path, "may only be used when `type` is 'LoadBalancer'"))
    if ranges:
        for index, value in enumerate(ranges):
            errors += _messages(f"{path}[{index}]", value.strip(), addresses.is_valid_cidr)
    elif annotation is not None and annotation.strip():
        for value in annotation.strip().split(","):
            errors += _messages(path, value.strip(), addresses.is_valid_cidr)
    return errors


def validate_load_balancer_class(spec: Obj) -> list[FieldError]:
    """Upstream: ``validateLoadBalancerClassField``, but for its rule of changes."""
    name = spec.get("loadBalancerClass")
    if name is None:
        return []
    if spec["type"] != "LoadBalancer":
        return [forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'")]
    return _messages("spec.loadBalancerClass", name, names.is_qualified_name)


def _validate_traffic_policies(spec: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    external, port = spec.get("externalTrafficPolicy"), spec.get("healthCheckNodePort") or 0
    if not is_externally_accessible(spec):
        if external:
            detail = "may only be set for externally-accessible services"
            errors.append(invalid("spec.externalTrafficPolicy", external, detail))
    elif external not in TRAFFIC_POLICIES:
        errors.append(not_supported("spec.externalTrafficPolicy", external, TRAFFIC_POLICIES))
    if not needs_health_check(spec):
        if port:
            detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
            errors.append(invalid("spec.healthCheckNodePort", port, detail))
    elif not port:
        errors.append(required("spec.healthCheckNodePort"))
    else:
        errors += _messages("spec.healthCheckNodePort", port, names.is_valid_port_num)
    internal = spec.get("internalTrafficPolicy")
    if internal is not None and internal not in TRAFFIC_POLICIES:
        errors.append(not_supported("spec.internalTrafficPolicy", internal, TRAFFIC_POLICIES))
    return errors
