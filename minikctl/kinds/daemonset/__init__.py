"""DaemonSet (apps/v1): a Pod on every node that will have one.

Upstream: ``SetDefaults_DaemonSet`` and the conversions in ``pkg/apis/apps/v1``,
``pkg/registry/apps/daemonset/strategy.go`` and ``printDaemonSet`` in ``pkg/printers/internalversion/printers.go``.
Rules, ``describe`` and ``rollout`` stand in the modules beside this one and are imported when they are asked for.
"""

from __future__ import annotations

from minikctl.kinds.base import Column
from minikctl.kinds.workload_kind import WorkloadKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer
    from minikctl.kinds.rollouts import Rollout

    Obj = dict[str, Any]

DEFAULT_REVISION_HISTORY_LIMIT = 10
#: counts the templates that there were; once a field of the spec, now an annotation
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


class DaemonSetKind(WorkloadKind):
    """The hooks of DaemonSets."""

    columns = (
        Column("NAME"), Column("DESIRED"), Column("CURRENT"), Column("READY"), Column("UP-TO-DATE"),
        Column("AVAILABLE"), Column("NODE SELECTOR"), Column("AGE"), Column("CONTAINERS", wide=True),
        Column("IMAGES", wide=True), Column("SELECTOR", wide=True),
    )
    rules_are_whole = True
    pods_belong_to_nodes = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``. Upstream: ``SetDefaults_DaemonSet``."""
        from minikctl.kinds.podspec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        strategy = spec.setdefault("updateStrategy", {})
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            rolling_update = strategy.setdefault("rollingUpdate", {})
            rolling_update.setdefault("maxUnavailable", 1)
            rolling_update.setdefault("maxSurge", 0)
        spec.setdefault("revisionHistoryLimit", DEFAULT_REVISION_HISTORY_LIMIT)
        if not spec.get("minReadySeconds", 1):
            del spec["minReadySeconds"]
        default_pod_template(spec.setdefault("template", {}))

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``. These fields of the status are always written."""
        fields = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady")
        obj["status"] = dict.fromkeys(fields, 0)
        _set_template_generation(obj, max(template_generation(obj) or 0, 1))

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """See ``Kind.prepare_for_update``: each new template is counted; nobody else may count."""
        generation = template_generation(old) or 0
        _set_template_generation(obj, generation + (obj["spec"]["template"] != old["spec"]["template"]))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.daemonset.validation import validate_daemon_set_spec

        return validate_daemon_set_spec(obj["spec"], "spec")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: the same rules again, and the selector is immutable."""
        from minikctl.kinds.workload_validation import validate_immutable_selector

        return self.validate(obj) + validate_immutable_selector(
            obj["spec"].get("selector"), old["spec"].get("selector"), "spec.selector"
        )

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        from minikctl.kinds.podspec.warnings import pod_template_warnings

        return pod_template_warnings(obj["spec"]["template"], "spec.template")

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.workloads import layout_container_cells
        from minikctl.lib.labels import format_label_selector, format_labels
        from minikctl.lib.times import age

        metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
        counts = [str(status.get(field, 0)) for field in (
            "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled",
            "numberAvailable",
        )]
        template = spec["template"]
        return (
            metadata["name"], *counts, format_labels((template.get("spec") or {}).get("nodeSelector")),
            age(metadata.get("creationTimestamp"), now), *layout_container_cells(template),
            format_label_selector(spec.get("selector")),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``."""
        from minikctl.kinds.daemonset.describe import describe_daemon_set

        describe_daemon_set(out, obj, read)

    def rollout(self) -> Rollout:
        """See ``Kind.rollout``."""
        from minikctl.kinds.daemonset.rollout import DaemonSetRollout

        return DaemonSetRollout(self.info)


def template_generation(obj: Obj) -> int | None:
    """Return the count in the annotation, None where there is none or no number."""
    value = (obj["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION)
    try:
        return None if value is None else int(value)
    except ValueError:
        return None


def _set_template_generation(obj: Obj, generation: int) -> None:
    metadata = obj["metadata"]
    metadata["annotations"] = {**(metadata.get("annotations") or {}), TEMPLATE_GENERATION: str(generation)}


KIND = DaemonSetKind
