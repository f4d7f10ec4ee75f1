"""ValidatingAdmissionPolicyBinding (admissionregistration.k8s.io/v1): for what a policy holds, and what it does."""

from __future__ import annotations

from minikctl.kinds.admissionpolicies import AdmissionPolicyBindingKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

ACTIONS = ("Audit", "Deny", "Warn")


class ValidatingAdmissionPolicyBindingKind(AdmissionPolicyBindingKind):
    """The hooks of ValidatingAdmissionPolicyBindings."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import duplicate, invalid, not_supported, required

        path, actions = "spec.validationActions", obj["spec"].get("validationActions") or []
        errors = super().validate(obj)
        if not actions:
            return [*errors, required(path, "at least one validation action is required")]
        for index, action in enumerate(actions):
            if action not in ACTIONS:
                errors.append(not_supported(f"{path}[{index}]", action, ACTIONS))
            if action in actions[:index]:
                errors.append(duplicate(f"{path}[{index}]", action))
        if "Deny" in actions and "Warn" in actions:
            errors.append(invalid(
                path, actions,
                "must not contain both Deny and Warn (repeating the same validation failure information in the API "
                "response and headers serves no purpose)",
            ))
        return errors


KIND = ValidatingAdmissionPolicyBindingKind
