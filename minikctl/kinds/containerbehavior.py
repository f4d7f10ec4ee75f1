"""ContainerBehaviors: what the simulated kubelet makes of containers (``minikctl.dev/v1alpha1``, minikctl's own kind).

The first behaviour by name that matches a container says how its image is pulled, how long it takes to start and to be
ready, how it ends and how long it takes to stop. The fields are explained in ``docs/`` and used by the kubelet.
"""

from __future__ import annotations

from minikctl.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from minikctl.errors import FieldError
    from minikctl.kinds.base import Obj

#: how the pull of an image can fail
PULL_FAILURES = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName")
#: the moments of a container's life that can take a time (field ``after``)
MOMENTS = ("pull", "start", "ready", "exit", "stop")
MOST_EXIT_CODE = 255


class ContainerBehavior(Kind):
    """The hooks of ContainerBehaviors."""

    columns = (
        Column("NAME"), Column("IMAGES"), Column("PULL"), Column("START"), Column("READY"), Column("EXIT"),
        Column("STOP"), Column("AGE"), Column("NAMESPACES", wide=True), Column("CONTAINERS", wide=True),
        Column("POD SELECTOR", wide=True),
    )
    has_generation = True

    def validate(self, obj: Obj) -> list[FieldError]:
        """Patterns, durations, the sorts of failure, exit codes and counts."""
        from minikctl.errors import invalid, not_supported
        from minikctl.kinds.meta import validate_label_selector
        from minikctl.lib.names import is_in_range

        spec = obj.get("spec") or {}
        errors: list[FieldError] = []
        for field in ("images", "namespaces", "containers"):
            errors += _validate_patterns(spec.get(field) or (), f"spec.{field}")
        errors += validate_label_selector(spec.get("podSelector"), "spec.podSelector")
        for moment in MOMENTS:
            after = (spec.get(moment) or {}).get("after")
            if after is not None:
                errors += _validate_duration(after, f"spec.{moment}.after")
        failure = (spec.get("pull") or {}).get("fail")
        if failure is not None and failure not in PULL_FAILURES:
            errors.append(not_supported("spec.pull.fail", failure, PULL_FAILURES))
        end = spec.get("exit") or {}
        code, reason, times = end.get("code"), end.get("reason"), end.get("times")
        if code is not None:
            errors += [invalid("spec.exit.code", code, text) for text in is_in_range(code, 0, MOST_EXIT_CODE)]
        if reason is not None and not (reason.isascii() and reason.isalnum() and reason[:1].isalpha()):
            errors.append(invalid("spec.exit.reason", reason, "must be one CamelCase word, such as 'OOMKilled'"))
        if times is not None and times < 1:
            errors.append(invalid("spec.exit.times", times, "must be greater than or equal to 1"))
        return errors

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002 - the hook's signature
        """Everything may change; containers that run go by the new word from then on."""
        return self.validate(obj)

    def row(self, obj: Obj, now: float) -> Sequence[str]:
        """One line of ``get containerbehaviors``."""
        from minikctl.lib.labels import format_label_selector
        from minikctl.lib.times import age

        metadata, spec = obj["metadata"], obj.get("spec") or {}
        pull, ready, end = spec.get("pull") or {}, spec.get("ready") or {}, spec.get("exit") or {}
        selector = spec.get("podSelector")
        times = end.get("times")
        return (
            metadata["name"],
            ",".join(spec.get("images") or ()) or "*",
            _cell(pull.get("after"), pull.get("fail")),
            _cell((spec.get("start") or {}).get("after")),
            "never" if ready.get("never") else _cell(ready.get("after")),
            _cell(end.get("after"), end.get("code", 0), end.get("reason"), times and f"x{times}") if end else "<none>",
            _cell((spec.get("stop") or {}).get("after")),
            age(metadata.get("creationTimestamp"), now),
            ",".join(spec.get("namespaces") or ()) or "*",
            ",".join(spec.get("containers") or ()) or "*",
            format_label_selector(selector) if selector else "<none>",
        )


def _cell(*parts: Any) -> str:
    """The parts that are there, a space between each: ``60s 137 OOMKilled x3``."""
    return " ".join(str(part) for part in parts if part is not None) or "<none>"


def _validate_patterns(patterns: Sequence[str], path: str) -> list[FieldError]:
    from minikctl.errors import invalid

    return [
        invalid(f"{path}[{index}]", pattern, "must be a shell pattern without spaces, such as 'shop/*:v2'")
        for index, pattern in enumerate(patterns) if not pattern or pattern.split() != [pattern]
    ]


def _validate_duration(text: str, path: str) -> list[FieldError]:
    from minikctl.errors import invalid
    from minikctl.lib.duration import parse_duration

    try:
        seconds = parse_duration(text)
    except ValueError as error:
        return [invalid(path, text, str(error))]
    return [invalid(path, text, "must be greater than or equal to 0")] if seconds < 0 else []


KIND = ContainerBehavior
