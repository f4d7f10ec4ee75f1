"""Which resources the ``target`` of a patch means: regular expressions for names, selectors for labels and annotations.

Upstream: ``types.SelectorRegex``, ``resWrangler.Select``.
"""

from __future__ import annotations

from minikctl.kustomize.nodes import KustomizeError
from minikctl.lib.goregexp import CostlyError, Regexp, RegexpError, compile_regexp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.kustomize.resource import Resource

_FIELDS = ("group", "version", "kind", "name", "namespace")


class Matcher:
    """A ``target`` made ready. Raises KustomizeError for an expression that is none."""

    __slots__ = ("annotations", "labels", "patterns")

    def __init__(self, selector: dict[str, Any]) -> None:
        self.patterns = {field: _compile(selector.get(field) or "") for field in _FIELDS}
        self.labels = selector.get("labelSelector") or ""
        self.annotations = selector.get("annotationSelector") or ""

    @classmethod
    def of(cls, selector: dict[str, Any]) -> Matcher:
        """The matcher of a selector."""
        return cls(selector)

    def matches(self, resource: Resource) -> bool:
        """Whether a resource is meant: by its first or its present name, and its present kind."""
        first, current = resource.original_id, resource.current_id
        return (
            self._fits("namespace", first.effective_namespace, current.effective_namespace)
            and self._fits("name", first.name, current.name)
            and self._fits("group", current.gvk.group)
            and self._fits("version", current.gvk.version)
            and self._fits("kind", current.gvk.kind)
            and selected(self.labels, resource.strings("labels"))
            and selected(self.annotations, resource.strings("annotations"))
        )

    def _fits(self, field: str, *values: str) -> bool:
        pattern = self.patterns[field]
        try:
            return pattern is None or any(pattern.search(value) for value in values)
        except CostlyError as error:
            raise KustomizeError(str(error)) from error


def _compile(text: str) -> Regexp | None:
    """A pattern that has to fit the whole of a name; None: anything does."""
    if not text:
        return None
    try:
        return compile_regexp(f"^(?:{text})$")
    except RegexpError as error:
        raise KustomizeError(str(error)) from error


def selected(selector: str, labels: dict[str, str]) -> bool:
    """Whether labels (or annotations) are what a selector's text asks for. Raises KustomizeError."""
    if not selector:
        return True
    from minikctl.lib.labels import SelectorError, parse

    try:
        return parse(selector).matches(labels)
    except SelectorError as error:
        raise KustomizeError(str(error)) from error
