"""What the Pods of a node add up to, kept with every write: the scheduler reads sums and not Pods.

The store keeps sums by (what, node, name). One row stands for all Pods that are alike, so that a node with a thousand
Pods of one Deployment has as few rows as one with two. A Pod counts from when it is bound until it has ended. Upstream:
``framework.NodeInfo``.
"""

from __future__ import annotations

import json

from minikctl.kinds.podspec.resources import pod_requests

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.lib.quantity import Quantity

    Obj = dict[str, Any]
    Sums = dict[tuple[str, str], int]

#: what Pods ask for (``cpu`` in thousandths, everything else in whole units), and their number (``pods``)
REQUESTED = "pods/requested"
#: cpu and memory again, with defaults for containers that ask for nothing
SCORED = "pods/scored"
#: host ports: ``address protocol port``
PORTS = "pods/ports"
#: how many Pods have a priority
PRIORITIES = "pods/priorities"
#: terms of pod affinity, as JSON: [sort, namespace, weight, term]
TERMS = "pods/terms"
#: Pods that are to be on a node when those that they preempt are gone: ``node namespace/name``; under the node ""
NOMINATED = "pods/nominated"
#: Pods on no node whose turn may come when a Pod or a claim changes (pod affinity, spreading, claims): ``namespace/name``;
#: under the node ""
WAITING = "pods/waiting"
#: Pods that their kubelet has turned to and that have not begun: by namespace, the names
_HELD_UP = "pods/held up/"
_LABELS, _CLAIMS = "pods/labels/", "pods/claims/"

#: what a container without requests counts as when nodes are compared (upstream: DefaultMilliCPURequest and
#: DefaultMemoryRequest)
DEFAULT_CPU, DEFAULT_MEMORY = 100, 200 * 1024 * 1024
ENDED = ("Succeeded", "Failed")
#: requests of Pods that are alike are worked out once; of more than this many sorts, all are forgotten
MANY_SORTS = 2000
#: the sorts of terms: (sort, field of the affinity, field of that)
SORTS = (
    ("affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution"),
    ("anti-affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"),
    ("preferred", "podAffinity", "preferredDuringSchedulingIgnoredDuringExecution"),
    ("preferred", "podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution"),
)
NO_LABELS: dict[str, str] = {}

_known: dict[str, tuple[dict[str, int], dict[str, int]]] = {}
#: labels as JSON
_texts: dict[tuple[object, ...], str] = {}
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode


def labels_of(namespace: str) -> str:
    """The sums of a namespace's Pods by their labels, as JSON: [labels, whether they are going]."""
    return _LABELS + namespace


def claims_of(namespace: str) -> str:
    """The sums of a namespace's Pods by the claims that they use."""
    return _CLAIMS + namespace


def held_up_in(namespace: str) -> str:
    """The sums of a namespace's Pods that have not begun, by name: what they wait for may come."""
    return _HELD_UP + namespace


def _is_held_up(status: Obj) -> bool:
    return status.get("phase") == "Pending" and "startTime" in status


def same_sums(before: Obj, after: Obj) -> bool:
    """Whether a write of a Pod cannot change what it adds: most are of a status."""
    old, new = before["metadata"], after["metadata"]
    was, now = before.get("status") or {}, after.get("status") or {}
    return bool(
        (before["spec"] is after["spec"] or before["spec"] == after["spec"])
        and old.get("labels") == new.get("labels")
        and ("deletionTimestamp" in old) is ("deletionTimestamp" in new)
        and (was.get("phase") in ENDED) is (now.get("phase") in ENDED)
        and _is_held_up(was) is _is_held_up(now)
        and was.get("nominatedNodeName") == now.get("nominatedNodeName")
    )


