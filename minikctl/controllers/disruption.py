"""PodDisruptionBudgets: how many Pods there are, how many there have to be, and how many may go.

Upstream: ``pkg/controller/disruption``.
"""

from __future__ import annotations

from minikctl.api.disruption import BUDGETS, CONDITION, budgets_of, set_condition, update_condition
from minikctl.controllers.base import Controller
from minikctl.controllers.refs import controller_of
from minikctl.kinds.podspec.status import is_pod_ready
from minikctl.lib.intstr import scaled_value_from_int_or_percent
from minikctl.lib.labels import from_label_selector
from minikctl.lib.times import parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

COMPONENT = "controllermanager"
#: seconds that an evicted Pod may take to be deleted before it counts again
DELETION_TIMEOUT = 120.0
_FIELDS = (
    "metadata.name", "metadata.namespace", "metadata.labels", "metadata.uid", "metadata.ownerReferences",
    "metadata.deletionTimestamp", "status.conditions",
)


class NoScaleError(Exception):
    """It cannot be said how many Pods there should be; the message is upstream's."""


class DisruptionController(Controller):
    """Keys are ``namespace/name`` of budgets."""

    name = "disruption"
    watches = (BUDGETS, "pods")
    serves = BUDGETS

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """A budget that asks for something else, and those of a Pod that came, went or became ready or not."""
        if change.resource == BUDGETS:
            before, after = change.before, change.after
            if after is None or (before is not None and before.get("spec") == after.get("spec") and not (
                (after.get("status") or {}).get("disruptedPods")
            )):
                return ()
            return (f"{change.namespace}/{change.name}",)
        known: dict[str, list[Obj]] = context.scratch.setdefault("budgets", {})
        if change.namespace not in known:
            known[change.namespace] = context.list(BUDGETS, change.namespace)
        if not known[change.namespace] or _facts(change.before) == _facts(change.after):
            return ()
        labels = [pod["metadata"].get("labels") or {} for pod in (change.before, change.after) if pod is not None]
        return [
            f"{change.namespace}/{budget['metadata']['name']}"
            for each in labels for budget in budgets_of(each, known[change.namespace])
        ]

    def sync(self, context: Context, key: str) -> None:
        """Write the numbers of a budget down."""
        namespace, _, name = key.partition("/")
        budget = context.get(BUDGETS, namespace, name)
        if budget is None:
            return
        selector = from_label_selector((budget.get("spec") or {}).get("selector"))
        pods = context.list("pods", namespace, selector=selector, fields=_FIELDS)
        if not pods:
            context.event(budget, "Normal", "NoPods", "No matching pods found", COMPONENT)
        try:
            expected, desired, unmanaged = expected_pods(context, budget, pods)
        except NoScaleError as error:
            self._fail_safe(context, budget, str(error))
            return
        if unmanaged:
            context.event(budget, "Warning", "UnmanagedPods", _unmanaged_words(budget), COMPONENT)
        disrupted, recheck = self._disrupted_pods(context, budget, pods)
        healthy = sum(
            1 for pod in pods if is_pod_ready(pod) and not pod["metadata"].get("deletionTimestamp")
            and pod["metadata"]["name"] not in disrupted
        )
        self._update_status(context, budget, healthy=healthy, desired=desired, expected=expected, disrupted=disrupted)
        if recheck is not None:
            context.requeue_after(key, recheck - context.now())

    @staticmethod
    def _disrupted_pods(context: Context, budget: Obj, pods: list[Obj]) -> tuple[dict[str, str], float | None]:
        """The evicted Pods that are still to be deleted, and when the next of them counts again."""
        noted = (budget.get("status") or {}).get("disruptedPods") or {}
        kept: dict[str, str] = {}
        recheck: float | None = None
        for pod in pods:
            name = pod["metadata"]["name"]
            if pod["metadata"].get("deletionTimestamp") or name not in noted:
                continue
            due = parse_time(noted[name]) + DELETION_TIMEOUT
            if due < context.now():
                where = f"{budget['metadata']['namespace']}/{budget['metadata']['name']}"
                words = f"Pod was expected by PDB {where} to be deleted but it wasn't"
                whole = context.get("pods", pod["metadata"]["namespace"], name)
                if whole is not None:
                    context.event(whole, "Warning", "NotDeleted", words, COMPONENT)
                continue
            kept[name] = noted[name]
            recheck = due if recheck is None else min(recheck, due)
        return kept, recheck

    @staticmethod
    def _update_status(
        context: Context, budget: Obj, *, healthy: int, desired: int, expected: int, disrupted: dict[str, str]
    ) -> None:
        # Budgets without Pods allow nothing: their first Pods may come before this is worked out anew.
        allowed = max(0, healthy - desired) if expected > 0 else 0
        status = {
            **(budget.get("status") or {}), "currentHealthy": healthy, "desiredHealthy": desired,
            "expectedPods": expected, "disruptionsAllowed": allowed,
            "observedGeneration": budget["metadata"].get("generation", 0),
        }
        status.pop("disruptedPods", None)
        if disrupted:
            status["disruptedPods"] = disrupted
        budget["status"] = status
        update_condition(budget, context.now())
        context.update_status(budget)

    @staticmethod
    def _fail_safe(context: Context, budget: Obj, problem: str) -> None:
        """Allow nothing as long as the numbers are not known (upstream: ``failSafe``)."""
        words = f"Failed to calculate the number of expected pods: {problem}"
        context.event(budget, "Warning", "CalculateExpectedPodCountFailed", words, COMPONENT)
        status = budget["status"] = {**(budget.get("status") or {}), "disruptionsAllowed": 0}
        status["observedGeneration"] = generation = budget["metadata"].get("generation", 0)
        set_condition(status, CONDITION, "False", "SyncFailed", problem, generation=generation, now=context.now())
        context.update_status(budget)


