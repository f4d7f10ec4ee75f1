"""What has to be done so that a role allows, or a binding binds, what is expected.

Upstream: ``component-helpers/auth/rbac/reconciliation``.
"""

from __future__ import annotations

from minikctl.api.rbac.escalation import uncovered
from minikctl.kinds.rbacrules import GROUP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

CREATE, UPDATE, RECREATE, NONE = "create", "update", "recreate", "none"
AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate"


class Result:
    """An object as it shall be, what was missing and too much, and what is to be done.

    ``protected``: the object does not want to be reconciled.
    """

    __slots__ = (
        "extra_rules", "extra_subjects", "missing_rules", "missing_subjects", "obj", "operation", "protected",
    )

    def __init__(self, obj: Obj, operation: str, *, protected: bool = False) -> None:
        self.obj = obj
        self.operation = operation
        self.protected = protected
        self.missing_rules: list[Obj] = []
        self.extra_rules: list[Obj] = []
        self.missing_subjects: list[Obj] = []
        self.extra_subjects: list[Obj] = []


def compute_role(existing: Obj | None, expected: Obj, *, remove_extra: bool) -> Result:
    """Upstream: ``computeReconciledRole``. ``existing`` is the caller's own and may become the result."""
    wanted = list(expected.get("rules") or ())
    if existing is None:
        result = Result(expected, CREATE)
        result.missing_rules = wanted
        return result
    result = _start(existing, expected)
    rules = list(existing.get("rules") or ())
    collects, collected = expected.get("aggregationRule"), existing.get("aggregationRule")
    if collects is None or collected is None:
        result.extra_rules = uncovered(wanted, rules)
    result.missing_rules = uncovered(rules, wanted)
    if not remove_extra and result.missing_rules:
        result.obj["rules"] = rules + result.missing_rules
        result.operation = UPDATE
    elif remove_extra and (result.missing_rules or result.extra_rules):
        result.obj["rules"] = wanted
        result.operation = UPDATE
    selectors = list((collects or {}).get("clusterRoleSelectors") or ())
    known = list((collected or {}).get("clusterRoleSelectors") or ())
    missing = [each for each in selectors if each not in known]
    extra = [each for each in known if each not in selectors]
    if collects is None and collected is not None:
        del result.obj["aggregationRule"]
        result.operation = UPDATE
    elif not remove_extra and missing:
        result.obj["aggregationRule"] = {"clusterRoleSelectors": known + missing}
        result.operation = UPDATE
    elif remove_extra and (missing or extra):
        result.obj["aggregationRule"] = collects
        result.operation = UPDATE
    return result


def compute_binding(existing: Obj | None, expected: Obj, *, remove_extra: bool) -> Result:
    """Upstream: ``computeReconciledRoleBinding``. ``existing`` is the caller's own and may become the result."""
    wanted = [_defaulted(subject) for subject in expected.get("subjects") or ()]
    if existing is None:
        result = Result(expected, CREATE)
        result.missing_subjects = wanted
        return result
    if {**expected.get("roleRef", {}), "apiGroup": GROUP} != existing.get("roleRef"):
        protected = _is_protected(existing)
        return Result(expected, RECREATE, protected=protected)
    result = _start(existing, expected)
    subjects = list(existing.get("subjects") or ())
    result.missing_subjects = _difference(wanted, subjects)
    result.extra_subjects = _difference(subjects, wanted)
    if not remove_extra and result.missing_subjects:
        result.obj["subjects"] = subjects + result.missing_subjects
        result.operation = UPDATE
    elif remove_extra and (result.missing_subjects or result.extra_subjects):
        result.obj["subjects"] = wanted
        result.operation = UPDATE
    return result


def _start(existing: Obj, expected: Obj) -> Result:
    """The existing object with the annotations and labels that it lacks: what it has stays."""
    result = Result(existing, NONE, protected=_is_protected(existing))
    meta, wanted = existing["metadata"], expected.get("metadata") or {}
    for field in ("annotations", "labels"):
        merged = {**(wanted.get(field) or {}), **(meta.get(field) or {})}
        if merged != (meta.get(field) or {}):
            meta[field] = merged
            result.operation = UPDATE
    return result


def _is_protected(obj: Obj) -> bool:
    return (obj["metadata"].get("annotations") or {}).get(AUTO_UPDATE) == "false"


def _defaulted(subject: Obj) -> Obj:
    """A subject with the group that its kind has."""
    if subject.get("apiGroup") or subject.get("kind") not in ("User", "Group"):
        return subject
    return {**subject, "apiGroup": GROUP}


def _difference(one: list[Obj], other: list[Obj]) -> list[Obj]:
    """What only ``one`` has, each once."""
    found: list[Obj] = []
    for each in one:
        if each not in other and each not in found:
            found.append(each)
    return found
