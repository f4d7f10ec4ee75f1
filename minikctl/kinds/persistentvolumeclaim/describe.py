"""``describe`` of PersistentVolumeClaims (upstream: kubectl's ``describePersistentVolumeClaim``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, labels_multiline, write_values
from minikctl.kinds.volumes import access_modes_text, class_of, quoted_list, storage_of
from minikctl.lib.times import age, describe_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Reader, Writer


def describe_claim(out: Writer, obj: Obj, read: Reader) -> None:
    """Write a claim, the volume that it has, and the Pods that use it."""
    metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    out.write(0, f"StorageClass:\t{class_of(obj)}\n")
    phase = status.get("phase", "")
    if metadata.get("deletionTimestamp"):
        phase = f"Terminating (lasts {age(metadata['deletionTimestamp'], read.now())})"
    out.write(0, f"Status:\t{phase}\n")
    volume = spec.get("volumeName", "")
    out.write(0, f"Volume:\t{volume}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, f"Finalizers:\t{quoted_list(metadata.get('finalizers'))}\n")
    out.write(0, f"Capacity:\t{storage_of(status.get('capacity')) if volume else ''}\n")
    out.write(0, f"Access Modes:\t{access_modes_text(status.get('accessModes')) if volume else ''}\n")
    if spec.get("volumeMode") is not None:
        out.write(0, f"VolumeMode:\t{spec['volumeMode']}\n")
    source = spec.get("dataSource")
    if source is not None:
        out.write(0, "DataSource:\n")
        for field, title in (("apiGroup", "APIGroup"), ("kind", "Kind"), ("name", "Name")):
            if field != "apiGroup" or source.get(field) is not None:
                out.write(1, f"{title}:\t{source.get(field, '')}\n")
    write_values(out, "Used By", [f"{name}\n" for name in _users(obj, read)])
    _describe_conditions(out, status.get("conditions") or ())
    out.events(obj)


def _users(claim: Obj, read: Reader) -> list[str]:
    """The Pods that name the claim among their volumes, and those that own it (by name)."""
    metadata = claim["metadata"]
    owners = {
        reference.get("uid") for reference in metadata.get("ownerReferences") or () if reference.get("kind") == "Pod"
    }
    return sorted(
        pod["metadata"]["name"] for pod in read.list("pods", metadata.get("namespace", ""))
        if pod["metadata"].get("uid") in owners or any(
            (volume.get("persistentVolumeClaim") or {}).get("claimName") == metadata["name"]
            for volume in pod["spec"].get("volumes") or ()
        )
    )


def _describe_conditions(out: Writer, conditions: list[Obj] | tuple[()]) -> None:
    if not conditions:
        return
    out.write(0, "Conditions:\n")
    out.write(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n")
    out.write(1, "----\t------\t-----------------\t------------------\t------\t-------\n")
    for condition in conditions:
        times = (describe_time(condition.get(field)) for field in ("lastProbeTime", "lastTransitionTime"))
        out.write(
            1, f"{condition['type']} \t{condition['status']} \t" + "".join(f"{time} \t" for time in times)
            + f"{condition.get('reason', '')} \t{condition.get('message', '')}\n",
        )
