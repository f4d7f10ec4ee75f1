"""Events: recording what happened to an object, counting repetitions (upstream: client-go ``tools/record``)."""

from __future__ import annotations

from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api

    Obj = dict[str, Any]

#: how long an event is kept, in seconds (upstream: kube-apiserver --event-ttl)
TTL = 3600


def record(api: Api, about: Obj, kind: str, reason: str, message: str, component: str, host: str = "") -> None:
    """Record an event about an object; one that says the same again is counted up instead.

    ``kind`` is Normal or Warning. Events of cluster-scoped objects go to the namespace default.
    """
    meta = about["metadata"]
    namespace = meta.get("namespace") or "default"
    now = format_time(api.now())
    for known in api.list("events", namespace, node=meta.get("uid", "")):
        if (known["reason"], known["message"], known["type"]) == (reason, message, kind) and (
            known["source"].get("component") == component
        ):
            old = known
            repeated = {**old, "metadata": dict(old["metadata"]), "count": old.get("count", 1) + 1, "lastTimestamp": now}
            api.update(repeated, old=old)
            return
    source = {"component": component}
    if host:
        source["host"] = host
    reference = {
        "apiVersion": about["apiVersion"], "kind": about["kind"], "name": meta["name"], "namespace": meta.get("namespace"),
        "resourceVersion": meta.get("resourceVersion"), "uid": meta.get("uid"),
    }
    api.create({
        "apiVersion": "v1", "kind": "Event",
        "metadata": {"name": f"{meta['name']}.{_stamp(api)}", "namespace": namespace},
        "involvedObject": {key: value for key, value in reference.items() if value},
        "reason": reason, "message": message, "type": kind, "source": source, "count": 1,
        "firstTimestamp": now, "lastTimestamp": now, "eventTime": None,
        "reportingComponent": component, "reportingInstance": host,
    })


def _stamp(api: Api) -> str:
    """The time in nanoseconds as upstream's event names end in it, made unique and rising by the revision."""
    return f"{int(api.now()) * 1_000_000_000 + api.store.revision % 1_000_000_000:016x}"
