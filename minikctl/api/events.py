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
    from collections.abc import Iterable
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
        self.record_all(about, ((kind, reason, message),), component, host)

    def record_all(self, about: Obj, events: Iterable[tuple[str, str, str]], component: str, host: str = "") -> None:
        """Record some events of one component about one object: (kind, reason, message) of each."""
        store, now, meta = self._api.store, self._api.now(), about["metadata"]
        uid, namespace = meta.get("uid", ""), meta.get("namespace") or "default"
        said = self._said_about(uid, namespace)
        if self._muted and self._muted.get((uid, component, host), 0.0) > now:
            return
        source, frame = (component, host), None
        for kind, reason, words in events:
            message, old = words, None
            known = [each for each in said if each.source == source] if said else ()
            if known:
                wait = _seconds_to_token(known, now)
                if wait > 0:
                    self._muted[uid, component, host] = now + wait
                    return
                alike = [each for each in known if each.reason == reason and each.type == kind]
                if alike:
                    message = _aggregate(alike, words, now)
                    old = next((each for each in alike if _is_repeated(each.message, message)), None)
            if old is not None:
                said[said.index(old)] = self._repeat(namespace, old, message)
            else:
                try:
                    if frame is None:
                        self._admit(namespace)
                        frame = _Frame(about, namespace, component, host, now)
                    name = self._create(frame, kind, reason, message)
                except StatusError:  # its namespace is on its way out, or there is a quota: nobody's work fails for an event
                    continue
                said.append(_Said(name, source, kind, reason, message, now // 1))
            self._holds = (store.epoch, store.written[EVENTS])

    def expect(self, uid: str) -> None:
        """Nothing has been said about an object: it is new."""
        store = self._api.store
        if self._holds == (store.epoch, store.written.get(EVENTS, 0)) and len(self._said) < MANY:
            self._said[uid] = []

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

    def _create(self, frame: _Frame, kind: str, reason: str, message: str) -> str:
        """Store a new event and return its name. Raises StatusError."""
        # What ``Api.create`` does, without what does nothing for events: there are four of them for each Pod.
        api, store = self._api, self._api.store
        name = f"{frame.name}.{frame.nanoseconds + store.revision % 1_000_000_000:016x}"
        uid, request = api.new_uid(), None
        if QUOTAS not in store.empty and not store.is_empty(QUOTAS):
            from minikctl.api import admission

            event = decode(frame.text(name, uid, store.revision + 1, kind, reason, message))
            request = admission.Request(api, info_for(EVENTS), admission.CREATE, event, None)
            admission.run(admission.VALIDATING, request)
        text = frame.text(name, uid, store.revision + 1, kind, reason, message)
        store.insert_text(EVENTS, frame.namespace, name, uid, text, api.now(), frame.uid)
        if request is not None:
            request.stored()
        return name

    def _admit(self, namespace: str) -> None:
        """See ``Api.admit_namespace``: what was found out holds until a namespace is written."""
        store = self._api.store
        holds = (store.epoch, store.written.get("namespaces", 0))
        if holds != self._admits_hold or not store.writing:
            self._admitted.clear()
            self._admits_hold = holds
        if namespace not in self._admitted:
            self._api.admit_namespace(info_for(EVENTS), {"namespace": namespace})
            self._admitted.add(namespace)


class _Frame:
    """What the events of one component about one object have in common, as pieces of JSON."""

    __slots__ = ("_about", "_end", "_namespace", "_time", "name", "namespace", "nanoseconds", "uid")

    def __init__(self, about: Obj, namespace: str, component: str, host: str, now: float) -> None:
        """``namespace``: that of the events; ``now`` is in seconds since the epoch."""
        meta = about["metadata"]
        #: of the object
        self.name: str = meta["name"]
        self.uid: str = meta.get("uid", "")
        self.namespace = namespace
        #: events' names end in the time in nanoseconds, which the revision makes unique and rising
        self.nanoseconds = int(now) * 1_000_000_000
        self._time = time = format_time(now)
        self._namespace = quote(namespace)
        where = f'"namespace":{self._namespace},' if meta.get("namespace") else ""
        version = f'"resourceVersion":{quote(meta["resourceVersion"])},' if meta.get("resourceVersion") else ""
        uid = f'"uid":{quote(self.uid)}' if self.uid else ""
        self._about = (
            f'"apiVersion":{quote(about["apiVersion"])},"kind":{quote(about["kind"])},"name":{quote(self.name)},'
            f"{where}{version}{uid}"
        ).rstrip(",")
        component, host = quote(component), quote(host)
        source = f'"component":{component},"host":{host}' if host != '""' else f'"component":{component}'
        self._end = (
            f'"source":{{{source}}},"count":1,"firstTimestamp":"{time}","lastTimestamp":"{time}","eventTime":null,'
            f'"reportingComponent":{component},"reportingInstance":{host}}}'
        )

    def text(self, name: str, uid: str, revision: int, kind: str, reason: str, message: str) -> str:
        """One of them as JSON."""
        return (
            f'{{"apiVersion":"v1","kind":"Event","metadata":{{"name":{quote(name)},"namespace":{self._namespace},'
            f'"uid":"{uid}","creationTimestamp":"{self._time}","resourceVersion":"{revision}"}},'
            f'"involvedObject":{{{self._about}}},"reason":{quote(reason)},"message":{quote(message)},"type":{quote(kind)},'
            f"{self._end}"
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


def _source(event: Obj) -> tuple[str, str]:
    source = event.get("source") or {}
    return source.get("component", ""), source.get("host", "")


def _aggregate(alike: list[_Said], message: str, now: float) -> str:
    """``message``, or what stands for it where too many different ones were recorded (``EventAggregate``)."""
    messages = {each.message for each in alike if each.last >= now - AGGREGATE_INTERVAL}
    different = {text for text in messages if not text.startswith(COMBINED)} | {message}
    return message if len(different) < AGGREGATE_MESSAGES else COMBINED + message


def _is_repeated(said: str, message: str) -> bool:
    """Whether an event with ``message`` counts up one that was recorded."""
    return said == message or (message.startswith(COMBINED) and said.startswith(COMBINED))


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
