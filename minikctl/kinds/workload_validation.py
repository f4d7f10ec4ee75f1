"""Rules that the kinds with a selector and a Pod template share.

Upstream: ``ValidatePodTemplateSpecForReplicaSet`` and its siblings in ``pkg/apis/apps/validation``,
``ValidateLabelSelector`` in apimachinery's ``apis/meta/v1/validation``.
"""

from __future__ import annotations

from minikctl.errors import forbidden, invalid, not_supported, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]

NOT_NEGATIVE = "must be greater than or equal to 0"
IMMUTABLE = "field is immutable"


def validate_nonnegative(value: Any, path: str) -> list[FieldError]:
    """A number that is not below 0; what is absent or no number is no matter of this rule."""
    return [invalid(path, value, NOT_NEGATIVE)] if isinstance(value, int) and value < 0 else []


def validate_selector(selector: Obj | None, path: str, empty: str) -> list[FieldError]:
    """The rules of a required label selector; ``empty`` is what is said of one that selects everything."""
    from minikctl.kinds.meta import validate_label_selector

    if selector is None:
        return [required(path)]
    errors = validate_label_selector(selector, path)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(invalid(path, ordered_selector(selector), empty))
    return errors


def validate_selector_and_template(spec: Obj, path: str, owner: str) -> list[FieldError]:
    """The selector's rules, then those of the template that it has to match.

    ``path`` is that of ``spec``; ``owner`` the kind in the words about ``activeDeadlineSeconds``. Where the selector
    makes no sense, the template is not looked at, as upstream does not.
    """
    from minikctl.lib.labels import SelectorError, from_label_selector

    selector = spec.get("selector")
    errors = validate_selector(selector, f"{path}.selector", "empty selector is invalid for deployment")
    try:
        matcher = from_label_selector(selector)
    except SelectorError:
        return [*errors, invalid(f"{path}.selector", ordered_selector(selector), "invalid label selector")]
    return errors + validate_template(spec["template"], matcher, f"{path}.template", owner)


def validate_template(template: Obj, selector: Selector, path: str, owner: str) -> list[FieldError]:
    """The rules of a template for Pods that run for ever and that ``selector`` has to match."""
    from minikctl.kinds.podspec.validation import validate_pod_template

    errors = validate_template_labels(template, selector, path)
    errors += validate_pod_template(template, path)
    policy = template["spec"].get("restartPolicy")
    if policy != "Always":
        errors.append(not_supported(f"{path}.spec.restartPolicy", policy, ("Always",)))
    if template["spec"].get("activeDeadlineSeconds") is not None:
        errors.append(forbidden(
            f"{path}.spec.activeDeadlineSeconds", f"activeDeadlineSeconds in {owner} is not Supported",
        ))
    return errors


def validate_template_labels(template: Obj, selector: Selector, path: str) -> list[FieldError]:
    """The labels of a template have to match the selector."""
    labels: Mapping[str, str] | None = template["metadata"].get("labels")
    if selector.matches(labels or {}):
        return []
    shown = dict(sorted(labels.items())) if labels else None
    return [invalid(f"{path}.metadata.labels", shown, "`selector` does not match template `labels`")]


def validate_labels_by_selector(spec: Obj, path: str) -> list[FieldError]:
    """The same of a spec; a selector that makes no sense, of which other rules tell, fits everything."""
    from minikctl.lib.labels import SelectorError, from_label_selector

    try:
        selector = from_label_selector(spec.get("selector"))
    except SelectorError:
        return []
    return validate_template_labels(spec["template"], selector, f"{path}.template")


def validate_immutable_selector(new: Obj | None, old: Obj | None, path: str) -> list[FieldError]:
    """A selector stays what it was (upstream: ``ValidateImmutableField``)."""
    shown = ordered_selector(new)
    return [] if shown == ordered_selector(old) else [invalid(path, shown, IMMUTABLE)]


def ordered_selector(selector: Obj | None) -> Obj | None:
    """Return a label selector with its fields in the order of the Go struct, without empty ones, as errors show it."""
    if selector is None:
        return None
    ordered: Obj = {}
    if selector.get("matchLabels"):
        ordered["matchLabels"] = dict(sorted(selector["matchLabels"].items()))
    if selector.get("matchExpressions"):
        ordered["matchExpressions"] = [_ordered_expression(expression) for expression in selector["matchExpressions"]]
    return ordered


def _ordered_expression(expression: Obj) -> Obj:
    ordered = {"key": expression.get("key", ""), "operator": expression.get("operator", "")}
    return {**ordered, "values": expression["values"]} if expression.get("values") else ordered
