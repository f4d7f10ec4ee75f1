"""Role (rbac.authorization.k8s.io/v1): what may be done in a namespace."""

from __future__ import annotations

from minikctl.kinds.createdat import CreatedAtKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer


class RoleKind(CreatedAtKind):
    """The hooks of Roles."""

    name_format = "path-segment"

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``. Upstream: ``ValidateRole``."""
        from minikctl.kinds.rbacrules import validate_rules

        return validate_rules(obj.get("rules") or (), namespaced=True)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.rbacrules import describe_role

        describe_role(out, obj)


KIND = RoleKind
