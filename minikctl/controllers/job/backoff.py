"""How long a Job waits after failures before it makes new Pods: 10 s, 20 s, 40 s ... up to 10 min.

Pure functions over plain objects; times are seconds since the epoch. Upstream keeps the record in memory; here it is
read off the Pods that there are. Upstream: ``backoff_utils.go``.
"""

from __future__ import annotations

from minikctl.controllers.job.indexes import absolute_failure_count
from minikctl.kinds.podspec.status import pod_condition
from minikctl.lib.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]

DEFAULT_BACKOFF = 10.0
MAX_BACKOFF = 600.0


def finished_time(pod: Obj) -> float:
    """Return when a Pod ended: its last container, else its condition, its deletion or its creation.

    Upstream: ``getFinishedTime``.
    """
    metadata, status = pod["metadata"], pod.get("status") or {}
    ends = [
        (container.get("state") or {}).get("terminated", {}).get("finishedAt")
        for container in status.get("containerStatuses") or ()
    ]
    if ends and all(ends):
        return max(parse_time(end) for end in ends)
    ready = pod_condition(pod, "Ready")
    if ready is not None and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return parse_time(ready["lastTransitionTime"])
    if metadata.get("deletionTimestamp"):
        return parse_time(metadata["deletionTimestamp"]) - float(metadata.get("deletionGracePeriodSeconds", 0))
    return parse_time(metadata["creationTimestamp"])


def remaining_time(succeeded: Iterable[Obj], failed: Iterable[Obj], now: float) -> float:
    """Return the seconds to wait after these Pods; failures before the last success do not count."""
    last_success = max((finished_time(pod) for pod in succeeded), default=None)
    failures = [finished_time(pod) for pod in failed]
    if last_success is not None:
        failures = [time for time in failures if time > last_success]
    return remaining_for(len(failures), max(failures, default=0.0), now)


def remaining_time_per_index(last_failed: Obj | None, now: float) -> float:
    """Return the seconds to wait after the last failed Pod of an index (``getRemainingTimePerIndex``)."""
    if last_failed is None:
        return 0.0
    return remaining_for(absolute_failure_count(last_failed) + 1, finished_time(last_failed), now)


def remaining_for(failures: int, last: float, now: float) -> float:
    """Return the seconds to wait after so many failures, the last of which was at ``last``."""
    if not failures:
        return 0.0
    # 2**6 times 10 s is over the maximum already: so is everything above.
    delay = min(DEFAULT_BACKOFF * 2.0 ** min(failures - 1, 10), MAX_BACKOFF)
    return max(last + delay - now, 0.0)
