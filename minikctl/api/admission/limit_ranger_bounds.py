"""Pods and claims keep within the bounds of LimitRanges (upstream: ``plugin/pkg/admission/limitranger``)."""

from __future__ import annotations

from minikctl.errors import Forbidden
from minikctl.kinds.podspec.resources import aggregate_containers
from minikctl.lib.quantity import Quantity, parse_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from minikctl.api.admission import Request

    Obj = dict[str, Any]
    Amounts = Mapping[str, Quantity]

LIMIT_RANGES = "limitranges"


def admit(request: Request) -> None:
    """Raise Forbidden where a LimitRange does not allow what the object asks for, with all of its objections."""
    pods = request.info.resource == "pods"
    for limit_range in request.api.list(LIMIT_RANGES, request.namespace):
        limits = (limit_range.get("spec") or {}).get("limits") or ()
        found = [text for item in limits for text in (_pod if pods else _claim)(item, request.obj)]
        if found:
            text = found[0] if len(found) == 1 else f"[{', '.join(dict.fromkeys(found))}]"
            raise Forbidden(request.info.resource, request.name, text)


def _pod(item: Obj, pod: Obj) -> Iterator[str]:
    """What one item of a LimitRange has against a Pod (upstream: ``PodValidateLimitFunc``)."""
    spec = pod["spec"]
    if item.get("type") == "Container":
        for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
            resources = container.get("resources") or {}
            yield from _bounds(item, _parsed(resources.get("requests")), _parsed(resources.get("limits")))
    elif item.get("type") == "Pod":
        yield from _bounds(item, aggregate_containers(spec, "requests"), aggregate_containers(spec, "limits"))


def _claim(item: Obj, claim: Obj) -> Iterator[str]:
    """What one item has against a claim (upstream: ``PersistentVolumeClaimValidateLimitFunc``)."""
    if item.get("type") != "PersistentVolumeClaim":
        return
    requests = _parsed(((claim["spec"].get("resources")) or {}).get("requests"))
    for name, least in _named(item.get("min")):
        yield from _minimum(f"minimum {name} usage per PersistentVolumeClaim is {least}", least, requests.get(name), None)
    for name, most in _named(item.get("max")):
        words = f"maximum {name} usage per PersistentVolumeClaim is {most}"
        request = requests.get(name)
        if request is None:
            yield f"{words}.  No request is specified"
        elif request > most:
            yield f"{words}, but request is {request}"


def _bounds(item: Obj, requests: Amounts, limits: Amounts) -> Iterator[str]:
    kind = item["type"]
    for name, least in _named(item.get("min")):
        yield from _minimum(f"minimum {name} usage per {kind} is {least}", least, requests.get(name), limits.get(name))
    for name, most in _named(item.get("max")):
        words = f"maximum {name} usage per {kind} is {most}"
        request, limit = requests.get(name), limits.get(name)
        if limit is None:
            yield f"{words}.  No limit is specified"
        elif limit > most:
            yield f"{words}, but limit is {limit}"
        elif request is not None and request > most:
            yield f"{words}, but request is {request}"
    for name, ratio in _named(item.get("maxLimitRequestRatio")):
        yield from _ratio(
            f"{name} max limit to request ratio per {kind} is {ratio}", ratio, requests.get(name), limits.get(name)
        )


def _minimum(words: str, least: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    if request is None:
        yield f"{words}.  No request is specified"
    elif request < least:
        yield f"{words}, but request is {request}"
    elif limit is not None and limit < least:
        yield f"{words}, but limit is {limit}"


def _ratio(words: str, most: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    if request is None or request.is_zero():
        yield f"{words}, but no request is specified or request is 0"
    elif limit is None or limit.is_zero():
        yield f"{words}, but no limit is specified or limit is 0"
    else:
        given = limit.milli_value() / request.milli_value()
        if given * 1000 > most.milli_value():
            yield f"{words}, but provided ratio is {given:f}"


def _named(amounts: Mapping[str, str] | None) -> list[tuple[str, Quantity]]:
    """Amounts by name; upstream takes them in any order."""
    return sorted(_parsed(amounts).items(), key=lambda pair: pair[0])


def _parsed(amounts: Mapping[str, str] | None) -> dict[str, Quantity]:
    return {name: parse_quantity(amount) for name, amount in (amounts or {}).items()}
