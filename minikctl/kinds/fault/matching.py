"""What a Fault means: what it hits, whether it holds now, and how it is said."""

from __future__ import annotations

from minikctl.lib.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from minikctl.kinds.base import Obj

#: seconds after which a pull is tried again (upstream: the first back-off)
PULL_RETRY = 10.0
#: how much longer a slow image takes, unless the fault says so
SLOW = 30.0


def sort_of(fault: Obj) -> tuple[str, Obj]:
    """What sort of thing is hit (node, pod, image, api), and that part of the spec."""
    for sort in ("node", "pod", "image", "api"):
        part = fault["spec"].get(sort)
        if part is not None:
            return sort, part
    return "", {}


def what(fault: Obj) -> str:
    """What happens: ``Crash``, ``Down``, ``Conflict``."""
    _, part = sort_of(fault)
    return str(part.get("fault") or part.get("error") or "")


def began_at(fault: Obj) -> float:
    """When it began, in seconds since the epoch."""
    return parse_time(fault["metadata"]["creationTimestamp"])


def ends_at(fault: Obj) -> float | None:
    """When it is over by itself, in seconds since the epoch; None: when it has struck often enough, or never."""
    text = fault["spec"].get("duration")
    if not text:
        return None
    from minikctl.lib.duration import parse_duration

    return began_at(fault) + parse_duration(text)


def struck(fault: Obj) -> int:
    """How often it has struck."""
    return int((fault.get("status") or {}).get("struck") or 0)


def last_struck(fault: Obj) -> float:
    """When it struck last, in seconds since the epoch; 0 for never."""
    text = (fault.get("status") or {}).get("lastStruckTime")
    return parse_time(text) if text else 0.0


def strikes_left(fault: Obj) -> int | None:
    """How often it may strike yet; None: as often as it likes."""
    times = fault["spec"].get("times")
    return None if times is None else max(0, times - struck(fault))


def over_at(fault: Obj) -> float | None:
    """When it is over for good, in seconds since the epoch; None: that is not known.

    A pull that failed is tried again only after a while: the last strike of such a fault holds until then.
    """
    end = ends_at(fault)
    if strikes_left(fault) == 0:
        used_up = last_struck(fault) + (PULL_RETRY if what(fault) == "PullError" else 0.0)
        return used_up if end is None else min(end, used_up)
    return end


def is_active(fault: Obj, now: float) -> bool:
    """Whether it holds at ``now``."""
    end = over_at(fault)
    return end is None or now < end


def with_strikes(fault: Obj, count: int, time: str) -> Obj:
    """The fault after it has struck ``count`` times more at ``time``."""
    return {**fault, "status": {"struck": struck(fault) + count, "lastStruckTime": time}}


def target_of(fault: Obj) -> str:
    """What is hit: ``node/node-2``, ``pod/default/web-0 (app)``, ``image/example/*``, ``api/patch deployments.apps``."""
    sort, part = sort_of(fault)
    if sort == "api":
        return f"api/{part.get('verb') or 'any'} {part.get('resource') or 'any'}"
    if sort == "image":
        return f"image/{part['pattern']}"
    if sort == "pod":
        container = f" ({part['container']})" if part.get("container") else ""
        return f"pod/{part.get('namespace') or 'default'}/{part['name']}{container}"
    return f"{sort}/{part.get('name', '')}"


def sentence(fault: Obj) -> str:
    """What it does, for people."""
    sort, part = sort_of(fault)
    kind = what(fault)
    code = part.get("exitCode", 1)
    words = {
        ("node", "Down"): "its kubelet does not answer",
        ("node", "DiskPressure"): "its disk is full: its Pods are evicted",
        ("node", "MemoryPressure"): "its memory is full: Pods without requests are evicted",
        ("pod", "Crash"): f"its containers end with exit code {code}",
        ("pod", "OOMKill"): "its containers run out of memory",
        ("pod", "Unready"): "its readiness probes fail",
        ("pod", "Evict"): "its node evicts it",
        ("image", "PullError"): "it cannot be pulled",
        ("image", "Crash"): f"its containers end with exit code {code} as soon as they run",
        ("image", "Slow"): f"it takes {part.get('delay') or '30s'} longer to be pulled",
    }
    return words.get((sort, kind), f"requests fail ({kind})")


def is_pod_hit(fault: Obj, pod: Obj) -> bool:
    """Whether a fault of a Pod is about this one."""
    part, meta = fault["spec"].get("pod"), pod["metadata"]
    return part is not None and (part.get("namespace") or "default", part["name"]) == (
        meta.get("namespace", ""), meta["name"],
    )


def is_image_hit(fault: Obj, image: str) -> bool:
    """Whether a fault of images is about this one."""
    part = fault["spec"].get("image")
    if part is None:
        return False
    from minikctl.lib.shellpatterns import fits

    return fits(image, part["pattern"])


def is_request_hit(fault: Obj, verb: str, resource: str) -> bool:
    """Whether a fault of requests is about this verb on this resource."""
    part = fault["spec"].get("api")
    return part is not None and part.get("verb") in (None, "", verb) and part.get("resource") in (None, "", resource)


def concerns(fault: Obj, resource: str, obj: Obj) -> bool:
    """Whether ``describe`` of an object shows the fault."""
    sort, part = sort_of(fault)
    if sort == "api":
        return part.get("resource") == resource
    if resource == "nodes":
        return sort == "node" and part["name"] == obj["metadata"]["name"]
    if resource != "pods":
        return False
    spec = obj["spec"]
    images = [each.get("image", "") for each in [*(spec.get("initContainers") or ()), *spec["containers"]]]
    return (
        (sort == "node" and part["name"] == spec.get("nodeName"))
        or is_pod_hit(fault, obj)
        or any(is_image_hit(fault, image) for image in images)
    )
