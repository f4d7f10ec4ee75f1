"""DaemonSets: one Pod on every node that fits, and how the Pods of one template give way to those of the next.

Upstream: ``pkg/controller/daemon``. ``sync`` is the table of contents; the rest is

- ``placement``: which nodes shall have a Pod, and how a Pod is tied to its node (pure functions)
- ``arithmetic``: which Pods are too many or too few, what an update may do next, the status (pure functions)
- ``revisions``: the ControllerRevisions

The Pods are bound by the scheduler: each asks for its node by node affinity. A sync either makes and deletes what is
missing and too much, or does one step of an update; the status follows at the end of the pass.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.podcontrol import (
    OBSTACLES,
    PODS,
    claim_pods,
    create_pod,
    delete_pod,
    is_orphan_news,
    keys_that_match,
    owner_keys,
    retry_delay,
    times_recorded,
)
from minikctl.controllers.refs import is_deleting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context
    from minikctl.controllers.daemonset.placement import DaemonNode
    from minikctl.errors import StatusError

    Obj = dict[str, Any]

DAEMON_SETS = "daemonsets.apps"
COMPONENT = "daemonset-controller"
#: a Pod that failed is replaced at once, the next one after 1 s, 2 s, 4 s ... at most this many seconds
LONGEST_BACK_OFF = 900.0


class DaemonSetController(Controller):
    """DaemonSets, by ``namespace/name``."""

    name = "daemonset"
    watches = (DAEMON_SETS, PODS, "nodes", *OBSTACLES)
    owns = "DaemonSet"

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """The DaemonSet itself; for a Pod its owners, or those that may adopt it; for a node those it matters to."""
        if change.resource == DAEMON_SETS:
            yield f"{change.namespace}/{change.name}"
        elif change.resource == PODS:
            yield from owner_keys(change, "DaemonSet")
            if change.after is not None and is_orphan_news(change):
                yield from keys_that_match(context, DAEMON_SETS, change.after)
        elif change.resource == "nodes":
            yield from _keys_for_node(change, context)
        else:
            for daemon_set in context.list(DAEMON_SETS, change.namespace):
                yield f"{change.namespace}/{daemon_set['metadata']['name']}"

    def sync(self, context: Context, key: str) -> None:
        """Do one step; see the module's docstring. Upstream: ``syncDaemonSet``."""
        from minikctl.controllers.daemonset.revisions import cleanup_history, construct_history

        daemon_set = _daemon_set(context, key)
        if daemon_set is None or is_deleting(daemon_set):
            return
        if _selects_everything(daemon_set):
            context.event(
                daemon_set, "Warning", "SelectingAll",
                "This daemon set is selecting all pods. A non-empty selector is required.", COMPONENT,
            )
            return
        current, old = construct_history(context, daemon_set)
        _Step(context, key, daemon_set, current).run()
        cleanup_history(context, daemon_set, old)

    def sync_status(self, context: Context, key: str) -> None:
        """Count the Pods as they are at the end of a pass."""
        from minikctl.controllers.daemonset.arithmetic import calculate_status, pods_by_node
        from minikctl.controllers.daemonset.revisions import known_hash
        from minikctl.controllers.replication import write_status

        daemon_set = _daemon_set(context, key)
        if daemon_set is None or is_deleting(daemon_set) or _selects_everything(daemon_set):
            return
        letters = known_hash(context, daemon_set)
        if letters is None:
            return
        metadata, now = daemon_set["metadata"], context.now()
        pods = context.list(PODS, metadata["namespace"], owner=metadata["uid"])
        status = calculate_status(daemon_set, _nodes(context), pods_by_node(pods), letters, now)
        write_status(context, key, daemon_set, status, pods)


