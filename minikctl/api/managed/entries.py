"""Managers and their fields, and ``metadata.managedFields``, which writes them down.

Upstream: apimachinery ``util/managedfields/internal/managedfields.go`` and ``capmanagers.go``.
"""

from __future__ import annotations

from minikctl.lib.fieldsets import from_fields, to_fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.lib.fieldsets import Paths

    Obj = dict[str, Any]

APPLY, UPDATE = "Apply", "Update"
#: so many managers by updates are told apart; of more, the oldest are one
MOST_UPDATERS = 10
ANCIENT = "ancient-changes"


class Manager:
    """One manager of an object: a name, how it writes (Apply or Update), through which subresource, in which version."""

    __slots__ = ("api_version", "fields", "name", "operation", "subresource", "time")

    def __init__(
        self, name: str, operation: str, api_version: str, subresource: str = "", time: str | None = None,
        fields: Paths | None = None,
    ) -> None:
        self.name = name
        self.operation = operation
        self.api_version = api_version
        self.subresource = subresource
        #: when it last took fields for itself, as managedFields have it; None: never said
        self.time = time
        self.fields: Paths = set() if fields is None else fields

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it another manager. An applier stays the same one in another version."""
        version = "" if self.operation == APPLY else self.api_version
        return self.name, self.operation, version, self.subresource

    @property
    def shown(self) -> str:
        """How conflicts name it: ``"kubectl-edit" using v1`` (upstream: ``printManager``)."""
        from minikctl.lib.goquote import go_quote

        text = go_quote(self.name)
        if self.subresource:
            text += f" with subresource {go_quote(self.subresource)}"
        return f"{text} using {self.api_version}" if self.operation == UPDATE else text

    def copy(self) -> Manager:
        """The same with a set of fields of its own."""
        return Manager(self.name, self.operation, self.api_version, self.subresource, self.time, set(self.fields))


if TYPE_CHECKING:
    Managers = dict[tuple[str, str, str, str], Manager]


def encode(managers: Managers) -> list[Obj]:
    """The entries of managedFields, in upstream's order: appliers first, then by time and name."""
    ordered = sorted(
        managers.values(), key=lambda each: (each.operation, each.time or "", each.name, each.api_version, each.subresource)
    )
    return [_entry(each) for each in ordered]


def _entry(manager: Manager) -> Obj:
    entry: Obj = {
        "manager": manager.name, "operation": manager.operation, "apiVersion": manager.api_version,
    }
    if manager.time is not None:
        entry["time"] = manager.time
    entry["fieldsType"] = "FieldsV1"
    entry["fieldsV1"] = to_fields(manager.fields)
    if manager.subresource:
        entry["subresource"] = manager.subresource
    return entry


def decode(entries: Iterable[Any]) -> Managers:
    """The managers of managedFields. Raises ValueError in upstream's words for entries that are none."""
    found: Managers = {}
    for number, entry in enumerate(entries):
        if entry.get("operation") not in (APPLY, UPDATE):
            raise ValueError("operation must be `Apply` or `Update`")
        if not entry.get("apiVersion"):
            raise ValueError("apiVersion must not be empty")
        if entry.get("fieldsType") != "FieldsV1":
            raise ValueError(
                f'invalid fieldsType "{entry["fieldsType"]}" in managed fields entry {number}' if entry.get("fieldsType")
                else f"missing fieldsType in managed fields entry {number}"
            )
        manager = Manager(
            entry.get("manager") or "", entry["operation"], entry["apiVersion"], entry.get("subresource") or "",
            entry.get("time"), from_fields(entry.get("fieldsV1") or {}),
        )
        found[manager.key] = manager
    return found


def cap(managers: Managers) -> None:
    """Of many managers by updates make the oldest one, each version for itself (``capUpdateManagers``)."""
    updaters = [each for each in managers.values() if each.operation == UPDATE]
    length = len(updaters)
    if length <= MOST_UPDATERS:
        return
    updaters.sort(key=lambda each: (each.time or "", each.key))
    first: dict[str, Manager] = {}
    for manager in updaters:
        if length <= MOST_UPDATERS:
            return
        version = manager.api_version
        if version not in first:
            first[version] = manager
            continue
        bucket = Manager(ANCIENT, UPDATE, version)
        known = managers.get(bucket.key)
        if known is None:
            oldest = managers.pop(first[version].key)
            bucket.fields = set(oldest.fields)
            known = managers[bucket.key] = bucket
        known.fields |= manager.fields
        known.time = manager.time
        if manager is not known:
            del managers[manager.key]
        length -= 1
