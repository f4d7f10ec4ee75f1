"""What every controller of Pods does with them: make them from a template, delete them, say so in events, try again.

Upstream: ``RealPodControl`` in ``pkg/controller/controller_utils.go``. ReplicaSets have their own way for thousands of
Pods alike (``replication``).
"""

from __future__ import annotations

from minikctl.controllers.refs import claim, new_controller_ref
from minikctl.errors import NotFound, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context
    from minikctl.lib.labels import Selector

    Obj = dict[str, Any]

PODS = "pods"
#: what may refuse a Pod, so that a change of it is worth another try (upstream just tries again and again)
OBSTACLES = ("resourcequotas", "limitranges", "serviceaccounts")
#: what could not be made is tried again after 1 s, 2 s, 4 s ... at most this many seconds
LONGEST_RETRY = 1000.0


def owner_keys(change: Change, kind: str) -> Iterator[str]:
    """The keys of the owners of ``kind``, old and new, of a Pod that changed."""
    from minikctl.controllers.refs import controller_of

    seen = None
    for obj in (change.before, change.after):
        reference = None if obj is None else controller_of(obj)
        if reference is not None and reference["kind"] == kind and reference != seen:
            seen = reference
            yield f"{change.namespace}/{reference['name']}"


def is_orphan_news(change: Change) -> bool:
    """Whether a Pod without controller is new, or changed in what adoption looks at."""
    from minikctl.controllers.refs import controller_of, is_deleting

    before, after = change.before, change.after
    if after is None or controller_of(after) is not None or is_deleting(after):
        return False
    return (
        before is None or controller_of(before) is not None
        or before["metadata"].get("labels") != after["metadata"].get("labels")
    )


def keys_that_match(context: Context, resource: str, pod: Obj) -> Iterator[str]:
    """The keys of the objects of ``resource`` whose selector matches a Pod: they may adopt it."""
    from minikctl.lib.labels import from_label_selector

    namespace, labels = pod["metadata"]["namespace"], pod["metadata"].get("labels") or {}
    for owner in context.list(resource, namespace) if labels else ():
        selector = owner["spec"].get("selector")
        if selector and from_label_selector(selector).matches(labels):
            yield f"{namespace}/{owner['metadata']['name']}"


def claim_pods(
    context: Context, owner: Obj, selector: Selector, is_member: Callable[[Obj], bool] = lambda _: True,
    *, finalizer: str = "",
) -> list[Obj]:
    """Return the Pods of ``owner``, after adopting and releasing (upstream: ``ClaimPods``).

    ``is_member``: what a Pod has to be besides matching ``selector``; ``finalizer``: what those that are adopted get.
    """
    metadata = owner["metadata"]
    pods = context.list(PODS, metadata["namespace"], owner=metadata["uid"])
    pods += context.list(PODS, metadata["namespace"], selector=selector, not_owner=metadata["uid"])
    return claim(
        context, owner, pods, lambda pod: selector.matches(pod["metadata"].get("labels") or {}) and is_member(pod),
        finalizer=finalizer,
    )


def pod_from_template(owner: Obj, template: Obj, *, generate_name: str = "") -> Obj:
    """A Pod as ``template`` has it, owned by ``owner`` (upstream: ``GetPodFromTemplate``). Parts are shared with it.

    ``generate_name``: what its name begins with; absent: the owner's name.
    """
    meta = owner["metadata"]
    theirs = template.get("metadata") or {}
    metadata: Obj = {"generateName": generate_name or f"{meta['name']}-", "namespace": meta["namespace"]}
    metadata.update((field, theirs[field]) for field in ("labels", "annotations", "finalizers") if theirs.get(field))
    metadata["ownerReferences"] = [new_controller_ref(owner)]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template.get("spec") or {}}


def create_pod(context: Context, owner: Obj, pod: Obj, component: str) -> StatusError | None:
    """Store a copy of ``pod``, with an event about ``owner``. Returns the error, if there is one."""
    from minikctl.store.texts import decode, encode

    try:
        stored = context.create(decode(encode(pod)))
    except StatusError as error:
        if "because it is being terminated" in str(error):
            return None  # its namespace goes: nobody has to hear of it
        context.event(owner, "Warning", "FailedCreate", f"Error creating: {error}", component)
        return error
    context.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {stored['metadata']['name']}", component)
    return None


def delete_pod(context: Context, owner: Obj, pod: Obj, component: str) -> StatusError | None:
    """Delete ``pod``, with an event about ``owner``. Returns the error, if there is one; a Pod that is gone is none."""
    metadata = pod["metadata"]
    try:
        context.delete(PODS, metadata["namespace"], metadata["name"], uid=metadata["uid"])
    except NotFound:
        return None
    except StatusError as error:
        context.event(owner, "Warning", "FailedDelete", f"Error deleting: {error}", component)
        return error
    context.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {metadata['name']}", component)
    return None


def retry_delay(context: Context, owner: Obj, reason: str) -> float:
    """The seconds until what failed is worth another try: 1, 2, 4 ... by how often an event says that it failed."""
    times, _ = times_recorded(context, owner, reason)
    return min(2.0 ** max(times - 1, 0), LONGEST_RETRY)


def times_recorded(context: Context, owner: Obj, reason: str, words: str = "") -> tuple[int, str]:
    """How often events about ``owner`` say ``reason`` (with ``words`` in them), and when they did so last.

    What upstream's controllers count in memory is counted here by what they have told.
    """
    metadata = owner["metadata"]
    found = [
        event for event in context.list("events", metadata["namespace"], node=metadata["uid"])
        if event.get("reason") == reason and words in event.get("message", "")
    ]
    latest = max((event.get("lastTimestamp") or "" for event in found), default="")
    return sum(event.get("count") or 1 for event in found), latest
