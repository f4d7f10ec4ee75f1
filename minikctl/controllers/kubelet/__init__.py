"""The kubelets of all nodes, simulated: bound Pods get their images, start, become ready, exit, start again and stop.

No container runs. What one would do is what the first matching ContainerBehavior says (``behavior``); without one a
container is there and ready at once and, unless it is to be restarted always, ends well at once. The state machine of a
container is in ``containers``, a Pod's phase and conditions in ``pods``. Both are functions of the Pod as it is stored
and of the time: everything that has to be remembered (how often and when a container ended) stands in its status, as
the real kubelet writes it. Upstream: ``pkg/kubelet`` (``kuberuntime_manager.go``, ``kubelet_pods.go``).
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.kubelet import beginnings, behavior, pods, references
from minikctl.lib.times import parse_time
from minikctl.store.texts import decode, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context
    from minikctl.controllers.kubelet.faults import FaultSet
    from minikctl.controllers.kubelet.step import PodStep

    Obj = dict[str, Any]

BEHAVIORS = "containerbehaviors.minikctl.dev"
FAULTS = "faults.minikctl.dev"
COMPONENT = "kubelet"


class Kubelet(Controller):
    """Syncs a bound Pod's status; keys are ``namespace/name`` of Pods."""

    name = "kubelet"
    field_manager = "kubelet"
    watches = ("pods", BEHAVIORS, FAULTS, "nodes", references.CONFIG_MAPS, references.SECRETS)

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:
        """Not its own doing (changes of a Pod's status alone), and of what Pods refer to not that it goes."""
        if resource in (references.CONFIG_MAPS, references.SECRETS):
            return verb != "delete"
        if resource == "nodes":
            return changed is None or "status" in changed
        return resource != "pods" or changed != frozenset(("status",))

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """A Pod that is bound to a node.

        Those that may wait for a ConfigMap or Secret that came, or for their node; for a behavior that came, changed or
        went, all bound Pods that still live.
        """
        if change.resource == "pods":
            pod = change.after
            if pod is None or not pod["spec"].get("nodeName") or _only_status_changed(change):
                return ()
            return (f"{change.namespace}/{change.name}",)
        if change.resource in (references.CONFIG_MAPS, references.SECRETS):
            references.forget(context)
            beginnings.forget(context)
            return references.waiting_pods(context, change.namespace)
        if change.resource == "nodes":
            return pods.keys_of_node(context, change.before, change.after)
        if change.resource == FAULTS:
            return pods.keys_of_fault(context, change.after or change.before or {})
        return [
            f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
            for pod in context.list("pods")
            if pod["spec"].get("nodeName") and not pods.is_finished(pod)
        ]

    def sync(self, context: Context, key: str) -> None:
        """Bring the Pod's status to what it is now, and ask to be called when it will change by itself."""
        namespace, _, name = key.partition("/")
        pod = context.look("pods", namespace, name)
        if pod is None or not pod["spec"].get("nodeName"):
            return
        node = pod["spec"]["nodeName"]
        behaviors = behavior.BehaviorSet.of_pass(context)
        faults = behaviors.faults
        if not pods.node_answers(context, node) or (faults is not None and faults.is_down(node)):
            return
        if faults is not None or "deletionTimestamp" in pod["metadata"]:
            pod = decode(encode(pod))  # one of its own
        if "deletionTimestamp" in pod["metadata"]:
            self._stop(context, key, pod, behaviors)
            return
        if pods.is_finished(pod) or (faults is not None and self._evict(context, pod, faults)):
            return
        before = pod.get("status")
        step = self._step(context, pod, behaviors)
        if step.status != before:
            pod = {**pod, "status": step.status}
            context.update_status(pod, as_read=faults is None, text=step.text)
        if step.events:
            context.events(pod, step.events, COMPONENT, node)
        if step.due is not None:
            context.requeue_after(key, step.due - context.now())

    @staticmethod
    def _step(context: Context, pod: Obj, behaviors: behavior.BehaviorSet) -> PodStep:
        """What the Pod is now; with faults ``pod`` has to be the caller's own."""
        faults = behaviors.faults
        if faults is None:
            known = beginnings.alike(context, pod)
            if known is not None:
                return known
            step = pods.next_status(context, pod, behaviors)
            beginnings.remember(context, pod, step)
            return step
        ended = faults.end_containers(pod)
        begun = pod.get("status") or {}
        step = pods.next_status(context, pod, behaviors)
        step.events = ended + step.events
        step.wait_until(faults.count_pulls(begun, step.status))
        step.wait_until(faults.next_crash(pod, step.status))
        return step

    @staticmethod
    def _evict(context: Context, pod: Obj, faults: FaultSet) -> bool:
        """End a Pod that its node has no room for any more; whether it is so."""
        message = faults.eviction(pod)
        if message:
            from minikctl.controllers.kubelet.faults import evicted_status

            running = pods.running_containers(pod)
            pod["status"] = evicted_status(pod, message, context.now())
            context.update_status(pod)
            node = pod["spec"]["nodeName"]
            context.event(pod, "Warning", "Evicted", message, COMPONENT, node)
            for container in running:
                context.event(pod, "Normal", "Killing", f"Stopping container {container['name']}", COMPONENT, node)
        return bool(message)

    def _stop(self, context: Context, key: str, pod: Obj, behaviors: behavior.BehaviorSet) -> None:
        """A deleted Pod: its containers end after their ``stop.after``, at the latest with the grace period."""
        meta = pod["metadata"]
        ends = parse_time(meta["deletionTimestamp"])
        grace = float(meta.get("deletionGracePeriodSeconds", 0))
        running = pods.running_containers(pod)
        if not pods.is_finished(pod):
            longest = max((behaviors.for_container(pod, c).stop_after for c in running), default=0.0)
            due = min(ends - grace + longest, ends)
            for container in running:
                words = f"Stopping container {container['name']}"
                context.event(pod, "Normal", "Killing", words, COMPONENT, pod["spec"]["nodeName"])
            if due > context.now():
                context.requeue_after(key, due - context.now())
                return
            if meta.get("finalizers"):
                # It stays for somebody (a Job that counts it), who has to see how it ended.
                pod["status"] = pods.stopped_status(pod, context.now())
                pod = context.update_status(pod)
        context.remove(pod)


def _only_status_changed(change: Change) -> bool:
    """Whether a change of a Pod is the kubelet's own (it looks at a Pod again for its spec, its deletion or a timer)."""
    before, after = change.before, change.after
    return (
        before is not None
        and after is not None
        and before["spec"] == after["spec"]
        and before["metadata"].get("deletionTimestamp") == after["metadata"].get("deletionTimestamp")
        and before["metadata"].get("finalizers") == after["metadata"].get("finalizers")
        and before["metadata"].get("labels") == after["metadata"].get("labels")
    )


CONTROLLER = Kubelet
