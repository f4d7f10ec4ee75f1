"""ReplicationController (v1): what came before ReplicaSets, with a selector that is a plain map of labels.

Upstream: ``SetDefaults_ReplicationController``, ``pkg/registry/core/replicationcontroller/strategy.go``,
``ValidateReplicationControllerSpec``, ``printReplicationController`` and ``describeReplicationController``.
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


class ReplicationControllerKind(ReplicatedKind):
    """The hooks of ReplicationControllers."""

    columns = (
        Column("NAME"), Column("DESIRED"), Column("CURRENT"), Column("READY"), Column("AGE"),
        Column("CONTAINERS", wide=True), Column("IMAGES", wide=True), Column("SELECTOR", wide=True),
    )
    rules_are_whole = True
    exposable = True
    field_labels = ("status.replicas",)

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: the template's labels become the selector and the labels where these are not given."""
        from minikctl.kinds.podspec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        template = spec.get("template")
        labels = ((template or {}).get("metadata") or {}).get("labels")
        if labels:
            if not spec.get("selector"):
                spec["selector"] = dict(labels)
            if not obj["metadata"].get("labels"):
                obj["metadata"]["labels"] = dict(labels)
        spec.setdefault("replicas", 1)
        if not spec.get("minReadySeconds", 1):
            del spec["minReadySeconds"]
        if template is not None:
            default_pod_template(template)

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``. ``replicas`` is a field of the status that is always written."""
        obj["status"] = {"replicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import required
        from minikctl.kinds.workload_validation import validate_nonnegative, validate_template
        from minikctl.lib.labels import from_map

        spec = obj["spec"]
        errors = validate_nonnegative(spec.get("minReadySeconds"), "spec.minReadySeconds")
        if not spec.get("selector"):
            errors.append(required("spec.selector"))
        errors += validate_nonnegative(spec.get("replicas"), "spec.replicas")
        template = spec.get("template")
        if template is None:
            errors.append(required("spec.template"))
        else:
            errors += validate_template(
                template, from_map(spec.get("selector")), "spec.template", "ReplicationController"
            )
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again; the selector may change."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.workloads import layout_container_cells
        from minikctl.lib.labels import format_labels
        from minikctl.lib.times import age

        spec, status, metadata = obj["spec"], obj.get("status") or {}, obj["metadata"]
        return (
            metadata["name"], str(spec.get("replicas", 1)), str(status.get("replicas", 0)),
            str(status.get("readyReplicas", 0)), age(metadata.get("creationTimestamp"), now),
            *layout_container_cells(spec.get("template") or {}), format_labels(spec.get("selector")),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.workloads import describe_replicas
        from minikctl.lib.labels import format_labels, from_map

        selector = obj["spec"].get("selector")
        describe_replicas(out, obj, format_labels(selector), from_map(selector), read)

    def selector(self, obj: Obj) -> Obj | None:
        """See ``Kind.selector``."""
        return {"matchLabels": obj["spec"].get("selector") or {}}


KIND = ReplicationControllerKind
