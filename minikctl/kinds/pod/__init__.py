"""Pods.

What ``get pods`` needs stands in ``table``; the rules in ``validation``, the description in ``describe``. What other
kinds share with Pods stands in ``kinds.podspec``. Upstream: ``pkg/registry/core/pod/strategy.go``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Sums, Writer


class Pod(Kind):
    """The kind Pod."""

    columns = (
        Column("NAME"), Column("READY"), Column("STATUS"), Column("RESTARTS"), Column("AGE"), Column("IP", wide=True),
        Column("NODE", wide=True), Column("NOMINATED NODE", wide=True), Column("READINESS GATES", wide=True),
    )
    has_status = True
    rules_are_whole = True
    exposable = True
    field_labels = (
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
    )
    ref_path = ("spec", "nodeName")
    parts = ("ephemeralcontainers", "resize")

    # -- what the API server does on the way in ---------------------------------------------------------------------

    def default(self, obj: Obj) -> None:
        """See ``kinds.podspec.defaults``."""
        from minikctl.kinds.podspec.defaults import default_pod

        default_pod(obj.setdefault("spec", {}))

    def prepare_for_create(self, obj: Obj) -> None:
        """A new Pod is Pending, of its first generation, and its selectors by label keys are spelled out."""
        from minikctl.kinds.pod.preparing import prepare_for_create

        prepare_for_create(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Count the changes of the spec; which node it is bound to is none."""
        from minikctl.kinds.pod.preparing import prepare_for_update

        prepare_for_update(obj, old)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``kinds.pod.validation``."""
        from minikctl.kinds.pod.validation import validate_create

        return validate_create(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``kinds.pod.validation``."""
        from minikctl.kinds.pod.validation import validate_update

        return validate_update(obj, old)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``kinds.podspec.warnings``."""
        from minikctl.kinds.podspec.warnings import pod_warnings

        return pod_warnings(obj)

    def deletion_grace(self, obj: Obj, wanted: int | None) -> int:
        """What the client wants, else the Pod's own; a Pod that runs nowhere or has ended goes at once."""
        spec = obj["spec"]
        if not spec.get("nodeName") or (obj.get("status") or {}).get("phase") in ("Failed", "Succeeded"):
            return 0
        grace = spec.get("terminationGracePeriodSeconds", 0) if wanted is None else wanted
        return grace if grace >= 0 else 1

    def sums(self, before: Obj | None, after: Obj | None) -> tuple[Sums | None, Sums | None]:
        """See ``kinds.pod.sums``."""
        if not (before is not None and _is_counted(before)) and not (after is not None and _is_counted(after)):
            return None, None
        from minikctl.kinds.pod.sums import same_sums, sums_of

        if before is not None and after is not None and same_sums(before, after):
            return None, None
        return None if before is None else sums_of(before), None if after is None else sums_of(after)

    # -- what users see ---------------------------------------------------------------------------------------------

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``kinds.pod.table``."""
        from minikctl.kinds.pod.table import row

        return row(obj, now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``kinds.pod.describe``."""
        from minikctl.kinds.pod.describe import describe_pod

        describe_pod(out, obj, read)

    def field_value(self, obj: Obj, label: str) -> str:
        """As upstream's ``ToSelectableFields``: hostNetwork is always one of true and false."""
        if label == "spec.hostNetwork":
            return "true" if obj["spec"].get("hostNetwork") else "false"
        if label == "status.podIPs":
            return ",".join(address.get("ip", "") for address in (obj.get("status") or {}).get("podIPs") or ())
        return super().field_value(obj, label)

    # -- capabilities -----------------------------------------------------------------------------------------------

    def pod_template(self, obj: Obj) -> Obj | None:
        """The Pod itself."""
        return obj

    def take_part(self, part: str, obj: Obj, old: Obj) -> Obj:
        """See ``kinds.pod.parts``."""
        from minikctl.kinds.pod.parts import take_part

        return take_part(part, obj, old)

    def validate_part(self, part: str, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``kinds.pod.parts``."""
        from minikctl.kinds.pod.parts import validate_part

        return validate_part(part, obj, old)


def _is_counted(pod: Obj) -> bool:
    spec = pod["spec"]
    return bool(
        spec.get("nodeName") or spec.get("affinity") or spec.get("topologySpreadConstraints") or spec.get("volumes")
        or (pod.get("status") or {}).get("nominatedNodeName")
    )


KIND = Pod
