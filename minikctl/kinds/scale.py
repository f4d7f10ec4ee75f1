"""Scale (autoscaling/v1): how many replicas an object has and is to have. It is read off the object and never stored.

Upstream: ``printScale`` of ``pkg/printers/internalversion``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj


class ScaleKind(Kind):
    """How a Scale is shown."""

    columns = (Column("NAME"), Column("DESIRED"), Column("AVAILABLE"), Column("AGE"))

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        meta = obj["metadata"]
        return (
            meta["name"], str(obj["spec"]["replicas"]), str(obj["status"]["replicas"]),
            age(meta.get("creationTimestamp"), now),
        )


KIND = ScaleKind
