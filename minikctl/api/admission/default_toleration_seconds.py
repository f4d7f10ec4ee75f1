"""Pods stay 300 s on a node that is lost (upstream: ``plugin/pkg/admission/defaulttolerationseconds``)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.admission import Request

#: upstream's --default-not-ready-toleration-seconds and --default-unreachable-toleration-seconds
SECONDS = 300


def admit(request: Request) -> None:
    """Add the two NoExecute tolerations where the Pod does not tolerate those taints already."""
    tolerations = request.obj["spec"].get("tolerations") or []
    for taint in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"):
        tolerated = any(
            toleration.get("key", "") in (taint, "") and toleration.get("effect", "") in ("NoExecute", "")
            for toleration in tolerations
        )
        if not tolerated:
            tolerations = [
                *tolerations, {"key": taint, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SECONDS}
            ]
    if tolerations:
        request.obj["spec"]["tolerations"] = tolerations
