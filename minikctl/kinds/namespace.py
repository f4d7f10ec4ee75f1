"""Namespace (v1): the scope that names are unique in.

Upstream: ``SetDefaults_Namespace``, ``pkg/registry/core/namespace/strategy.go``, ``ValidateNamespace``,
``printNamespace`` and ``describeNamespace``. A Namespace has two kinds of finalizers: those of its metadata, and those
in its spec, where ``kubernetes`` stands until everything in it is gone.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Reader, Writer

    Obj = dict[str, Any]

METADATA_NAME_LABEL = "kubernetes.io/metadata.name"
KUBERNETES_FINALIZER = "kubernetes"
_STANDARD_FINALIZERS = frozenset({KUBERNETES_FINALIZER, "orphan", "foregroundDeletion"})


class NamespaceKind(Kind):
    """The hooks of Namespaces."""

    columns = (Column("NAME"), Column("STATUS"), Column("AGE"))
    has_status = True
    name_format = "label"
    field_labels = ("status.phase",)

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: the label with the name, which selectors of other kinds rely on."""
        obj.setdefault("spec", {})
        metadata = obj["metadata"]
        if metadata.get("name"):
            labels = metadata.get("labels")
            if labels is None:
                labels = metadata["labels"] = {}
            labels[METADATA_NAME_LABEL] = metadata["name"]

    def prepare_for_create(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_create``: a new Namespace is active, and held until its content is gone."""
        obj["status"] = {"phase": "Active"}
        finalizers = obj["spec"].setdefault("finalizers", [])
        if KUBERNETES_FINALIZER not in finalizers:
            finalizers.append(KUBERNETES_FINALIZER)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """See ``Kind.prepare_for_update``: only /finalize changes the finalizers of the spec."""
        finalizers = (old.get("spec") or {}).get("finalizers")
        if finalizers:
            obj["spec"]["finalizers"] = finalizers
        else:
            obj["spec"].pop("finalizers", None)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import invalid
        from minikctl.lib.names import is_qualified_name

        path = "spec.finalizers"
        errors: list[FieldError] = []
        for finalizer in (obj.get("spec") or {}).get("finalizers") or ():
            errors += [invalid(path, finalizer, message) for message in is_qualified_name(finalizer)]
            if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
                errors.append(invalid(
                    path, finalizer, "name is neither a standard finalizer name nor is it fully qualified",
                ))
        return errors

    def prepare_for_delete(self, obj: Obj) -> None:
        """See ``Kind.prepare_for_delete``."""
        obj["status"] = {**(obj.get("status") or {}), "phase": "Terminating"}

    def is_held(self, obj: Obj) -> bool:
        """See ``Kind.is_held``: the finalizers of the spec count too."""
        return super().is_held(obj) or bool((obj.get("spec") or {}).get("finalizers"))

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        phase: str = (obj.get("status") or {}).get("phase", "")
        return metadata["name"], phase, age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """See ``Kind.describe``. Upstream shows no events here."""
        from minikctl.kinds.describing import annotations_multiline, labels_multiline

        metadata, status = obj["metadata"], obj.get("status") or {}
        out.write(0, f"Name:\t{metadata['name']}\n")
        labels_multiline(out, "Labels", metadata.get("labels"))
        annotations_multiline(out, "Annotations", metadata.get("annotations"))
        out.write(0, f"Status:\t{status.get('phase', '')}\n")
        _describe_conditions(out, status.get("conditions") or ())
        from minikctl.kinds.namespacelimits import describe_limit_ranges, describe_resource_quotas

        out.write(0, "\n")
        describe_resource_quotas(out, _in_namespace(read, "resourcequotas", metadata["name"]))
        out.write(0, "\n")
        describe_limit_ranges(out, _in_namespace(read, "limitranges", metadata["name"]))


def _in_namespace(read: Reader, resource: str, namespace: str) -> list[Obj]:
    """What there is of ``resource`` in the Namespace; nothing where the kind itself is not there."""
    from minikctl.kinds import find_kind

    return read.list(resource, namespace) if find_kind(resource) else []


def _describe_conditions(out: Writer, conditions: Sequence[Obj]) -> None:
    """Write what holds a deletion up."""
    from minikctl.lib.times import describe_time

    if not conditions:
        return
    out.write(0, "Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage\n")
    out.write(1, "----\t------\t------------------\t------\t-------\n")
    for condition in conditions:
        out.write(
            1,
            f"{condition['type']}\t{condition['status']}\t{describe_time(condition.get('lastTransitionTime'))}\t"
            f"{condition.get('reason', '')}\t{condition.get('message', '')}\n",
        )


KIND = NamespaceKind
