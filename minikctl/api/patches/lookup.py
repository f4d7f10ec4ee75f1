"""What a kind's schema says of merging a field: its merge key, its strategies, and the schema of what is in it.

Upstream: ``strategicpatch/meta.go`` and the struct tags that it reads.
"""

from __future__ import annotations

from minikctl.api.patches.words import PatchError, bad_type, no_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class Node(Protocol):
        """What is needed of ``minikctl.api.schemas.Schema``."""

        @property
        def merge_key(self) -> str:
            """The field that tells elements apart."""

        @property
        def patch_strategy(self) -> list[str]:
            """merge, replace, retainKeys."""

        @property
        def items(self) -> Any:
            """The elements of a list."""

        @property
        def title(self) -> str:
            """The name of the Go type."""

        def field(self, name: str) -> Any:
            """A field, or any key of a map."""


class Meta:
    """How a field is merged: ``strategy`` is merge, replace or "" (maps by their fields, lists as a whole)."""

    __slots__ = ("inner", "merge_key", "retain_keys", "strategy")

    def __init__(self, inner: Node | None, merge_key: str, strategy: str, *, retain_keys: bool) -> None:
        #: the schema of the map, or of the list's elements; None where anything may stand
        self.inner = inner
        self.merge_key = merge_key
        self.strategy = strategy
        self.retain_keys = retain_keys


_ANY = Meta(None, "", "", retain_keys=False)


def map_meta(schema: Node | None, name: str) -> Meta:
    """How the map in field ``name`` is merged. Raises PatchError where the kind has no such field."""
    if schema is None:
        return _ANY
    found = schema.field(name)
    if found is None:
        raise no_field(schema.title, name)
    retain_keys, strategy = _strategies(found.patch_strategy)
    return Meta(found, found.merge_key, strategy, retain_keys=retain_keys)


def list_meta(schema: Node | None, name: str) -> Meta:
    """How the list in field ``name`` is merged; ``inner`` is its elements' schema. Raises as ``map_meta``."""
    if schema is None:
        return _ANY
    found = schema.field(name)
    if found is None:
        raise no_field(schema.title, name)
    retain_keys, strategy = _strategies(found.patch_strategy)
    return Meta(found.items, found.merge_key, strategy, retain_keys=retain_keys)


def _strategies(words: list[str]) -> tuple[bool, str]:
    """Whether retainKeys is among the strategies, and the other one (upstream: ``extractRetainKeysPatchStrategy``)."""
    others = [word for word in words if word != "retainKeys"]
    if len(others) > 1:
        raise PatchError(f"unexpected patch strategy: [{' '.join(words)}]")
    return len(others) < len(words), others[0] if others else ""


def as_map(value: Any) -> dict[str, Any]:
    """``value``, if it is a map. Raises PatchError."""
    if not isinstance(value, dict):
        raise bad_type("map[string]interface {}", value)
    return value


def as_list(value: Any) -> list[Any]:
    """``value``, if it is a list. Raises PatchError."""
    if not isinstance(value, list):
        raise bad_type("[]interface {}", value)
    return value
