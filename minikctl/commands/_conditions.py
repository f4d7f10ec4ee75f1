"""What ``wait --for`` waits for (upstream: kubectl ``cmd/wait/condition.go``, ``json.go``, ``delete.go``)."""

from __future__ import annotations

from minikctl.errors import MinikctlError, UsageError, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    Obj = dict[str, Any]

    class Condition(Protocol):
        """Something that may be so of an object."""

        #: the object has to be there (an absent one is an error)
        needs_object: bool

        def holds(self, obj: Obj | None) -> bool:
            """Whether it is so of ``obj``; None: it is not there, or another object has its name."""


def parse_conditions(words: list[str]) -> list[Condition]:
    """The conditions that ``--for`` names, in order. Raises UsageError in kubectl's words."""
    if not words:
        raise UsageError("unrecognized condition: []")
    return [_parse(word) for word in words]


def waits_for_creation(words: list[str]) -> bool:
    """Whether the objects need not be there yet."""
    return any(word.lower() == "create" for word in words)


def waits_for_deletion(words: list[str]) -> bool:
    """Whether objects that are not there are what is wanted."""
    return any(word.lower() == "delete" for word in words)


def _parse(word: str) -> Condition:
    if word.lower() == "delete":
        return Deleted()
    if word.lower() == "create":
        return Created()
    if word.startswith("condition="):
        name, equals, status = word.removeprefix("condition=").partition("=")
        return StatusCondition(name, status if equals else "true")
    if word.startswith("jsonpath="):
        return _parse_path(word.removeprefix("jsonpath="))
    raise UsageError(f"unrecognized condition: {quote(word)}")


class Created:
    """The object is there."""

    needs_object = True

    def holds(self, obj: Obj | None) -> bool:
        """See ``Condition``."""
        return obj is not None


class Deleted:
    """The object is gone."""

    needs_object = False

    def holds(self, obj: Obj | None) -> bool:
        """See ``Condition``."""
        return obj is None


class StatusCondition:
    """A condition in status.conditions has a status; names and statuses in any case."""

    needs_object = True

    def __init__(self, name: str, status: str) -> None:
        self.name = name.casefold()
        self.status = status.casefold()

    def holds(self, obj: Obj | None) -> bool:
        """See ``Condition``; what a controller said of an earlier generation of the object does not count."""
        status = (obj or {}).get("status") or {}
        for condition in status.get("conditions") or ():
            if condition.get("type", "").casefold() != self.name or "status" not in condition:
                continue
            generation = (obj or {})["metadata"].get("generation")
            observed = condition.get("observedGeneration", status.get("observedGeneration"))
            if generation is not None and observed is not None and observed < generation:
                return False
            return bool(condition["status"].casefold() == self.status)
        return False


class PathCondition:
    """A JSONPath leads to a value; ``expected`` None: to any."""

    needs_object = True

    def __init__(self, path: str, expected: str | None) -> None:
        from minikctl.printing import jsonpath

        self.template = jsonpath.parse(path)
        self.expected = expected

    def holds(self, obj: Obj | None) -> bool:
        """See ``Condition``. Raises MinikctlError where the path leads to several values or to a nested one."""
        results = self.template.find_results(obj)
        if not results or not results[0]:
            return False
        if len(results) > 1:
            raise MinikctlError("given jsonpath expression matches more than one list")
        if len(results[0]) > 1:
            raise MinikctlError("given jsonpath expression matches more than one value")
        if self.expected is None:
            return True
        value = results[0][0]
        if isinstance(value, dict | list):
            raise MinikctlError("jsonpath leads to a nested object or list which is not supported")
        from minikctl.lib import gofmt

        return gofmt.value(value).strip() == self.expected.strip()


def _parse_path(text: str) -> PathCondition:
    """``{.status.phase}=Running`` or a path alone (upstream: ``processJSONPathInput``)."""
    from minikctl.printing import jsonpath

    parts = _split(text)
    if len(parts) > 2:
        raise UsageError(
            "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
            "--for=jsonpath='{.status.readyReplicas}'"
        )
    path = jsonpath.relaxed(parts[0])
    expected = parts[1].strip("'\"") if len(parts) > 1 else None
    if expected == "":
        raise UsageError(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        )
    if not path:
        raise UsageError("jsonpath expression cannot be empty")
    return PathCondition(path, expected)


def _split(text: str) -> list[str]:
    """Split at single =; == stays (it compares inside of a filter)."""
    return [part.replace("\0", "==") for part in text.replace("==", "\0").split("=")]
