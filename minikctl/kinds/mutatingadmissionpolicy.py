"""MutatingAdmissionPolicy (admissionregistration.k8s.io/v1): how objects are to be changed, as expressions."""

from __future__ import annotations

from minikctl.kinds.admissionpolicies import AdmissionPolicyKind
from minikctl.kinds.base import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class MutatingAdmissionPolicyKind(AdmissionPolicyKind):
    """The hooks of MutatingAdmissionPolicies."""

    columns = (Column("NAME"), Column("MUTATIONS"), Column("PARAMKIND"), Column("AGE"))
    expressions = "mutations"

    def validate_expressions(self, spec: Obj) -> list[FieldError]:
        """See ``AdmissionPolicyKind.validate_expressions``."""
        from minikctl.errors import required

        if not spec.get("mutations"):
            return [required("spec.mutations", "mutations must contain at least one item")]
        errors: list[FieldError] = []
        for index, mutation in enumerate(spec["mutations"]):
            field = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}.get(mutation.get("patchType", ""))
            if field is not None and not (mutation.get(field) or {}).get("expression", "").strip():
                errors.append(required(f"spec.mutations[{index}].{field}.expression", "expression is not specified"))
        return errors


KIND = MutatingAdmissionPolicyKind
