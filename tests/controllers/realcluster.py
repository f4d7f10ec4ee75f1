"""A real API over a real state file, with controllers and a kubelet that does as it is told: for tests of passes."""

import io

from minikctl import reconcile
from minikctl.api.bootstrap import fill
from minikctl.api.server import Api
from minikctl.controllers import CONTROLLERS
from minikctl.controllers.base import Controller
from minikctl.env import Env
from minikctl.reconcile import ClusterContext, Reconciler
from minikctl.store import Store

NOW = "2026-06-01T12:00:00Z"


class Kubelet(Controller):
    """Schedules, starts and ends Pods at once. Images with "slow" in their name never become ready nor stop."""

    name = "testkubelet"
    watches = ("pods",)

    def sync(self, context, key):
        namespace, name = key.split("/")
        pod = context.get("pods", namespace, name)
        if pod is None:
            return
        slow = any("slow" in container["image"] for container in pod["spec"]["containers"])
        if "deletionTimestamp" in pod["metadata"]:
            if not slow:
                context.remove(pod)
            return
        if not pod["spec"].get("nodeName"):
            pod["spec"]["nodeName"] = "node-1"
            pod = context.update(pod)
        time = pod["metadata"]["creationTimestamp"]
        pod["status"] = {
            **(pod.get("status") or {}), "phase": "Running",
            "conditions": [{"type": "Ready", "status": str(not slow), "lastTransitionTime": time}],
        }
        context.update_status(pod)


class Cluster:
    """An API in a transaction, and passes over the controllers of this package and the kubelet above."""

    KUBELETS = ("scheduler", "kubelet", "endpoints", "endpointslice")

    def __init__(self, folder, monkeypatch):
        """``folder``: where the state file goes. ``monkeypatch``: pytest's, to put the other kubelet in place."""
        env = Env(io.StringIO(), io.StringIO(), io.StringIO(), {"MINIKCTL_NOW": NOW, "MINIKCTL_SEED": "1"})
        self.store = Store(str(folder / "state.db"), lambda store: fill(store, env))
        self.store.begin()
        self.api = Api(self.store, env)
        self.reconciler = Reconciler(self.api)
        kubelet = Kubelet()
        others = [row for row in CONTROLLERS if row[0] not in self.KUBELETS]
        monkeypatch.setattr(reconcile, "CONTROLLERS", (*others, (kubelet.name, kubelet.watches)))
        self.reconciler._loaded[kubelet.name] = (kubelet, ClusterContext(self.api, kubelet.name))

    def run_pass(self):
        return self.reconciler.run_pass()

    def settle(self):
        return self.reconciler.until_stable()

    def advance(self, seconds):
        return self.reconciler.advance_to(self.api.now() + seconds)

    def change(self, resource, name, change, namespace="default"):
        """Let ``change`` alter the object in place, and store it."""

        def changed(obj):
            change(obj)
            return obj

        return self.api.patch(resource, namespace, name, changed, client=False)[0]

    def messages(self, name):
        """The messages of the events about objects of this name, in order."""
        events = self.api.list("events", "default")
        events.sort(key=lambda event: int(event["metadata"]["resourceVersion"]))
        return [event["message"] for event in events if event["involvedObject"]["name"] == name]
