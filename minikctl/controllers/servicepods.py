"""What the controllers of endpoints agree on: which Pods of a Service are endpoints, at which address and port.

Upstream: ``k8s.io/endpointslice/util`` and ``utils.go``, ``pkg/controller/endpoint``. Pure functions over plain
objects, but for ``pod_service_keys`` and ``node_service_keys``, which look Services up.
"""

from __future__ import annotations

from minikctl.kinds.podspec.status import is_pod_ready, is_pod_terminal, is_restartable_init_container, pod_condition
from minikctl.kinds.service.sums import selecting
from minikctl.lib.ips import format_ip, parse_ip
from minikctl.lib.labels import from_map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

#: when what led to the present endpoints happened (upstream: ``EndpointsLastChangeTriggerTime``)
TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"
#: on what leads to a Service without an address of its own
HEADLESS_LABEL = "service.kubernetes.io/headless"
ZONE_LABEL = "topology.kubernetes.io/zone"


#: what is read of the Pods of a Service, and what besides where it leads to ports by name
POD_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.deletionTimestamp",
    "spec.nodeName", "spec.hostname", "spec.subdomain", "status.phase", "status.podIP", "status.podIPs",
    "status.conditions",
)
PORT_FIELDS = ("spec.containers", "spec.initContainers")


# ---------------------------------------------------------------------------------------------------------------------
# Pods as endpoints
# ---------------------------------------------------------------------------------------------------------------------


def list_pods(context: Context, service: Obj) -> list[Obj]:
    """The Pods that the Service's selector matches, by name, with the fields that endpoints are made of."""
    spec = service["spec"]
    by_name = any(isinstance(port.get("targetPort"), str) for port in spec.get("ports") or ())
    pods = context.list(
        "pods", service["metadata"].get("namespace", ""), selector=from_map(spec.get("selector")),
        fields=(*POD_FIELDS, *PORT_FIELDS) if by_name else POD_FIELDS,
    )
    for pod in pods:
        pod.setdefault("spec", {})
    return pods


def should_pod_be_in_endpoints(pod: Obj, *, include_terminating: bool) -> bool:
    """Whether the Pod has an address and has not ended (nor, unless included, begun to go)."""
    if is_pod_terminal(pod) or not pod_ips(pod):
        return False
    return include_terminating or pod["metadata"].get("deletionTimestamp") is None


def pod_ips(pod: Obj) -> list[str]:
    """The Pod's addresses."""
    status = pod.get("status") or {}
    ips = [entry["ip"] for entry in status.get("podIPs") or () if entry.get("ip")]
    return ips or ([status["podIP"]] if status.get("podIP") else [])


def addresses_of(pod: Obj, family: str) -> list[str]:
    """The Pod's addresses of a family (IPv4, IPv6), those of IPv6 in canonical form."""
    ips = pod_ips(pod)
    if family != "IPv6":
        return [ip for ip in ips if ":" not in ip]
    parsed = [parse_ip(ip) for ip in ips if ":" in ip]
    return [format_ip(*address) for address in parsed if address is not None and address[0] == 6]


def service_families(service: Obj) -> list[str]:
    """The families that the Service has endpoints of."""
    families: list[str] = service["spec"].get("ipFamilies") or ["IPv4"]
    return families


def should_set_hostname(pod: Obj, service: Obj) -> bool:
    """Whether the Pod has a name of its own below the Service's (StatefulSets)."""
    spec = pod["spec"]
    return bool(spec.get("hostname")) and spec.get("subdomain") == service["metadata"]["name"]


def target_ref(pod: Obj) -> Obj:
    """The reference by which an endpoint names its Pod."""
    metadata = pod["metadata"]
    return {
        "kind": "Pod", "name": metadata["name"], "namespace": metadata.get("namespace", ""), "uid": metadata.get("uid"),
    }


def find_port(pod: Obj, service_port: Obj) -> int | None:
    """The number of the Pod's port that a port of a Service leads to; None where the Pod has no port of that name."""
    target = service_port.get("targetPort", service_port.get("port"))
    if not isinstance(target, str):
        return target
    spec = pod["spec"]
    sidecars = [c for c in spec.get("initContainers") or () if is_restartable_init_container(c)]
    for container in [*(spec.get("containers") or ()), *sidecars]:
        for port in container.get("ports") or ():
            if port.get("name") == target and port.get("protocol", "TCP") == service_port.get("protocol", "TCP"):
                number: int = port["containerPort"]
                return number
    return None


def endpoint_ports(service: Obj, pod: Obj) -> list[tuple[Obj, int]]:
    """Each port of the Service that the Pod has, with its number there."""
    found = ((port, find_port(pod, port)) for port in service["spec"].get("ports") or ())
    return [(port, number) for port, number in found if number is not None]


