"""What admission policies and their bindings have in common. They are stored; their expressions are not evaluated.

Upstream: ``pkg/apis/admissionregistration/v1/defaults.go``, ``pkg/apis/admissionregistration/validation`` and
``printValidatingAdmissionPolicy``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class AdmissionPolicyKind(Kind):
    """The hooks of policies; subclasses say what a policy has a list of."""

    has_generation = True
    #: the field with the policy's expressions
    expressions = ""

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        spec = obj.setdefault("spec", {})
        spec.setdefault("failurePolicy", "Fail")
        default_match(spec.get("matchConstraints"))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import not_supported, required
        from minikctl.kinds.webhooks import validate_rules

        spec = obj["spec"]
        errors: list[FieldError] = []
        if spec["failurePolicy"] not in ("Fail", "Ignore"):
            errors.append(not_supported("spec.failurePolicy", spec["failurePolicy"], ("Fail", "Ignore")))
        kind = spec.get("paramKind")
        if kind is not None:
            errors += [
                required(f"spec.paramKind.{field}") for field in ("apiVersion", "kind") if not kind.get(field)
            ]
        constraints = spec.get("matchConstraints")
        path = "spec.matchConstraints"
        if constraints is None:
            errors.append(required(path))
        else:
            rules = constraints.get("resourceRules") or ()
            if not rules:
                errors.append(required(f"{path}.resourceRules"))
            errors += validate_rules(rules, f"{path}.resourceRules")
        return errors + self.validate_expressions(spec)

    def validate_expressions(self, spec: Obj) -> list[FieldError]:
        """The rules of the expressions that the policy is made of."""
        from minikctl.errors import required

        return [
            required(f"spec.{self.expressions}[{index}].expression", "expression is not specified")
            for index, each in enumerate(spec.get(self.expressions) or ()) if not each.get("expression", "x").strip()
        ]

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        kind = spec.get("paramKind")
        text = "<unset>" if kind is None else f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}"
        count = len(spec.get(self.expressions) or ())
        return metadata["name"], str(count), text, age(metadata.get("creationTimestamp"), now)


class AdmissionPolicyBindingKind(Kind):
    """The hooks of bindings."""

    columns = (Column("NAME"), Column("POLICYNAME"), Column("PARAMREF"), Column("AGE"))
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        default_match(obj.setdefault("spec", {}).get("matchResources"))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import forbidden, invalid, required
        from minikctl.lib.names import is_dns1123_subdomain

        spec = obj["spec"]
        name = spec.get("policyName", "")
        errors: list[FieldError] = [] if name else [required("spec.policyName")]
        errors += [invalid("spec.policyName", name, message) for message in is_dns1123_subdomain(name) if name]
        reference = spec.get("paramRef")
        if reference is None:
            return errors
        path, by_name, selector = "spec.paramRef", reference.get("name"), reference.get("selector")
        if by_name and selector is not None:
            errors.append(forbidden(f"{path}.name", "name and selector are mutually exclusive"))
        elif not by_name and selector is None:
            errors.append(required(path, "one of name or selector must be specified"))
        if reference.get("parameterNotFoundAction") is None:
            errors.append(required(f"{path}.parameterNotFoundAction"))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """See ``Kind.validate_update``: the same rules again."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.labels import format_label_selector
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        reference = spec.get("paramRef") or {}
        text = "<unset>"
        if reference.get("name"):
            text = "/".join(part for part in (reference.get("namespace"), reference["name"]) if part)
        elif reference.get("selector") is not None:
            text = format_label_selector(reference["selector"])
        return metadata["name"], spec.get("policyName", ""), text, age(metadata.get("creationTimestamp"), now)


def default_match(match: Obj | None) -> None:
    """Everything is meant that is not left out (upstream: ``SetDefaults_MatchResources``)."""
    from minikctl.kinds.webhooks import default_rules

    if match is None:
        return
    match.setdefault("matchPolicy", "Equivalent")
    match.setdefault("namespaceSelector", {})
    match.setdefault("objectSelector", {})
    for field in ("resourceRules", "excludeResourceRules"):
        default_rules(match.get(field) or ())
