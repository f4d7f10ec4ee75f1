"""Events: recording what happened to an object as upstream does, which thins them out (client-go ``tools/record``).

The same words again count up; from the tenth different message of one reason on, the rest becomes one event that counts
them; and one component may say 25 things about one object at once, then one in five minutes. So ten thousand Pods of a
ReplicaSet leave 10 events about it and not ten thousand.
"""

from __future__ import annotations

from minikctl.errors import StatusError
from minikctl.lib.times import format_time, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api

    Obj = dict[str, Any]

#: how long an event is kept, in seconds (upstream: kube-apiserver --event-ttl)
TTL = 3600
#: different messages of one reason about one object, within this many seconds, before they become one event
AGGREGATE_MESSAGES, AGGREGATE_INTERVAL = 10, 600
COMBINED = "(combined from similar events): "
#: events about one object that a component may record at once; the seconds after which it may record one more
SPAM_BURST, SPAM_INTERVAL = 25, 300.0


def record(api: Api, about: Obj, kind: str, reason: str, message: str, component: str, host: str = "") -> None:
    """Record an event about an object, unless its component has said too much about it already.

    ``kind`` is Normal or Warning. Events of cluster-scoped objects go to the namespace default.
    """
    meta = about["metadata"]
    bucket = (meta.get("uid", ""), component, host)
    if api.muted.get(bucket, 0.0) > api.now():
        return
    namespace = meta.get("namespace") or "default"
    known = [event for event in api.list("events", namespace, node=bucket[0]) if _source(event) == (component, host)]
    wait = _seconds_to_token(known, api.now())
    if wait > 0:
        api.muted[bucket] = api.now() + wait
        return
    alike = [event for event in known if (event.get("reason"), event.get("type")) == (reason, kind)]
    message = _aggregate(alike, message, api.now())
    now = format_time(api.now())
    for old in alike:
        if old.get("message") == message or (message.startswith(COMBINED) and old["message"].startswith(COMBINED)):
            repeated = {
                **old, "metadata": dict(old["metadata"]), "message": message, "count": old.get("count", 1) + 1,
                "lastTimestamp": now,
            }
            api.update(repeated, old=old)
            return
    source = {"component": component}
    if host:
        source["host"] = host
    reference = {
        "apiVersion": about["apiVersion"], "kind": about["kind"], "name": meta["name"],
        "namespace": meta.get("namespace"),
        "resourceVersion": meta.get("resourceVersion"), "uid": meta.get("uid"),
    }
    event = {
        "apiVersion": "v1", "kind": "Event",
        "metadata": {"name": f"{meta['name']}.{_stamp(api)}", "namespace": namespace},
        "involvedObject": {key: value for key, value in reference.items() if value},
        "reason": reason, "message": message, "type": kind, "source": source, "count": 1,
        "firstTimestamp": now, "lastTimestamp": now, "eventTime": None,
        "reportingComponent": component, "reportingInstance": host,
    }
    try:
        api.create(event)
    except StatusError:  # its namespace is on its way out, or there is a quota: nobody's work fails for an event
        return


def _stamp(api: Api) -> str:
    """The time in nanoseconds as upstream's event names end in it, made unique and rising by the revision."""
    return f"{int(api.now()) * 1_000_000_000 + api.store.revision % 1_000_000_000:016x}"


def _source(event: Obj) -> tuple[str, str]:
    source = event.get("source") or {}
    return source.get("component", ""), source.get("host", "")


def _aggregate(alike: list[Obj], message: str, now: float) -> str:
    """``message``, or what stands for it where too many different ones were recorded (``EventAggregate``)."""
    messages = {event.get("message", "") for event in alike if _last(event) >= now - AGGREGATE_INTERVAL}
    different = {text for text in messages if not text.startswith(COMBINED)} | {message}
    return message if len(different) < AGGREGATE_MESSAGES else COMBINED + message


def _last(event: Obj) -> float:
    time = event.get("lastTimestamp")
    return parse_time(time) if time else 0.0


def _seconds_to_token(known: list[Obj], now: float) -> float:
    """The seconds until one more event may be recorded, 0: now (``EventSourceObjectSpamFilter``).

    Upstream's bucket of tokens is in memory; what was taken from it is in the counts of the events themselves.
    """
    taken = sum(event.get("count") or 1 for event in known)
    if taken < SPAM_BURST:
        return 0.0
    first = min(parse_time(event["firstTimestamp"]) if event.get("firstTimestamp") else now for event in known)
    return max(0.0, (taken + 1 - SPAM_BURST) * SPAM_INTERVAL - (now - first))
