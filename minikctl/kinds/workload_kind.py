"""What the kinds have in common that make Pods of a template which their labels find: Deployments, ReplicaSets, Jobs ..."""

from __future__ import annotations

from minikctl.kinds.base import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]


class WorkloadKind(Kind):
    """A kind with ``spec.template`` and ``spec.selector``, and a status that counts Pods."""

    has_generation = True
    has_status = True

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        from minikctl.kinds.workloads import workload_warnings

        return workload_warnings(obj)

    def pod_template(self, obj: Obj) -> Obj | None:
        """See ``Kind.pod_template``."""
        template: Obj | None = obj["spec"].get("template")
        return template

    def selector(self, obj: Obj) -> Obj | None:
        """See ``Kind.selector``."""
        selector: Obj | None = obj["spec"].get("selector")
        return selector


class ReplicatedKind(WorkloadKind):
    """A workload with a number of replicas (upstream: those with a scale)."""

    def scale_paths(self) -> tuple[str, str] | None:
        """See ``Kind.scale_paths``."""
        return "spec.replicas", "status.replicas"
