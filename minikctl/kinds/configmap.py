"""ConfigMaps (upstream: ``pkg/registry/core/configmap``, ``ValidateConfigMap``, kubectl's ConfigMapDescriber)."""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer


class ConfigMap(Kind):
    """The hooks of ConfigMaps."""

    columns = (Column("NAME"), Column("DATA"), Column("AGE"))

    def validate(self, obj: Obj) -> list[FieldError]:
        """Keys, keys that stand in both bags, and the size of all together."""
        from minikctl.errors import invalid, too_long
        from minikctl.kinds.keyeddata import MAX_SIZE, decoded, text_size, validate_key

        data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
        errors: list[FieldError] = []
        size = 0
        for key in sorted(data):
            errors += validate_key(key, "data")
            if key in binary:
                errors.append(invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
            size += text_size(data[key] or "")
        for key in sorted(binary):
            errors += validate_key(key, "binaryData")
            size += len(decoded(binary[key]))
        if size > MAX_SIZE:
            # Upstream's path of the whole object is empty, which is written so.
            errors.append(too_long("[]", MAX_SIZE))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Upstream: ``ValidateConfigMapUpdate``."""
        from minikctl.kinds.keyeddata import validate_immutable

        return validate_immutable(obj, old, ("data", "binaryData")) + self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get configmaps``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        items = len(obj.get("data") or ()) + len(obj.get("binaryData") or ())
        return metadata["name"], str(items), age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """Write all data out, of binary data the sizes."""
        from minikctl.kinds.heading import describe_heading
        from minikctl.kinds.keyeddata import decoded

        describe_heading(out, obj)
        data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
        out.write(0, "\nData\n====\n")
        for key in sorted(data):
            out.write(0, f"{key}:\n----\n")
            out.write(0, f"{data[key]}\n")
            out.write(0, "\n")
        out.write(0, "\nBinaryData\n====\n")
        for key in sorted(binary):
            out.write(0, f"{key}: {len(decoded(binary[key]))} bytes\n")
        out.write(0, "\n")
        out.events(obj)


KIND = ConfigMap
