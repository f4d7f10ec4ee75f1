"""What the kinds that keep a number of Pods running have in common, as far as ``get`` and ``describe`` show it.

Deployment, ReplicaSet, ReplicationController, StatefulSet and DaemonSet. The rules they share stand in
``workload_validation``. Upstream: ``layoutContainerCells`` in ``pkg/printers/internalversion`` and
``getPodStatusForController`` in ``kubectl/pkg/describe``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Reader, Writer
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]

_PHASES = ("Running", "Pending", "Succeeded", "Failed")


def replicas(obj: Obj) -> int:
    """How many Pods ``obj`` wants: spec.replicas, which is 1 by default."""
    wanted: int = obj["spec"].get("replicas", 1)
    return wanted


def layout_container_cells(template: Obj) -> tuple[str, str]:
    """Return the cells CONTAINERS and IMAGES of ``get -o wide``: names and images of the containers, with commas."""
    containers = (template.get("spec") or {}).get("containers") or ()
    return (
        ",".join([container.get("name", "") for container in containers]),
        ",".join([container.get("image", "") for container in containers]),
    )


def describe_pods_status(out: Writer, obj: Obj, selector: Selector, read: Reader) -> None:
    """Write ``Pods Status:`` with how many of the Pods that ``obj`` controls are in which phase."""
    from minikctl.kinds.deploymentutil import controller_uid

    metadata = obj["metadata"]
    counts = dict.fromkeys(_PHASES, 0)
    for pod in read.list("pods", metadata.get("namespace", ""), selector=selector, owner=metadata["uid"]):
        phase = (pod.get("status") or {}).get("phase")
        if phase in counts and controller_uid(pod) == metadata["uid"]:
            counts[phase] += 1
    running, waiting, succeeded, failed = counts.values()
    out.write(
        0, f"Pods Status:\t{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed\n"
    )


def describe_conditions(out: Writer, obj: Obj) -> None:
    """Write the conditions as Type, Status and Reason; nothing where there are none."""
    conditions = (obj.get("status") or {}).get("conditions")
    if not conditions:
        return
    out.write(0, "Conditions:\n  Type\tStatus\tReason\n")
    out.write(1, "----\t------\t------\n")
    for condition in conditions:
        out.write(1, f"{condition['type']} \t{condition['status']}\t{condition.get('reason', '')}\n")


def describe_replicas(
    out: Writer, obj: Obj, selector_text: str, selector: Selector, read: Reader, *, owner: str = "",
) -> None:
    """Write a ReplicaSet or ReplicationController as ``describe`` does (upstream: ``describeReplicaSet``).

    ``selector_text`` is the selector as it is shown; ``owner`` is what ``Controlled By`` says, "" for no such line.
    """
    from minikctl.kinds.describing import annotations_multiline, labels_multiline
    from minikctl.kinds.podspec.describe import describe_pod_template

    metadata = obj["metadata"]
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    out.write(0, f"Selector:\t{selector_text}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    if owner:
        out.write(0, f"Controlled By:\t{owner}\n")
    current = (obj.get("status") or {}).get("replicas", 0)
    out.write(0, f"Replicas:\t{current} current / {replicas(obj)} desired\n")
    describe_pods_status(out, obj, selector, read)
    describe_pod_template(out, obj["spec"].get("template"))
    describe_conditions(out, obj)
    out.events(obj)


def name_warnings(obj: Obj) -> list[str]:
    """The warning that a name with dots or more than 63 characters makes odd Pod names (upstream: WarningsOnCreate)."""
    from minikctl.lib.names import is_dns1123_label

    messages = is_dns1123_label(obj["metadata"].get("name", ""))
    if not messages:
        return []
    use = "this is used in Pod names and hostnames, which can result in surprising behavior"
    return [f"metadata.name: {use}; a DNS label is recommended: [{' '.join(messages)}]"]


def workload_warnings(obj: Obj) -> list[str]:
    """The warnings of a kind with a Pod template: its name, then what is unwise in the template."""
    from minikctl.kinds.podspec.warnings import pod_template_warnings

    template = obj["spec"].get("template")
    return name_warnings(obj) + (pod_template_warnings(template, "spec.template") if template else [])