def expected_pods(context: Context, budget: Obj, pods: list[Obj]) -> tuple[int, int, bool]:
    """How many Pods there should be, how many of them healthy, and whether some have no controller that says so.

    Raises NoScaleError. Upstream: ``getExpectedPodCount``.
    """
    spec = budget.get("spec") or {}
    if spec.get("maxUnavailable") is not None:
        expected, unmanaged = expected_scale(context, pods)
        unavailable = scaled_value_from_int_or_percent(spec["maxUnavailable"], expected, round_up=True)
        return expected, max(0, expected - unavailable), unmanaged
    least = spec.get("minAvailable")
    if least is None:
        return 0, 0, False
    if isinstance(least, int):
        return len(pods), least, False
    expected, unmanaged = expected_scale(context, pods)
    return expected, scaled_value_from_int_or_percent(least, expected, round_up=True), unmanaged


def expected_scale(context: Context, pods: list[Obj]) -> tuple[int, bool]:
    """The replicas that the controllers of ``pods`` want together, and whether some Pods have none.

    Raises NoScaleError where a controller is not there or cannot be scaled. Upstream: ``getExpectedScale``.
    """
    scales: dict[str, int] = {}
    unmanaged = False
    seen: set[str] = set()
    for pod in pods:
        reference = controller_of(pod)
        if reference is None:
            unmanaged = True
            continue
        if reference["uid"] in seen:
            continue
        seen.add(reference["uid"])
        found = _scale_of(context, pod["metadata"]["namespace"], reference)
        if found is None:
            raise NoScaleError(f'found no controllers for pod "{pod["metadata"]["name"]}"')
        scales[found[0]] = found[1]
    return sum(scales.values()), unmanaged


def _scale_of(context: Context, namespace: str, reference: Obj) -> tuple[str, int] | None:
    """UID and replicas of the topmost controller with a scale: of a Deployment rather than of its ReplicaSet."""
    from minikctl import kinds

    info = kinds.info_for_object(reference.get("apiVersion", ""), reference.get("kind", ""))
    if info is None:
        return None
    paths = kinds.load(info).scale_paths()
    owner = context.get(info.resource, namespace, reference["name"])
    if owner is None or owner["metadata"]["uid"] != reference["uid"]:
        return None
    above = controller_of(owner)
    if above is not None:
        found = _scale_of(context, namespace, above)
        if found is not None:
            return found
    if paths is None:
        return None
    value: Any = owner
    for part in paths[0].split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return owner["metadata"]["uid"], value if isinstance(value, int) else 0


def _unmanaged_words(budget: Obj) -> str:
    from minikctl.lib.labels import format_label_selector

    selector = format_label_selector((budget.get("spec") or {}).get("selector"))
    return (
        f"Pods selected by this PodDisruptionBudget (selector: {selector}) were found to be unmanaged. As a result, the "
        "status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these "
        'pods please set ".spec.minAvailable" field of the PDB to an integer value.'
    )


def _facts(pod: Obj | None) -> tuple[Any, ...] | None:
    """What of a Pod counts for its budgets."""
    if pod is None:
        return None
    meta = pod["metadata"]
    return is_pod_ready(pod), meta.get("labels"), meta.get("deletionTimestamp"), meta.get("ownerReferences")


CONTROLLER = DisruptionController
