"""CSINode (storage.k8s.io/v1): the storage drivers that a node has.

Upstream: ``pkg/apis/storage/validation``, ``printCSINode`` and kubectl's ``describeCSINode``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

#: characters that a driver may call a node by
MAX_NODE_ID = 256


class CSINodeKind(Kind):
    """The hooks of CSINodes."""

    columns = (Column("NAME"), Column("DRIVERS"), Column("AGE"))

    def default(self, obj: Obj) -> None:
        """See ``Kind.default``: the list of drivers is always written."""
        obj.setdefault("spec", {}).setdefault("drivers", None)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``Kind.validate``."""
        errors: list[FieldError] = []
        names: set[str] = set()
        for index, driver in enumerate((obj.get("spec") or {}).get("drivers") or ()):
            errors += _validate_driver(driver, names, f"spec.drivers[{index}]")
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``Kind.validate_update``: of a driver that stays only the number of volumes may change."""
        from minikctl.kinds.meta import validate_immutable_field

        errors = self.validate(obj)
        before = {driver.get("name"): driver for driver in (old.get("spec") or {}).get("drivers") or ()}
        for driver in (obj.get("spec") or {}).get("drivers") or ():
            was = before.get(driver.get("name"))
            if was is not None:
                now, then = ({k: v for k, v in each.items() if k != "allocatable"} for each in (driver, was))
                errors += validate_immutable_field(now, then, "spec.drivers")
        return errors

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """See ``Kind.row``."""
        from minikctl.lib.times import age

        metadata = obj["metadata"]
        count = len((obj.get("spec") or {}).get("drivers") or ())
        return metadata["name"], str(count), age(metadata.get("creationTimestamp"), now)

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:  # noqa: ARG002 - the hook's signature
        """See ``Kind.describe``."""
        from minikctl.kinds.describing import annotations_multiline, labels_multiline
        from minikctl.lib.gofmt import value
        from minikctl.lib.times import describe_time

        metadata = obj["metadata"]
        out.write(0, f"Name:\t{metadata['name']}\n")
        labels_multiline(out, "Labels", metadata.get("labels"))
        annotations_multiline(out, "Annotations", metadata.get("annotations"))
        out.write(0, f"CreationTimestamp:\t{describe_time(metadata.get('creationTimestamp'))}\n")
        out.write(0, "Spec:\n")
        drivers = (obj.get("spec") or {}).get("drivers")
        if drivers is not None:
            out.write(1, "Drivers:\n")
        for driver in drivers or ():
            out.write(2, f"{driver.get('name', '')}:\n")
            out.write(3, f"Node ID:\t{driver.get('nodeID', '')}\n")
            count = (driver.get("allocatable") or {}).get("count")
            if count is not None:
                out.write(3, "Allocatables:\n")
                out.write(4, f"Count:\t{count}\n")
            if driver.get("topologyKeys") is not None:
                out.write(3, f"Topology Keys:\t{value(driver['topologyKeys'])}\n")
        out.events(obj)


def _validate_driver(driver: Obj, names: set[str], path: str) -> list[FieldError]:
    """Upstream: ``validateCSINodeDriver``; ``names`` are those of the drivers before, and grow."""
    from minikctl.errors import duplicate, invalid, required
    from minikctl.kinds.podspec.rules import not_negative
    from minikctl.kinds.podspec.volume_sources import csi_driver_name
    from minikctl.lib.names import is_qualified_name

    name, node_id = driver.get("name", ""), driver.get("nodeID", "")
    errors = csi_driver_name(name, f"{path}.name")
    if not node_id:
        errors.append(required(f"{path}.nodeID"))
    if len(node_id.encode()) > MAX_NODE_ID:
        errors.append(invalid(f"{path}.nodeID", node_id, f"must be {MAX_NODE_ID} characters or less"))
    count = (driver.get("allocatable") or {}).get("count")
    if count is not None:
        errors += not_negative(count, f"{path}.allocatable.count")
    if name in names:
        errors.append(duplicate(f"{path}.name", name))
    names.add(name)
    keys = driver.get("topologyKeys") or ()
    for index, key in enumerate(keys):
        if not key:
            errors.append(required(path))
        if key in keys[:index]:
            errors.append(duplicate(path, key))
        errors += [invalid(path, key, message) for message in is_qualified_name(key)]
    return errors


KIND = CSINodeKind
