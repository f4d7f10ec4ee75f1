"""From client-side to server-side apply: what the one managed becomes the other's.

Upstream: client-go ``util/csaupgrade``.
"""

from __future__ import annotations

from minikctl.api.managed.entries import APPLY, UPDATE
from minikctl.lib.fieldsets import from_fields, to_fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.lib.fieldsets import Path

    Obj = dict[str, Any]


def owners_of(entries: Iterable[Obj], operation: str, path: Path) -> list[Obj]:
    """The entries of an operation on the object itself that have a field (``FindFieldsOwners``)."""
    return [
        entry for entry in entries
        if entry["operation"] == operation and not entry.get("subresource") and path in from_fields(entry["fieldsV1"])
    ]


def upgraded(entries: list[Obj], client_side: set[str], server_side: str) -> list[Obj]:
    """The entries with those of the ``client_side`` managers given to the applier ``server_side``.

    ``entries`` itself where there is nothing to do. Upstream: ``UpgradeManagedFields``.
    """

    def is_client_side(entry: Obj) -> bool:
        return entry["manager"] in client_side and entry["operation"] == UPDATE and not entry.get("subresource")

    def is_server_side(entry: Obj) -> bool:
        return entry["manager"] == server_side and entry["operation"] == APPLY and not entry.get("subresource")

    ours = [entry for entry in entries if is_client_side(entry)]
    target = next(filter(is_server_side, entries), None) or next(iter(ours), None)
    if target is None or not ours:
        return entries
    fields = from_fields(target["fieldsV1"])
    seen: set[str] = set()
    for entry in ours:
        if entry["apiVersion"] == target["apiVersion"] and entry["manager"] not in seen:
            seen.add(entry["manager"])
            fields |= from_fields(entry["fieldsV1"])
    new = {**target, "manager": server_side, "operation": APPLY, "fieldsV1": to_fields(fields)}
    return [new if entry is target else entry for entry in entries if entry is target or not is_client_side(entry)]
