"""Requests for certificates go when they are old: what became of them is known, or nobody cares.

Upstream: ``pkg/controller/certificates/cleaner``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.lib.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

REQUESTS = "certificatesigningrequests.certificates.k8s.io"
HOUR = 3600.0
#: seconds after which a request goes that nobody decided about
PENDING = 24 * HOUR


class CleanerController(Controller):
    """CertificateSigningRequests, by name."""

    name = "csrcleaner"
    watches = (REQUESTS,)

    def keys(self, change: Change, context: Context) -> Iterator[str]:  # noqa: ARG002 - the signature of Controller
        """A request that was written."""
        if change.after is not None:
            yield change.name

    def sync(self, context: Context, key: str) -> None:
        """Delete a request whose time is over, or come again when it is."""
        request = context.get(REQUESTS, "", key)
        if request is None:
            context.cancel(key)
            return
        due = ends_at(request)
        if due <= context.now():
            context.delete(REQUESTS, "", key, uid=request["metadata"]["uid"])
        else:
            context.cancel(key)
            context.requeue_after(key, due - context.now())


def ends_at(request: Obj) -> float:
    """When a request goes: an hour after it was decided (and issued), a day after it was made."""
    status = request.get("status") or {}
    due = parse_time(request["metadata"]["creationTimestamp"]) + PENDING
    for condition in status.get("conditions") or ():
        over = condition.get("type") in ("Denied", "Failed") or (
            condition.get("type") == "Approved" and bool(status.get("certificate"))
        )
        if over and condition.get("lastUpdateTime"):
            due = min(due, parse_time(condition["lastUpdateTime"]) + HOUR)
    return due


CONTROLLER = CleanerController
