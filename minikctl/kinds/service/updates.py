"""Services: what happens to fields when the type changes, and which changes are refused.

Upstream: ``dropTypeDependentFields`` (``pkg/registry/core/service/strategy.go``) and ``ValidateServiceUpdate``. A
Service is a union by its type: fields that the old type had and the new one has no use for are taken away, unless the
user changed them in the same breath, which validation then refuses.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid
from minikctl.kinds.service import is_headless, needs_health_check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

NODE_PORT_TYPES = ("LoadBalancer", "NodePort")


def needs_cluster_ip(spec: Obj) -> bool:
    """Whether a Service of this type has (or, headless, declines) an address."""
    return spec.get("type") != "ExternalName"


def needs_node_port(spec: Obj) -> bool:
    """Whether a Service of this type has ports on every node."""
    return spec.get("type") in NODE_PORT_TYPES


def node_ports(spec: Obj) -> set[int]:
    """The node ports that stand in the ports of a Service."""
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


def same_cluster_ips(spec: Obj, old: Obj) -> bool:
    """Whether clusterIP and clusterIPs are what they were."""
    return (spec.get("clusterIP") or "") == (old.get("clusterIP") or "") and (
        (spec.get("clusterIPs") or []) == (old.get("clusterIPs") or [])
    )


def drop_type_dependent_fields(obj: Obj, old_obj: Obj) -> None:
    """Take from ``obj`` the fields that its type has no use for and that are still what they were in ``old_obj``."""
    spec, old = obj["spec"], old_obj["spec"]
    if needs_cluster_ip(old) and not needs_cluster_ip(spec):
        if same_cluster_ips(spec, old):
            spec.pop("clusterIP", None)
            spec.pop("clusterIPs", None)
        _drop_unchanged(spec, old, "ipFamilies")
        _drop_unchanged(spec, old, "ipFamilyPolicy")
    if needs_node_port(old) and not needs_node_port(spec) and node_ports(spec) <= node_ports(old):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    if needs_health_check(old) and not needs_health_check(spec):
        _drop_unchanged(spec, old, "healthCheckNodePort")
    if old["type"] == "LoadBalancer" and spec["type"] != "LoadBalancer":
        _drop_unchanged(spec, old, "allocateLoadBalancerNodePorts")
        _drop_unchanged(spec, old, "loadBalancerClass")
    if needs_node_port(old) and not needs_node_port(spec):
        _drop_unchanged(spec, old, "externalTrafficPolicy")
    if spec["type"] != "LoadBalancer":
        obj["status"] = {**(obj.get("status") or {}), "loadBalancer": {}}


def _drop_unchanged(spec: Obj, old: Obj, field: str) -> None:
    if spec.get(field) == old.get(field):
        spec.pop(field, None)


def validate_update(obj: Obj, old_obj: Obj) -> list[FieldError]:
    """Every change from ``old_obj`` to ``obj`` that is not allowed, in upstream's order."""
    spec, old = obj["spec"], old_obj["spec"]
    errors: list[FieldError] = []
    if needs_cluster_ip(spec) and needs_cluster_ip(old):
        headless, was_headless = is_headless(obj), is_headless(old_obj)
        if not (headless and was_headless):
            errors += _validate_cluster_ips_change(spec, old)
        if not headless and not was_headless:
            errors += _validate_ip_families_change(spec, old)
    if spec["type"] == old["type"] == "LoadBalancer" and spec.get("loadBalancerClass") != old.get("loadBalancerClass"):
        errors.append(invalid("spec.loadBalancerClass", spec.get("loadBalancerClass"), "may not change once set"))
    if needs_health_check(spec) and needs_health_check(old) and (
        spec.get("healthCheckNodePort") != old.get("healthCheckNodePort")
    ):
        errors.append(forbidden("spec.healthCheckNodePort", "field is immutable"))
    return errors


def _validate_cluster_ips_change(spec: Obj, old: Obj) -> list[FieldError]:
    """The first address stays; the second may come, and go with ipFamilyPolicy SingleStack."""
    now, was = spec.get("clusterIPs") or [], old.get("clusterIPs") or []
    if len(now) == len(was):
        return [
            invalid(f"spec.clusterIPs[{index}]", now, "may not change once set")
            for index, ip in enumerate(was) if ip != now[index]
        ]
    errors = []
    if not now:
        errors.append(invalid("spec.clusterIPs[0]", now, "primary clusterIP can not be unset"))
    elif was and now[0] != was[0]:
        errors.append(invalid("spec.clusterIPs[0]", now, "may not change once set"))
    if len(now) == 1 and len(was) > 1:
        errors += _validate_release(spec, "clusterIP")
    return errors


def _validate_ip_families_change(spec: Obj, old: Obj) -> list[FieldError]:
    now, was = spec.get("ipFamilies") or [], old.get("ipFamilies") or []
    if len(now) == len(was):
        return [
            invalid("spec.ipFamilies[0]", now, "may not change once set")
            for index, family in enumerate(was) if family != now[index]
        ]
    errors = []
    ips = spec.get("clusterIPs") or []
    if len(now) < len(was) and not ips:
        errors.append(invalid("spec.ipFamilies[0]", now, "primary ipFamily can not be unset"))
    if now and was and now[0] != was[0]:
        errors.append(invalid("spec.ipFamilies[0]", ips, "may not change once set"))
    if len(now) == 1 and len(was) > 1:
        errors += _validate_release(spec, "ipFamily")
    return errors


def _validate_release(spec: Obj, what: str) -> list[FieldError]:
    policy = spec.get("ipFamilyPolicy")
    if policy == "SingleStack":
        return []
    return [invalid("spec.ipFamilyPolicy", policy, f"must be set to 'SingleStack' when releasing the secondary {what}")]
