"""A real API with the scheduler over nodes of one's own: for tables of where Pods go."""

import copy
import io

from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.env import Env
from minikctl.reconcile import Reconciler
from minikctl.store import Store

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"


def node(name, zone="", *, cpu="4", images=(), taints=(), **labels):
    amounts = {"cpu": cpu, "memory": "8Gi", "pods": "110", "example.com/card": "2"}
    labels = {HOST: name, **({ZONE: zone} if zone else {}), **labels}
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels},
        "spec": {"taints": list(taints)} if taints else {},
        "status": {
            "allocatable": amounts, "capacity": amounts, "conditions": [{"type": "Ready", "status": "True"}],
            "images": [{"names": [each], "sizeBytes": 500 * 2**20} for each in images],
        },
    }


def pod(name="p", app="", *, on="", requests=None, claims=(), image="x", **spec):
    container = {"name": "c", "image": image}
    if requests:
        limits = {name: amount for name, amount in requests.items() if "/" in name}
        container["resources"] = {"requests": requests, **({"limits": limits} if limits else {})}
    if claims:
        spec["volumes"] = [{"name": each, "persistentVolumeClaim": {"claimName": each}} for each in claims]
    if on:
        spec["nodeName"] = on
    labels = {"labels": {"app": app}} if app else {}
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, **labels}, "spec": {"containers": [container], **spec},
    }


def selecting(app):
    return {"matchLabels": {"app": app}}


def near(app, key=HOST, **term):
    """A term of pod affinity."""
    return {"topologyKey": key, "labelSelector": selecting(app), **term}


def required(field, *terms):
    return {field: {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}


def preferred(field, term, weight=100):
    return {field: {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": weight, "podAffinityTerm": term}]}}


def spread(key, app, *, skew=1, hard=True, **more):
    return {
        "maxSkew": skew, "topologyKey": key, "labelSelector": selecting(app),
        "whenUnsatisfiable": "DoNotSchedule" if hard else "ScheduleAnyway", **more,
    }


class Nodes:
    """A cluster of these nodes."""

    def __init__(self, folder, nodes):
        env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": "2026-06-01T12:00:00Z", "MINIKCTL_SEED": "1"})
        self.store = Store(str(folder / "state.db"), lambda store: fill(store, env, 0))
        self.store.begin()
        self.api = Api(self.store, env)
        self.reconciler = Reconciler(self.api)
        self.add(*nodes)

    def add(self, *objects):
        """Create objects and let everything come to rest."""
        for obj in objects:
            created = self.api.create(copy.deepcopy(obj), client=True)
            self.reconciler.until_stable()
        if not objects:
            return None
        meta = created["metadata"]
        return self.api.get(self.api.kind_of(created).info.resource, meta.get("namespace", ""), meta["name"])

    def pod(self, name):
        return self.api.get("pods", "default", name)

    def where(self, name):
        """The node of a Pod, or None."""
        return self.pod(name)["spec"].get("nodeName")

    def message(self, name):
        """Why a Pod could not be scheduled, without what came of preemption."""
        for condition in (self.pod(name).get("status") or {}).get("conditions") or ():
            if condition["type"] == "PodScheduled":
                return condition.get("message", "")
        return ""

    def settle(self):
        self.reconciler.until_stable()