def is_headless(service: Obj) -> bool:
    """Whether the Service has no address (headless, or none was given)."""
    return service["spec"].get("clusterIP") in (None, "", "None")


def trigger_time(service: Obj, pods: Iterable[Obj], published: dict[str, bool] | None) -> str:
    """When the change happened that the endpoints follow: the value of the annotation, "" for none.

    ``published``: of each Pod (by name) that the stored endpoints have, whether they say it is ready; None: there are
    no stored endpoints, so the Service's creation is what happened. Otherwise it is the first time at which a Pod that
    is new or has another readiness became what it is. Upstream: ``TriggerTimeTracker``, which remembers what it saw.
    """
    if published is None:
        created: str = service["metadata"].get("creationTimestamp", "")
        return created
    times = []
    for pod in pods:
        condition = pod_condition(pod, "Ready") or {}
        if published.get(pod["metadata"]["name"]) is not (condition.get("status") == "True"):
            times.append(condition.get("lastTransitionTime") or "")
    return min((time for time in times if time), default="")


# ---------------------------------------------------------------------------------------------------------------------
# Which Services a change concerns
# ---------------------------------------------------------------------------------------------------------------------


def endpoint_facts(pod: Obj | None) -> tuple[Any, ...] | None:
    """What of a Pod shows in endpoints; None where it is none. A change that leaves this alone concerns no Service."""
    if pod is None or not should_pod_be_in_endpoints(pod, include_terminating=True):
        return None
    metadata, spec = pod["metadata"], pod["spec"]
    return (
        metadata.get("labels") or {}, spec.get("hostname"), spec.get("subdomain"), spec.get("nodeName"),
        metadata.get("deletionTimestamp") is not None, is_pod_ready(pod), pod_ips(pod), metadata.get("uid"),
    )


def pod_service_keys(change: Change, context: Context) -> Iterator[str]:
    """The Services whose selector matches the Pod as it was or as it is."""
    if not _has_selecting_services(context):
        return
    before, after = endpoint_facts(change.before), endpoint_facts(change.after)
    if before == after:
        return
    labels = [facts[0] for facts in (before, after) if facts is not None]
    yield from _matching_services(context, change.namespace, labels)


def node_service_keys(change: Change, context: Context) -> Iterator[str]:
    """The Services with Pods on a node that came, went or moved to another zone."""
    if _zone(change.before) == _zone(change.after) and change.before is not None and change.after is not None:
        return
    for pod in context.list("pods", node=change.name):
        facts = endpoint_facts(pod)
        if facts is not None:
            yield from _matching_services(context, pod["metadata"].get("namespace", ""), [facts[0]])


def _zone(node: Obj | None) -> str:
    labels = (node or {"metadata": {}})["metadata"].get("labels") or {}
    zone: str = labels.get(ZONE_LABEL, "")
    return zone


def _has_selecting_services(context: Context) -> bool:
    """Whether any Service but the API server's own is there: most changes of Pods need not be looked at without."""
    found: bool | None = context.scratch.get("has services")
    if found is None:
        own = context.look("services", "default", "kubernetes")
        others = context.count("services", limit=2) - (own is not None)
        found = context.scratch["has services"] = others > 0 or bool(own is not None and own["spec"].get("selector"))
    return found


def selecting_services(context: Context, namespace: str, labels: dict[str, str]) -> list[Obj]:
    """The Services of a namespace whose selector matches ``labels``, by name (nothing but name and selector)."""
    if not _has_selecting_services(context):
        return []
    found: dict[str, Obj] = {}
    for key, value in labels.items():
        what = selecting(namespace, key, value)
        # One look at the Services under a label serves all changes of a pass.
        known: list[Obj] | None = context.scratch.get(what)
        if known is None:
            known = context.scratch[what] = []
            for name in {name: None for names in context.sums(what).values() for name in names}:
                service = context.look("services", namespace, name)
                if service is not None:
                    known.append({"metadata": {"name": name}, "spec": {"selector": service["spec"]["selector"]}})
        found.update((each["metadata"]["name"], each) for each in known if each["spec"]["selector"].items() <= labels.items())
    return [found[name] for name in sorted(found)]


def _matching_services(context: Context, namespace: str, labels: list[dict[str, str]]) -> Iterator[str]:
    """The keys of the Services whose selector matches any of ``labels``."""
    for name in dict.fromkeys(
        service["metadata"]["name"] for of_pod in labels for service in selecting_services(context, namespace, of_pod)
    ):
        yield f"{namespace}/{name}"
