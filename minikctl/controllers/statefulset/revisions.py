"""Which ControllerRevision a StatefulSet's Pods have had, and which one they shall have.

Upstream: ``getStatefulSetRevisions`` and ``truncateHistory`` in ``stateful_set_control.go``.
"""

from __future__ import annotations

from minikctl.controllers.history import claim_revisions, create_revision, delete_revisions, renumber
from minikctl.controllers.statefulset.identity import pod_revision
from minikctl.kinds.revisions import apply_revision, list_revisions, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from minikctl.controllers.base import Context

    Obj = dict[str, Any]


class Revisions:
    """The revisions of a set: all there are, the current one, and the one to come."""

    __slots__ = ("current", "everything", "update")

    def __init__(self, everything: Sequence[Obj], current: Obj, update: Obj) -> None:
        self.everything = everything
        self.current = current
        self.update = update

    @property
    def current_name(self) -> str:
        """The name of the current revision."""
        name: str = self.current["metadata"]["name"]
        return name

    @property
    def update_name(self) -> str:
        """The name of the revision to come."""
        name: str = self.update["metadata"]["name"]
        return name

    def current_set(self, stateful_set: Obj) -> Obj:
        """The set as it was at the current revision."""
        return apply_revision(stateful_set, self.current)


def get_revisions(context: Context, stateful_set: Obj) -> Revisions:
    """Find the revisions of a set, and store one for its template where there is none.

    A template that comes back takes its old revision along, which becomes the newest.
    """
    found = claim_revisions(context, stateful_set)
    newest = found[-1].get("revision", 0) + 1 if found else 1
    equal = [revision for revision in found if matches(stateful_set, revision)]
    if not equal:
        update = create_revision(context, stateful_set, newest)
    elif equal[-1] is found[-1]:
        update = equal[-1]
    else:
        update = renumber(context, equal[-1], newest)
    return Revisions(found, _current(stateful_set, found) or update, update)


def known_revisions(context: Context, stateful_set: Obj) -> Revisions | None:
    """Return the revisions of a set as they are stored, None where its template has none yet."""
    found = list_revisions(stateful_set, context)
    equal = [revision for revision in found if matches(stateful_set, revision)]
    if not equal:
        return None
    return Revisions(found, _current(stateful_set, found) or equal[-1], equal[-1])


def _current(stateful_set: Obj, revisions: Iterable[Obj]) -> Obj | None:
    name = (stateful_set.get("status") or {}).get("currentRevision")
    return next((revision for revision in revisions if revision["metadata"]["name"] == name), None)


def truncate_history(context: Context, stateful_set: Obj, pods: Iterable[Obj], revisions: Revisions) -> None:
    """Delete the oldest revisions that neither Pods nor the set use, beyond ``revisionHistoryLimit``."""
    limit = stateful_set["spec"].get("revisionHistoryLimit", 10)
    live = {revisions.current_name, revisions.update_name, *(pod_revision(pod) for pod in pods)}
    history = [revision for revision in revisions.everything if revision["metadata"]["name"] not in live]
    if 0 <= limit < len(history):
        delete_revisions(context, history[:len(history) - limit])
