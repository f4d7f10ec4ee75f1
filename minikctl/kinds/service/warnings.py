"""Services: what the API server remarks on one that it takes (upstream: ``pkg/api/service/warnings.go``)."""

from __future__ import annotations

from minikctl.kinds.service.rules import TOPOLOGY_HINTS, TOPOLOGY_MODE
from minikctl.lib import addresses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Obj = dict[str, Any]


def warnings(obj: Obj) -> list[str]:
    """Fields that are ignored, deprecated, or written in an odd way."""
    spec, found = obj["spec"], []
    if TOPOLOGY_HINTS in (obj["metadata"].get("annotations") or {}):
        found.append(f"annotation {TOPOLOGY_HINTS} is deprecated, please use {TOPOLOGY_MODE} instead")
    headless = spec["type"] == "ClusterIP" and spec.get("clusterIP") == "None"
    external = spec.get("externalIPs") or ()
    if spec.get("clusterIP") not in (None, "", "None"):
        found += _address_warnings("spec.clusterIPs", spec.get("clusterIPs") or (), addresses.ip_warning)
    if headless:
        found += _headless_warnings(spec)
    found += _address_warnings("spec.externalIPs", external, addresses.ip_warning)
    if external and not headless and spec["type"] != "ExternalName":
        found.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    if warning := addresses.ip_warning(spec.get("loadBalancerIP") or ""):
        found.append(f"spec.loadBalancerIP: {warning}")
    ranges = spec.get("loadBalancerSourceRanges") or ()
    found += _address_warnings("spec.loadBalancerSourceRanges", ranges, addresses.cidr_warning)
    if spec["type"] == "ExternalName" and external:
        found.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if spec["type"] != "ExternalName" and spec.get("externalName"):
        found.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found


def _headless_warnings(spec: Obj) -> list[str]:
    ignored = [field for field in ("loadBalancerIP", "externalIPs") if spec.get(field)]
    found = [f"spec.{field} is ignored for headless services" for field in ignored]
    if spec["sessionAffinity"] != "None":
        found.append("spec.SessionAffinity is ignored for headless services")
    return found


def _address_warnings(path: str, values: Iterable[str], check: Callable[[str], str]) -> list[str]:
    return [f"{path}[{index}]: {warning}" for index, value in enumerate(values) if (warning := check(value))]
