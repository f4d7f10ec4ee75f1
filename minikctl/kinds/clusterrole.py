"""ClusterRole (rbac.authorization.k8s.io/v1): what may be done anywhere, or in the namespace of a RoleBinding."""

from __future__ import annotations

from minikctl.kinds.createdat import CreatedAtKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer


class ClusterRoleKind(CreatedAtKind):
    """The hooks of ClusterRoles."""

    name_format = "path-segment"

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``. Upstream: ``ValidateClusterRole``."""
        from minikctl.errors import required
        from minikctl.kinds.meta import validate_label_selector
        from minikctl.kinds.rbacrules import validate_rules

        errors = validate_rules(obj.get("rules") or (), namespaced=False)
        if obj.get("aggregationRule") is None:
            return errors
        path = "aggregationRule.clusterRoleSelectors"
        selectors = obj["aggregationRule"].get("clusterRoleSelectors") or ()
        if not selectors:
            errors.append(required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil"))
        for index, selector in enumerate(selectors):
            errors += validate_label_selector(selector, f"{path}[{index}]")
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.rbacrules import describe_role

        describe_role(out, obj)


KIND = ClusterRoleKind
