"""Addresses for Services of type LoadBalancer, out of the LoadBalancerPools that there are.

Without a pool nothing happens, as in a bare cluster. With one this is the service controller of a cloud: it holds the
Service by a finalizer, gives it an address that it keeps, and says so in events. A Service gets the same address again
when it is made anew, as long as that is free. Upstream: ``cloud-provider/controllers/service``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

POOLS = "loadbalancerpools.minikctl.dev"
COMPONENT = "service-controller"
FINALIZER = "service.kubernetes.io/load-balancer-cleanup"


class LoadBalancerController(Controller):
    """Keys are ``namespace/name`` of Services."""

    name = "loadbalancer"
    watches = ("services", POOLS)

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """A Service that wants an address or has one to give back; those that wait, when there may be one for them."""
        if change.resource == POOLS:
            return _waiting(context) if change.after is not None else ()
        before, after = change.before, change.after
        found = [f"{change.namespace}/{change.name}"] if after is not None and (_wants(after) or _held(after)) else []
        if before is not None and addresses_of(before) and (after is None or not addresses_of(after)):
            found += _waiting(context)
        return found

    def sync(self, context: Context, key: str) -> None:
        """Give the Service an address, or let go of one that needs none any more."""
        namespace, _, name = key.partition("/")
        service = context.get("services", namespace, name)
        if service is None:
            return
        if service["metadata"].get("deletionTimestamp") or not _wants(service):
            if _held(service):
                self._release(context, service)
        elif not addresses_of(service):
            self._ensure(context, service)

    def _ensure(self, context: Context, service: Obj) -> None:
        pools = context.list(POOLS)
        if not pools:
            return
        try:
            address = choose(service, pools, _taken(context))
        except LookupError as error:
            words = f"Error syncing load balancer: failed to ensure load balancer: {error.args[0]}"
            context.event(service, "Warning", "SyncLoadBalancerFailed", words, COMPONENT)
            return
        context.event(service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer", COMPONENT)
        if not _held(service):
            service["metadata"].setdefault("finalizers", []).append(FINALIZER)
            service = context.update(service)
        service["status"] = {**(service.get("status") or {}), "loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}}
        service = context.update_status(service)
        context.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer", COMPONENT)

    def _release(self, context: Context, service: Obj) -> None:
        context.event(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer", COMPONENT)
        if addresses_of(service):
            service["status"] = {**service["status"], "loadBalancer": {}}
            service = context.update_status(service)
        left = [each for each in service["metadata"]["finalizers"] if each != FINALIZER]
        service["metadata"].pop("finalizers")
        if left:
            service["metadata"]["finalizers"] = left
        context.update(service)
        if not service["metadata"].get("deletionTimestamp"):
            context.event(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer", COMPONENT)


def choose(service: Obj, pools: list[Obj], taken: set[str]) -> str:
    """The address for a Service: the one it asks for, else one that its name stands for, else the next that is free.

    ``pools``: LoadBalancerPools in order; ``taken``: addresses that others have. Raises LookupError with the reason.
    """
    from minikctl.lib.ips import parse_ip

    wanted = service["spec"].get("loadBalancerIP")
    if wanted:
        parsed = parse_ip(wanted)
        if parsed is None or not any(first <= parsed[1] <= last for first, last in map(_range, pools)):
            raise LookupError(f"the address {wanted} is in no pool")
        if wanted in taken:
            raise LookupError(f"the address {wanted} is in use")
        return str(wanted)
    for pool in pools:
        for address in _candidates(pool, _id(service)):
            if address not in taken:
                return address
    raise LookupError("no address is free")


def addresses_of(service: Obj) -> list[str]:
    """The addresses that the load balancer of a Service has."""
    balancer = (service.get("status") or {}).get("loadBalancer") or {}
    return [point["ip"] for point in balancer.get("ingress") or () if point.get("ip")]


def _range(pool: Obj) -> tuple[int, int]:
    """First and last address of a pool, as numbers; those of the network itself are left out, as everywhere."""
    from minikctl.lib.ips import parse_cidr

    parsed = parse_cidr(pool["spec"]["addresses"])
    assert parsed is not None
    _, first, length = parsed
    last = first + (1 << (32 - length)) - 1
    return (first + 1, last - 1) if length < 31 else (first, last)


def _candidates(pool: Obj, name: str) -> Iterator[str]:
    from zlib import crc32

    from minikctl.lib.ips import format_ip

    first, last = _range(pool)
    size = last - first + 1
    start = crc32(name.encode()) % size
    for step in range(size):
        yield format_ip(4, first + (start + step) % size)


def _taken(context: Context) -> set[str]:
    services = context.list("services", fields=("spec.externalIPs", "status.loadBalancer"))
    return {
        address for service in services
        for address in (*addresses_of(service), *((service.get("spec") or {}).get("externalIPs") or ()))
    }


def _waiting(context: Context) -> list[str]:
    """The Services that want an address and have none."""
    fields = ("metadata.name", "metadata.namespace", "spec.type", "spec.loadBalancerClass", "status.loadBalancer")
    found = context.list("services", fields=fields)
    return [_id(service) for service in found if _wants(service) and not addresses_of(service)]


def _wants(service: Obj) -> bool:
    """Whether this controller is the one to look after the Service (upstream: ``wantsLoadBalancer``)."""
    spec = service.get("spec") or {}
    return spec.get("type") == "LoadBalancer" and not spec.get("loadBalancerClass")


def _held(service: Obj) -> bool:
    return FINALIZER in (service["metadata"].get("finalizers") or ())


def _id(service: Obj) -> str:
    return f"{service['metadata']['namespace']}/{service['metadata']['name']}"


CONTROLLER = LoadBalancerController
