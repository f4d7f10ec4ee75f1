"""StorageClass (storage.k8s.io/v1): how volumes are made for claims that find none.

Upstream: ``pkg/apis/storage/v1/defaults.go``, ``pkg/apis/storage/validation`` and ``printStorageClass``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

BINDING_MODES = ("Immediate", "WaitForFirstConsumer")
RECLAIM_POLICIES = ("Delete", "Retain")


class StorageClassKind(Kind):
    """The hooks of StorageClasses."""

    columns = (
        Column("NAME"), Column("PROVISIONER"), Column("RECLAIMPOLICY"), Column("VOLUMEBINDINGMODE"),
        Column("ALLOWVOLUMEEXPANSION"), Column("AGE"),
    )

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``."""
        obj.setdefault("reclaimPolicy", "Delete")
        obj.setdefault("volumeBindingMode", "Immediate")

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        from minikctl.errors import not_supported
        from minikctl.kinds.storageclasses import validate_parameters, validate_provisioner

        errors = validate_provisioner(obj.get("provisioner", ""), "provisioner")
        errors += validate_parameters(obj.get("parameters"), "parameters", may_be_empty=True)
        policy, mode = obj["reclaimPolicy"], obj["volumeBindingMode"]
        if policy and policy not in RECLAIM_POLICIES:
            errors.append(not_supported("reclaimPolicy", policy, RECLAIM_POLICIES))
        if mode not in BINDING_MODES:
            errors.append(not_supported("volumeBindingMode", mode, BINDING_MODES))
        return errors + _validate_topologies(obj.get("allowedTopologies") or ())

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: what made volumes stays as it was."""
        from minikctl.errors import forbidden
        from minikctl.kinds.meta import validate_immutable_field

        errors = [
            forbidden(field, f"updates to {field} are forbidden.")
            for field in ("parameters", "provisioner", "reclaimPolicy")
            if (obj.get(field) or "") != (old.get(field) or "")
        ]
        return errors + validate_immutable_field(
            obj["volumeBindingMode"], old.get("volumeBindingMode"), "volumeBindingMode"
        )

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.kinds.storageclasses import is_default_class
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        return (
            metadata["name"] + (" (default)" if is_default_class(obj) else ""), obj.get("provisioner", ""),
            obj.get("reclaimPolicy", "Delete"), obj.get("volumeBindingMode", "Immediate"),
            "true" if obj.get("allowVolumeExpansion") else "false", age(metadata.get("creationTimestamp"), now),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.storageclasses import is_default_class
        from minikctl.lib.labels import format_labels

        metadata = obj["metadata"]
        expansion = {None: "<unset>", True: "True", False: "False"}[obj.get("allowVolumeExpansion")]
        out.write(0, f"Name:\t{metadata['name']}\n")
        out.write(0, f"IsDefaultClass:\t{'Yes' if is_default_class(obj) else 'No'}\n")
        out.write(0, f"Annotations:\t{format_labels(metadata.get('annotations'))}\n")
        out.write(0, f"Provisioner:\t{obj.get('provisioner', '')}\n")
        out.write(0, f"Parameters:\t{format_labels(obj.get('parameters'))}\n")
        out.write(0, f"AllowVolumeExpansion:\t{expansion}\n")
        options = obj.get("mountOptions") or ()
        out.write(0, "MountOptions:\n" if options else "MountOptions:\t<none>\n")
        for option in options:
            out.write(1, f"{option}\n")
        for title, field in (("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")):
            if obj.get(field) is not None:
                out.write(0, f"{title}:\t{obj[field]}\n")
        _describe_topologies(out, obj.get("allowedTopologies"))
        out.events(obj)


def _validate_topologies(terms: Sequence[Obj]) -> list[FieldError]:
    """Upstream: ``validateAllowedTopologies`` and ``ValidateTopologySelectorTerm``."""
    from minikctl.errors import duplicate, required
    from minikctl.kinds.meta import validate_label_name

    errors: list[FieldError] = []
    seen: list[dict[str, set[str]]] = []
    for index, term in enumerate(terms):
        path = f"allowedTopologies[{index}]"
        keys: dict[str, set[str]] = {}
        expressions = term.get("matchLabelExpressions") or ()
        if not expressions:
            errors.append(required(path))
        for number, expression in enumerate(expressions):
            where = f"{path}.matchLabelExpressions[{number}]"
            key, values = expression.get("key", ""), expression.get("values") or ()
            if not values:
                errors.append(required(f"{where}.values"))
            errors += [
                duplicate(f"{where}.values[{at}]", value) for at, value in enumerate(values) if value in values[:at]
            ]
            errors += validate_label_name(key, f"{where}.key")
            if key in keys:
                errors.append(duplicate(f"{where}.key", key))
            keys[key] = set(values)
        if keys in seen:
            errors.append(duplicate(f"{path}.matchLabelExpressions", ""))
        seen.append(keys)
    return errors


def _describe_topologies(out: Writer, terms: Sequence[Obj] | None) -> None:
    if terms is None:
        return
    if not terms:
        out.write(0, "AllowedTopologies:\t<none>\n")
        return
    out.write(0, "AllowedTopologies:\t\n")
    for index, term in enumerate(terms):
        out.write(1, f"Term {index}:\t")
        expressions = term.get("matchLabelExpressions") or ()
        if not expressions:
            out.write(0, "<none>\n")
        for number, expression in enumerate(expressions):
            if number:
                out.write(1, "\t")
            values = expression.get("values")
            out.write(0, f"{expression.get('key', '')} in" + (f" [{', '.join(values)}]\n" if values else "\n"))


KIND = StorageClassKind
