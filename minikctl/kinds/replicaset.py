"""ReplicaSet (apps/v1): keeps a number of Pods of one template.

Upstream: ``SetDefaults_ReplicaSet``, ``pkg/registry/apps/replicaset/strategy.go``, ``ValidateReplicaSetSpec``,
``printReplicaSet`` and ``describeReplicaSet``.
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

    Obj = dict[str, Any]


class ReplicaSetKind(ReplicatedKind):
    """The hooks of ReplicaSets."""

    columns = (
        Column("NAME"), Column("DESIRED"), Column("CURRENT"), Column("READY"), Column("AGE"),
        Column("CONTAINERS", wide=True), Column("IMAGES", wide=True), Column("SELECTOR", wide=True),
    )
    rules_are_whole = True
    exposable = True
    field_labels = ("status.replicas",)

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        from minikctl.kinds.podspec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        spec.setdefault("replicas", 1)
        if not spec.get("minReadySeconds", 1):
            del spec["minReadySeconds"]
        default_pod_template(spec.setdefault("template", {}))

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``. ``replicas`` is a field of the status that is always written."""
        obj["status"] = {"replicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.workload_validation import validate_nonnegative, validate_selector_and_template

        spec = obj["spec"]
        return [
            *validate_nonnegative(spec.get("replicas"), "spec.replicas"),
            *validate_nonnegative(spec.get("minReadySeconds"), "spec.minReadySeconds"),
            *validate_selector_and_template(spec, "spec", "ReplicaSet"),
        ]

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: the same rules again, and the selector is immutable."""
        from minikctl.kinds.workload_validation import validate_immutable_selector

        return self.validate(obj) + validate_immutable_selector(
            obj["spec"].get("selector"), old["spec"].get("selector"), "spec.selector"
        )

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.workloads import layout_container_cells
        from minikctl.lib.labels import format_label_selector
        from minikctl.lib.times import age

        spec, status, metadata = obj["spec"], obj.get("status") or {}, obj["metadata"]
        return (
            metadata["name"], str(spec.get("replicas", 1)), str(status.get("replicas", 0)),
            str(status.get("readyReplicas", 0)), age(metadata.get("creationTimestamp"), now),
            *layout_container_cells(spec["template"]), format_label_selector(spec.get("selector")),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.describing import controlled_by
        from minikctl.kinds.workloads import describe_replicas
        from minikctl.lib.labels import format_label_selector, from_label_selector

        selector = obj["spec"].get("selector")
        describe_replicas(
            out, obj, format_label_selector(selector), from_label_selector(selector), read, owner=controlled_by(obj),
        )


KIND = ReplicaSetKind
