"""ReplicaSets: keep as many Pods as they say (upstream: ``pkg/controller/replicaset``)."""

from __future__ import annotations

from minikctl.controllers.replication import OBSTACLES, PODS, ReplicationManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]


class ReplicaSetController(ReplicationManager):
    """ReplicaSets, by ``namespace/name``."""

    name = "replicaset"
    resource = "replicasets.apps"
    kind = owns = "ReplicaSet"
    component = "replicaset-controller"
    watches = (resource, PODS, *OBSTACLES)

    def selector_of(self, owner: Obj) -> Selector:
        """A label selector with matchLabels and matchExpressions."""
        from minikctl.lib.labels import from_label_selector

        return from_label_selector(owner["spec"]["selector"])


CONTROLLER = ReplicaSetController
