"""What becomes of the objects of a kind when its CustomResourceDefinition goes: they go first.

Upstream: ``apiextensions-apiserver/pkg/controller/finalizer/crd_finalizer.go``.
"""

from __future__ import annotations

from minikctl.controllers.base import Controller
from minikctl.controllers.refs import is_deleting
from minikctl.errors import NotFound
from minikctl.kinds import CUSTOM_RESOURCES
from minikctl.kinds.customresourcedefinition import CLEANUP_FINALIZER, set_condition
from minikctl.lib.times import format_time, parse_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from minikctl.controllers.base import Change, Context

    Obj = dict[str, Any]

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
#: seconds that upstream waits for the objects to go before it says that it is still waiting
PATIENCE = 60


class FinalizerController(Controller):
    """Definitions, by name; a custom resource's resource is the name of its definition."""

    name = "crdfinalizer"
    watches = (DEFINITIONS, CUSTOM_RESOURCES)

    def concerns(self, resource: str, verb: str, changed: frozenset[str] | None) -> bool:  # noqa: ARG002 - the hook
        """Definitions, and custom resources that go."""
        return resource == DEFINITIONS or verb == "delete"

    def keys(self, change: Change, context: Context) -> Iterable[str]:
        """A definition that is being deleted, also when an object of its kind is gone."""
        if change.resource == DEFINITIONS:
            return (change.name,) if change.after is not None and is_deleting(change.after) else ()
        definition = context.get(DEFINITIONS, "", change.resource)
        return (change.resource,) if definition is not None and is_deleting(definition) else ()

    def sync(self, context: Context, key: str) -> None:
        """Delete all objects of the kind; when none is left, let the definition go."""
        definition = context.get(DEFINITIONS, "", key)
        if definition is None or not is_deleting(definition):
            return
        finalizers = definition["metadata"].get("finalizers") or []
        if CLEANUP_FINALIZER not in finalizers:
            return
        now = format_time(context.now())
        status = definition.setdefault("status", {})
        conditions = status["conditions"] = status.get("conditions") or []
        if context.count(key):
            set_condition(
                conditions, "Terminating", "True", "InstanceDeletionInProgress",
                "CustomResource deletion is in progress", now,
            )
            for obj in context.list(key, fields=("metadata.name", "metadata.namespace")):
                try:
                    context.delete(key, obj["metadata"].get("namespace") or "", obj["metadata"]["name"])
                except NotFound:
                    continue
        if context.count(key):
            wait = parse_time(definition["metadata"]["deletionTimestamp"]) + PATIENCE - context.now()
            if wait > 0:
                context.requeue_after(key, wait)
            else:
                set_condition(
                    conditions, "Terminating", "True", "InstanceDeletionCheck",
                    "could not confirm zero CustomResources remaining: timed out waiting for the condition", now,
                )
            context.update_status(definition)
            return
        set_condition(conditions, "Terminating", "False", "InstanceDeletionCompleted", "removed all instances", now)
        context.update_status(definition)
        present = context.get(DEFINITIONS, "", key)
        if present is None:
            return
        left = [each for each in finalizers if each != CLEANUP_FINALIZER]
        if left:
            present["metadata"]["finalizers"] = left
        else:
            present["metadata"].pop("finalizers", None)
        context.update(present)


CONTROLLER = FinalizerController
