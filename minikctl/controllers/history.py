"""ControllerRevisions as StatefulSets and DaemonSets keep them: made, renumbered, and dropped when there are too many.

Upstream: ``pkg/controller/history/controller_history.go``. What a ControllerRevision says stands in
``minikctl.kinds.revisions``.
"""

from __future__ import annotations

from minikctl.controllers.refs import claim, new_controller_ref
from minikctl.errors import AlreadyExists
from minikctl.kinds.deploymentutil import compute_hash
from minikctl.kinds.revisions import HASH_LABEL, POD_REVISION_LABEL, RESOURCE, get_patch, matches, sort_revisions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]

#: the part of a revision's name that comes from its owner, at most
LONGEST_PREFIX = 223


def claim_revisions(context: Context, owner: Obj) -> list[Obj]:
    """Return the ControllerRevisions of ``owner``, sorted, after adopting those that its selector matches."""
    from minikctl.lib.labels import from_label_selector

    metadata = owner["metadata"]
    namespace, uid = metadata["namespace"], metadata["uid"]
    selector = from_label_selector(owner["spec"]["selector"])
    candidates = context.list(RESOURCE, namespace, owner=uid)
    candidates += context.list(RESOURCE, namespace, selector=selector, not_owner=uid)
    return sort_revisions(claim(
        context, owner, candidates, lambda revision: selector.matches(revision["metadata"].get("labels") or {}),
    ))


def create_revision(context: Context, owner: Obj, number: int) -> Obj:
    """Store the present template of ``owner`` as revision ``number`` and return it.

    A name that another revision has is passed over; ``status.collisionCount`` of ``owner`` then counts up, in memory.
    Upstream: ``CreateControllerRevision``, and ``snapshot`` of the DaemonSet controller.
    """
    metadata, template = owner["metadata"], owner["spec"]["template"]
    stateful = owner["kind"] == "StatefulSet"
    patch = get_patch(owner)
    while True:
        status = owner.setdefault("status", {})
        letters = compute_hash(patch if stateful else template, status.get("collisionCount"))
        name = f"{metadata['name'][:LONGEST_PREFIX]}-{letters}"
        labels = {**((template.get("metadata") or {}).get("labels") or {})}
        labels[HASH_LABEL if stateful else POD_REVISION_LABEL] = letters
        meta: Obj = {
            "name": name, "namespace": metadata["namespace"], "labels": labels,
            "ownerReferences": [new_controller_ref(owner)],
        }
        if metadata.get("annotations"):
            meta["annotations"] = dict(metadata["annotations"])
        revision = {
            "apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": meta, "data": patch, "revision": number,
        }
        try:
            return context.create(revision)
        except AlreadyExists:
            known = context.get(RESOURCE, metadata["namespace"], name)
            if known is not None and matches(owner, known):
                return known
            status["collisionCount"] = status.get("collisionCount", 0) + 1


def renumber(context: Context, revision: Obj, number: int) -> Obj:
    """Make a ControllerRevision revision ``number`` (upstream: ``UpdateControllerRevision``)."""
    if revision.get("revision") == number:
        return revision
    return context.update({**revision, "revision": number})


def delete_revisions(context: Context, revisions: Sequence[Obj]) -> None:
    """Delete ControllerRevisions."""
    for revision in revisions:
        metadata = revision["metadata"]
        context.delete(RESOURCE, metadata["namespace"], metadata["name"], uid=metadata["uid"])
