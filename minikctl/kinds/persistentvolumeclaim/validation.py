"""The rules of a changed claim (upstream: ``ValidatePersistentVolumeClaimUpdate`` in ``pkg/apis/core/validation``)."""

from __future__ import annotations

from minikctl.errors import FieldError, forbidden
from minikctl.kinds.meta import validate_immutable_field
from minikctl.kinds.podspec.gostruct import as_struct, diff
from minikctl.kinds.volumes import BETA_CLASS, storage_of
from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

_IMMUTABLE = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
)


def validate_claim_update(obj: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with the change: only a bound claim may ask for more, and nothing else may change."""
    spec, was = obj["spec"], old["spec"]
    errors: list[FieldError] = []
    beta, old_beta = ((each["metadata"].get("annotations") or {}).get(BETA_CLASS) for each in (obj, old))
    class_from_annotation = (
        old_beta is not None and was.get("storageClassName") is None and spec.get("storageClassName") == old_beta
        and beta in (None, old_beta)
    )
    if not class_from_annotation:
        errors += validate_immutable_field(beta, old_beta, f"metadata.annotations[{BETA_CLASS}]")
    now, then = _comparable(obj, old)
    if now != then:
        before, after = as_struct(then, "PersistentVolumeClaimSpec"), as_struct(now, "PersistentVolumeClaimSpec")
        errors.append(forbidden("spec", f"{_IMMUTABLE}\n{diff(before, after)}"))
    size, old_size = (
        parse_quantity(storage_of((each.get("resources") or {}).get("requests"))) for each in (spec, was)
    )
    if size < old_size and size <= parse_quantity(storage_of((old.get("status") or {}).get("capacity"))):
        errors.append(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"))
    errors += validate_immutable_field(spec.get("volumeMode"), was.get("volumeMode"), "volumeMode")
    return errors + _validate_attributes(spec.get("volumeAttributesClassName"), was.get("volumeAttributesClassName"))


def _comparable(obj: Obj, old: Obj) -> tuple[Obj, Obj]:
    """Both specs with what may change made alike: a volume that was found, a class that was settled, a larger size."""
    now, then = dict(obj["spec"]), dict(old["spec"])
    if not then.get("volumeName"):
        _put(then, "volumeName", now.get("volumeName"))
    old_beta = (old["metadata"].get("annotations") or {}).get(BETA_CLASS)
    if then.get("storageClassName") is None and now.get("storageClassName") is not None and (
        old_beta in (None, now["storageClassName"])
    ):
        del now["storageClassName"]
        then.pop("storageClassName", None)
    if (obj.get("status") or {}).get("phase") == "Bound":
        requests = (now.get("resources") or {}).get("requests")
        old_requests = (then.get("resources") or {}).get("requests") or {}
        if requests is not None and "storage" in old_requests:
            now["resources"] = {**now["resources"], "requests": {**requests, "storage": old_requests["storage"]}}
        if now.get("volumeAttributesClassName") is not None:
            _put(now, "volumeAttributesClassName", then.get("volumeAttributesClassName"))
    return now, then


def _put(spec: Obj, field: str, value: Any) -> None:
    if value is None:
        spec.pop(field, None)
    else:
        spec[field] = value


def _validate_attributes(name: str | None, old: str | None) -> list[FieldError]:
    """A class of attributes is not taken away again."""
    path = "spec.volumeAttributesClassName"
    if old is None or name == old:
        return []
    if name is None:
        return [forbidden(path, "update from non-nil value to nil is forbidden")]
    return [] if name else [forbidden(path, "update from non-nil value to an empty string is forbidden")]
