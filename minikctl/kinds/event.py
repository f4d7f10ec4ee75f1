"""Events (upstream: ``pkg/registry/core/event``, ``pkg/apis/core/validation/events.go``, ``printEvent``)."""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj


class Event(Kind):
    """The hooks of Events."""

    columns = (
        Column("LAST SEEN"), Column("TYPE"), Column("REASON"), Column("OBJECT"), Column("SUBOBJECT", wide=True),
        Column("SOURCE", wide=True), Column("MESSAGE"), Column("FIRST SEEN", wide=True), Column("COUNT", wide=True),
        Column("NAME", wide=True),
    )
    field_labels = (
        "involvedObject.apiVersion", "involvedObject.fieldPath", "involvedObject.kind", "involvedObject.name",
        "involvedObject.namespace", "involvedObject.resourceVersion", "involvedObject.uid", "reason",
        "reportingComponent", "source", "type",
    )
    ref_path = ("involvedObject", "uid")

    def field_value(self, obj: Obj, label: str) -> str:
        """As ``Kind.field_value``; ``source`` is the component, by either of the fields that may name it."""
        if label == "source":
            source: str = (obj.get("source") or {}).get("component") or obj.get("reportingComponent") or ""
            return source
        return super().field_value(obj, label)

    def validate(self, obj: Obj) -> list[FieldError]:
        """An event is in its object's namespace, or in default for objects without (``legacyValidateEvent``)."""
        from minikctl.errors import invalid, required

        namespace = obj["metadata"].get("namespace", "")
        about: str = (obj.get("involvedObject") or {}).get("namespace") or ""
        errors: list[FieldError] = []
        if namespace != (about or "default"):
            errors.append(invalid("involvedObject.namespace", about, "does not match event.namespace"))
        if obj.get("eventTime"):
            # Events of the new kind have to say who reports them and of what.
            fields = ("reportingComponent", "reportingInstance", "action", "reason")
            errors += [required(field) for field in fields if not obj.get(field)]
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """Upstream: ``ValidateEventUpdate`` for the core group."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get events``."""
        from minikctl.lib.times import age

        first = age(obj.get("firstTimestamp") or obj.get("eventTime"), now)
        last = age(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first
        count = obj.get("count") or 1
        series = obj.get("series")
        if series:
            last, count = age(series.get("lastObservedTime"), now), series.get("count", 0)
        about = obj.get("involvedObject") or {}
        target = about.get("kind", "").lower()
        if about.get("name"):
            target += f"/{about['name']}"
        return (
            last, obj.get("type", ""), obj.get("reason", ""), target, about.get("fieldPath", ""), source_string(obj),
            obj.get("message", "").strip(), first, str(count), obj["metadata"]["name"],
        )


def source_string(obj: Obj) -> str:
    """Who reported the event, and from where (``kubelet, node-1``)."""
    source = obj.get("source") or {}
    component: str = source.get("component") or obj.get("reportingComponent") or ""
    host = source.get("host") or obj.get("reportingInstance") or ""
    return f"{component}, {host}" if host else component


KIND = Event
