"""managedFields for those who print objects: worked out when they are asked for, and put into the objects."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.api.server import Api

    Obj = dict[str, Any]

#: what a template has in it that can lead to managedFields without their name
_WIDE = (
    "..", "metadata}", "metadata ", "metadata)", "metadata|", "metadata.*", "metadata[*]", "{.}", "{@}", "{$}", "{{.}}",
    "{{ . }}",
)


def attach(api: Api, obj: Obj) -> Obj:
    """The stored object, or List of such, with its managedFields; what was never stored has none."""
    from minikctl.api.managed.history import with_managed_fields

    if obj.get("kind") == "List" and isinstance(obj.get("items"), list):
        return {**obj, "items": [attach(api, item) for item in obj["items"]]}
    return with_managed_fields(api, obj) if (obj.get("metadata") or {}).get("uid") else obj


def attaching(api: Api, change: Callable[[Obj], Obj]) -> Callable[[Obj], Obj]:
    """``change`` for those who patch managedFields themselves: the object that it gets has them."""
    return lambda obj: change(attach(api, obj))


def asks_for_managed_fields(output: str, template: str, *, shown: bool) -> bool:
    """Whether what ``-o`` prints can have managedFields in it.

    kubectl leaves them out of JSON and YAML unless they are to be shown (``shown``: --show-managed-fields); templates see
    whole objects (upstream: ``OmitManagedFieldsPrinter`` is around those two alone).
    """
    name, _, text = output.partition("=")
    if name.lower() in ("json", "yaml", "kyaml"):
        return shown
    if name.endswith("-file") or name == "templatefile":
        return True
    text = text or template
    return "managedFields" in text or any(each in text for each in _WIDE)
