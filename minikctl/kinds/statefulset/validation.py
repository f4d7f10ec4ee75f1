"""The rules of a StatefulSet's spec, in the order of ``ValidateStatefulSetSpec`` (``pkg/apis/apps/validation``)."""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden, invalid, required
from minikctl.kinds.deployment.validation import (
    int_or_percent_value,
    validate_not_more_than_100_percent,
    validate_positive_int_or_percent,
)
from minikctl.kinds.podspec.rules import unsupported
from minikctl.kinds.workload_validation import (
    ordered_selector,
    validate_nonnegative,
    validate_selector,
    validate_template,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

RETENTION_POLICIES = ("Retain", "Delete")
#: what may be changed
MUTABLE = (
    "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)


def validate_stateful_set_spec(spec: Obj, path: str) -> list[FieldError]:
    """Every broken rule of ``spec``, which has its defaults; ``path`` is where it stands."""
    errors = []
    policy = spec["podManagementPolicy"]
    if policy not in ("OrderedReady", "Parallel"):
        errors.append(invalid(f"{path}.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"))
    errors += _validate_update_strategy(spec["updateStrategy"], f"{path}.updateStrategy")
    retention = spec["persistentVolumeClaimRetentionPolicy"]
    errors += [
        unsupported(f"{path}.persistentVolumeClaimRetentionPolicy.{moment}", retention[moment], RETENTION_POLICIES)
        for moment in ("whenDeleted", "whenScaled") if retention[moment] not in RETENTION_POLICIES
    ]
    errors += validate_nonnegative(spec.get("replicas"), f"{path}.replicas")
    errors += validate_nonnegative(spec.get("minReadySeconds"), f"{path}.minReadySeconds")
    errors += validate_nonnegative((spec.get("ordinals") or {}).get("start"), f"{path}.ordinals.start")
    if spec.get("serviceName"):
        from minikctl.lib.names import is_dns1123_label

        name = spec["serviceName"]
        errors += [invalid(f"{path}.serviceName", name, message) for message in is_dns1123_label(name)]
    for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        errors += _validate_claim(claim, f"{path}.volumeClaimTemplates[{index}]")
    return errors + _validate_selector_and_template(spec, path)


def validate_stateful_set_update(spec: Obj, old: Obj) -> list[FieldError]:
    """What may not change from ``old`` to ``spec``, told at ``spec`` as a whole."""
    if _fixed(spec) == _fixed(old):
        return []
    named = [f"'{field}'" for field in MUTABLE]
    return [forbidden(
        "spec",
        f"updates to statefulset spec for fields other than {', '.join(named[:-1])} and {named[-1]} are forbidden",
    )]


def _fixed(spec: Obj) -> Obj:
    return {key: value for key, value in spec.items() if key not in MUTABLE and value not in (None, [], "")}


def _validate_update_strategy(strategy: Obj, path: str) -> list[FieldError]:
    kind, rolling_update = strategy["type"], strategy.get("rollingUpdate")
    if kind == "OnDelete":
        if rolling_update is None:
            return []
        return [invalid(
            f"{path}.rollingUpdate", _as_struct(rolling_update), "only allowed for updateStrategy 'RollingUpdate'",
        )]
    if kind == "RollingUpdate":
        return [] if rolling_update is None else _validate_rolling_update(rolling_update, f"{path}.rollingUpdate")
    shown = {"Type": kind, "RollingUpdate": None if rolling_update is None else _as_struct(rolling_update)}
    return [invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")]


def _as_struct(rolling_update: Obj) -> Obj:
    """The internal struct, which has no JSON names."""
    return {
        "Partition": rolling_update.get("partition", 0), "MaxUnavailable": rolling_update.get("maxUnavailable"),
    }


def _validate_rolling_update(rolling_update: Obj, path: str) -> list[FieldError]:
    errors = validate_nonnegative(rolling_update.get("partition"), f"{path}.partition")
    unavailable, where = rolling_update.get("maxUnavailable"), f"{path}.maxUnavailable"
    if unavailable is None:
        return errors
    errors += validate_positive_int_or_percent(unavailable, where)
    if int_or_percent_value(unavailable) == 0:
        errors.append(invalid(where, unavailable, "cannot be 0"))
    return errors + validate_not_more_than_100_percent(unavailable, where)


def _validate_claim(claim: Obj, path: str) -> list[FieldError]:
    from minikctl.kinds.podspec.claims import validate_claim_spec
    from minikctl.lib.names import is_dns1123_label

    name = claim["metadata"].get("name", "")
    errors = [] if name else [required(f"{path}.metadata.name")]
    errors += [invalid(f"{path}.metadata.name", name, message) for message in (is_dns1123_label(name) if name else ())]
    return errors + validate_claim_spec(claim["spec"], f"{path}.spec")


def _validate_selector_and_template(spec: Obj, path: str) -> list[FieldError]:
    from minikctl.lib.labels import SelectorError, from_label_selector

    selector = spec.get("selector")
    errors = validate_selector(selector, f"{path}.selector", "empty selector is invalid for statefulset")
    try:
        matcher = from_label_selector(selector)
    except SelectorError:
        return [*errors, FieldError("Invalid value", f"{path}.selector", ordered_selector(selector))]
    return errors + validate_template(_with_claims(spec), matcher, f"{path}.template", "StatefulSet")


def _with_claims(spec: Obj) -> Obj:
    """The template as its Pods will be: with a volume for each claim, since containers mount those."""
    template: Obj = spec["template"]
    claims = spec.get("volumeClaimTemplates")
    if not claims:
        return template
    volumes = list(template["spec"].get("volumes") or ())
    names = {volume.get("name") for volume in volumes}
    for claim in claims:
        name = claim["metadata"].get("name", "")
        if name and name not in names:
            volumes.append({"name": name, "persistentVolumeClaim": {"claimName": name}})
    return {**template, "spec": {**template["spec"], "volumes": volumes}}
