"""StatefulSet (apps/v1): Pods with names that stay, one after the other, each with claims of its own.

Upstream: ``SetDefaults_StatefulSet`` in ``pkg/apis/apps/v1/defaults.go``, ``pkg/registry/apps/statefulset/strategy.go``
and ``printStatefulSet`` in ``pkg/printers/internalversion/printers.go``. Rules, ``describe`` and ``rollout`` stand in
the modules beside this one and are imported when they are asked for.
"""

from __future__ import annotations

from minikctl.kinds.base import Column
from minikctl.kinds.workload_kind import ReplicatedKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer
    from minikctl.kinds.rollouts import Rollout

    Obj = dict[str, Any]

DEFAULT_REVISION_HISTORY_LIMIT = 10


class StatefulSetKind(ReplicatedKind):
    """The hooks of StatefulSets."""

    columns = (
        Column("NAME"), Column("READY"), Column("AGE"), Column("CONTAINERS", wide=True), Column("IMAGES", wide=True),
    )
    rules_are_whole = True
    name_format = "label"

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``. Upstream: ``SetDefaults_StatefulSet``.

        ``maxUnavailable`` has no default: upstream gives it one only behind a feature gate that is off.
        """
        from minikctl.kinds.podspec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        if not spec.get("podManagementPolicy"):
            spec["podManagementPolicy"] = "OrderedReady"
        strategy = spec.setdefault("updateStrategy", {})
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
            strategy.setdefault("rollingUpdate", {})
        if strategy["type"] == "RollingUpdate" and strategy.get("rollingUpdate") is not None:
            strategy["rollingUpdate"].setdefault("partition", 0)
        retention = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
        for moment in ("whenDeleted", "whenScaled"):
            if not retention.get(moment):
                retention[moment] = "Retain"
        spec.setdefault("replicas", 1)
        spec.setdefault("revisionHistoryLimit", DEFAULT_REVISION_HISTORY_LIMIT)
        for field in ("minReadySeconds", "serviceName"):
            if field in spec and not spec[field]:
                del spec[field]
        for claim in spec.get("volumeClaimTemplates") or ():
            _default_claim(claim)
        default_pod_template(spec.setdefault("template", {}))

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``. These fields of the status are always written."""
        obj["status"] = {"availableReplicas": 0, "replicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.statefulset.validation import validate_stateful_set_spec

        return validate_stateful_set_spec(obj["spec"], "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: the same rules again, and most fields stay what they were."""
        from minikctl.kinds.statefulset.validation import validate_stateful_set_update

        return self.validate(obj) + validate_stateful_set_update(obj["spec"], old["spec"])

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        from minikctl.kinds.podspec.warnings import pod_template_warnings

        spec = obj["spec"]
        found = pod_template_warnings(spec["template"], "spec.template")
        if (spec.get("revisionHistoryLimit") or 0) < 0:
            found.append(
                "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is "
                "recommended"
            )
        return found

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.workloads import layout_container_cells, replicas
        from minikctl.lib.times import age

        metadata, status = obj["metadata"], obj.get("status") or {}
        return (
            metadata["name"], f"{status.get('readyReplicas', 0)}/{replicas(obj)}",
            age(metadata.get("creationTimestamp"), now), *layout_container_cells(obj["spec"]["template"]),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.statefulset.describe import describe_stateful_set

        describe_stateful_set(out, obj, read)

    def rollout(self) -> Rollout:
        """See ``Kind.rollout``."""
        from minikctl.kinds.statefulset.rollout import StatefulSetRollout

        return StatefulSetRollout(self.info)


def _default_claim(claim: Obj) -> None:
    """A claim's template is a whole PersistentVolumeClaim, which has its own defaults."""
    from minikctl.kinds.podspec.defaults import default_resource_list

    claim["apiVersion"], claim["kind"] = "v1", "PersistentVolumeClaim"
    claim.setdefault("metadata", {})
    spec = claim.setdefault("spec", {})
    if not spec.get("volumeMode"):
        spec["volumeMode"] = "Filesystem"
    for amounts in spec.setdefault("resources", {}).values():
        default_resource_list(amounts)
    status = claim.setdefault("status", {})
    if not status.get("phase"):
        status["phase"] = "Pending"


KIND = StatefulSetKind
