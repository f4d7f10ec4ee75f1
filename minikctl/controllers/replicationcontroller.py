"""ReplicationControllers, which came before ReplicaSets (upstream: ``pkg/controller/replication``, a thin wrapper)."""

from __future__ import annotations

from minikctl.controllers.replication import OBSTACLES, PODS, ReplicationManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]


class ReplicationControllerController(ReplicationManager):
    """ReplicationControllers, by ``namespace/name``."""

    name = "replicationcontroller"
    resource = "replicationcontrollers"
    kind = owns = "ReplicationController"
    component = "replication-controller"
    counts_terminating = False
    watches = (resource, PODS, *OBSTACLES)

    def selector_of(self, owner: Obj) -> Selector:
        """A plain map of labels."""
        from minikctl.lib.labels import from_label_selector

        return from_label_selector({"matchLabels": owner["spec"].get("selector") or {}})


CONTROLLER = ReplicationControllerController
