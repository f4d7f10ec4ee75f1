"""What a Job's policies say of its Pods: which failure ends it, which does not count, which successes are enough.

Pure functions over plain objects. Upstream: ``pod_failure_policy.go`` and ``success_policy.go``.
"""

from __future__ import annotations

from minikctl.controllers.job.indexes import overlap, parse, total

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.job.indexes import Intervals

    Obj = dict[str, Any]


class FailureVerdict:
    """What a podFailurePolicy says of one failed Pod.

    ``message``: why the whole Job fails, None where it does not. ``counts``: whether the failure counts against the
    back-off limits. ``action``: the action of the rule that matches, "" where none does.
    """

    __slots__ = ("action", "counts", "message")

    def __init__(self, action: str, message: str | None = None) -> None:
        self.action = action
        self.counts = action != "Ignore"
        self.message = message


def match_pod_failure_policy(policy: Obj | None, pod: Obj) -> FailureVerdict:
    """Return what the first rule that matches a failed Pod says (upstream: ``matchPodFailurePolicy``)."""
    for index, rule in enumerate((policy or {}).get("rules") or ()):
        action = rule.get("action", "")
        why = _match(rule, pod)
        if why is not None:
            words = f"{why} matching {action} rule at index {index}"
            return FailureVerdict(action, words if action == "FailJob" else None)
    return FailureVerdict("")


def _match(rule: Obj, pod: Obj) -> str | None:
    """How a rule matches a Pod, None where it does not."""
    metadata, status = pod["metadata"], pod.get("status") or {}
    name = f"{metadata.get('namespace', '')}/{metadata['name']}"
    if rule.get("onExitCodes") is not None:
        container = match_on_exit_codes(status, rule["onExitCodes"])
        if container is None:
            return None
        code = container["state"]["terminated"]["exitCode"]
        return f"Container {container['name']} for pod {name} failed with exit code {code}"
    for condition in status.get("conditions") or ():
        for pattern in rule.get("onPodConditions") or ():
            if (condition["type"], condition["status"]) == (pattern["type"], pattern.get("status", "True")):
                return f"Pod {name} has condition {condition['type']}"
    return None


def match_on_exit_codes(status: Obj, requirement: Obj) -> Obj | None:
    """Return the first container status with an exit code that is meant, the regular containers first."""
    values = requirement.get("values") or ()
    wanted = requirement.get("containerName")
    for field in ("containerStatuses", "initContainerStatuses"):
        for container in status.get(field) or ():
            terminated = (container.get("state") or {}).get("terminated")
            if terminated is None or not terminated["exitCode"] or wanted not in (None, container["name"]):
                continue
            if (terminated["exitCode"] in values) == (requirement.get("operator") == "In"):
                found: Obj = container
                return found
    return None


def match_success_policy(policy: Obj | None, completions: int, succeeded: Intervals) -> str | None:
    """Return which rule the succeeded indexes keep, in upstream's words, None where they keep none."""
    if not succeeded:
        return None
    rules: Iterable[Obj] = (policy or {}).get("rules") or ()
    for index, rule in enumerate(rules):
        count = rule.get("succeededCount")
        if rule.get("succeededIndexes") is None:
            kept = count is not None and total(succeeded) >= count
        else:
            required = parse(rule["succeededIndexes"], completions)
            done = overlap(required, succeeded)
            kept = bool(required) and (done == total(required) or (count is not None and done >= count))
        if kept:
            return f"Matched rules at index {index}"
    return None
