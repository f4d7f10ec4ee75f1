"""ResourceSlice (resource.k8s.io/v1): devices that a driver has on a node (upstream: ``printResourceSlice``)."""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj


class ResourceSliceKind(Kind):
    """The hooks of ResourceSlices."""

    columns = (Column("NAME"), Column("NODE"), Column("DRIVER"), Column("POOL"), Column("AGE"))
    has_generation = True
    field_labels = ("spec.nodeName", "spec.driver")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        return (
            metadata["name"], spec.get("nodeName") or "", spec.get("driver", ""), (spec.get("pool") or {}).get("name", ""),
            age(metadata.get("creationTimestamp"), now),
        )


KIND = ResourceSliceKind
