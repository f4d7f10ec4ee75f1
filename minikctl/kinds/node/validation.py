"""The rules of a Node, in the order of ``ValidateNode`` and ``ValidateNodeUpdate`` (``pkg/apis/core/validation``)."""

from __future__ import annotations

from minikctl.errors import FieldError, duplicate, forbidden, invalid, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Obj = dict[str, Any]

TAINT_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
#: upstream's path: taints were annotations once, and the path of their errors stayed
_TAINTS_PATH = "metadata.taints"


def validate_node(node: Obj) -> list[FieldError]:
    """Every broken rule of a new Node besides those of its metadata."""
    spec = node["spec"]
    errors = validate_taints(spec.get("taints") or (), _TAINTS_PATH)
    errors += _validate_resources(node)
    return errors + _validate_pod_cidrs(spec.get("podCIDRs") or (), "spec.podCIDRs")


def validate_node_update(node: Obj, old: Obj) -> list[FieldError]:
    """Every broken rule of a changed Node, and of the change: networks and provider are set once and stay."""
    spec, was = node["spec"], old.get("spec") or {}
    errors = _validate_resources(node)
    addresses: list[Obj] = []
    for index, address in enumerate((node.get("status") or {}).get("addresses") or ()):
        if address in addresses:
            shown = {"Type": address.get("type", ""), "Address": address.get("address", "")}
            errors.append(duplicate(f"status.addresses[{index}]", shown))
        addresses.append(address)
    cidrs, old_cidrs = spec.get("podCIDRs") or [], was.get("podCIDRs") or []
    if old_cidrs:
        changed = [new for new, old_one in zip(cidrs, old_cidrs, strict=False) if new != old_one]
        count = 1 if len(cidrs) != len(old_cidrs) else len(changed)
        errors += count * [forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')]
    if was.get("providerID") and spec.get("providerID") != was["providerID"]:
        errors.append(forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'))
    errors += validate_taints(spec.get("taints") or (), _TAINTS_PATH)
    if spec.get("externalID") != was.get("externalID"):
        errors.append(forbidden("spec.externalID", "may not be updated"))
    return errors


def validate_taints(taints: Sequence[Obj], path: str) -> list[FieldError]:
    """The rules of taints; key and effect together are unique (upstream: ``validateNodeTaints``)."""
    from minikctl.kinds.meta import validate_label_name
    from minikctl.kinds.podspec.rules import unsupported
    from minikctl.lib.names import is_valid_label_value

    errors: list[FieldError] = []
    seen = set()
    for index, taint in enumerate(taints):
        here = f"{path}[{index}]"
        key, value, effect = taint.get("key", ""), taint.get("value", ""), taint.get("effect", "")
        errors += validate_label_name(key, f"{here}.key")
        messages = is_valid_label_value(value)
        if messages:
            errors.append(invalid(f"{here}.value", value, ";".join(messages)))
        if not effect:
            errors.append(required(f"{here}.effect"))
        elif effect not in TAINT_EFFECTS:
            errors.append(unsupported(f"{here}.effect", effect, TAINT_EFFECTS))
        if (key, effect) in seen:
            shown = {"Key": key, "Value": value, "Effect": effect, "TimeAdded": taint.get("timeAdded")}
            errors.append(FieldError("Duplicate value", here, shown, "taints must be unique by key and effect pair"))
        seen.add((key, effect))
    return errors


def _validate_resources(node: Obj) -> list[FieldError]:
    """Capacity and allocatable are amounts that can be (upstream: ``ValidateNodeResources``)."""
    from minikctl.kinds.podspec.resource_rules import validate_resource_quantity
    from minikctl.lib.quantity import QuantityError, parse_quantity

    errors: list[FieldError] = []
    for field in ("capacity", "allocatable"):
        for name, amount in sorted(((node.get("status") or {}).get(field) or {}).items()):
            try:
                errors += validate_resource_quantity(name, parse_quantity(amount), f"status.{field}.{name}")
            except QuantityError:
                continue  # what is no quantity does not decode
    return errors


def _validate_pod_cidrs(cidrs: Sequence[str], path: str) -> list[FieldError]:
    """At most one network of each IP family."""
    from minikctl.lib.ips import parse_cidr

    parsed = [parse_cidr(cidr) for cidr in cidrs]
    errors = [
        invalid(f"{path}[{index}]", cidrs[index], "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
        for index, found in enumerate(parsed) if found is None
    ]
    if len(cidrs) > 1:
        families = {found[0] for found in parsed if found is not None}
        if len(families) < 2 or len(cidrs) > 2:
            errors.append(invalid(path, list(cidrs), "may specify no more than one CIDR for each IP family"))
        errors += [
            duplicate(f"{path}[{index}]", cidr) for index, cidr in enumerate(cidrs) if cidr in cidrs[:index]
        ]
    return errors
