"""How Pods begin: what one of a set becomes, the next becomes too, but for addresses and IDs.

Ten thousand Pods of one ReplicaSet are started in one pass, and the state machine comes to the same each time. So what it
made of the last Pod is kept as a pattern, which serves as long as Pods come that are alike in all that it looks at. Only
a Pod that had not begun and whose containers all run now leaves one: of others, times and messages are their own.
"""

from __future__ import annotations

from minikctl.controllers.kubelet import addresses
from minikctl.controllers.kubelet.containers import container_id
from minikctl.controllers.kubelet.step import PodStep
from minikctl.store.texts import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

#: stands before the name of what is to be filled in; as JSON
_MARK, _MARK_TEXT = "\0", "\\u0000"
_PATTERN = "beginning"
_MISSING = object()


def alike(context: Context, pod: Obj) -> PodStep | None:
    """What a bound Pod is now, where one that was alike has begun in this pass just before it; else None.

    It is what ``pods.next_status`` would have made of it, with its status as text. Not to be changed.
    """
    pattern: _Pattern | None = context.scratch.get(_PATTERN)
    return pattern.step(context, pod) if pattern is not None and pattern.fits(pod) else None


def remember(context: Context, pod: Obj, step: PodStep) -> None:
    """Keep what became of a Pod for those that are like it, if it can be told of them."""
    spec, before = pod["spec"], pod.get("status") or {}
    if "startTime" in before or "podIP" in before or "initContainers" in spec or "ephemeralContainers" in spec:
        return
    if "hostIP" in step.status and all(
        "running" in each["state"] and not each["lastState"] for each in step.status["containerStatuses"]
    ):
        context.scratch[_PATTERN] = _Pattern(pod, step)


def forget(context: Context) -> None:
    """Something has changed that Pods refer to."""
    context.scratch.pop(_PATTERN, None)


class _Pattern:
    """A Pod that had not begun, and what it was then; nobody changes either."""

    __slots__ = ("_meta", "_spec", "_status", "_step", "_text")

    def __init__(self, pod: Obj, step: PodStep) -> None:
        self._meta = pod["metadata"]
        self._spec = pod["spec"]
        self._status = pod.get("status")
        self._step = step
        #: the new status as JSON, to be filled in; None before it is first needed, "": there cannot be such a text
        self._text: str | None = None

    def fits(self, pod: Obj) -> bool:
        """Whether a Pod is alike in all that says how it begins."""
        meta, spec = pod["metadata"], pod["spec"]
        known, first = self._meta, self._spec
        if (
            meta.get("labels") != known.get("labels") or meta.get("namespace") != known.get("namespace")
            or meta.get("generation") != known.get("generation") or pod.get("status") != self._status
            or len(spec) != len(first)
        ):
            return False
        for field, value in spec.items():
            other = first.get(field, _MISSING)
            # Pods of one set share most parts of their specs; which node it is makes no difference.
            if value is other or field == "nodeName":
                continue
            if field == "containers":
                same = _same_but(value, other, "volumeMounts")
            elif field == "volumes":
                same = _same_but(value, other, "name")
            else:
                same = value == other
            if not same:
                return False
        return True

    def step(self, context: Context, pod: Obj) -> PodStep | None:
        """What a Pod that fits is now."""
        node = addresses.node_of(context, pod["spec"]["nodeName"])
        if not node.address:
            return None
        if self._text is None:
            self._text = self._to_fill_in()
        if not self._text:
            return None
        ip, status, uid = node.take_for(pod), self._step.status, pod["metadata"].get("uid", "")
        containers = [
            {**each, "containerID": container_id(uid, each, each["state"]["running"]["startedAt"])}
            for each in status["containerStatuses"]
        ]
        filled = {"host": node.address, "ip": ip}
        for number, each in enumerate(containers):
            filled[str(number)] = each["containerID"]
        step = PodStep({
            **status, "hostIP": node.address, "hostIPs": [{"ip": node.address}], "podIP": ip, "podIPs": [{"ip": ip}],
            "containerStatuses": containers,
        })
        step.text = self._text % filled
        step.events, step.due = self._step.events, self._step.due
        return step

    def _to_fill_in(self) -> str:
        """The text of the status with ``%(name)s`` for what differs; "" where a mark cannot be told from the rest."""
        status, host, ip = self._step.status, f"{_MARK}host;", f"{_MARK}ip;"
        names = ["host", "ip", *[str(number) for number in range(len(status["containerStatuses"]))]]
        text = encode({
            **status, "hostIP": host, "hostIPs": [{"ip": host}], "podIP": ip, "podIPs": [{"ip": ip}],
            "containerStatuses": [
                {**each, "containerID": f"{_MARK}{number};"} for number, each in enumerate(status["containerStatuses"])
            ],
        })
        if text.count(_MARK_TEXT) != len(names) + 2:
            return ""
        text = text.replace("%", "%%")
        for name in names:
            text = text.replace(f"{_MARK_TEXT}{name};", f"%({name})s")
        return text


def _same_but(some: list[Obj], others: Any, field: str) -> bool:
    """Whether two lists are equal but for one field of their elements, which may be missing."""
    if others is _MISSING or len(some) != len(others):
        return False
    for one, other in zip(some, others, strict=True):
        if one is not other:
            if len(one) - (field in one) != len(other) - (field in other):
                return False
            for name, value in one.items():
                if name != field and value != other.get(name, _MISSING):
                    return False
    return True
