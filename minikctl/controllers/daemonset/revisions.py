"""The ControllerRevisions of a DaemonSet: the one of its template, and the old ones.

Upstream: ``constructHistory``, ``dedupCurHistories`` and ``cleanupHistory`` in ``pkg/controller/daemon/update.go``.
"""

from __future__ import annotations

from minikctl.controllers.history import claim_revisions, create_revision, delete_revisions, renumber
from minikctl.controllers.podcontrol import PODS
from minikctl.kinds.revisions import POD_REVISION_LABEL, list_revisions, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]


def construct_history(context: Context, daemon_set: Obj) -> tuple[Obj, list[Obj]]:
    """Return the revision of the present template, stored where it was not, and the old ones.

    A template that comes back takes its old revision along, which becomes the newest.
    """
    current: list[Obj] = []
    old: list[Obj] = []
    for revision in claim_revisions(context, daemon_set):
        labels = revision["metadata"].setdefault("labels", {})
        if POD_REVISION_LABEL not in labels:
            labels[POD_REVISION_LABEL] = revision["metadata"]["name"]
            revision = context.update(revision)  # noqa: PLW2901 - as stored
        (current if matches(daemon_set, revision) else old).append(revision)
    number = max((revision.get("revision", 0) for revision in old), default=0) + 1
    if not current:
        counted = (daemon_set.get("status") or {}).get("collisionCount")
        made = create_revision(context, daemon_set, number)
        if (daemon_set.get("status") or {}).get("collisionCount") != counted:
            context.update_status(daemon_set)
        return made, old
    kept = current[-1]
    if len(current) > 1:
        _drop_duplicates(context, daemon_set, kept, current[:-1])
    return renumber(context, kept, max(number, kept.get("revision", 0))), old


def _drop_duplicates(context: Context, daemon_set: Obj, kept: Obj, others: Sequence[Obj]) -> None:
    """Several revisions of one template become one; the Pods are told (upstream: ``dedupCurHistories``)."""
    metadata = daemon_set["metadata"]
    letters = kept["metadata"]["labels"][POD_REVISION_LABEL]
    for pod in context.list(PODS, metadata["namespace"], owner=metadata["uid"]):
        labels = pod["metadata"].setdefault("labels", {})
        if labels.get(POD_REVISION_LABEL) != letters:
            labels[POD_REVISION_LABEL] = letters
            context.update(pod)
    delete_revisions(context, others)


def known_hash(context: Context, daemon_set: Obj) -> str | None:
    """Return the hash of the revision of the present template, None where none is stored yet."""
    for revision in reversed(list_revisions(daemon_set, context)):
        if matches(daemon_set, revision):
            letters: str | None = (revision["metadata"].get("labels") or {}).get(POD_REVISION_LABEL)
            return letters
    return None


def cleanup_history(context: Context, daemon_set: Obj, old: Sequence[Obj]) -> None:
    """Delete the oldest revisions that no Pod is of, beyond ``revisionHistoryLimit``."""
    metadata = daemon_set["metadata"]
    too_many = len(old) - daemon_set["spec"].get("revisionHistoryLimit", 10)
    if too_many <= 0:
        return
    live = {
        (pod["metadata"].get("labels") or {}).get(POD_REVISION_LABEL)
        for pod in context.list(PODS, metadata["namespace"], owner=metadata["uid"])
    }
    unused = [revision for revision in old if revision["metadata"]["labels"][POD_REVISION_LABEL] not in live]
    delete_revisions(context, unused[:too_many])
