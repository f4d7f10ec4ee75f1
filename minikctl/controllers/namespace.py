"""Namespaces on their way out: everything in them goes first (upstream: ``pkg/controller/namespace``).

Pods go before the rest (upstream: OrderedNamespaceDeletion): what protects or serves them stays as long as they run.
When nothing is left, the finalizer ``kubernetes`` in spec.finalizers is dropped, and with it the namespace.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.refs import is_deleting
from minikctl.errors import NotFound, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

NAMESPACES = "namespaces"
PODS = "pods"
#: seconds after which what could not be deleted is tried again
RETRY = 15

#: the conditions in their order, with reason and message while all is well
OK_CONDITIONS = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions", "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted", "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}


class NamespaceController(Controller):
    """Namespaces, by name."""

    name = "namespace"
    watches = ()  # everything: the last object that goes lets its namespace go

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:  # noqa: ARG002 - the hook
        """Namespaces, and whatever goes."""
        return resource == NAMESPACES or verb == "delete"

    def keys(self, change: Change, context: Context) -> Iterator[str]:
        """A namespace that is being deleted, and one that has something less in it."""
        if change.resource == NAMESPACES:
            if change.after is not None and is_deleting(change.after):
                yield change.name
        elif change.namespace and change.after is None:
            # Looked up once a pass, not once an object; one that is deleted later in the pass is due by itself.
            going = context.scratch.get(change.namespace)
            if going is None:
                namespace = context.look(NAMESPACES, "", change.namespace)
                going = context.scratch[change.namespace] = namespace is not None and is_deleting(namespace)
            if going:
                yield change.namespace

    def sync(self, context: Context, key: str) -> None:
        """Delete what is in the namespace; when nothing is left, finalize it."""
        namespace = context.get(NAMESPACES, "", key)
        if namespace is None or not is_deleting(namespace):
            return
        problems = delete_content(context, key)
        remaining = context.namespaced_objects(key)
        if not remaining and not problems:
            context.finalize_namespace(key)
            return
        finalizers = _finalizers(context, key, remaining)
        conditions = current_conditions(remaining_by_resource(remaining), finalizers, problems)
        if update_conditions(namespace, conditions, context.now()):
            context.update_status(namespace)
        if problems:
            context.requeue_after(key, RETRY)


def delete_content(context: Context, namespace: str) -> list[str]:
    """Delete everything in a namespace, Pods first and the rest when they are gone; returns what could not be."""
    problems = []
    content = context.namespaced_objects(namespace)
    pods = [entry for entry in content if entry[0] == PODS]
    for resource, name in pods or content:
        try:
            context.delete(resource, namespace, name, propagation="Background")
        except NotFound:
            continue
        except StatusError as error:
            problems.append(str(error))
    if pods and not any(resource == PODS for resource, _ in context.namespaced_objects(namespace)):
        problems += delete_content(context, namespace)
    return problems


def remaining_by_resource(remaining: list[tuple[str, str]]) -> dict[str, int]:
    """How many objects of each resource are left, by ``RESOURCE.GROUP`` (``pods.`` in the core group, as upstream)."""
    counts: dict[str, int] = {}
    for resource, _ in remaining:
        name = resource if "." in resource else f"{resource}."
        counts[name] = counts.get(name, 0) + 1
    return counts


def _finalizers(context: Context, namespace: str, remaining: list[tuple[str, str]]) -> dict[str, int]:
    """How many of the remaining objects each finalizer holds."""
    counts: dict[str, int] = {}
    for resource, name in remaining:
        obj = context.get(resource, namespace, name)
        for finalizer in (obj or {"metadata": {}})["metadata"].get("finalizers") or ():
            counts[finalizer] = counts.get(finalizer, 0) + 1
    return counts


def current_conditions(
    remaining: dict[str, int], finalizers: dict[str, int], problems: list[str]
) -> dict[str, tuple[str, str, str]]:
    """(status, reason, message) of each condition of a namespace that is being deleted."""
    conditions = {kind: ("False", reason, message) for kind, (reason, message) in OK_CONDITIONS.items()}
    if problems:
        text = ", ".join(sorted(problems))
        conditions["NamespaceDeletionContentFailure"] = (
            "True", "ContentDeletionFailed", f"Failed to delete all resource types, {len(problems)} remaining: {text}",
        )
    if remaining:
        parts = ", ".join(f"{name} has {count} resource instances" for name, count in sorted(remaining.items()))
        conditions["NamespaceContentRemaining"] = (
            "True", "SomeResourcesRemain", f"Some resources are remaining: {parts}",
        )
    if finalizers:
        parts = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(finalizers.items()))
        conditions["NamespaceFinalizersRemaining"] = (
            "True", "SomeFinalizersRemain", f"Some content in the namespace has finalizers remaining: {parts}",
        )
    return conditions


def update_conditions(namespace: Obj, conditions: dict[str, tuple[str, str, str]], now: float) -> bool:
    """Bring ``status`` of ``namespace`` up to date; says whether anything changed (upstream: ``updateConditions``)."""
    from minikctl.lib.times import format_time

    status = namespace.setdefault("status", {})
    changed: bool = status.get("phase") != "Terminating"
    status["phase"] = "Terminating"
    present = {condition["type"]: condition for condition in status.get("conditions") or ()}
    for kind, (value, reason, message) in conditions.items():
        old = present.get(kind)
        if old is not None and (old["status"], old["reason"], old["message"]) == (value, reason, message):
            continue
        changed = True
        since = old["lastTransitionTime"] if old is not None and old["status"] == value else format_time(now)
        present[kind] = {
            "lastTransitionTime": since, "message": message, "reason": reason, "status": value, "type": kind,
        }
    status["conditions"] = list(present.values())
    return changed


CONTROLLER = NamespaceController
