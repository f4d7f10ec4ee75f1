"""The first lines of ``describe`` that the plain namespaced kinds have in common."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj, Writer


def describe_heading(out: Writer, obj: Obj) -> None:
    """Write name, namespace, labels and annotations of ``obj``."""
    from minikctl.kinds.describing import annotations_multiline, labels_multiline

    metadata = obj["metadata"]
    out.write(0, f"Name:\t{metadata['name']}\n")
    out.write(0, f"Namespace:\t{metadata.get('namespace', '')}\n")
    labels_multiline(out, "Labels", metadata.get("labels"))
    annotations_multiline(out, "Annotations", metadata.get("annotations"))
