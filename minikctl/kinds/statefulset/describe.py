"""``describe`` of StatefulSets (upstream: ``describeStatefulSet`` in ``kubectl/pkg/describe``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.podspec.describe import describe_pod_template
from minikctl.kinds.workloads import describe_pods_status, replicas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]

CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"


def describe_stateful_set(out: Writer, obj: Obj, read: Reader) -> None:
    """Write the StatefulSet ``obj`` with its claims and events."""
    from minikctl.lib.labels import from_label_selector
    from minikctl.lib.times import describe_time

    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    selector = from_label_selector(spec.get("selector"))
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    out.write(0, f"CreationTimestamp:\t{describe_time(metadata.get('creationTimestamp'))}\n")
    out.write(0, f"Selector:\t{selector}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, f"Replicas:\t{replicas(obj)} desired | {status.get('replicas', 0)} total\n")
    strategy = spec.get("updateStrategy") or {}
    out.write(0, f"Update Strategy:\t{strategy.get('type', '')}\n")
    rolling_update = strategy.get("rollingUpdate") or {}
    if rolling_update.get("partition") is not None:
        out.write(1, f"Partition:\t{rolling_update['partition']}\n")
        if rolling_update.get("maxUnavailable") is not None:
            out.write(1, f"MaxUnavailable:\t{rolling_update['maxUnavailable']}\n")
    describe_pods_status(out, obj, selector, read)
    describe_pod_template(out, spec["template"])
    _describe_claims(out, spec.get("volumeClaimTemplates") or ())
    out.events(obj)


def _describe_claims(out: Writer, claims: Sequence[Obj]) -> None:
    """Write the templates of claims (upstream: ``describeVolumeClaimTemplates``)."""
    if not claims:
        out.write(0, "Volume Claims:\t<none>\n")
        return
    out.write(0, "Volume Claims:\n")
    for claim in claims:
        metadata, spec = claim["metadata"], claim.get("spec") or {}
        annotations = metadata.get("annotations") or {}
        class_name = annotations.get(CLASS_ANNOTATION) or spec.get("storageClassName") or ""
        out.write(1, f"Name:\t{metadata.get('name', '')}\n")
        out.write(1, f"StorageClass:\t{class_name}\n")
        _indented(out, "Labels", metadata.get("labels"))
        _indented(out, "Annotations", annotations)
        capacity = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
        out.write(1, f"Capacity:\t{'<default>' if capacity is None else capacity}\n")
        out.write(1, f"Access Modes:\t[{' '.join(spec.get('accessModes') or ())}]\n")


def _indented(out: Writer, title: str, labels: Mapping[str, str] | None) -> None:
    """Labels below each other, indented by two (upstream: ``printLabelsMultilineWithIndent``)."""
    out.write(0, f"  {title}:\t")
    lines = [f"{key}={(labels or {})[key]}\n" for key in sorted(labels or ())] or ["<none>\n"]
    for index, line in enumerate(lines):
        if index:
            out.write(0, "  \t")
        out.write(0, line)
