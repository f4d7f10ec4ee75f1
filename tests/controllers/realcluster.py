"""A real API over a real state file, with controllers and a kubelet that does as it is told: for tests of passes."""

from running import Running

from minikctl import reconcile
from minikctl.controllers import CONTROLLERS
from minikctl.controllers.base import Controller
from minikctl.reconcile import ClusterContext


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


class Cluster(Running):
    """An API in a transaction, and passes over the controllers of this package and the kubelet above."""

    KUBELETS = ("scheduler", "kubelet", "endpoints", "endpointslice")

    def __init__(self, folder, monkeypatch):
        """``folder``: where the state file goes. ``monkeypatch``: pytest's, to put the other kubelet in place."""
        super().__init__(folder)
        kubelet = Kubelet()
        others = [row for row in CONTROLLERS if row[0] not in self.KUBELETS]
        monkeypatch.setattr(reconcile, "CONTROLLERS", (*others, (kubelet.name, kubelet.watches)))
        self.reconciler._loaded[kubelet.name] = (kubelet, ClusterContext(self.api, kubelet.name))

    def change(self, resource, name, change, namespace="default"):
        """Let ``change`` alter the object in place, and store it."""

        def changed(obj):
            change(obj)
            return obj

        return self.api.patch(resource, namespace, name, changed, client=False)[0]

    def messages(self, name):
        """The messages of the events about objects of this name, in order."""
        return [event["message"] for event in self.events_about(name)]
