"""Events: recording what happened to an object as upstream does, which thins them out (client-go ``tools/record``).

The same words again count up; from the tenth different message of one reason on, the rest becomes one event that counts
them; and one component may say 25 things about one object at once, then one in five minutes. So ten thousand Pods of a
ReplicaSet leave 10 events about it and not ten thousand.
"""

from __future__ import annotations

from minikctl.errors import StatusError
from minikctl.kinds import info_for
from minikctl.lib.times import format_time, parse_time
from minikctl.store.texts import decode, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api

    Obj = dict[str, Any]

EVENTS, QUOTAS = "events", "resourcequotas"
#: objects whose events are remembered at a time
MANY = 20_000
#: how long an event is kept, in seconds (upstream: kube-apiserver --event-ttl)
TTL = 3600
#: old ones are looked for when a quarter of an hour begins
SWEEP_INTERVAL = 900
#: different messages of one reason about one object, within this many seconds, before they become one event
AGGREGATE_MESSAGES, AGGREGATE_INTERVAL = 10, 600
COMBINED = "(combined from similar events): "
#: events about one object that a component may record at once; the seconds after which it may record one more
SPAM_BURST, SPAM_INTERVAL = 25, 300.0


def record(api: Api, about: Obj, kind: str, reason: str, message: str, component: str, host: str = "") -> None:
    """Record an event about an object, unless its component has said too much about it already.

    ``kind`` is Normal or Warning. Events of cluster-scoped objects go to the namespace default.
    """
    api.recorder.record(about, kind, reason, message, component, host)


class _Said:
    """What has to be known of an event to tell whether another one may follow it. Times in seconds since the epoch."""

    __slots__ = ("count", "first", "last", "message", "name", "reason", "source", "type")

    def __init__(
        self, name: str, source: tuple[str, str], kind: str | None, reason: str | None, message: str, time: float
    ) -> None:
        self.name = name
        self.source = source
        self.type = kind
        self.reason = reason
        self.message = message
        self.count = 1
        self.first: float | None = time
        self.last = time

    @classmethod
    def of(cls, event: Obj) -> _Said:
        """What a stored event says."""
        first = event.get("firstTimestamp")
        said = cls(
            event["metadata"]["name"], _source(event), event.get("type"), event.get("reason"),
            event.get("message", ""), _last(event),
        )
        said.count = event.get("count") or 1
        said.first = parse_time(first) if first else None
        return said


