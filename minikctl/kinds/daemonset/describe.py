"""``describe`` of DaemonSets (upstream: ``describeDaemonSet`` in ``kubectl/pkg/describe``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.podspec.describe import describe_pod_template
from minikctl.kinds.workloads import describe_pods_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]

_COUNTS = (
    ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
    ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
    ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
    ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
    ("Number of Nodes Misscheduled", "numberMisscheduled"),
)


def describe_daemon_set(out: Writer, obj: Obj, read: Reader) -> None:
    """Write the DaemonSet ``obj`` with its events."""
    from minikctl.lib.labels import format_labels, from_label_selector

    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    selector = from_label_selector(spec.get("selector"))
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    out.write(0, f"Selector:\t{selector}\n")
    out.write(0, f"Node-Selector:\t{format_labels((spec['template'].get('spec') or {}).get('nodeSelector'))}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    for title, field in _COUNTS:
        out.write(0, f"{title}: {status.get(field, 0)}\n")
    describe_pods_status(out, obj, selector, read)
    describe_pod_template(out, spec["template"])
    out.events(obj)
