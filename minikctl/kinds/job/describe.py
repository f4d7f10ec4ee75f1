"""``describe`` of Jobs (upstream: ``describeJob`` in ``kubectl/pkg/describe``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, controlled_by, labels_multiline
from minikctl.kinds.podspec.describe import describe_pod_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Writer

    Obj = dict[str, Any]

#: the list of completed indexes is cut at the first comma after so many characters
SOFT_LIMIT = 50


def describe_job(out: Writer, obj: Obj) -> None:
    """Write the Job ``obj`` with its events."""
    from minikctl.lib.labels import from_label_selector

    metadata, spec = obj["metadata"], obj["spec"]
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    out.write(0, f"Selector:\t{from_label_selector(spec.get('selector'))}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    owner = controlled_by(obj)
    if owner:
        out.write(0, f"Controlled By:\t{owner}\n")
    _describe_spec(out, spec)
    _describe_status(out, spec, obj.get("status") or {})
    describe_pod_template(out, spec["template"])
    out.events(obj)


def _describe_spec(out: Writer, spec: Obj) -> None:
    if spec.get("parallelism") is not None:
        out.write(0, f"Parallelism:\t{spec['parallelism']}\n")
    completions = spec.get("completions")
    out.write(0, f"Completions:\t{'<unset>' if completions is None else completions}\n")
    if spec.get("completionMode") is not None:
        out.write(0, f"Completion Mode:\t{spec['completionMode']}\n")
    if spec.get("suspend") is not None:
        out.write(0, f"Suspend:\t{'true' if spec['suspend'] else 'false'}\n")
    if spec.get("backoffLimit") is not None:
        out.write(0, f"Backoff Limit:\t{spec['backoffLimit']}\n")
    if spec.get("ttlSecondsAfterFinished") is not None:
        out.write(0, f"TTL Seconds After Finished:\t{spec['ttlSecondsAfterFinished']}\n")


def _describe_status(out: Writer, spec: Obj, status: Obj) -> None:
    from minikctl.lib.duration import human_duration
    from minikctl.lib.times import describe_time, parse_time

    started, completed = status.get("startTime"), status.get("completionTime")
    if started:
        out.write(0, f"Start Time:\t{describe_time(started)}\n")
    if completed:
        out.write(0, f"Completed At:\t{describe_time(completed)}\n")
    if started and completed:
        out.write(0, f"Duration:\t{human_duration(parse_time(completed) - parse_time(started))}\n")
    if spec.get("activeDeadlineSeconds") is not None:
        out.write(0, f"Active Deadline Seconds:\t{spec['activeDeadlineSeconds']}s\n")
    active, succeeded, failed = (status.get(field, 0) for field in ("active", "succeeded", "failed"))
    ready = "" if status.get("ready") is None else f" ({status['ready']} Ready)"
    out.write(0, f"Pods Statuses:\t{active} Active{ready} / {succeeded} Succeeded / {failed} Failed\n")
    if spec.get("completionMode") == "Indexed":
        out.write(0, f"Completed Indexes:\t{cap_indexes(status.get('completedIndexes', ''))}\n")


def cap_indexes(indexes: str) -> str:
    """Return a list of indexes cut at a comma (upstream: ``capIndexesListOrNone``)."""
    if not indexes:
        return "<none>"
    cut = indexes.find(",", SOFT_LIMIT)
    return indexes if cut < 0 else f"{indexes[:cut + 1]}..."
