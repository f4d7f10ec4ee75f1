"""One step of a StatefulSet towards what it wants: make, replace and delete Pods, in order unless it says Parallel.

Upstream: ``updateStatefulSet`` in ``stateful_set_control.go`` and ``stateful_pod_control.go``.
"""

from __future__ import annotations

import json
from itertools import islice

from minikctl.controllers.refs import is_deleting
from minikctl.controllers.statefulset.arithmetic import (
    is_created,
    is_current_revision_needed,
    is_running_and_ready,
    is_terminating,
    is_unavailable,
    pods_to_update,
)
from minikctl.controllers.statefulset.claims import Claims
from minikctl.controllers.statefulset.identity import (
    get_ordinal,
    identity_matches,
    new_pod,
    ordinals,
    update_identity,
)
from minikctl.errors import AlreadyExists, NotFound, StatusError
from minikctl.kinds.podspec.status import is_pod_available, is_pod_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any

    from minikctl.controllers.base import Context
    from minikctl.controllers.statefulset.revisions import Revisions

    Obj = dict[str, Any]

COMPONENT = "statefulset-controller"
#: Pods that are not there yet and that one step thinks of: a number without sense must not fill the memory
MOST_MISSING = 10_000


def update_stateful_set(
    context: Context, stateful_set: Obj, pods: Sequence[Obj], revisions: Revisions,
) -> str | None:
    """Do one step. Returns the reason of the event that says what went wrong, None where all is well."""
    step = _Step(context, stateful_set, pods, revisions)
    return None if is_deleting(stateful_set) else step.run()


def _at_hand(wanted: range, known: Collection[int]) -> Sequence[int]:
    """The numbers that a step looks at, in order: all, but of very many missing ones those that come first."""
    if len(wanted) <= MOST_MISSING:
        return wanted
    missing = islice((ordinal for ordinal in wanted if ordinal not in known), MOST_MISSING)
    return sorted({*missing, *(ordinal for ordinal in known if ordinal in wanted)})


class _Step:
    """One step: the Pods by their numbers, and those whose numbers are no longer wanted."""

    def __init__(self, context: Context, stateful_set: Obj, pods: Sequence[Obj], revisions: Revisions) -> None:
        self.context = context
        self.set = stateful_set
        self.update = revisions.update_name
        self.claims = Claims(context, stateful_set)
        #: what went wrong, as the reason of an event
        self.failed: str | None = None
        self.monotonic = stateful_set["spec"].get("podManagementPolicy") != "Parallel"
        self.min_ready: int = stateful_set["spec"].get("minReadySeconds", 0)
        wanted = ordinals(stateful_set)
        known = {get_ordinal(pod): pod for pod in pods}
        self.replicas = [known.get(ordinal) or self._new_pod(ordinal, revisions) for ordinal in _at_hand(wanted, known)]
        # From the highest number down.
        self.condemned = [known[ordinal] for ordinal in sorted(known, reverse=True) if ordinal not in wanted]
        now = context.now()
        self.first_unavailable = next(
            (pod for pod in [*self.replicas, *reversed(self.condemned)] if is_unavailable(pod, self.min_ready, now)),
            None,
        )

    def _new_pod(self, ordinal: int, revisions: Revisions) -> Obj:
        """A Pod that is missing (upstream: ``newVersionedStatefulSetPod``)."""
        if is_current_revision_needed(self.set, ordinal):
            return new_pod(revisions.current_set(self.set), ordinal, revisions.current_name)
        return new_pod(self.set, ordinal, revisions.update_name)

    def run(self) -> str | None:
        """Go through the Pods; the first that has to be waited for ends the step, unless the set is Parallel."""
        if self._stops(self._process_replica, self.replicas):
            return self.failed
        for pod in self.condemned:
            self.claims.update_owners(pod)
        if self._stops(self._process_condemned, self.condemned):
            return self.failed
        if self.set["spec"]["updateStrategy"]["type"] != "OnDelete":
            for pod in pods_to_update(self.set, self.replicas, self.update, self.context.now()):
                self._delete(pod)
        return self.failed

    def _stops(self, process: Callable[[Obj], bool], pods: Sequence[Obj]) -> bool:
        """Process Pods; in order the first that says so is the last, in parallel only a failure is."""
        return any((process(pod) and self.monotonic) or self.failed for pod in pods)

    def _process_replica(self, pod: Obj) -> bool:
        """Bring one wanted Pod further; says whether the next one has to wait (upstream: ``processReplica``)."""
        if is_created(pod) and is_pod_terminal(pod):
            # It comes back under its name as soon as this one is gone.
            if not is_terminating(pod):
                self._delete(pod)
            return True
        if not is_created(pod):
            if not self.claims.are_stale(pod):
                self._create(pod)
            return True
        if (pod.get("status") or {}).get("phase") == "Pending":
            self._create_claims(pod)
        if is_terminating(pod) or not is_running_and_ready(pod):
            return True
        if not is_pod_available(pod, self.min_ready, self.context.now()):
            return True
        if not identity_matches(pod):
            update_identity(pod)
            self._say("Update", pod, lambda: self.context.update(pod))
        self.claims.update_owners(pod)
        return False

    def _process_condemned(self, pod: Obj) -> bool:
        """Delete one Pod too many, unless that has to wait (upstream: ``processCondemned``)."""
        if is_terminating(pod):
            return True
        # In order, one that is not well waits, unless it is the very first that is not.
        well = is_running_and_ready(pod) and is_pod_available(pod, self.min_ready, self.context.now())
        if self.monotonic and not well and pod is not self.first_unavailable:
            return True
        self._delete(pod)
        return True

    # -- Pods ---------------------------------------------------------------------------------------------------------

    def _create(self, pod: Obj) -> None:
        """Create a Pod, its claims before it."""
        if not self._create_claims(pod, "FailedCreate"):
            return

        def create() -> None:
            stored = self.context.create(json.loads(json.dumps(pod)))
            self.claims.update_owners(stored)

        self._say("Create", pod, create)

    def _create_claims(self, pod: Obj, reason: str = "FailedCreate") -> bool:
        """Create the claims that a Pod lacks; False where one cannot be had, which an event says."""
        error = self.claims.create_missing(pod)
        if error is None:
            return True
        if reason and not is_created(pod):
            self._event("Warning", reason, f"Create Pod {pod['metadata']['name']}", f"failed error: {error}")
        self.failed = reason
        return False

    def _delete(self, pod: Obj) -> None:
        metadata = pod["metadata"]
        self._say("Delete", pod, lambda: self.context.delete(
            "pods", metadata["namespace"], metadata["name"], uid=metadata["uid"],
        ))

    def _say(self, verb: str, pod: Obj, act: Callable[[], object]) -> None:
        """Do something with a Pod and record how it went (upstream: ``recordPodEvent``)."""
        what = f"{verb} Pod {pod['metadata']['name']}"
        try:
            act()
        except (AlreadyExists, NotFound):
            return  # somebody else was faster
        except StatusError as error:
            if "because it is being terminated" not in str(error):
                self._event("Warning", f"Failed{verb}", what, f"failed error: {error}")
                self.failed = f"Failed{verb}"
            return
        self._event("Normal", f"Successful{verb}", what, "successful")

    def _event(self, kind: str, reason: str, what: str, how: str) -> None:
        words = f"{what} in StatefulSet {self.set['metadata']['name']} {how}"
        self.context.event(self.set, kind, reason, words, COMPONENT)
