"""The sections about quotas and limits that ``describe namespace`` shows.

Upstream: ``DescribeResourceQuotas`` and ``DescribeLimitRanges`` in ``kubectl/pkg/describe``. ``describe limits`` writes
its rows with ``describe_limit_range_spec`` too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.kinds.base import Writer

    Obj = dict[str, Any]

#: upstream: ``helpTextForResourceQuotaScope``
QUOTA_SCOPE_HELP = {
    "Terminating":
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being "
        "actively terminated by the system.",
    "NotTerminating":
        "Matches all pods that do not have an active deadline. These pods usually include long running pods whose "
        "container command is not expected to terminate.",
    "BestEffort":
        "Matches all pods that do not have resource requirements set. These pods have a best effort quality of "
        "service.",
    "NotBestEffort":
        "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed "
        "quality of service.",
}
_LIMIT_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


def describe_quota_scopes(out: Writer, quota: Obj, level: int, bullet: str) -> None:
    """Write which Pods a quota counts, in words; nothing where it counts all."""
    scopes = sorted((quota.get("spec") or {}).get("scopes") or ())
    if scopes:
        out.write(level, f"Scopes:\t{', '.join(scopes)}\n")
        for scope in scopes:
            if scope in QUOTA_SCOPE_HELP:
                out.write(level, f"{bullet} {QUOTA_SCOPE_HELP[scope]}\n")


def describe_resource_quotas(out: Writer, quotas: Sequence[Obj]) -> None:
    """Write the quotas by name, each with what is used of what."""
    if not quotas:
        out.write(0, "No resource quota.\n")
        return
    out.write(0, "Resource Quotas\n")
    for quota in sorted(quotas, key=lambda quota: str(quota["metadata"]["name"])):
        out.write(1, f"Name:\t{quota['metadata']['name']}\n")
        describe_quota_scopes(out, quota, 1, "*")
        out.write(1, "Resource\tUsed\tHard\n")
        out.write(1, "--------\t---\t---\n")
        status = quota.get("status") or {}
        used = status.get("used") or {}
        for resource, hard in sorted((status.get("hard") or {}).items()):
            out.write(1, f"{resource}\t{used.get(resource, '0')}\t{hard}\n")


def describe_limit_ranges(out: Writer, limit_ranges: Sequence[Obj]) -> None:
    """Write the limits of all LimitRanges in one table."""
    if not limit_ranges:
        out.write(0, "No LimitRange resource.\n")
        return
    out.write(
        0,
        "Resource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n",
    )
    out.write(0, " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n")
    for limit_range in limit_ranges:
        describe_limit_range_spec(out, limit_range.get("spec") or {}, " ")


def describe_limit_range_spec(out: Writer, spec: Obj, prefix: str) -> None:
    """Write a row a type and resource, ``-`` where nothing is said; resources by name (upstream: in any order)."""
    for item in spec.get("limits") or ():
        amounts = [item.get(field) or {} for field in _LIMIT_FIELDS]
        for resource in sorted(set().union(*amounts)):
            cells = "\t".join(str(amount.get(resource, "-")) for amount in amounts)
            out.write(0, f"{prefix}{item.get('type', '')}\t{resource}\t{cells}\n")
