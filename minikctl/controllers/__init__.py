"""The controllers, in the order in which a pass runs them.

``CONTROLLERS`` is the one list: the module below this package that has each. Modules offer the controller's class as
``CONTROLLER``. The order is that of cause and effect, so that one pass takes a new Deployment all the way to running
Pods that its Service has as endpoints.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.controllers.base import Controller

CONTROLLERS: tuple[str, ...] = (
    "namespace",
    "serviceaccounts",
    "garbagecollector",
    "deployment",
    "replicaset",
    "replicationcontroller",
    "scheduler",
    "kubelet",
    "endpoints",
    "endpointslice",
)


def load(name: str) -> Controller:
    """Return the controller of this name, importing its module."""
    from importlib import import_module

    controller: Controller = import_module(f"minikctl.controllers.{name}").CONTROLLER()
    return controller
