"""``rollout`` of StatefulSets (upstream: ``StatefulSetStatusViewer`` in ``kubectl/pkg/polymorphichelpers``)."""

from __future__ import annotations

from minikctl.errors import MinikctlError
from minikctl.kinds.revisions import RevisionedRollout
from minikctl.kinds.workloads import replicas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Reader

    Obj = dict[str, Any]


class StatefulSetRollout(RevisionedRollout):
    """The rollout capability of StatefulSets."""

    def status(self, obj: Obj, revision: int, reader: Reader) -> tuple[str, bool]:  # noqa: ARG002 - see Rollout
        """See ``Rollout.status``. The revision that is asked for does not matter, as upstream."""
        strategy, status, wanted = obj["spec"].get("updateStrategy") or {}, obj.get("status") or {}, replicas(obj)
        if strategy.get("type") != "RollingUpdate":
            raise MinikctlError("rollout status is only available for RollingUpdate strategy type")
        observed = status.get("observedGeneration", 0)
        if not observed or obj["metadata"].get("generation", 0) > observed:
            return "Waiting for statefulset spec update to be observed...\n", False
        ready, updated = status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
        if ready < wanted:
            return f"Waiting for {wanted - ready} pods to be ready...\n", False
        rolling_update = strategy.get("rollingUpdate")
        if rolling_update is not None:
            due = wanted - (rolling_update.get("partition") or 0)
            if updated < due:
                words = f"Waiting for partitioned roll out to finish: {updated} out of {due} new pods have been updated"
                return f"{words}...\n", False
            return f"partitioned roll out complete: {updated} new pods have been updated...\n", True
        target = status.get("updateRevision", "")
        if target != status.get("currentRevision", ""):
            return f"waiting for statefulset rolling update to complete {updated} pods at revision {target}...\n", False
        current = status.get("currentReplicas", 0)
        return f"statefulset rolling update complete {current} pods at revision {target}...\n", True
