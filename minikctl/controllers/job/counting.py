"""What a Job's Pods add up to, and whether that ends it: the facts that both halves of a sync go by.

Upstream: ``syncJobCtx`` and the first half of ``syncJob`` in ``job_controller.go``.
"""

from __future__ import annotations

from minikctl.controllers.job import has_tracking_finalizer, indexes
from minikctl.controllers.job.backoff import finished_time
from minikctl.controllers.job.conditions import (
    FAILED,
    FAILURE_TARGET,
    SUCCESS_CRITERIA_MET,
    find_condition,
    new_condition,
)
from minikctl.controllers.job.policies import match_pod_failure_policy, match_success_policy
from minikctl.kinds.podspec.status import is_pod_active, is_pod_ready, is_pod_terminating
from minikctl.lib.times import format_time, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]


class JobFacts:
    """A Job with its Pods, counted at ``now`` (seconds since the epoch).

    ``succeeded`` and ``failed`` are with what is not in the status yet; ``pods`` may be taken for the Job's own.
    """

    __slots__ = (
        "active", "completions", "failed", "failed_indexes", "indexed", "job", "new_failed", "new_succeeded", "now",
        "pods", "spec", "status", "succeeded", "succeeded_indexes", "terminating",
    )

    def __init__(self, job: Obj, pods: Iterable[Obj], now: float) -> None:
        self.job = job
        self.spec: Obj = job["spec"]
        self.status: Obj = {**(job.get("status") or {})}
        self.now = now
        self.indexed = self.spec.get("completionMode") == "Indexed"
        self.completions: int | None = self.spec.get("completions")
        self.pods = list(pods)
        if self.indexed:
            # In the order of their indexes, those without one first.
            self.pods.sort(key=lambda pod: -1 if (index := indexes.completion_index(pod)) is None else index)
        self.active = [pod for pod in self.pods if is_pod_active(pod)]
        self.terminating = [pod for pod in self.pods if is_pod_terminating(pod)]
        uncounted = [pod for pod in self.pods if has_tracking_finalizer(pod) and self._is_wanted(pod)]
        self.new_succeeded = [pod for pod in uncounted if pod["status"].get("phase") == "Succeeded"]
        self.new_failed = [pod for pod in uncounted if self.is_failed(pod)]
        counted = sum(self.failure_counts(pod) for pod in self.new_failed)
        self.failed: int = self.status.get("failed", 0) + counted
        self.succeeded_indexes: indexes.Intervals = []
        self.failed_indexes: indexes.Intervals = []
        if self.indexed:
            self._count_indexes(self.completions or 0)
            self.succeeded: int = indexes.total(self.succeeded_indexes)
        else:
            self.succeeded = self.status.get("succeeded", 0) + len(self.new_succeeded)
        if not self.status.get("startTime") and not self.suspended:
            self.status["startTime"] = format_time(now)

    # -- the spec -----------------------------------------------------------------------------------------------------

    @property
    def suspended(self) -> bool:
        """Whether the Job shall have no Pods now."""
        return bool(self.spec.get("suspend"))

    @property
    def limit_per_index(self) -> int | None:
        """How often an index may fail; None: all failures are counted together."""
        limit: int | None = self.spec.get("backoffLimitPerIndex")
        return limit if self.indexed else None

    @property
    def only_replaces_failed(self) -> bool:
        """Whether a Pod is replaced only when it has failed, and not when it is on its way out."""
        return self.spec.get("podReplacementPolicy") == "Failed" or self.spec.get("podFailurePolicy") is not None

    def deadline_left(self) -> float | None:
        """The seconds until the Job has been active for too long; None without a deadline, or while it is suspended."""
        deadline, start = self.spec.get("activeDeadlineSeconds"), self.status.get("startTime")
        if deadline is None or not start or self.suspended:
            return None
        return parse_time(start) + float(deadline) - self.now

    # -- Pods -----------------------------------------------------------------------------------------------------------

    def _is_wanted(self, pod: Obj) -> bool:
        return not self.indexed or indexes.valid_index(pod, self.completions or 0) is not None

    def is_failed(self, pod: Obj) -> bool:
        """Whether a Pod is to be taken for failed: one that is going is, unless only failed ones are replaced."""
        phase = (pod.get("status") or {}).get("phase")
        if phase == "Failed" or self.only_replaces_failed:
            return phase == "Failed"
        return pod["metadata"].get("deletionTimestamp") is not None and phase != "Succeeded"

    def failure_counts(self, pod: Obj) -> bool:
        """Whether the failure of a Pod counts against the limits."""
        return match_pod_failure_policy(self.spec.get("podFailurePolicy"), pod).counts

    def ready(self) -> int:
        """How many active Pods are ready."""
        return sum(is_pod_ready(pod) for pod in self.active)

    def _count_indexes(self, completions: int) -> None:
        succeeded = {indexes.completion_index(pod) or 0 for pod in self.new_succeeded}
        known = indexes.parse(self.status.get("completedIndexes", ""), completions)
        self.succeeded_indexes = indexes.merge(known, indexes.of_indexes(succeeded))
        if self.limit_per_index is not None:
            failed = {indexes.completion_index(pod) or 0 for pod in self.new_failed if self._fails_its_index(pod)}
            known = indexes.parse(self.status.get("failedIndexes") or "", completions)
            self.failed_indexes = indexes.merge(known, indexes.of_indexes(failed))

    def _fails_its_index(self, pod: Obj) -> bool:
        """Whether a failed Pod was the last try of its index (upstream: ``isIndexFailed``)."""
        verdict = match_pod_failure_policy(self.spec.get("podFailurePolicy"), pod)
        if verdict.action == "FailIndex":
            return True
        return verdict.counts and indexes.failure_count(pod) >= (self.limit_per_index or 0)

    def awaiting_replacement(self) -> dict[int, Obj]:
        """The last failed Pod of each index that will be tried again: it stays until the next one has its count.

        Upstream: ``getPodsWithDelayedDeletionPerIndex``.
        """
        found: dict[int, Obj] = {}
        if self.limit_per_index is None:
            return found
        busy = {indexes.completion_index(pod) for pod in self.active}
        done = indexes.merge(self.succeeded_indexes, self.failed_indexes)
        for pod in self.new_failed:
            index = indexes.completion_index(pod)
            if index is None or index in busy or indexes.has(done, index):
                continue
            known = found.get(index)
            if known is None or (
                indexes.absolute_failure_count(known) <= indexes.absolute_failure_count(pod)
                and finished_time(pod) >= finished_time(known)
            ):
                found[index] = pod
        return found

    # -- the end --------------------------------------------------------------------------------------------------------

    def finishing(self) -> Obj | None:
        """The condition that the Job ends by, None while it goes on.

        FailureTarget or SuccessCriteriaMet, where that is news; Failed, where FailureTarget was told before.
        """
        met = find_condition(self.status, SUCCESS_CRITERIA_MET)
        if met is not None:
            return met
        target = find_condition(self.status, FAILURE_TARGET)
        if target is not None:
            return new_condition(FAILED, target.get("reason", ""), target.get("message", ""), self.now)
        return self._failure() or self._success_by_policy()

    def _failure(self) -> Obj | None:
        """Why the Job fails now, in upstream's order."""
        message = self._fail_job_message()
        if message is not None:
            return self._target("PodFailurePolicy", message)
        if self.failed > self.spec["backoffLimit"] or self._past_backoff_limit_on_failure():
            return self._target("BackoffLimitExceeded", "Job has reached the specified backoff limit")
        left = self.deadline_left()
        if left is not None and left <= 0:
            return self._target("DeadlineExceeded", "Job was active longer than specified deadline")
        return None if self.limit_per_index is None else self._failure_by_index()

    def _failure_by_index(self) -> Obj | None:
        failed, most = indexes.total(self.failed_indexes), self.spec.get("maxFailedIndexes")
        if most is not None and failed > most:
            return self._target(
                "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes",
            )
        if failed and failed + self.succeeded >= (self.completions or 0):
            return self._target("FailedIndexes", "Job has failed indexes")
        return None

    def _target(self, reason: str, message: str) -> Obj:
        return new_condition(FAILURE_TARGET, reason, message, self.now)

    def _fail_job_message(self) -> str | None:
        policy = self.spec.get("podFailurePolicy")
        for pod in self.pods if policy is not None else ():
            if self.is_failed(pod):
                message = match_pod_failure_policy(policy, pod).message
                if message is not None:
                    return message
        return None

    def _past_backoff_limit_on_failure(self) -> bool:
        """Whether containers that are restarted in their Pods have been so too often."""
        if self.spec["template"]["spec"].get("restartPolicy") != "OnFailure":
            return False
        restarts = sum(
            container.get("restartCount", 0)
            for pod in self.pods if (pod.get("status") or {}).get("phase") in ("Running", "Pending")
            for field in ("initContainerStatuses", "containerStatuses")
            for container in pod["status"].get(field) or ()
        )
        limit: int = self.spec["backoffLimit"]
        return bool(restarts >= max(limit, 1))

    def _success_by_policy(self) -> Obj | None:
        policy = self.spec.get("successPolicy")
        if not self.indexed or policy is None:
            return None
        message = match_success_policy(policy, self.completions or 0, self.succeeded_indexes)
        return None if message is None else new_condition(SUCCESS_CRITERIA_MET, "SuccessPolicy", message, self.now)

    def is_complete(self) -> bool:
        """Whether enough Pods ended well, and none is at work any more."""
        enough = 1 if self.completions is None else self.completions
        return not self.active and self.succeeded >= enough