class _Step:
    """One step of a DaemonSet."""

    def __init__(self, context: Context, key: str, daemon_set: Obj, current: Obj) -> None:
        from minikctl.controllers.daemonset.arithmetic import pods_by_node
        from minikctl.kinds.revisions import POD_REVISION_LABEL
        from minikctl.lib.labels import from_label_selector

        self.context = context
        self.key = key
        self.daemon_set = daemon_set
        self.hash: str = current["metadata"]["labels"][POD_REVISION_LABEL]
        self.nodes = _nodes(context)
        pods = claim_pods(context, daemon_set, from_label_selector(daemon_set["spec"]["selector"]))
        self.on_node = pods_by_node(pods)

    def run(self) -> None:
        """Make what is missing and delete what is too much; where nothing is, go on with an update."""
        if self._manage():
            return
        if self.daemon_set["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            from minikctl.controllers.daemonset.arithmetic import rolling_update

            delete, create = rolling_update(
                self.daemon_set, self.nodes, self.on_node, self.hash, self.context.now(),
            )
            self._sync_nodes(delete, create)

    def _manage(self) -> bool:
        """Upstream: ``manage``. Returns whether there was something to do."""
        from minikctl.controllers.daemonset.arithmetic import pods_should_be_on_node, unscheduled_without_node

        create: list[str] = []
        delete: list[Obj] = []
        for node in self.nodes:
            plan = pods_should_be_on_node(
                self.daemon_set, node, self.on_node.get(node.name), self.hash, self.context.now(),
            )
            create += [node.name] if plan.create else []
            delete += plan.delete
            delete += [pod for pod in plan.ended if self._may_replace(pod, node.name)]
        delete += unscheduled_without_node(self.nodes, self.on_node)
        self._sync_nodes(delete, create)
        return bool(create or delete)

    def _may_replace(self, pod: Obj, node: str) -> bool:
        """Whether a Pod that has ended may be replaced already; one that fails again and again has to wait."""
        meta = pod["metadata"]
        what = f"daemon pod {meta['namespace']}/{meta['name']} on node {node}, will try to"
        if pod["status"]["phase"] == "Succeeded":
            self.context.event(self.daemon_set, "Normal", "SucceededDaemonPod", f"Found succeeded {what} delete it", COMPONENT)
            return True
        from minikctl.lib.times import parse_time

        times, latest = times_recorded(self.context, self.daemon_set, "FailedDaemonPod", f" on node {node},")
        if times:
            wait = parse_time(latest) + min(2.0 ** (times - 1), LONGEST_BACK_OFF) - self.context.now()
            if wait > 0:
                self.context.requeue_after(self.key, wait)
                return False
        self.context.event(self.daemon_set, "Warning", "FailedDaemonPod", f"Found failed {what} kill it", COMPONENT)
        return True

    def _sync_nodes(self, delete: Iterable[Obj], create: list[str]) -> None:
        """Create Pods on nodes and delete Pods (upstream: ``syncNodes``)."""
        from minikctl.controllers.daemonset.placement import pod_for_node, pod_template
        from minikctl.controllers.replication import slow_start_batch

        if create:
            template = pod_template(self.daemon_set, self.hash)
            names = iter(create)

            def create_one() -> StatusError | None:
                return create_pod(self.context, self.daemon_set, pod_for_node(self.daemon_set, template, next(names)), COMPONENT)

            if slow_start_batch(len(create), create_one) is not None:
                self.context.requeue_after(self.key, retry_delay(self.context, self.daemon_set, "FailedCreate"))
        for pod in delete:
            delete_pod(self.context, self.daemon_set, pod, COMPONENT)


def _daemon_set(context: Context, key: str) -> Obj | None:
    namespace, _, name = key.partition("/")
    found = context.get(DAEMON_SETS, namespace, name)
    return found if found is None or found["spec"].get("selector") is not None else None


def _selects_everything(daemon_set: Obj) -> bool:
    return not daemon_set["spec"]["selector"]


def _nodes(context: Context) -> list[DaemonNode]:
    """All nodes, by name (read once a pass)."""
    from minikctl.controllers.daemonset.placement import DaemonNode

    found: list[DaemonNode] | None = context.scratch.get("nodes")
    if found is None:
        found = context.scratch["nodes"] = [DaemonNode(node) for node in context.list("nodes")]
    return found


def _keys_for_node(change: Change, context: Context) -> Iterator[str]:
    """The DaemonSets for which a node has come, gone or changed sides (upstream: ``addNode``, ``updateNode``)."""
    from minikctl.controllers.daemonset.placement import DaemonNode, node_should_run

    context.scratch.pop("nodes", None)
    before, after = (None if node is None else DaemonNode(node) for node in (change.before, change.after))
    if before is not None and after is not None and before.same_as(after):
        return
    for daemon_set in context.list(DAEMON_SETS):
        was, now = (None if node is None else node_should_run(daemon_set, node) for node in (before, after))
        if was != now:
            metadata = daemon_set["metadata"]
            yield f"{metadata['namespace']}/{metadata['name']}"


CONTROLLER = DaemonSetController
