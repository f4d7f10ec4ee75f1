"""Deployment (apps/v1): a number of Pods made from a template, and how one template gives way to the next.

Upstream: ``SetDefaults_Deployment`` in ``pkg/apis/apps/v1/defaults.go``, ``pkg/registry/apps/deployment/strategy.go``
and ``printDeployment`` in ``pkg/printers/internalversion/printers.go``. Rules, ``describe`` and ``rollout`` stand in
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

DEFAULT_PROGRESS_DEADLINE = 600  # seconds
DEFAULT_REVISION_HISTORY_LIMIT = 10


class DeploymentKind(ReplicatedKind):
    """The hooks of Deployments."""

    columns = (
        Column("NAME"), Column("READY"), Column("UP-TO-DATE"), Column("AVAILABLE"), Column("AGE"),
        Column("CONTAINERS", wide=True), Column("IMAGES", wide=True), Column("SELECTOR", wide=True),
    )
    rules_are_whole = True
    exposable = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``. Upstream: ``SetDefaults_Deployment``."""
        from minikctl.kinds.podspec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        spec.setdefault("replicas", 1)
        strategy = spec.setdefault("strategy", {})
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            rolling_update = strategy.setdefault("rollingUpdate", {})
            rolling_update.setdefault("maxUnavailable", "25%")
            rolling_update.setdefault("maxSurge", "25%")
        spec.setdefault("revisionHistoryLimit", DEFAULT_REVISION_HISTORY_LIMIT)
        spec.setdefault("progressDeadlineSeconds", DEFAULT_PROGRESS_DEADLINE)
        for field in ("minReadySeconds", "paused"):
            if field in spec and not spec[field]:
                del spec[field]
        default_pod_template(spec.setdefault("template", {}))

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {}

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Annotations count as part of what is wanted, since ReplicaSets get them too: a change makes a generation.

        The revision does not count: upstream's controller writes it with the status, which makes none.
        """
        if _wanted_annotations(obj) != _wanted_annotations(old):
            obj["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.deployment.validation import validate_deployment_spec

        return validate_deployment_spec(obj["spec"], "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: the same rules again, and the selector is immutable."""
        from minikctl.kinds.workload_validation import validate_immutable_selector

        return self.validate(obj) + validate_immutable_selector(
            obj["spec"].get("selector"), old["spec"].get("selector"), "spec.selector"
        )

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.workloads import layout_container_cells
        from minikctl.lib.labels import from_label_selector
        from minikctl.lib.times import age

        spec, status, metadata = obj["spec"], obj.get("status") or {}, obj["metadata"]
        return (
            metadata["name"], f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}",
            str(status.get("updatedReplicas", 0)), str(status.get("availableReplicas", 0)),
            age(metadata.get("creationTimestamp"), now),
            *layout_container_cells(spec["template"]), str(from_label_selector(spec.get("selector"))),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.deployment.describe import describe_deployment

        describe_deployment(out, obj, read)

    def rollout(self) -> Rollout:
        """See ``Kind.rollout``."""
        from minikctl.kinds.deployment.rollout import DeploymentRollout

        return DeploymentRollout(self.info)


def _wanted_annotations(obj: Obj) -> Obj:
    from minikctl.kinds.deploymentutil import REVISION_ANNOTATION

    annotations = obj["metadata"].get("annotations") or {}
    return {key: value for key, value in annotations.items() if key != REVISION_ANNOTATION}


KIND = DeploymentKind