class Recorder:
    """Records events, and remembers in a transaction what was said about whom, so that it is not read again each time."""

    def __init__(self, api: Api) -> None:
        self._api = api
        #: the events about an object, by its UID
        self._said: dict[str, list[_Said]] = {}
        #: (UID, component, host) that may not record events, and until when
        self._muted: dict[tuple[str, str, str], float] = {}
        #: namespaces that take events, and the store's epoch and newest namespace when that held
        self._admitted: set[str] = set()
        self._admits_hold = (0, 0)
        #: the store's epoch and the newest event when all of that held
        self._holds = (0, 0)

    def record(
        self, about: Obj, kind: str, reason: str, message: str, component: str, host: str = ""
    ) -> None:
        """See the function ``record``."""
        store, now = self._api.store, self._api.now()
        uid, namespace = about["metadata"].get("uid", ""), about["metadata"].get("namespace") or "default"
        said = self._said_about(uid, namespace)
        bucket = (uid, component, host)
        if self._muted.get(bucket, 0.0) > now:
            return
        known = [each for each in said if each.source == (component, host)] if said else ()
        if known:
            wait = _seconds_to_token(known, now)
            if wait > 0:
                self._muted[bucket] = now + wait
                return
            alike = [each for each in known if (each.reason, each.type) == (reason, kind)]
            message = _aggregate(alike, message, now)
            for old in alike:
                if old.message == message or (message.startswith(COMBINED) and old.message.startswith(COMBINED)):
                    said[said.index(old)] = self._repeat(namespace, old, message)
                    self._holds = (store.epoch, store.written[EVENTS])
                    return
        try:
            name = self._create(about, kind, reason, message, component, host)
        except StatusError:  # its namespace is on its way out, or there is a quota: nobody's work fails for an event
            return
        said.append(_Said(name, (component, host), kind, reason, message, now // 1))
        self._holds = (store.epoch, store.written[EVENTS])

    def _said_about(self, uid: str, namespace: str) -> list[_Said]:
        """The events about an object, to be kept up to date."""
        store = self._api.store
        holds = (store.epoch, store.written.get(EVENTS, 0))
        if holds != self._holds or not store.writing or len(self._said) > MANY:
            self._said.clear()
            self._muted.clear()
            self._holds = holds
        said = self._said.get(uid)
        if said is None:
            events = store.list(EVENTS, namespace, ref=uid) if store.has_ref(EVENTS, uid) else ()
            said = self._said[uid] = [_Said.of(event) for event in events]
        return said

    def _repeat(self, namespace: str, said: _Said, message: str) -> _Said:
        """Count an event that is there already up."""
        old = self._api.must_get(EVENTS, namespace, said.name)
        repeated = {
            **old, "metadata": dict(old["metadata"]), "message": message, "count": old.get("count", 1) + 1,
            "lastTimestamp": format_time(self._api.now()),
        }
        return _Said.of(self._api.update(repeated, old=old))

    def _create(self, about: Obj, kind: str, reason: str, message: str, component: str, host: str) -> str:
        """Store a new event and return its name. Raises StatusError."""
        api = self._api
        meta, now = about["metadata"], format_time(api.now())
        # What ``Api.create`` does, without what does nothing for events: there are four of them for each Pod.
        metadata = {"name": f"{meta['name']}.{_stamp(api)}", "namespace": meta.get("namespace") or "default"}
        self._admit(metadata)
        metadata["uid"] = api.new_uid()
        metadata["creationTimestamp"] = now
        metadata["resourceVersion"] = str(api.store.revision + 1)
        request = None
        if not api.store.is_empty(QUOTAS):
            from minikctl.api import admission

            event = decode(_text(metadata, about, kind, reason, message, component, host, now))
            request = admission.Request(api, info_for(EVENTS), admission.CREATE, event, None)
            admission.run(admission.VALIDATING, request)
            metadata["resourceVersion"] = str(api.store.revision + 1)
        text = _text(metadata, about, kind, reason, message, component, host, now)
        api.store.insert_text(EVENTS, metadata, text, api.now(), meta.get("uid", ""))
        if request is not None:
            request.stored()
        return metadata["name"]

    def _admit(self, metadata: Obj) -> None:
        """See ``Api.admit_namespace``: what was found out holds until a namespace is written."""
        store = self._api.store
        holds = (store.epoch, store.written.get("namespaces", 0))
        if holds != self._admits_hold or not store.writing:
            self._admitted.clear()
            self._admits_hold = holds
        if metadata["namespace"] not in self._admitted:
            self._api.admit_namespace(info_for(EVENTS), metadata)
            self._admitted.add(metadata["namespace"])


def _text(
    metadata: dict[str, str], about: Obj, kind: str, reason: str, message: str, component: str, host: str, now: str
) -> str:
    """An event as JSON."""
    meta = about["metadata"]
    where = f'"namespace":{quote(meta["namespace"])},' if meta.get("namespace") else ""
    version = f'"resourceVersion":{quote(meta["resourceVersion"])},' if meta.get("resourceVersion") else ""
    uid = f'"uid":{quote(meta["uid"])}' if meta.get("uid") else ""
    involved = (
        f'"apiVersion":{quote(about["apiVersion"])},"kind":{quote(about["kind"])},"name":{quote(meta["name"])},'
        f"{where}{version}{uid}"
    ).rstrip(",")
    component, host = quote(component), quote(host)
    source = f'"component":{component},"host":{host}' if host != '""' else f'"component":{component}'
    return (
        f'{{"apiVersion":"v1","kind":"Event","metadata":{{"name":{quote(metadata["name"])},'
        f'"namespace":{quote(metadata["namespace"])},"uid":"{metadata["uid"]}",'
        f'"creationTimestamp":"{now}","resourceVersion":"{metadata["resourceVersion"]}"}},"involvedObject":{{{involved}}},'
        f'"reason":{quote(reason)},"message":{quote(message)},"type":{quote(kind)},"source":{{{source}}},"count":1,'
        f'"firstTimestamp":"{now}","lastTimestamp":"{now}","eventTime":null,'
        f'"reportingComponent":{component},"reportingInstance":{host}}}'
    )


def expire(api: Api) -> None:
    """Take the events away that have not been repeated for an hour, if it is time to look for them.

    Upstream's storage drops them one by one; here it costs nothing until some time has passed.
    """
    now = api.now()
    if now // SWEEP_INTERVAL == api.swept // SWEEP_INTERVAL:
        return
    api.swept = now
    api.store.remove_unchanged_since(EVENTS, now - TTL, now, api.remove)


def _stamp(api: Api) -> str:
    """The time in nanoseconds as upstream's event names end in it, made unique and rising by the revision."""
    return f"{int(api.now()) * 1_000_000_000 + api.store.revision % 1_000_000_000:016x}"


def _source(event: Obj) -> tuple[str, str]:
    source = event.get("source") or {}
    return source.get("component", ""), source.get("host", "")


def _aggregate(alike: list[_Said], message: str, now: float) -> str:
    """``message``, or what stands for it where too many different ones were recorded (``EventAggregate``)."""
    messages = {each.message for each in alike if each.last >= now - AGGREGATE_INTERVAL}
    different = {text for text in messages if not text.startswith(COMBINED)} | {message}
    return message if len(different) < AGGREGATE_MESSAGES else COMBINED + message


def _last(event: Obj) -> float:
    time = event.get("lastTimestamp")
    return parse_time(time) if time else 0.0


def _seconds_to_token(known: list[_Said], now: float) -> float:
    """The seconds until one more event may be recorded, 0: now (``EventSourceObjectSpamFilter``).

    Upstream's bucket of tokens is in memory; what was taken from it is in the counts of the events themselves.
    """
    taken = sum([each.count for each in known])
    if taken < SPAM_BURST:
        return 0.0
    first = min(now if each.first is None else each.first for each in known)
    return max(0.0, (taken + 1 - SPAM_BURST) * SPAM_INTERVAL - (now - first))
