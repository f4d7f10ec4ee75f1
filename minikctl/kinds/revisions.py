"""ControllerRevisions: the templates that StatefulSets and DaemonSets have had, and ``rollout`` over them.

A ControllerRevision keeps a patch that brings a template back: ``{"spec": {"template": {..., "$patch": "replace"}}}``.
What is here is looked at by the controllers and by ``rollout`` alike; nothing is stored. Upstream:
``pkg/controller/history``, ``getPatch`` of the two controllers, and ``daemonSetHistory``, ``statefulSetHistory`` and
the rollbackers in ``kubectl/pkg/polymorphichelpers``.
"""

from __future__ import annotations

from minikctl.errors import MinikctlError
from minikctl.kinds.rollouts import ROLLED_BACK, Rollout, describe_template, revision_not_found, skipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.kinds.base import Reader

    Obj = dict[str, Any]

RESOURCE = "controllerrevisions.apps"
#: on Pods: the revision that they were made from (of a StatefulSet its name, of a DaemonSet its hash)
POD_REVISION_LABEL = "controller-revision-hash"
#: on the ControllerRevisions of StatefulSets: the hash in their name
HASH_LABEL = "controller.kubernetes.io/hash"


def get_patch(obj: Obj) -> Obj:
    """Return the patch that brings back the template of ``obj`` (upstream: ``getPatch``)."""
    return {"spec": {"template": {**obj["spec"]["template"], "$patch": "replace"}}}


def template_in(revision: Obj) -> Obj:
    """Return the template that a ControllerRevision keeps."""
    template = ((revision.get("data") or {}).get("spec") or {}).get("template") or {}
    return {key: value for key, value in template.items() if key != "$patch"}


def apply_revision(obj: Obj, revision: Obj) -> Obj:
    """Return ``obj`` as it was at a ControllerRevision (upstream: ``ApplyRevision``)."""
    return {**obj, "spec": {**obj["spec"], "template": template_in(revision)}}


def matches(obj: Obj, revision: Obj) -> bool:
    """Tell whether a ControllerRevision keeps the present template of ``obj`` (upstream: ``Match``)."""
    return bool(revision.get("data") == get_patch(obj))


def sort_revisions(revisions: Iterable[Obj]) -> list[Obj]:
    """Return ControllerRevisions by revision, age and name, the newest last (upstream: ``SortControllerRevisions``)."""
    return sorted(revisions, key=_order)


def _order(revision: Obj) -> tuple[int, str, str]:
    metadata = revision["metadata"]
    return revision.get("revision", 0), metadata.get("creationTimestamp") or "", metadata["name"]


def list_revisions(obj: Obj, reader: Reader) -> list[Obj]:
    """Return the ControllerRevisions that ``obj`` controls and its selector matches, sorted."""
    from minikctl.kinds.deploymentutil import controller_uid
    from minikctl.lib.labels import from_label_selector

    metadata = obj["metadata"]
    uid = metadata.get("uid")
    owned = reader.list(
        RESOURCE, metadata.get("namespace", ""), owner=uid, selector=from_label_selector(obj["spec"].get("selector")),
    )
    return sort_revisions(revision for revision in owned if controller_uid(revision) == uid)


class RevisionedRollout(Rollout):
    """The rollout capability of a kind whose revisions are ControllerRevisions; ``status`` is the kind's own."""

    def history(self, obj: Obj, reader: Reader) -> dict[int, Obj]:
        """See ``Rollout.history``: the ControllerRevisions."""
        return {revision.get("revision", 0): revision for revision in list_revisions(obj, reader)}

    def template_of(self, obj: Obj, kept: Obj) -> Obj:  # noqa: ARG002 - see Rollout
        """See ``Rollout.template_of``."""
        return template_in(kept)

    def object_of(self, obj: Obj, kept: Obj) -> Obj:
        """See ``Rollout.object_of``: the whole object as it was, not the ControllerRevision."""
        return apply_revision(obj, kept)

    def _view_revision(self, obj: Obj, kept: Obj) -> str:
        """The template alone: kubectl shows its change-cause with Deployments only."""
        return describe_template(self.template_of(obj, kept))

    def undo(
        self, obj: Obj, to_revision: int, reader: Reader, *, dry_run: str = "none", program: str = "kubectl",  # noqa: ARG002 - see Rollout
    ) -> tuple[str, Obj | None]:
        """See ``Rollout.undo``."""
        kept = self.history(obj, reader)
        if to_revision == 0 and len(kept) <= 1:
            raise MinikctlError("no last revision to roll back to")
        number = to_revision or sorted(kept)[-2]
        if number not in kept:
            raise revision_not_found(to_revision)
        if dry_run == "client":
            return f"will roll back to {describe_template(template_in(kept[number]))}", None
        if matches(obj, kept[number]):
            return skipped(to_revision), None
        return ROLLED_BACK, apply_revision(obj, kept[number])
