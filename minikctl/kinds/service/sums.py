"""Under what a Service is found by the labels of a Pod: one pair of its selector, kept with every write.

Who has a Pod's labels looks under each of them, and finds the Services that may select it among thousands of others.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]
    Sums = dict[tuple[str, str], int]


def selecting(namespace: str, key: str, value: str) -> str:
    """The sums that have the names of a namespace's Services under a label."""
    return f"services/selecting/{namespace}/{key}={value}"


def sums_of(service: Obj) -> Sums | None:
    """The name of the Service under a pair of its selector; None without one."""
    selector = (service.get("spec") or {}).get("selector")
    if not selector:
        return None
    meta = service["metadata"]
    return {(selecting(meta["namespace"], *min(selector.items())), meta["name"]): 1}
