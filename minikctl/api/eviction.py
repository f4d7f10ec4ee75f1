"""Eviction: deleting a Pod, if its disruption budget allows it (upstream: ``pkg/registry/core/pod/storage/eviction.go``).

Each eviction is charged to the budget at once, so that several of one command cannot take more than it allows; the
disruption controller brings the numbers up to date when the Pod is gone.
"""

from __future__ import annotations

from minikctl.api.disruption import BUDGETS, budgets_of, update_condition
from minikctl.errors import Forbidden, InternalError, TooManyRequests
from minikctl.kinds.podspec.status import is_pod_ready, set_pod_condition
from minikctl.lib.times import format_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.server import Api

    Obj = dict[str, Any]

WOULD_VIOLATE = "Cannot evict pod as it would violate the pod's disruption budget."
_SEVERAL = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
)
#: evictions that may wait for the disruption controller
MAX_DISRUPTED_PODS = 2000


def evict(
    api: Api, pod: Obj, *, grace_period: int | None = None, uid: str | None = None, dry_run: bool = False
) -> Obj:
    """Delete ``pod`` as its budget allows, and return it as it was last.

    ``grace_period`` in seconds (None: the Pod's own); ``uid``: only if the Pod still has it; ``dry_run``: only look
    whether it may go. Raises NotFound, Conflict, TooManyRequests (the budget allows no disruption now), Forbidden,
    InternalError (several budgets).
    """
    meta = pod["metadata"]
    namespace, name = meta["namespace"], meta["name"]
    stored = api.must_get("pods", namespace, name)
    if not can_ignore_budgets(stored):
        budgets = budgets_of(stored["metadata"].get("labels") or {}, api.list(BUDGETS, namespace))
        if len(budgets) > 1:
            raise InternalError(_SEVERAL)
        if budgets and not _is_free(stored, budgets[0]):
            _check_and_decrement(api, budgets[0], name, dry_run=dry_run)
    if dry_run:
        return stored
    if not stored["metadata"].get("deletionTimestamp"):
        stored = _note_disruption(api, stored)
    return api.delete("pods", namespace, name, uid=uid, grace_period=grace_period)


def can_ignore_budgets(pod: Obj) -> bool:
    """Whether a Pod counts for nothing: it never ran, has ended, or is on its way out (upstream: ``canIgnorePDB``)."""
    phase = (pod.get("status") or {}).get("phase")
    return phase in ("Succeeded", "Failed", "Pending") or bool(pod["metadata"].get("deletionTimestamp"))


def _is_free(pod: Obj, budget: Obj) -> bool:
    """Whether a Pod that is not ready may go without being charged."""
    if is_pod_ready(pod):
        return False
    if (budget.get("spec") or {}).get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    return bool(status.get("currentHealthy", 0) >= status.get("desiredHealthy", 0) > 0)


def _check_and_decrement(api: Api, budget: Obj, pod_name: str, *, dry_run: bool) -> None:
    """Charge one disruption to the budget. Raises TooManyRequests, Forbidden."""
    name, status = budget["metadata"]["name"], dict(budget.get("status") or {})
    allowed, disrupted = status.get("disruptionsAllowed", 0), dict(status.get("disruptedPods") or {})
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        raise TooManyRequests(WOULD_VIOLATE)
    if allowed < 0:
        raise Forbidden("poddisruptionbudget.policy", name, "pdb disruptions allowed is negative")
    if len(disrupted) > MAX_DISRUPTED_PODS:
        raise Forbidden(
            "poddisruptionbudget.policy", name,
            "DisruptedPods map too big - too many evictions not confirmed by PDB controller",
        )
    if allowed == 0:
        raise TooManyRequests(WOULD_VIOLATE)
    if dry_run:
        return
    disrupted[pod_name] = format_time(api.now())
    budget["status"] = {**status, "disruptionsAllowed": allowed - 1, "disruptedPods": disrupted}
    if allowed == 1:
        update_condition(budget, api.now())
    api.update_status(budget)


def _note_disruption(api: Api, pod: Obj) -> Obj:
    """Write down on the Pod why it goes."""
    status = pod.setdefault("status", {})
    condition: Obj = {
        "type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
    if pod["metadata"].get("generation"):
        condition["observedGeneration"] = pod["metadata"]["generation"]
    set_pod_condition(status, condition, api.now())
    return api.update_status(pod)
