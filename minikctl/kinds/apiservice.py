"""APIService (apiregistration.k8s.io/v1): which group of the API another server answers for.

Nothing here is asked of another server; the objects are kept and shown. Upstream: kube-aggregator's
``pkg/registry/apiservice/etcd`` (``ConvertToTable``).
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj


class APIServiceKind(Kind):
    """The hooks of APIServices."""

    columns = (Column("NAME"), Column("SERVICE"), Column("AVAILABLE"), Column("AGE"))

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        service = (obj.get("spec") or {}).get("service")
        where = f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"
        return obj["metadata"]["name"], where, _available(obj), age(obj["metadata"].get("creationTimestamp"), now)


def _available(obj: Obj) -> str:
    """The condition Available: ``True``, ``False (MissingEndpoints)``, or ``Unknown`` where nobody has looked."""
    for condition in (obj.get("status") or {}).get("conditions") or ():
        if condition["type"] == "Available":
            status = str(condition["status"])
            return status if status == "True" else f"{status} ({condition.get('reason', '')})"
    return "Unknown"


KIND = APIServiceKind
