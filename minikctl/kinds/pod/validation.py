"""The rules of a Pod at creation and of a change to it.

Upstream: ``ValidatePodCreate`` and ``ValidatePodUpdate`` in ``pkg/apis/core/validation``. Metadata is judged before, by
``kinds.meta``.
"""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, required
from minikctl.kinds.podspec.annotations import (
    validate_annotation_updates,
    validate_pod_annotations,
    validate_profiles_match,
)
from minikctl.kinds.podspec.gostruct import as_struct, diff, pod_spec_struct
from minikctl.kinds.podspec.rules import MAX_INT32
from minikctl.kinds.podspec.scheduling import REQUIRED_TERMS, validate_tolerations
from minikctl.kinds.podspec.validation import validate_pod
from minikctl.lib.names import range_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.kinds.base import Obj

_CHANGEABLE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
_ONLY_ADDITIONS = "only additions are allowed (no mutations or deletions)"


def validate_create(pod: Obj) -> list[FieldError]:
    """Return every broken rule of a new Pod."""
    spec = pod["spec"]
    errors = validate_pod(pod)
    if spec.get("ephemeralContainers"):
        errors.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        errors.append(forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"))
    return errors + validate_profiles_match(pod["metadata"].get("annotations") or {}, spec, "spec")


def validate_update(pod: Obj, old: Obj) -> list[FieldError]:
    """Return every broken rule of a changed Pod, and of the change: hardly anything of a Pod's spec may change."""
    annotations, old_annotations = (one["metadata"].get("annotations") or {} for one in (pod, old))
    spec, was = pod["spec"], old["spec"]
    errors = validate_pod(pod)
    errors += validate_annotation_updates(annotations, old_annotations, "metadata.annotations")
    errors += validate_pod_annotations(annotations, spec, "metadata.annotations")
    for field in ("containers", "initContainers"):
        wrong, stop = _validate_container_updates(spec.get(field) or (), was.get(field) or (), f"spec.{field}")
        errors += wrong
        if stop:
            return errors
    wrong, stop = _validate_deadline(spec.get("activeDeadlineSeconds"), was.get("activeDeadlineSeconds"))
    errors += wrong
    if stop:
        return errors
    errors += _validate_added_tolerations(spec.get("tolerations") or (), was.get("tolerations") or ())
    errors += _validate_deleted_gates(spec.get("schedulingGates") or (), was.get("schedulingGates") or ())
    return errors if spec == was else errors + _validate_the_rest(spec, was)


def _validate_container_updates(
    new: Sequence[Obj], old: Sequence[Obj], path: str
) -> tuple[list[FieldError], bool]:
    """Images may change; the second value says that nothing further is to be compared."""
    if len(new) != len(old):
        return [forbidden(path, "pod updates may not add or remove containers")], True
    errors: list[FieldError] = []
    for index, container in enumerate(new):
        image, where = container.get("image", ""), f"{path}[{index}].image"
        if not image:
            errors.append(required(where))
        if image != image.strip():
            errors.append(invalid(where, image, "must not have leading or trailing whitespace"))
    return errors, False


def _validate_deadline(new: int | None, old: int | None) -> tuple[list[FieldError], bool]:
    """The deadline may be set, and made shorter."""
    path = "spec.activeDeadlineSeconds"
    if new is None:
        if old is None:
            return [], False
        return [invalid(path, None, "must not update from a positive integer to nil value")], False
    if not 0 <= new <= MAX_INT32:
        return [invalid(path, new, range_error(0, MAX_INT32))], True
    if old is not None and old < new:
        return [invalid(path, new, "must be less than or equal to previous value")], True
    return [], False


def _validate_added_tolerations(new: Sequence[Obj], old: Sequence[Obj]) -> list[FieldError]:
    """Tolerations may be added, and of the others their seconds may change."""
    kept = [_without_seconds(toleration) for toleration in new]
    if any(_without_seconds(toleration) not in kept for toleration in old):
        return [forbidden(
            "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"
        )]
    return validate_tolerations(new, "spec.tolerations")


def _without_seconds(toleration: Obj) -> Obj:
    return {field: value for field, value in toleration.items() if field != "tolerationSeconds"}


def _validate_deleted_gates(new: Sequence[Obj], old: Sequence[Obj]) -> list[FieldError]:
    known = {gate.get("name") for gate in old}
    return [
        forbidden(
            f"spec.schedulingGates[{index}].name",
            f"only deletion is allowed, but found new scheduling gate '{gate.get('name', '')}'",
        )
        for index, gate in enumerate(new)
        if gate.get("name") not in known
    ]


def _validate_the_rest(spec: Obj, was: Obj) -> list[FieldError]:
    """Put back what may change; what is then still different may not."""
    errors: list[FieldError] = []
    munged = dict(spec)
    for field in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        _put_back(munged, was, field)
    for field in ("containers", "initContainers"):
        if spec.get(field):
            munged[field] = [
                {**container, "image": before.get("image", "")}
                for container, before in zip(spec[field], was[field], strict=True)
            ]
    if was.get("terminationGracePeriodSeconds", 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        _put_back(munged, was, "terminationGracePeriodSeconds")
    if was.get("schedulingGates"):
        errors += _validate_gated(munged, was)
    before, after = pod_spec_struct(was), pod_spec_struct(munged)
    if before != after:
        errors.append(forbidden(
            "spec", f"pod updates may not change fields other than {_CHANGEABLE}\n{diff(before, after)}"
        ))
    return errors


def _put_back(munged: Obj, was: Obj, field: str) -> None:
    if field in was:
        munged[field] = was[field]
    else:
        munged.pop(field, None)


# ---------------------------------------------------------------------------------------------------------------------
# Pods that wait at a gate: where they may run can still be narrowed
# ---------------------------------------------------------------------------------------------------------------------


def _validate_gated(munged: Obj, was: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    selector, old_selector = munged.get("nodeSelector") or {}, was.get("nodeSelector") or {}
    if selector != old_selector:
        if any(selector.get(key) != value for key, value in old_selector.items()):
            errors.append(invalid(
                "spec.nodeSelector", selector,
                "only additions to spec.nodeSelector are allowed (no mutations or deletions)",
            ))
        _put_back(munged, was, "nodeSelector")
    affinity, old_affinity = munged.get("affinity"), was.get("affinity")
    node, old_node = (affinity or {}).get("nodeAffinity"), (old_affinity or {}).get("nodeAffinity")
    if node != old_node:
        errors += _validate_narrowed(node, old_node)
        restored = {**(affinity or {}), "nodeAffinity": old_node}
        if old_node is None:
            del restored["nodeAffinity"]
        if restored or old_affinity is not None:
            munged["affinity"] = restored
        else:
            del munged["affinity"]
    return errors


def _validate_narrowed(new: Obj | None, old: Obj | None) -> list[FieldError]:
    """The required terms of node affinity may only get further requirements (``validateNodeAffinityMutation``)."""
    path = f"spec.affinity.nodeAffinity.{REQUIRED_TERMS}.nodeSelectorTerms"
    old_terms = ((old or {}).get(REQUIRED_TERMS) or {}).get("nodeSelectorTerms") or []
    terms = ((new or {}).get(REQUIRED_TERMS) or {}).get("nodeSelectorTerms") or []
    if not old_terms:
        return []
    if len(terms) != len(old_terms):
        shown = [as_struct(term, "NodeSelectorTerm") for term in terms] or None
        return [invalid(path, shown, "no additions/deletions to non-empty NodeSelectorTerms list are allowed")]
    return [
        invalid(f"{path}[{index}]", as_struct(term, "NodeSelectorTerm"), _ONLY_ADDITIONS)
        for index, (term, before) in enumerate(zip(terms, old_terms, strict=True))
        if not _has_only_additions(term, before)
    ]


def _has_only_additions(term: Obj, before: Obj) -> bool:
    fields = ("matchExpressions", "matchFields")
    if not any(before.get(field) for field in fields):
        return not any(term.get(field) for field in fields)
    return all((term.get(field) or [])[: len(before.get(field) or ())] == (before.get(field) or []) for field in fields)
