"""ControllerRevision (apps/v1): what a StatefulSet or DaemonSet looked like once.

Upstream: ``ValidateControllerRevision``, ``pkg/registry/apps/controllerrevision/strategy.go`` and
``printControllerRevision``. kubectl describes it as any object.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]


class ControllerRevisionKind(Kind):
    """The hooks of ControllerRevisions."""

    columns = (Column("NAME"), Column("CONTROLLER"), Column("REVISION"), Column("AGE"))

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``. The revision is written even where nobody gave it."""
        obj.setdefault("revision", 0)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import required
        from minikctl.kinds.workload_validation import validate_nonnegative

        errors = [] if obj.get("data") is not None else [required("data", "data is mandatory")]
        return errors + validate_nonnegative(obj.get("revision"), "revision")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: the same rules again, and the data stays what it was."""
        from minikctl.kinds.meta import validate_immutable_field

        return self.validate(obj) + validate_immutable_field(obj.get("data"), old.get("data"), "data")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        return (
            metadata["name"], _controller(metadata), str(obj.get("revision", 0)),
            age(metadata.get("creationTimestamp"), now),
        )


def _controller(metadata: Obj) -> str:
    """``statefulset.apps/db``, or ``<none>``."""
    for reference in metadata.get("ownerReferences") or ():
        if reference.get("controller"):
            group = reference.get("apiVersion", "").rpartition("/")[0]
            kind = reference.get("kind", "").lower()
            return f"{kind}.{group}/{reference['name']}" if group else f"{kind}/{reference['name']}"
    return "<none>"


KIND = ControllerRevisionKind
