"""``describe`` of Deployments (upstream: ``describeDeployment`` in ``kubectl/pkg/describe``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.podspec.describe import describe_pod_template
from minikctl.kinds.workloads import describe_conditions, replicas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]


def describe_deployment(out: Writer, obj: Obj, read: Reader) -> None:
    """Write the Deployment ``obj`` with its ReplicaSets and events."""
    from minikctl.lib.labels import from_label_selector
    from minikctl.lib.times import describe_time

    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    out.write(0, f"CreationTimestamp:\t{describe_time(metadata.get('creationTimestamp'))}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, f"Selector:\t{from_label_selector(spec.get('selector'))}\n")
    desired = replicas(obj)
    updated, total, available, unavailable = (
        status.get(field, 0) for field in ("updatedReplicas", "replicas", "availableReplicas", "unavailableReplicas")
    )
    out.write(
        0,
        f"Replicas:\t{desired} desired | {updated} updated | {total} total | {available} available | "
        f"{unavailable} unavailable\n",
    )
    strategy = spec.get("strategy") or {}
    out.write(0, f"StrategyType:\t{strategy.get('type', '')}\n")
    out.write(0, f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}\n")
    rolling_update = strategy.get("rollingUpdate")
    if rolling_update is not None:
        unavailable, surge = rolling_update.get("maxUnavailable", "<nil>"), rolling_update.get("maxSurge", "<nil>")
        out.write(0, f"RollingUpdateStrategy:\t{unavailable} max unavailable, {surge} max surge\n")
    describe_pod_template(out, spec["template"])
    describe_conditions(out, obj)
    _describe_replica_sets(out, obj, read)
    out.events(obj)


def _describe_replica_sets(out: Writer, deployment: Obj, read: Reader) -> None:
    from minikctl.kinds.deploymentutil import find_new_replica_set, list_replica_sets

    replica_sets = list_replica_sets(deployment, read)
    if not replica_sets:
        return
    new = find_new_replica_set(deployment, replica_sets)
    out.write(0, f"OldReplicaSets:\t{_created([rs for rs in replica_sets if rs is not new])}\n")
    out.write(0, f"NewReplicaSet:\t{_created([] if new is None else [new])}\n")


def _created(replica_sets: Iterable[Obj]) -> str:
    """``web-5dff9c5f4c (2/3 replicas created), ...`` or ``<none>``."""
    return ", ".join(
        f"{rs['metadata']['name']} ({(rs.get('status') or {}).get('replicas', 0)}/{replicas(rs)} replicas created)"
        for rs in replica_sets
    ) or "<none>"
