"""StatefulSets: Pods that have a number, a name and claims of their own, made and replaced in order.

Upstream: ``pkg/controller/statefulset``. ``sync`` is the table of contents; the rest is

- ``identity``: names, numbers, labels and volumes of the Pods (pure functions)
- ``arithmetic``: the status, and which Pods a rolling update may take (pure functions)
- ``revisions``: which ControllerRevisions are the current one and the one to come
- ``control``: one step towards what the set wants
- ``claims``: PersistentVolumeClaims from templates, and who owns them when

With OrderedReady a sync makes or deletes at most one Pod. The status is written at the end of the pass, when Pods have
been started.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.podcontrol import (
    OBSTACLES,
    PODS,
    claim_pods,
    is_orphan_news,
    keys_that_match,
    owner_keys,
    retry_delay,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

STATEFUL_SETS = "statefulsets.apps"
COMPONENT = "statefulset-controller"


class StatefulSetController(Controller):
    """StatefulSets, by ``namespace/name``."""

    name = "statefulset"
    watches = (STATEFUL_SETS, PODS, *OBSTACLES)
    owns = "StatefulSet"

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """The StatefulSet itself; for a Pod its owners, or those that may adopt it; those that something held up."""
        if change.resource == STATEFUL_SETS:
            yield f"{change.namespace}/{change.name}"
        elif change.resource == PODS:
            yield from owner_keys(change, "StatefulSet")
            if change.after is not None and is_orphan_news(change):
                yield from keys_that_match(context, STATEFUL_SETS, change.after)
        else:
            for stateful_set in context.list(STATEFUL_SETS, change.namespace):
                yield f"{change.namespace}/{stateful_set['metadata']['name']}"

    def sync(self, context: Context, key: str) -> None:
        """Do one step; see the module's docstring. Upstream: ``UpdateStatefulSet``."""
        from minikctl.controllers.statefulset.control import update_stateful_set
        from minikctl.controllers.statefulset.revisions import get_revisions, truncate_history

        stateful_set = _stateful_set(context, key)
        if stateful_set is None:
            return
        pods = _claim(context, stateful_set)
        revisions = get_revisions(context, stateful_set)
        error = update_stateful_set(context, stateful_set, pods, revisions)
        truncate_history(context, stateful_set, pods, revisions)
        if error is not None:
            # Its events have to stay: so this is no error of the sync.
            context.requeue_after(key, retry_delay(context, stateful_set, error))

    def sync_status(self, context: Context, key: str) -> None:
        """Count the Pods as they are at the end of a pass."""
        from minikctl.controllers.replication import write_status
        from minikctl.controllers.statefulset.arithmetic import calculate_status
        from minikctl.controllers.statefulset.identity import is_member_of
        from minikctl.controllers.statefulset.revisions import known_revisions

        stateful_set = _stateful_set(context, key)
        found = None if stateful_set is None else known_revisions(context, stateful_set)
        if stateful_set is None or found is None:
            return
        metadata = stateful_set["metadata"]
        pods = [
            pod for pod in context.list(PODS, metadata["namespace"], owner=metadata["uid"])
            if is_member_of(stateful_set, pod)
        ]
        now = context.now()
        status = calculate_status(stateful_set, pods, found.current_name, found.update_name, now)
        write_status(context, key, stateful_set, status, pods)


def _stateful_set(context: Context, key: str) -> Obj | None:
    namespace, _, name = key.partition("/")
    found = context.get(STATEFUL_SETS, namespace, name)
    return found if found is None or found["spec"].get("selector") else None


def _claim(context: Context, stateful_set: Obj) -> list[Obj]:
    """The Pods of the set; one of another name is not adopted, however well its labels fit."""
    from minikctl.controllers.statefulset.identity import is_member_of
    from minikctl.lib.labels import from_label_selector

    selector = from_label_selector(stateful_set["spec"]["selector"])
    return claim_pods(context, stateful_set, selector, lambda pod: is_member_of(stateful_set, pod))


CONTROLLER = StatefulSetController
