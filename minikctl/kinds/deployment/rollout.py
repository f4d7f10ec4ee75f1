"""``rollout`` of Deployments: the revisions are ReplicaSets.

Upstream: ``DeploymentStatusViewer``, ``DeploymentHistoryViewer`` and ``DeploymentRollbacker`` in
``kubectl/pkg/polymorphichelpers``.
"""

from __future__ import annotations

from minikctl.errors import MinikctlError, quote
from minikctl.kinds import deploymentutil
from minikctl.kinds.rollouts import ROLLED_BACK, Rollout, describe_template, revision_not_found, skipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kinds.base import Reader

    Obj = dict[str, Any]


class DeploymentRollout(Rollout):
    """The rollout capability of Deployments."""

    def status(self, obj: Obj, revision: int, reader: Reader) -> tuple[str, bool]:  # noqa: ARG002 - see Rollout
        """See ``Rollout.status``. Upstream: ``DeploymentStatusViewer.Status``."""
        name = quote(obj["metadata"]["name"])
        status = obj.get("status") or {}
        if revision > 0:
            _check_revision(obj, revision)
        if obj["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
            return "Waiting for deployment spec update to be observed...\n", False
        progressing = deploymentutil.get_deployment_condition(status, deploymentutil.PROGRESSING)
        if progressing is not None and progressing.get("reason") == deploymentutil.TIMED_OUT_REASON:
            raise MinikctlError(f"deployment {name} exceeded its progress deadline")
        wanted = obj["spec"].get("replicas", 1)
        replicas, updated, available = (
            status.get(field, 0) for field in ("replicas", "updatedReplicas", "availableReplicas")
        )
        if updated < wanted:
            missing = f"{updated} out of {wanted} new replicas have been updated"
        elif replicas > updated:
            missing = f"{replicas - updated} old replicas are pending termination"
        elif available < updated:
            missing = f"{available} of {updated} updated replicas are available"
        else:
            return f"deployment {name} successfully rolled out\n", True
        return f"Waiting for deployment {name} rollout to finish: {missing}...\n", False

    def history(self, obj: Obj, reader: Reader) -> dict[int, Obj]:
        """See ``Rollout.history``: the ReplicaSets of the Deployment; one whose revision cannot be read is left out."""
        kept = {}
        for replica_set in _replica_sets(obj, reader):
            try:
                kept[deploymentutil.revision(replica_set)] = replica_set
            except ValueError:
                continue
        return dict(sorted(kept.items()))

    def undo(
        self, obj: Obj, to_revision: int, reader: Reader, *, dry_run: str = "none", program: str = "kubectl",
    ) -> tuple[str, Obj | None]:
        """See ``Rollout.undo``. The ReplicaSet's annotations come back with its template, so its change-cause too."""
        replica_set = self._replica_set_of(obj, to_revision, reader)
        template = replica_set["spec"]["template"]
        if dry_run == "client":
            return describe_template(template), None
        if obj["spec"].get("paused"):
            raise MinikctlError(
                f"you cannot rollback a paused deployment; resume it first with '{program} rollout resume' and try "
                "again"
            )
        if deploymentutil.equal_ignore_hash(template, obj["spec"]["template"]):
            return skipped(to_revision), None
        changed = {**obj, "metadata": dict(obj["metadata"]), "spec": dict(obj["spec"])}
        deploymentutil.set_from_replica_set_template(changed, template)
        deploymentutil.set_deployment_annotations_to(changed, replica_set)
        return ROLLED_BACK, changed

    def _replica_set_of(self, obj: Obj, revision: int, reader: Reader) -> Obj:
        """The ReplicaSet of ``revision``, or with 0 of the one before the latest. Upstream: ``deploymentRevision``."""
        kept = self.history(obj, reader)
        if revision == 0:
            if len(kept) > 1:
                return kept[sorted(kept)[-2]]
            raise MinikctlError(f"no rollout history found for deployment {quote(obj['metadata']['name'])}")
        if revision not in kept:
            raise revision_not_found(revision)
        return kept[revision]

    def pause(self, obj: Obj) -> Obj:
        """See ``Rollout.pause``."""
        if obj["spec"].get("paused"):
            raise self.refusal(obj, "is already paused")
        return {**obj, "spec": {**obj["spec"], "paused": True}}

    def resume(self, obj: Obj) -> Obj:
        """See ``Rollout.resume``."""
        if not obj["spec"].get("paused"):
            raise self.refusal(obj, "is not paused")
        return {**obj, "spec": {key: value for key, value in obj["spec"].items() if key != "paused"}}

    def restart(self, obj: Obj, now: float) -> Obj:
        """See ``Rollout.restart``. Raises MinikctlError for a paused Deployment, whose Pods would not be made anew."""
        if obj["spec"].get("paused"):
            raise self.refusal(obj, "can't restart paused deployment (run rollout resume first)")
        return super().restart(obj, now)


def _check_revision(obj: Obj, wanted: int) -> None:
    try:
        running = deploymentutil.revision(obj)
    except ValueError as error:
        name = quote(obj["metadata"]["name"])
        raise MinikctlError(f"cannot get the revision of deployment {name}: {error}") from error
    if running != wanted:
        raise MinikctlError(f"desired revision ({wanted}) is different from the running revision ({running})")


def _replica_sets(deployment: Obj, reader: Reader) -> list[Obj]:
    """The Deployment's ReplicaSets, old ones first and the new one last, as kubectl goes through them."""
    replica_sets = deploymentutil.list_replica_sets(deployment, reader)
    new = deploymentutil.find_new_replica_set(deployment, replica_sets)
    return [rs for rs in replica_sets if rs is not new] + ([] if new is None else [new])
