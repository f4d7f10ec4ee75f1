"""Faults: what goes wrong on purpose (``minikctl.dev/v1alpha1``, minikctl's own kind).

A fault hits a node, a Pod, the containers of an image, or requests to the API. It lasts until it is deleted, until its
duration is over, or until it has struck so many times. What it does is done by the kubelet, the controller ``faults``
and the API; what it means stands in ``matching``.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj, Reader, Writer

RESOURCE = "faults.minikctl.dev"
#: what can be hit, and what can happen to it
SORTS: dict[str, tuple[str, ...]] = {
    "node": ("Down", "DiskPressure", "MemoryPressure"),
    "pod": ("Crash", "OOMKill", "Unready", "Evict"),
    "image": ("PullError", "Crash", "Slow"),
    "api": ("Conflict", "Timeout", "TooManyRequests", "Internal"),
}
#: faults that happen and are over, unless it is said how often
ONCE = (("pod", "Crash"), ("pod", "OOMKill"), ("pod", "Evict"))
#: verbs of requests that can fail
VERBS = ("create", "update", "patch", "delete")


class FaultKind(Kind):
    """The hooks of Faults."""

    columns = (
        Column("NAME"), Column("TARGET"), Column("FAULT"), Column("STRUCK"), Column("ENDS IN"), Column("AGE"),
    )
    has_generation = True
    has_status = True

    def default(self, obj: Obj) -> None:
        """A crash happens once; the next request fails: unless a duration or a count is given."""
        spec = obj.setdefault("spec", {})
        if not isinstance(spec, dict) or "times" in spec or "duration" in spec:
            return
        targets = [(spec.get(sort), fault) for sort, fault in ONCE]  # their types are looked at later
        if "api" in spec or any(isinstance(target, dict) and target.get("fault") == fault for target, fault in targets):
            spec["times"] = 1

    def validate(self, obj: Obj) -> list[FieldError]:
        """One target, and what it knows of what can happen."""
        from minikctl.errors import forbidden, invalid, not_supported, required
        from minikctl.lib.duration import parse_duration

        spec = obj.get("spec") or {}
        given = [sort for sort in SORTS if spec.get(sort) is not None]
        if len(given) != 1:
            return [required("spec", "exactly one of node, pod, image and api must be given")]
        sort, errors = given[0], []
        target, field = spec[sort], "error" if sort == "api" else "fault"
        named = {"image": "pattern", "api": ""}.get(sort, "name")
        if named and not target.get(named):
            errors.append(required(f"spec.{sort}.{named}"))
        if target.get(field, "") not in SORTS[sort]:
            errors.append(not_supported(f"spec.{sort}.{field}", target.get(field, ""), SORTS[sort]))
        if sort == "api" and target.get("verb", VERBS[0]) not in VERBS:
            errors.append(not_supported("spec.api.verb", target["verb"], VERBS))
        if spec.get("times") is not None and (sort == "node" or target.get(field) in ("Slow", "Unready")):
            errors.append(forbidden("spec.times", "this fault lasts: it has a duration and no count"))
        for path, text in (("spec.duration", spec.get("duration")), (f"spec.{sort}.delay", target.get("delay"))):
            if text is None:
                continue
            try:
                seconds = parse_duration(text)
            except ValueError as error:
                errors.append(invalid(path, text, str(error)))
                continue
            if seconds <= 0:
                errors.append(invalid(path, text, "must be greater than 0"))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """What is hit does not change; another fault does."""
        from minikctl.kinds.meta import validate_immutable_field

        errors = []
        for sort in SORTS:
            errors += validate_immutable_field(obj["spec"].get(sort), old["spec"].get(sort), f"spec.{sort}")
        return errors + self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get faults``."""
        from minikctl.kinds.fault.matching import ends_at, struck, target_of, what
        from minikctl.lib.duration import human_duration
        from minikctl.lib.times import age

        times, end = obj["spec"].get("times"), ends_at(obj)
        return (
            obj["metadata"]["name"], target_of(obj), what(obj),
            f"{struck(obj)}/{times}" if times is not None else str(struck(obj)),
            "<never>" if end is None else human_duration(max(0.0, end - now)),
            age(obj["metadata"].get("creationTimestamp"), now),
        )

    def describe(self, out: Writer, obj: Obj, read: Reader) -> None:
        """Write what is hit, how, how long, and what came of it."""
        from minikctl.kinds.describing import annotations_multiline, labels_multiline
        from minikctl.kinds.fault.matching import ends_at, sentence, struck, target_of, what
        from minikctl.lib.duration import human_duration

        out.write(0, f"Name:\t{obj['metadata']['name']}\n")
        labels_multiline(out, "Labels", obj["metadata"].get("labels"))
        annotations_multiline(out, "Annotations", obj["metadata"].get("annotations"))
        out.write(0, f"Target:\t{target_of(obj)}\n")
        out.write(0, f"Fault:\t{what(obj)}\n")
        out.write(0, f"Meaning:\t{sentence(obj)}\n")
        times, end = obj["spec"].get("times"), ends_at(obj)
        out.write(0, f"Struck:\t{struck(obj)}{'' if times is None else f' of {times}'}\n")
        out.write(0, f"Ends In:\t{'<never>' if end is None else human_duration(max(0.0, end - read.now()))}\n")
        out.events(obj)


KIND = FaultKind
