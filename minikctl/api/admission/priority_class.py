"""Only one PriorityClass is the default one (upstream: ``plugin/pkg/admission/priority``, ``validatePriorityClass``)."""

from __future__ import annotations

from minikctl.errors import Forbidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.admission import Request


def admit(request: Request) -> None:
    """Raise Forbidden for a second default class."""
    if not request.obj.get("globalDefault"):
        return
    for other in request.api.list(request.info.resource):
        name = other["metadata"]["name"]
        if other.get("globalDefault") and name != request.name:
            raise Forbidden(
                request.info.resource, request.name,
                f"PriorityClass {name} is already marked as default. Only one default can exist",
            )
