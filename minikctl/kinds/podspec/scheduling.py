"""The rules of where a Pod may run: affinity, tolerations, spreading, scheduling gates.

Upstream: ``validateAffinity``, ``ValidateTolerations``, ``validateTopologySpreadConstraints`` and what they call in
``pkg/apis/core/validation``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, forbidden, invalid, not_supported, required
from minikctl.kinds.meta import validate_label_name, validate_label_selector
from minikctl.kinds.podspec.rules import messages, unsupported
from minikctl.lib.names import is_dns1123_label, is_dns1123_subdomain, is_qualified_name, is_valid_label_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

TAINT_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
REQUIRED_TERMS = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED_TERMS = "preferredDuringSchedulingIgnoredDuringExecution"
_NOT_AN_OPERATOR = "not a valid selector operator"
_POSITIVE = "must be greater than zero"


# ---------------------------------------------------------------------------------------------------------------------
# Affinity
# ---------------------------------------------------------------------------------------------------------------------


def validate_affinity(affinity: Obj | None, path: str) -> list[FieldError]:
    """``spec.affinity``."""
    if not affinity:
        return []
    errors: list[FieldError] = []
    if affinity.get("nodeAffinity") is not None:
        errors += _validate_node_affinity(affinity["nodeAffinity"], f"{path}.nodeAffinity")
    for field in ("podAffinity", "podAntiAffinity"):
        if affinity.get(field) is not None:
            errors += _validate_pod_affinity(affinity[field], f"{path}.{field}")
    return errors


def _validate_node_affinity(affinity: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if affinity.get(REQUIRED_TERMS) is not None:
        errors += validate_node_selector(affinity[REQUIRED_TERMS], f"{path}.{REQUIRED_TERMS}")
    for index, term in enumerate(affinity.get(PREFERRED_TERMS) or ()):
        where = f"{path}.{PREFERRED_TERMS}[{index}]"
        errors += _validate_weight(term, where)
        # What is merely preferred may name values that no label has.
        errors += _validate_node_term(term.get("preference") or {}, f"{where}.preference", any_value=True)
    return errors


def validate_node_selector(selector: Obj, path: str) -> list[FieldError]:
    """Terms of which a node has to meet one (also of PersistentVolumes). Upstream: ``ValidateNodeSelector``."""
    terms = selector.get("nodeSelectorTerms") or ()
    if not terms:
        return [required(f"{path}.nodeSelectorTerms", "must have at least one node selector term")]
    errors: list[FieldError] = []
    for index, term in enumerate(terms):
        errors += _validate_node_term(term, f"{path}.nodeSelectorTerms[{index}]")
    return errors


def _validate_node_term(term: Obj, path: str, *, any_value: bool = False) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        errors += _validate_node_requirement(requirement, f"{path}.matchExpressions[{index}]", any_value=any_value)
    for index, requirement in enumerate(term.get("matchFields") or ()):
        errors += _validate_node_field(requirement, f"{path}.matchFields[{index}]")
    return errors


def _validate_node_requirement(requirement: Obj, path: str, *, any_value: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or ()
    where = f"{path}.values"
    if operator in ("In", "NotIn"):
        if not values:
            errors.append(required(where, "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            errors.append(forbidden(where, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            errors.append(required(where, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
    else:
        errors.append(invalid(f"{path}.operator", operator, _NOT_AN_OPERATOR))
    errors += validate_label_name(requirement.get("key", ""), f"{path}.key")
    if not any_value:
        for index, value in enumerate(values):
            errors += messages(f"{where}[{index}]", value, is_valid_label_value(value))
    return errors


def _validate_node_field(requirement: Obj, path: str) -> list[FieldError]:
    """Nodes have one field that can be asked for: their name."""
    errors: list[FieldError] = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or ()
    if operator not in ("In", "NotIn"):
        errors.append(invalid(f"{path}.operator", operator, _NOT_AN_OPERATOR))
    elif len(values) != 1:
        errors.append(required(
            f"{path}.values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        ))
    key = requirement.get("key", "")
    if key != "metadata.name":
        return [*errors, invalid(f"{path}.key", key, "not a valid field selector key")]
    for index, value in enumerate(values):
        errors += messages(f"{path}.values[{index}]", value, is_dns1123_subdomain(value))
    return errors


def _validate_pod_affinity(affinity: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, term in enumerate(affinity.get(REQUIRED_TERMS) or ()):
        errors += _validate_pod_term(term, f"{path}.{REQUIRED_TERMS}[{index}]")
    for index, weighted in enumerate(affinity.get(PREFERRED_TERMS) or ()):
        where = f"{path}.{PREFERRED_TERMS}[{index}]"
        errors += _validate_weight(weighted, where)
        errors += _validate_pod_term(weighted.get("podAffinityTerm") or {}, f"{where}.podAffinityTerm")
    return errors


def _validate_weight(term: Obj, path: str) -> list[FieldError]:
    weight = term.get("weight", 0)
    return [] if 1 <= weight <= 100 else [invalid(f"{path}.weight", weight, "must be in the range 1-100")]


def _validate_pod_term(term: Obj, path: str) -> list[FieldError]:
    errors = validate_label_selector(term.get("labelSelector"), f"{path}.labelSelector")
    errors += validate_label_selector(term.get("namespaceSelector"), f"{path}.namespaceSelector")
    for name in term.get("namespaces") or ():
        errors += messages(f"{path}.namespace", name, is_dns1123_label(name))
    errors += _validate_label_keys(term, path)
    key = term.get("topologyKey", "")
    if not key:
        errors.append(required(f"{path}.topologyKey", "can not be empty"))
    return errors + validate_label_name(key, f"{path}.topologyKey")


def _validate_label_keys(term: Obj, path: str) -> list[FieldError]:
    """The matchLabelKeys and mismatchLabelKeys (upstream: ``ValidateMatchLabelKeysAndMismatchLabelKeys``)."""
    selector = term.get("labelSelector")
    errors: list[FieldError] = []
    for field in ("matchLabelKeys", "mismatchLabelKeys"):
        keys = term.get(field) or ()
        if keys and selector is None:
            errors.append(forbidden(f"{path}.{field}", "must not be specified when labelSelector is not set"))
        else:
            for index, key in enumerate(keys):
                errors += validate_label_name(key, f"{path}.{field}[{index}]")
    matched = term.get("matchLabelKeys") or ()
    known = set((selector or {}).get("matchLabels") or ())
    for requirement in (selector or {}).get("matchExpressions") or ():
        # The selector holds one expression for each matched key by now: a second one is the user's own.
        key = requirement.get("key", "")
        if key in matched and key in known:
            errors.append(invalid(
                f"{path}[{_last_index(matched, key)}]", key, "exists in both matchLabelKeys and labelSelector"
            ))
        known.add(key)
    mismatched = term.get("mismatchLabelKeys") or ()
    return errors + [
        invalid(f"{path}.matchLabelKeys[{index}]", key, "exists in both matchLabelKeys and mismatchLabelKeys")
        for index, key in enumerate(matched)
        if key in mismatched
    ]


def _last_index(keys: Sequence[str], key: str) -> int:
    return max(index for index, other in enumerate(keys) if other == key)


# ---------------------------------------------------------------------------------------------------------------------
# Tolerations
# ---------------------------------------------------------------------------------------------------------------------


def validate_tolerations(tolerations: Sequence[Obj], path: str) -> list[FieldError]:
    """``spec.tolerations``."""
    errors: list[FieldError] = []
    for index, toleration in enumerate(tolerations):
        errors += _validate_toleration(toleration, f"{path}[{index}]")
    return errors


def _validate_toleration(toleration: Obj, path: str) -> list[FieldError]:
    key, operator = toleration.get("key", ""), toleration.get("operator", "")
    value, effect = toleration.get("value", ""), toleration.get("effect", "")
    errors = validate_label_name(key, f"{path}.key") if key else []
    if not key and operator != "Exists":
        errors.append(invalid(
            f"{path}.operator", operator,
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ))
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        errors.append(invalid(
            f"{path}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"
        ))
    errors += _validate_operator(operator, value, f"{path}.operator")
    if effect and effect not in TAINT_EFFECTS:
        errors.append(unsupported(f"{path}.effect", effect, TAINT_EFFECTS))
    return errors


def _validate_operator(operator: str, value: str, path: str) -> list[FieldError]:
    """An operator with its value; errors of the value are reported at the operator, as upstream does."""
    if operator in ("Equal", ""):
        wrong = is_valid_label_value(value)
        return [invalid(path, value, ";".join(wrong))] if wrong else []
    if operator == "Exists":
        return [invalid(path, value, "value must be empty when `operator` is 'Exists'")] if value else []
    # Lt and Gt are behind a gate that is closed (TaintTolerationComparisonOperators).
    gated = ("Lt", "Gt") if operator in ("Lt", "Gt") else ()
    return [unsupported(path, operator, ("Equal", "Exists", *gated))]


# ---------------------------------------------------------------------------------------------------------------------
# Spreading, gates
# ---------------------------------------------------------------------------------------------------------------------


def validate_topology_spread(constraints: Sequence[Obj], path: str) -> list[FieldError]:
    """``spec.topologySpreadConstraints``."""
    errors: list[FieldError] = []
    for index, constraint in enumerate(constraints):
        where = f"{path}[{index}]"
        skew, key = constraint.get("maxSkew", 0), constraint.get("topologyKey", "")
        action = constraint.get("whenUnsatisfiable", "")
        if skew <= 0:
            errors.append(invalid(f"{where}.maxSkew", skew, _POSITIVE))
        if not key:
            errors.append(required(f"{where}.topologyKey", "can not be empty"))
        if action not in ("DoNotSchedule", "ScheduleAnyway"):
            errors.append(not_supported(f"{where}.whenUnsatisfiable", action, ("DoNotSchedule", "ScheduleAnyway")))
        if any(_pair(other) == (key, action) for other in constraints[index + 1:]):
            errors.append(duplicate(f"{where}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}"))
        errors += _validate_min_domains(constraint.get("minDomains"), action, f"{where}.minDomains")
        for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            policy = constraint.get(field)
            if policy is not None and policy not in ("Honor", "Ignore"):
                errors.append(not_supported(f"{where}.{field}", policy, ("Honor", "Ignore")))
        errors += _validate_label_keys(constraint, where)
        errors += validate_label_selector(constraint.get("labelSelector"), f"{where}.labelSelector")
    return errors


def _pair(constraint: Obj) -> tuple[str, str]:
    return constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", "")


def _validate_min_domains(least: int | None, action: str, path: str) -> list[FieldError]:
    if least is None:
        return []
    errors = [] if least > 0 else [invalid(path, least, _POSITIVE)]
    if action != "DoNotSchedule":
        errors.append(invalid(
            path, least, f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        ))
    return errors


def validate_gates(spec: Obj, path: str) -> list[FieldError]:
    """``readinessGates`` and ``schedulingGates``."""
    errors: list[FieldError] = []
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        name = gate.get("conditionType", "")
        errors += messages(f"{path}.readinessGates[{index}].conditionType", name, is_qualified_name(name))
    seen: set[str] = set()
    for index, gate in enumerate(spec.get("schedulingGates") or ()):
        where, name = f"{path}.schedulingGates[{index}]", gate.get("name", "")
        errors += messages(where, name, is_qualified_name(name))
        if name in seen:
            errors.append(duplicate(where, name))
        seen.add(name)
    return errors
