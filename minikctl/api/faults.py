"""Requests that fail because a Fault says so, so that scripts' retries can be tested.

Only requests of clients fail. What has struck is counted after the request: its own transaction may be taken back.
"""

from __future__ import annotations

from minikctl.errors import Conflict, InternalError, RequestTimeout, TooManyRequests
from minikctl.kinds.fault import RESOURCE
from minikctl.kinds.fault.matching import is_active, is_request_hit, strikes_left, what, with_strikes
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.api.server import Api
    from minikctl.api.server.reading import Reading
    from minikctl.errors import StatusError


def fail_request(api: Reading, verb: str, resource: str, name: str) -> None:
    """Raise the error that a fault has for this request, if one has."""
    for fault in api.list(RESOURCE):
        key = fault["metadata"]["name"]
        left = strikes_left(fault)
        if (
            is_request_hit(fault, verb, resource)
            and is_active(fault, api.now())
            and (left is None or left > api.strikes.get(key, 0))
        ):
            api.strikes[key] = api.strikes.get(key, 0) + 1
            raise _error(what(fault), verb, resource, name)


def _error(kind: str, verb: str, resource: str, name: str) -> StatusError:
    if kind == "Conflict":
        return Conflict(resource, name)
    if kind == "Timeout":
        return RequestTimeout("Timeout: request did not complete within requested timeout - context deadline exceeded")
    if kind == "TooManyRequests":
        return TooManyRequests(
            "the server has received too many requests and has asked us to try again later "
            f"({verb} {resource}{' ' if name else ''}{name})"
        )
    return InternalError("Internal error occurred: a fault was asked for")


def count_strikes(api: Api) -> None:
    """Write down what has struck since the last time. Belongs into a transaction."""
    strikes, api.strikes = api.strikes, {}
    for name, count in strikes.items():
        fault = api.get(RESOURCE, "", name)
        if fault is not None:
            api.update_status(with_strikes(fault, count, format_time(api.now())))
