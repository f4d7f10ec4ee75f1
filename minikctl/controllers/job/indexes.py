"""Completion indexes of Indexed Jobs, as ordered intervals: ``1,3-5`` is ``[(1, 1), (3, 5)]``.

Pure functions. A Job of 100,000 indexes keeps them in a few intervals, and so does what is computed with them.
Upstream: ``indexed_job_utils.go``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Obj = dict[str, Any]
    Intervals = list[tuple[int, int]]

INDEX_ANNOTATION = "batch.kubernetes.io/job-completion-index"
FAILURES_ANNOTATION = "batch.kubernetes.io/job-index-failure-count"
IGNORED_FAILURES_ANNOTATION = "batch.kubernetes.io/job-index-ignored-failure-count"
_MOST = 2**31 - 1


def completion_index(pod: Obj) -> int | None:
    """Return the index of a Pod, None where it has none (upstream: ``getCompletionIndex``)."""
    text = (pod["metadata"].get("annotations") or {}).get(INDEX_ANNOTATION, "")
    return int(text) if text.isascii() and text.isdigit() else None


def valid_index(pod: Obj, completions: int) -> int | None:
    """Return the index of a Pod, None where it has none or one that the Job does not want."""
    index = completion_index(pod)
    return index if index is not None and index < completions else None


def failure_count(pod: Obj) -> int:
    """Return how often the index of a Pod had failed before it (upstream: ``getIndexFailureCount``)."""
    return _count(pod, FAILURES_ANNOTATION)


def absolute_failure_count(pod: Obj) -> int:
    """Return the same with the failures that do not count (upstream: ``getIndexAbsoluteFailureCount``)."""
    return failure_count(pod) + _count(pod, IGNORED_FAILURES_ANNOTATION)


def _count(pod: Obj, annotation: str) -> int:
    text = (pod["metadata"].get("annotations") or {}).get(annotation, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _MOST else 0


# ---------------------------------------------------------------------------------------------------------------------
# Intervals
# ---------------------------------------------------------------------------------------------------------------------


def parse(text: str, completions: int) -> Intervals:
    """Return the intervals in ``1,3-5``; what is not below ``completions``, or no number, is left out."""
    found: Intervals = []
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            continue
        if int(first) >= completions:
            break
        found.append((int(first), min(int(last or first), completions - 1)))
    return merge(found, [])


def merge(one: Intervals, other: Intervals) -> Intervals:
    """Return the union of two lists of intervals."""
    found: Intervals = []
    for first, last in sorted([*one, *other]):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def of_indexes(indexes: Iterable[int]) -> Intervals:
    """Return single indexes as intervals."""
    return merge([(index, index) for index in indexes], [])


def total(intervals: Intervals) -> int:
    """Return how many indexes there are in ``intervals``."""
    return sum(last - first + 1 for first, last in intervals)


def has(intervals: Intervals, index: int) -> bool:
    """Tell whether an index is in ``intervals``."""
    return any(first <= index <= last for first, last in intervals)


def show(intervals: Intervals) -> str:
    """Return the text of intervals: ``1,3,4,6-9`` (two neighbours make no range, as upstream)."""
    parts = []
    for first, last in intervals:
        parts.append(str(first))
        if last > first:
            parts[-1] += f"{',' if last == first + 1 else '-'}{last}"
    return ",".join(parts)


def first_pending(taken: Intervals, count: int, completions: int) -> list[int]:
    """Return the lowest ``count`` indexes that are not ``taken`` (upstream: ``firstPendingIndexes``)."""
    found: list[int] = []
    candidate = 0
    for first, last in [*taken, (completions, completions)]:
        while candidate < min(first, completions) and len(found) < count:
            found.append(candidate)
            candidate += 1
        candidate = max(candidate, last + 1)
    return found


def overlap(one: Intervals, other: Intervals) -> int:
    """Return how many indexes are in both."""
    return total(one) + total(other) - total(merge(one, other))
