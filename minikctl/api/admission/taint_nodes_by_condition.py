"""A Node that has not said that it is ready takes no Pods (upstream: ``plugin/pkg/admission/nodetaint``)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.admission import Request

NOT_READY = "node.kubernetes.io/not-ready"


def admit(request: Request) -> None:
    """Add the taint that the node lifecycle controller takes away again when the Node is ready."""
    node = request.obj
    conditions = (node.get("status") or {}).get("conditions") or ()
    if any(condition.get("type") == "Ready" and condition.get("status") == "True" for condition in conditions):
        return
    taints = node["spec"].get("taints") or []
    if not any(taint.get("key") == NOT_READY and taint.get("effect") == "NoSchedule" for taint in taints):
        node["spec"]["taints"] = [*taints, {"key": NOT_READY, "effect": "NoSchedule"}]
