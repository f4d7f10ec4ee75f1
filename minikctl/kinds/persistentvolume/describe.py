"""``describe`` of PersistentVolumes (upstream: kubectl's ``describePersistentVolume``)."""

from __future__ import annotations

from minikctl.kinds.describing import annotations_multiline, labels_multiline
from minikctl.kinds.podspec.describe_volumes import describe_persistent_source
from minikctl.kinds.volumes import access_modes_text, class_of, quoted_list, storage_of
from minikctl.lib.times import age

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj, Reader, Writer


def describe_volume(out: Writer, obj: Obj, read: Reader) -> None:
    """Write a volume, the claim that has it, and where it lies."""
    metadata, spec, status = obj["metadata"], obj.get("spec") or {}, obj.get("status") or {}
    claim = spec.get("claimRef")
    out.write(0, f"Name:\t{metadata['name']}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
    out.write(0, f"Finalizers:\t{quoted_list(metadata.get('finalizers'))}\n")
    out.write(0, f"StorageClass:\t{class_of(obj)}\n")
    phase = status.get("phase", "")
    if metadata.get("deletionTimestamp"):
        phase = f"Terminating (lasts {age(metadata['deletionTimestamp'], read.now())})"
    out.write(0, f"Status:\t{phase}\n")
    name = f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim is not None else ""
    out.write(0, f"Claim:\t{name}\n")
    out.write(0, f"Reclaim Policy:\t{spec.get('persistentVolumeReclaimPolicy', '')}\n")
    out.write(0, f"Access Modes:\t{access_modes_text(spec.get('accessModes'))}\n")
    if spec.get("volumeMode") is not None:
        out.write(0, f"VolumeMode:\t{spec['volumeMode']}\n")
    out.write(0, f"Capacity:\t{storage_of(spec.get('capacity'))}\n")
    _describe_affinity(out, (spec.get("nodeAffinity") or {}).get("required"))
    out.write(0, f"Message:\t{status.get('message', '')}\n")
    out.write(0, "Source:\n")
    if not describe_persistent_source(out, spec):
        out.write(1, "<unknown>\n")
    out.events(obj)


def _describe_affinity(out: Writer, required: Obj | None) -> None:
    """Write the terms that a node has to meet; of their expressions only those about labels are shown."""
    if required is None:
        out.write(0, "Node Affinity:\t<none>\n")
        return
    out.write(0, "Node Affinity:\t\n")
    terms = required.get("nodeSelectorTerms") or ()
    out.write(1, "Required Terms:\t" + ("\n" if terms else "<none>\n"))
    for index, term in enumerate(terms):
        _describe_term(out, f"Term {index}", term.get("matchExpressions") or ())


def _describe_term(out: Writer, title: str, expressions: Sequence[Obj]) -> None:
    out.write(2, f"{title}:\t")
    if not expressions:
        out.write(0, "<none>\n")
    for index, expression in enumerate(expressions):
        if index:
            out.write(2, "\t")
        values = expression.get("values")
        text = f"{expression.get('key', '')} {expression.get('operator', '').lower()}"
        out.write(0, text + (f" [{', '.join(values)}]\n" if values else "\n"))
