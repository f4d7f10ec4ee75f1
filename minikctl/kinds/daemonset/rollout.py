"""``rollout`` of DaemonSets (upstream: ``DaemonSetStatusViewer`` in ``kubectl/pkg/polymorphichelpers``)."""

from __future__ import annotations

from minikctl.errors import MinikctlError, quote
from minikctl.kinds.revisions import RevisionedRollout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Reader

    Obj = dict[str, Any]


class DaemonSetRollout(RevisionedRollout):
    """The rollout capability of DaemonSets."""

    def status(self, obj: Obj, revision: int, reader: Reader) -> tuple[str, bool]:  # noqa: ARG002 - see Rollout
        """See ``Rollout.status``. The revision that is asked for does not matter, as upstream."""
        name, status = quote(obj["metadata"]["name"]), obj.get("status") or {}
        if (obj["spec"].get("updateStrategy") or {}).get("type") != "RollingUpdate":
            raise MinikctlError("rollout status is only available for RollingUpdate strategy type")
        if obj["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
            return "Waiting for daemon set spec update to be observed...\n", False
        desired, updated, available = (
            status.get(field, 0) for field in ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
        )
        if updated < desired:
            missing = f"{updated} out of {desired} new pods have been updated"
        elif available < desired:
            missing = f"{available} of {desired} updated pods are available"
        else:
            return f"daemon set {name} successfully rolled out\n", True
        return f"Waiting for daemon set {name} rollout to finish: {missing}...\n", False
