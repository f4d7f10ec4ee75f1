"""Which volume fits a claim: pure functions over the two (upstream: ``component-helpers/storage/volume``)."""

from __future__ import annotations

from minikctl.kinds.volumes import class_of, storage_of
from minikctl.lib.labels import from_label_selector
from minikctl.lib.quantity import parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from minikctl.lib.quantity import Quantity

    Obj = dict[str, Any]


def requested_size(claim: Obj) -> Quantity:
    """The storage that a claim asks for."""
    return parse_quantity(storage_of((claim["spec"].get("resources") or {}).get("requests")))


def capacity(volume: Obj) -> Quantity:
    """The storage that a volume has."""
    return parse_quantity(storage_of(volume["spec"].get("capacity")))


def is_bound_to(volume: Obj, claim: Obj) -> bool:
    """Whether the volume is meant for the claim: by name, and by UID where it says one (``IsVolumeBoundToClaim``)."""
    reference, meta = volume["spec"].get("claimRef"), claim["metadata"]
    if reference is None:
        return False
    if (reference.get("namespace"), reference.get("name")) != (meta["namespace"], meta["name"]):
        return False
    return not reference.get("uid") or reference["uid"] == meta["uid"]


def mismatch(volume: Obj, claim: Obj) -> str:
    """Why a volume that a claim names does not fit it; "" where it does (upstream: ``checkVolumeSatisfyClaim``)."""
    spec, wanted = volume["spec"], claim["spec"]
    if capacity(volume) < requested_size(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if (spec.get("volumeAttributesClassName") or "") != (wanted.get("volumeAttributesClassName") or ""):
        return "volumeAttributesClassName does not match"
    if not same_mode(volume, claim):
        return "incompatible volumeMode"
    return "" if has_modes(volume, claim) else "incompatible accessMode"


def same_mode(volume: Obj, claim: Obj) -> bool:
    """Whether both are file systems, or both block devices."""
    modes = (each["spec"].get("volumeMode") or "Filesystem" for each in (volume, claim))
    return len(set(modes)) == 1


def has_modes(volume: Obj, claim: Obj) -> bool:
    """Whether the volume can be used in all ways that the claim wants."""
    return set(volume["spec"].get("accessModes") or ()) >= set(claim["spec"].get("accessModes") or ())


def find_matching_volume(
    claim: Obj, volumes: Iterable[Obj], *, fits_node: Callable[[Obj], bool] | None = None, delayed: bool = False,
    taken: frozenset[str] | set[str] = frozenset(),
) -> Obj | None:
    """The volume for a claim: one that is kept for it, else the smallest that fits with the fewest modes; or None.

    ``fits_node``: whether a volume can be used on the node in question (None: any will do). ``delayed``: the claim waits
    for its first Pod, so that only a volume kept for it counts. ``taken``: names of volumes that others will get.
    Upstream: ``FindMatchingVolume``.
    """
    best: tuple[int, Quantity, str] | None = None
    found: Obj | None = None
    for volume in volumes:
        name = volume["metadata"]["name"]
        if name in taken or volume["metadata"].get("deletionTimestamp") or not _is_enough(volume, claim):
            continue
        if fits_node is not None and not fits_node(volume):
            continue
        if is_bound_to(volume, claim):
            return volume
        if delayed or not _is_on_offer(volume, claim):
            continue
        rank = (len(volume["spec"].get("accessModes") or ()), capacity(volume), name)
        if best is None or rank < best:
            best, found = rank, volume
    return found


def _is_enough(volume: Obj, claim: Obj) -> bool:
    """Whether the volume can do what the claim wants, whoever it is kept for."""
    return same_mode(volume, claim) and has_modes(volume, claim) and capacity(volume) >= requested_size(claim)


def _is_on_offer(volume: Obj, claim: Obj) -> bool:
    """Whether the volume is nobody's, of the right classes, and one that the claim selects."""
    spec, wanted = volume["spec"], claim["spec"]
    if spec.get("claimRef") is not None or (volume.get("status") or {}).get("phase") != "Available":
        return False
    if class_of(volume) != class_of(claim):
        return False
    if (spec.get("volumeAttributesClassName") or "") != (wanted.get("volumeAttributesClassName") or ""):
        return False
    selector = wanted.get("selector")
    return selector is None or from_label_selector(selector).matches(volume["metadata"].get("labels") or {})
