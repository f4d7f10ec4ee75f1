"""PriorityClass (scheduling.k8s.io/v1): how much a Pod matters when room is short.

Upstream: ``pkg/apis/scheduling/v1/defaults.go``, ``pkg/apis/scheduling/validation``,
``pkg/registry/scheduling/priorityclass/storage`` and ``printPriorityClass``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

PREEMPT_LOWER_PRIORITY = "PreemptLowerPriority"
_SYSTEM_PREFIX = "system-"
#: (value, description) of the classes that every cluster has
SYSTEM_CLASSES = {
    "system-node-critical": (
        2000001000, "Used for system critical pods that must not be moved from their current node."
    ),
    "system-cluster-critical": (
        2000000000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
}
HIGHEST_USER_DEFINABLE_PRIORITY = 1_000_000_000


def system_class(name: str) -> Obj:
    """A class that every cluster has, as the API server makes it at its start."""
    value, description = SYSTEM_CLASSES[name]
    return {
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
        "value": value, "description": description, "preemptionPolicy": PREEMPT_LOWER_PRIORITY,
    }


class PriorityClassKind(Kind):
    """The hooks of PriorityClasses."""

    columns = (
        Column("NAME"), Column("VALUE"), Column("GLOBAL-DEFAULT"), Column("AGE"), Column("PREEMPTIONPOLICY"),
    )

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        obj.setdefault("preemptionPolicy", PREEMPT_LOWER_PRIORITY)
        obj.setdefault("value", 0)

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``: a generation that never rises."""
        obj["metadata"]["generation"] = 1

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import forbidden, not_supported

        name, value = obj["metadata"].get("name", ""), obj["value"]
        errors: list[FieldError] = []
        if name.startswith(_SYSTEM_PREFIX):
            problem = _problem_of_system_class(name, value, global_default=bool(obj.get("globalDefault")))
            if problem:
                errors.append(forbidden(
                    "metadata.name",
                    f"priority class names with '{_SYSTEM_PREFIX}' prefix are reserved for system use only. "
                    f"error: {problem}",
                ))
        elif value > HIGHEST_USER_DEFINABLE_PRIORITY:
            errors.append(forbidden(
                "value", f"maximum allowed value of a user defined priority is {HIGHEST_USER_DEFINABLE_PRIORITY}"
            ))
        if obj["preemptionPolicy"] not in (PREEMPT_LOWER_PRIORITY, "Never"):
            errors.append(not_supported("preemptionPolicy", obj["preemptionPolicy"], (PREEMPT_LOWER_PRIORITY, "Never")))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: what Pods have been given does not change."""
        from minikctl.errors import forbidden
        from minikctl.kinds.meta import validate_immutable_field

        errors: list[FieldError] = []
        if obj["value"] != old["value"]:
            errors.append(forbidden("value", "may not be changed in an update."))
        return errors + validate_immutable_field(
            obj["preemptionPolicy"], old.get("preemptionPolicy"), "preemptionPolicy"
        )

    def refuse_deletion(self, obj: Obj) -> str:
        """See ``Kind.refuse_deletion``."""
        is_system = obj["metadata"]["name"] in SYSTEM_CLASSES
        return "this is a system priority class and cannot be deleted" if is_system else ""

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        return (
            metadata["name"], str(obj.get("value", 0)), "true" if obj.get("globalDefault") else "false",
            age(metadata.get("creationTimestamp"), now), obj.get("preemptionPolicy", ""),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.lib.labels import format_labels

        metadata = obj["metadata"]
        out.write(0, f"Name:\t{metadata['name']}\n")
        out.write(0, f"Value:\t{obj.get('value', 0)}\n")
        out.write(0, f"GlobalDefault:\t{'true' if obj.get('globalDefault') else 'false'}\n")
        out.write(0, f"PreemptionPolicy:\t{obj.get('preemptionPolicy', '')}\n")
        out.write(0, f"Description:\t{obj.get('description', '')}\n")
        out.write(0, f"Annotations:\t{format_labels(metadata.get('annotations'))}\n")
        out.events(obj)


def _problem_of_system_class(name: str, value: int, *, global_default: bool) -> str:
    """Why a class with a system's name is none of the system's (upstream: ``IsKnownSystemPriorityClass``)."""
    if name not in SYSTEM_CLASSES:
        return f"{name} is not a known system priority class"
    if value != SYSTEM_CLASSES[name][0]:
        return f"value of {name} PriorityClass must be {SYSTEM_CLASSES[name][0]}"
    return f"globalDefault of {name} PriorityClass must be false" if global_default else ""


KIND = PriorityClassKind
