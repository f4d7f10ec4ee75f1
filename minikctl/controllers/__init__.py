"""The controllers, in the order in which a pass runs them.

``CONTROLLERS`` is the one list. Modules offer the controller's class as ``CONTROLLER``. The order is that of cause and
effect, so that one pass takes a new Deployment all the way to running Pods that its Service has as endpoints, and a
deleted one to where nothing of it is left: the garbage collector stands before what stops Pods.
"""

from __future__ import annotations

from minikctl.kinds import CUSTOM_RESOURCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.controllers.base import Controller

EVERYTHING: tuple[str, ...] = ()
_DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"

#: (module, the resources whose changes it is shown): a controller is imported when one of these has changed or a timer
#: of its has run out. The second column repeats the controller's ``watches``; a test holds them together.
CONTROLLERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("crdnaming", (_DEFINITIONS,)),
    ("crdfinalizer", (_DEFINITIONS, CUSTOM_RESOURCES)),
    ("namespace", EVERYTHING),
    ("serviceaccounts", ("namespaces", "serviceaccounts", "configmaps")),
    ("tokens", ("serviceaccounts", "secrets")),
    ("clusterroleaggregation", ("clusterroles.rbac.authorization.k8s.io",)),
    ("csrsigning", ("certificatesigningrequests.certificates.k8s.io",)),
    ("csrcleaner", ("certificatesigningrequests.certificates.k8s.io",)),
    ("cronjob", ("cronjobs.batch", "jobs.batch")),
    ("garbagecollector", EVERYTHING),
    ("resourcequota", EVERYTHING),
    ("horizontalpodautoscaler", (
        "horizontalpodautoscalers.autoscaling", "simulatedmetrics.minikctl.dev", "pods", "deployments.apps",
        "replicasets.apps", "replicationcontrollers", "statefulsets.apps", CUSTOM_RESOURCES,
    )),
    ("deployment", ("deployments.apps", "replicasets.apps")),
    ("replicaset", ("replicasets.apps", "pods", "resourcequotas", "limitranges", "serviceaccounts")),
    ("replicationcontroller", ("replicationcontrollers", "pods", "resourcequotas", "limitranges", "serviceaccounts")),
    ("statefulset", ("statefulsets.apps", "pods", "resourcequotas", "limitranges", "serviceaccounts")),
    ("daemonset", ("daemonsets.apps", "pods", "nodes", "resourcequotas", "limitranges", "serviceaccounts")),
    ("job", ("jobs.batch", "pods", "resourcequotas", "limitranges", "serviceaccounts")),
    ("ttlafterfinished", ("jobs.batch",)),
    ("ephemeralvolume", ("pods",)),
    ("persistentvolume", ("persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io")),
    ("nodelifecycle", ("nodes", "pods")),
    ("scheduler", (
        "pods", "nodes", "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io",
    )),
    ("faults", ("faults.minikctl.dev",)),
    ("kubelet", (
        "pods", "containerbehaviors.minikctl.dev", "faults.minikctl.dev", "nodes", "configmaps", "secrets",
    )),
    ("volumeprotection", ("persistentvolumeclaims", "persistentvolumes", "pods")),
    ("disruption", ("poddisruptionbudgets.policy", "pods")),
    ("kubernetesservice", ("services",)),
    ("loadbalancer", ("services", "loadbalancerpools.minikctl.dev")),
    ("endpoints", ("services", "pods", "endpoints")),
    ("endpointslice", ("services", "pods", "nodes", "endpointslices.discovery.k8s.io")),
    ("endpointslicemirroring", ("services", "endpoints", "endpointslices.discovery.k8s.io")),
)


def load(name: str) -> Controller:
    """Return the controller of this name, importing its module."""
    from importlib import import_module

    controller: Controller = import_module(f"minikctl.controllers.{name}").CONTROLLER()
    return controller