def sums_of(pod: Obj) -> Sums | None:
    """What a Pod adds to the sums of its node; None: nothing."""
    meta, spec, status = pod["metadata"], pod["spec"], pod.get("status") or {}
    if not spec.get("nodeName"):
        if not status.get("nominatedNodeName") and not waits_for_others(pod):
            return None
        key, node = f"{meta['namespace']}/{meta['name']}", status.get("nominatedNodeName")
        waits: Sums = {(NOMINATED, f"{node} {key}"): 1} if node else {}
        if waits_for_others(pod):
            waits[WAITING, key] = 1
        return waits or None
    if status.get("phase") in ENDED:
        return None
    requested, scored = requests_of(pod)
    found = {(REQUESTED, name): amount for name, amount in requested.items() if amount}
    found[REQUESTED, "pods"] = 1
    found[SCORED, "cpu"], found[SCORED, "memory"] = scored["cpu"], scored["memory"]
    found[PRIORITIES, str(spec.get("priority") or 0)] = 1
    namespace = meta["namespace"]
    found[labels_of(namespace), _labels_as_text(meta)] = 1
    if _is_held_up(status):
        found[held_up_in(namespace), meta["name"]] = 1
    for address, protocol, port in host_ports(spec):
        found[PORTS, f"{address} {protocol} {port}"] = 1
    for sort, weight, term in affinity_terms(spec):
        found[TERMS, _encode([sort, namespace, weight, term])] = 1
    for claim in claim_names(pod):
        found[claims_of(namespace), claim] = 1
    return found


def _labels_as_text(meta: Obj) -> str:
    labels, going = meta.get("labels") or NO_LABELS, "deletionTimestamp" in meta
    alike = (going, *labels.items())
    text = _texts.get(alike)
    if text is None:
        if len(_texts) >= MANY_SORTS:
            _texts.clear()
        text = _texts[alike] = _encode([labels, going])
    return text


def requests_of(pod: Obj) -> tuple[dict[str, int], dict[str, int]]:
    """What a Pod asks for, and what it counts as when nodes are compared."""
    spec = pod["spec"]
    containers = spec.get("containers") or ()
    key = repr((
        [each.get("resources") for each in containers],
        [(each.get("resources"), each.get("restartPolicy")) for each in spec.get("initContainers") or ()],
        spec.get("resources"), spec.get("overhead"),
    ))
    known = _known.get(key)
    if known is None:
        requested = {name: count(name, amount) for name, amount in pod_requests(pod).items()}
        scored = {
            "cpu": _scored(containers, "cpu", DEFAULT_CPU), "memory": _scored(containers, "memory", DEFAULT_MEMORY),
        }
        if len(_known) >= MANY_SORTS:
            _known.clear()
        known = _known[key] = requested, {name: max(amount, requested.get(name, 0)) for name, amount in scored.items()}
    return known


def count(resource: str, amount: Quantity) -> int:
    """A quantity as the scheduler counts it: CPU in thousandths, everything else in whole units."""
    return amount.milli_value() if resource == "cpu" else amount.value()


def _scored(containers: Any, resource: str, default: int) -> int:
    from minikctl.lib.quantity import parse_quantity

    total = 0
    for container in containers:
        asked = ((container.get("resources") or {}).get("requests") or {}).get(resource)
        total += default if asked is None else count(resource, parse_quantity(asked))
    return total


def host_ports(spec: Obj) -> set[tuple[str, str, int]]:
    """(address, protocol, port) of the host that the containers take."""
    return {
        (port.get("hostIP") or "0.0.0.0", port.get("protocol", "TCP"), port["hostPort"])  # noqa: S104 - as in the API
        for container in spec.get("containers") or ()
        for port in container.get("ports") or () if port.get("hostPort")
    }


def affinity_terms(spec: Obj) -> Iterator[tuple[str, int, Obj]]:
    """(sort, weight, term) of the terms of pod affinity; that of what is to be avoided is below 0, of what must be 0."""
    affinity = spec.get("affinity")
    if not affinity:
        return
    for sort, field, terms in SORTS:
        sign = -1 if field == "podAntiAffinity" else 1
        for term in (affinity.get(field) or {}).get(terms) or ():
            if sort == "preferred":
                yield sort, sign * term["weight"], term["podAffinityTerm"]
            else:
                yield sort, 0, term


def waits_for_others(pod: Obj) -> bool:
    """Whether other Pods, or claims, can let a Pod be scheduled that could not be."""
    spec = pod["spec"]
    return (
        any(each.get("whenUnsatisfiable") == "DoNotSchedule" for each in spec.get("topologySpreadConstraints") or ())
        or any(sort == "affinity" for sort, _, _ in affinity_terms(spec))
        or bool(claim_names(pod))
    )


def claim_names(pod: Obj) -> list[str]:
    """The claims that a Pod uses, those of its generic ephemeral volumes among them."""
    found = []
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim") is not None:
            found.append(volume["persistentVolumeClaim"]["claimName"])
        elif volume.get("ephemeral") is not None:
            found.append(f"{pod['metadata']['name']}-{volume['name']}")
    return found
