"""ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1): what objects have to be like, as expressions."""

from __future__ import annotations

from minikctl.kinds.admissionpolicies import AdmissionPolicyKind
from minikctl.kinds.base import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class ValidatingAdmissionPolicyKind(AdmissionPolicyKind):
    """The hooks of ValidatingAdmissionPolicies."""

    columns = (Column("NAME"), Column("VALIDATIONS"), Column("PARAMKIND"), Column("AGE"))
    has_status = True
    expressions = "validations"

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``."""
        obj["status"] = {}

    def validate_expressions(self, spec: Obj) -> list[FieldError]:
        """See ``AdmissionPolicyKind.validate_expressions``: there has to be something to say."""
        from minikctl.errors import required

        if not spec.get("validations") and not spec.get("auditAnnotations"):
            return [
                required("spec.validations", "validations or auditAnnotations must be specified"),
                required("spec.auditAnnotations", "validations or auditAnnotations must be specified"),
            ]
        return super().validate_expressions(spec)


KIND = ValidatingAdmissionPolicyKind
