"""Which endpoints of a Service get requests, and how many each (upstream: ``pkg/proxy``, ``topology.go``)."""

from __future__ import annotations

from minikctl.lib.fnv import fnv1a_128

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj
    from minikctl.network.endpoints import Endpoint

ZONE_LABEL = "topology.kubernetes.io/zone"


def usable_endpoints(endpoints: Sequence[Endpoint], node: Obj | None, *, local: bool) -> list[Endpoint]:
    """The endpoints that a client on ``node`` (None: not known) may get; ``local``: the traffic policy is Local.

    Ready ones; where there are none, those on their way out that serve still. Upstream: ``CategorizeEndpoints``.
    """
    name = node["metadata"]["name"] if node is not None else ""
    if local and node is not None:
        endpoints = [each for each in endpoints if each.node == name]
    ready = [each for each in endpoints if each.ready]
    if not ready:
        return [each for each in endpoints if each.serving and each.terminating]
    return ready if local or node is None else _nearest(ready, node)


def _nearest(ready: list[Endpoint], node: Obj) -> list[Endpoint]:
    """Those that hints mean for this node or zone, where every one has hints (upstream: ``topologyModeFromHints``)."""
    name, zone = node["metadata"]["name"], (node["metadata"].get("labels") or {}).get(ZONE_LABEL)
    on_node = [each for each in ready if name in each.node_hints]
    if on_node and all(each.node_hints for each in ready):
        return on_node
    in_zone = [each for each in ready if zone in each.zone_hints]
    if in_zone and all(each.zone_hints for each in ready):
        return in_zone
    return ready


def distribute(count: int, number: int, seed: str, *, sticky: bool) -> list[int]:
    """How many of ``count`` requests each of ``number`` endpoints gets: in turn, from one that ``seed`` chooses.

    ``sticky`` (session affinity): all of a client's requests go to the same one. kube-proxy draws lots; this gives the
    same numbers for the same state.
    """
    shares = [0] * number
    if number:
        first = fnv1a_128(seed) % number
        for turn in range(1 if sticky else min(count, number)):
            position = (first + turn) % number
            shares[position] = count if sticky else count // number + (1 if turn < count % number else 0)
    return shares
