"""CustomResourceDefinition (apiextensions.k8s.io/v1): what defines a kind of a user's own.

Upstream: ``apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go``, ``pkg/registry/customresourcedefinition``
(strategy and etcd). The rules stand in ``validation`` and, for the schemas in it, in ``schemas`` and ``structural``;
what becomes of a stored definition is a matter of the controllers ``crdnaming`` and ``crdfinalizer``.
"""

from __future__ import annotations

from minikctl.kinds.createdat import CreatedAtKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]

#: holds a definition until all objects of its kind are gone
CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io"


class CustomResourceDefinitionKind(CreatedAtKind):
    """The hooks of CustomResourceDefinitions."""

    has_generation = True
    has_status = True
    rules_are_whole = True

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: names that follow from the kind's, and no conversion."""
        spec = obj.setdefault("spec", {})
        names = spec.setdefault("names", {})
        kind = names.get("kind") or ""
        if not names.get("singular"):
            names["singular"] = kind.lower()
        if not names.get("listKind") and kind:
            names["listKind"] = f"{kind}List"
        conversion = spec.get("conversion")
        if conversion is None:
            spec["conversion"] = {"strategy": "None"}
        else:
            service = ((conversion.get("webhook") or {}).get("clientConfig") or {}).get("service")
            if isinstance(service, dict):
                service.setdefault("port", 443)

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``: the version to store in is noted as one that was."""
        obj["status"] = {}
        _note_stored_version(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.prepare_for_update``."""
        obj["status"] = dict(obj.get("status") or {})
        _note_stored_version(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.kinds.customresourcedefinition.validation import validate_definition

        return validate_definition(obj, None)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: all rules again, and what may not change."""
        from minikctl.kinds.customresourcedefinition.validation import validate_definition

        return validate_definition(obj, old)

    def is_held(self, obj: Obj) -> bool:
        """See ``Kind.is_held``: a deletion always waits for the objects of the kind."""
        return super().is_held(obj) or "deletionTimestamp" not in obj["metadata"]

    def prepare_for_delete(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_delete``: the finalizer that holds it, and a condition that says so."""
        meta = obj["metadata"]
        finalizers = list(meta.get("finalizers") or ())
        if CLEANUP_FINALIZER not in finalizers:
            meta["finalizers"] = [*finalizers, CLEANUP_FINALIZER]
        status = obj["status"] = dict(obj.get("status") or {})
        conditions = status["conditions"] = [dict(each) for each in status.get("conditions") or ()]
        set_condition(
            conditions, "Terminating", "True", "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
            meta["deletionTimestamp"],
        )

    def warnings(self, obj: Obj) -> list[str]:
        """See ``Kind.warnings``: what is stored and not acted upon."""
        if (obj["spec"].get("conversion") or {}).get("strategy") == "Webhook":
            return ["conversion webhooks are not called: objects are converted by their apiVersion alone"]
        return []


def _note_stored_version(obj: Obj) -> None:
    """Add the storage version to ``status.storedVersions``."""
    status = obj["status"]
    stored = list(status.get("storedVersions") or ())
    stored += [
        version["name"] for version in obj["spec"].get("versions") or ()
        if version.get("storage") and version.get("name") and version["name"] not in stored
    ]
    status["storedVersions"] = stored


def set_condition(conditions: list[Obj], kind: str, status: str, reason: str, message: str, now: str) -> bool:
    """Set a condition in ``conditions``; ``now`` is when it changed, if it did. Returns whether anything is different.

    Upstream: ``SetCRDCondition``.
    """
    wanted = {"message": message, "reason": reason, "status": status, "type": kind}
    for condition in conditions:
        if condition.get("type") == kind:
            if {key: condition.get(key) for key in wanted} == wanted:
                return False
            if condition.get("status") != status:
                condition["lastTransitionTime"] = now
            condition.update(wanted)
            return True
    conditions.append({"lastTransitionTime": now, **wanted})
    return True


def find_condition(obj: Obj, kind: str) -> Obj | None:
    """The condition of a definition with this type, or None."""
    for condition in (obj.get("status") or {}).get("conditions") or ():
        if condition.get("type") == kind:
            found: Obj = condition
            return found
    return None


KIND = CustomResourceDefinitionKind
