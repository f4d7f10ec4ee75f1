"""PodTemplate (v1): a template that nobody makes Pods of (upstream: ``printPodTemplate``)."""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class PodTemplateKind(Kind):
    """The hooks of PodTemplates."""

    columns = (Column("NAME"), Column("CONTAINERS"), Column("IMAGES"), Column("POD LABELS"))
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        from minikctl.kinds.podspec.defaults import default_pod_template

        default_pod_template(obj.setdefault("template", {}))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.podspec.validation import validate_pod_template

        return validate_pod_template(obj["template"], "template")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``."""
        from minikctl.kinds.podspec.warnings import pod_template_warnings

        return pod_template_warnings(obj["template"], "template")

    def row(self, obj: Obj, now: float) -> Sequence[str]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.row``."""
        from minikctl.kinds.workloads import layout_container_cells
        from minikctl.lib.labels import format_labels

        template = obj.get("template") or {}
        labels = format_labels((template.get("metadata") or {}).get("labels"))
        return (obj["metadata"]["name"], *layout_container_cells(template), labels)

    def pod_template(self, obj: Obj) -> Obj | None:
        """See ``Kind.pod_template``."""
        template: Obj = obj["template"]
        return template


KIND = PodTemplateKind
