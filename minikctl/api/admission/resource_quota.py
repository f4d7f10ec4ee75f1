"""Nothing is stored that would exceed a ResourceQuota (upstream: ``apiserver/pkg/admission/plugin/resourcequota``).

What is stored is charged to its quotas at once, so that several objects of one command cannot exceed them together. What
goes is taken off by the controller (``controllers.resourcequota``). A quota whose status is not worked out yet is held to
as well: its usage is counted here.
"""

from __future__ import annotations

from minikctl.api import quota as quotas
from minikctl.errors import Forbidden
from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from minikctl.api.admission import Request
    from minikctl.lib.quantity import Quantity

    Obj = dict[str, Any]


def admit(request: Request) -> None:
    """Charge the object to every quota that it counts for. Raises Forbidden where one would be exceeded."""
    api, resource = request.api, request.info.resource
    found = api.list(quotas.QUOTAS, request.namespace) if request.namespace else []
    matching = []
    for quota in found:
        hard = (quota.get("spec") or {}).get("hard") or {}
        names = quotas.names_of(resource, hard)
        if not names or not quotas.matches_scopes(quota, resource, request.obj):
            continue
        name = quota["metadata"]["name"]
        if resource == "pods":
            missing = quotas.missing_requests(request.obj, names)
            if missing:
                raise Forbidden(resource, request.name, f"failed quota: {name}: {missing}")
        matching.append((quota, names))
    if not matching:
        return
    delta = quotas.usage(resource, request.obj, api.now())
    if request.old is not None:
        before = quotas.usage(resource, request.old, api.now())
        delta = quotas.add(delta, {name: amount.neg() for name, amount in before.items()})
    delta = {name: amount for name, amount in delta.items() if not amount.is_zero()}
    for quota, names in matching:
        requested = {name: delta[name] for name in names if name in delta}
        if requested:
            _charge(request, quota, requested)


def _charge(request: Request, quota: Obj, requested: dict[str, Quantity]) -> None:
    """Add ``requested`` to what is used of ``quota`` when the object is stored. Raises Forbidden."""
    status = quota.get("status") or {}
    if status.get("hard") != quota["spec"].get("hard"):
        status = quotas.usage_status(request.api, quota)
    hard, used = (_parsed(status.get(field) or {}) for field in ("hard", "used"))
    after = quotas.add(used, requested)
    exceeded = {name for name in requested if name in hard and after[name] > hard[name]}
    if exceeded:
        raise Forbidden(
            request.info.resource, request.name,
            f"exceeded quota: {quota['metadata']['name']}, requested: {_pretty(requested, exceeded)}, "
            f"used: {_pretty(used, exceeded)}, limited: {_pretty(hard, exceeded)}",
        )
    quota["status"] = {**status, "used": quotas.written(after)}
    request.when_stored(lambda: request.api.update_status(quota))


def _parsed(amounts: Mapping[str, str]) -> dict[str, Quantity]:
    return {name: parse_quantity(amount) for name, amount in amounts.items()}


def _pretty(amounts: Mapping[str, Quantity], names: Iterable[str]) -> str:
    """``limits.cpu=200m,pods=1``."""
    return ",".join(f"{name}={amounts[name]}" for name in sorted(names) if name in amounts)
