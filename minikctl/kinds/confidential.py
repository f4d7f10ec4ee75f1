"""Objects as messages may show them: without what kinds keep to themselves (the data of Secrets).

Upstream shows such objects whole where a template cannot be printed, or a patch cannot be taken.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.kinds.base import LAST_APPLIED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

#: what stands for a value that stands in no message (upstream has these words in its rules for Secrets)
REDACTED = "<secret contents redacted>"


def is_confidential(api_version: str, kind: str) -> bool:
    """Whether a kind has fields whose values stand in no message."""
    info = kinds.info_for_object(api_version, kind)
    return info is not None and bool(kinds.load(info).confidential)


def hidden(obj: Obj) -> Obj:
    """A confidential object with what is known to be open, and the keys of all else: a field may be ``data``, misspelt.

    Neither are the values there where ``apply`` has noted them.
    """
    shown = {key: value if _is_open(key, value) else _hidden(value) for key, value in obj.items()}
    meta = shown.get("metadata")
    notes = meta.get("annotations") if isinstance(meta, dict) else None
    if isinstance(meta, dict) and isinstance(notes, dict) and LAST_APPLIED in notes:
        shown["metadata"] = {**meta, "annotations": {**notes, LAST_APPLIED: REDACTED}}
    return shown


def without_secrets(value: Any) -> Any:
    """An object, or a list of objects, without what the kinds of these keep to themselves."""
    if isinstance(value, list):
        return [without_secrets(each) for each in value]
    if not isinstance(value, dict):
        return value
    version, kind = value.get("apiVersion"), value.get("kind")
    if isinstance(version, str) and isinstance(kind, str):
        value = hidden(value) if is_confidential(version, kind) else value
    return {**value, "items": without_secrets(value["items"])} if isinstance(value.get("items"), list) else value


def _is_open(field: str, value: Any) -> bool:
    return field in ("apiVersion", "kind", "metadata") or (field == "type" and isinstance(value, str)) or isinstance(value, bool)


def _hidden(value: Any) -> Any:
    """The keys of a map, and nothing of anything else."""
    return dict.fromkeys(value, REDACTED) if isinstance(value, dict) else REDACTED
