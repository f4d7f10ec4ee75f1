"""Events of ``events.k8s.io/v1``: the same objects as those of the core group, with other names for their fields.

Upstream: ``pkg/apis/events/v1/conversion.go`` and, for the rules of new ones, ``pkg/apis/core/validation/events.go``.
"""

from __future__ import annotations

from minikctl.kinds.base import Kind
from minikctl.kinds.event import Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

#: fields by their names here, with those in the core group
_RENAMED = {
    "regarding": "involvedObject",
    "note": "message",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
    "reportingController": "reportingComponent",
}
_BACK = {stored: shown for shown, stored in _RENAMED.items()}
#: what is left out where it is empty
_OMITTED = ("reportingController", "reportingInstance", "note", "deprecatedCount")
MOST_NAME, MOST_NOTE = 128, 1024


class EventView(Kind):
    """The hooks of Events as ``events.k8s.io/v1`` has them."""

    columns = Event.columns
    field_labels = (
        "reason", "regarding.apiVersion", "regarding.fieldPath", "regarding.kind", "regarding.name", "regarding.namespace",
        "regarding.resourceVersion", "regarding.uid", "reportingController", "type",
    )

    def to_hub(self, obj: Obj) -> Obj:
        """An Event of the core group."""
        return {
            "apiVersion": "v1",
            **{_RENAMED.get(field, field): value for field, value in obj.items() if field != "apiVersion"},
        }

    def from_hub(self, obj: Obj) -> Obj:
        """An Event of the core group under the names of this one."""
        shown = {_BACK.get(field, field): value for field, value in obj.items()}
        shown["apiVersion"] = self.info.api_version
        return {field: value for field, value in shown.items() if value or field not in _OMITTED}

    def validate(self, obj: Obj) -> list[FieldError]:
        """The rules for new events (``ValidateEventCreate``); fields are called as in the core group, as upstream does."""
        from minikctl.errors import invalid, required
        from minikctl.lib.names import is_qualified_name

        about = (obj.get("regarding") or {}).get("namespace") or ""
        errors: list[FieldError] = []
        if obj["metadata"].get("namespace", "") != (about or "default"):
            errors.append(invalid("involvedObject.namespace", about, "does not match event.namespace"))
        if not obj.get("eventTime"):
            errors.append(required("eventTime"))
        controller = obj.get("reportingController") or ""
        if not controller:
            errors.append(required("reportingController"))
        errors += [invalid("reportingController", controller, text) for text in is_qualified_name(controller)]
        errors += _validate_names(obj)
        if obj.get("type") not in ("Normal", "Warning"):
            errors.append(invalid("type", "", f"has invalid value: {obj.get('type') or ''}"))
        if len((obj.get("note") or "").encode()) > MOST_NOTE:
            errors.append(invalid("message", "", f"can have at most {MOST_NOTE} characters"))
        old_fields = ("deprecatedFirstTimestamp", "deprecatedLastTimestamp", "deprecatedCount", "deprecatedSource")
        return errors + [invalid(_RENAMED[field], "", "needs to be unset") for field in old_fields if obj.get(field)]

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Only the series may change (``ValidateEventUpdate``)."""
        from minikctl.errors import invalid

        changed = [
            field for field in sorted({*obj, *old} - {"apiVersion", "kind", "metadata", "series"})
            if obj.get(field) != old.get(field)
        ]
        return [invalid(_RENAMED.get(field, field), obj.get(field), "field is immutable") for field in changed]

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """As in the core group."""
        return Event.row(self, self.to_hub(obj), now)  # type: ignore[arg-type]  # it looks at the object alone


def _validate_names(obj: Obj) -> list[FieldError]:
    """What new events have to say, in few letters."""
    from minikctl.errors import invalid, required

    errors: list[FieldError] = []
    for field in ("reportingInstance", "action", "reason"):
        value = obj.get(field) or ""
        if not value:
            errors.append(required(field))
        if len(value.encode()) > MOST_NAME:
            errors.append(invalid(field, "", f"can have at most {MOST_NAME} characters"))
    return errors


KIND = EventView
