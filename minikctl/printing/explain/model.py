"""A kind, a type or a field as the API server publishes it (OpenAPI), which is what ``explain`` shows.

Our schemas say what is checked; what is published differs in a few places: a type that is decoded by hand has no type
of its own, ``apiVersion`` and ``kind`` are plain strings, and some enums are not published. This module knows the
differences; how anything is printed it does not.
"""

from __future__ import annotations

from minikctl.api.descriptions import TYPE, texts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.schemas import Schema

#: an enum that is published though the values are checked elsewhere (or ``[]``: one that is not published)
PUBLISHED_ENUM = "x-published-enum"
#: fields that every kind has, whose only value we check by an enum
_OF_KINDS = ("apiVersion", "kind")


class Model:
    """One node. What stands behind a reference is a node of its own (``ref``), as it is in the document."""

    __slots__ = ("name", "schema")

    def __init__(self, schema: Schema, name: str = "") -> None:
        """``name`` is that of a field at the top of its schema file; "" for a whole file and for anything deeper."""
        self.schema = schema
        self.name = name

    @property
    def own(self) -> dict[str, Any]:
        """The node as it is written, without what it refers to."""
        return self.schema.own

    @property
    def is_document(self) -> bool:
        """Whether it is a whole file: a kind or a type with a name."""
        return self.schema.registry.documents.get(self.schema.document) is self.own

    @property
    def identity(self) -> str:
        """What tells apart types that refer to each other."""
        return self.schema.document

    @property
    def description(self) -> str:
        """The text of the node itself; "" where there is none."""
        text = self.own.get("description")
        if text is None and (self.name or self.is_document):
            text = texts_of(self.schema.registry, self.schema.document).get(self.name or TYPE)
        return text or ""

    @property
    def ref(self) -> Model | None:
        """The type that a field or an element is of, where it has a name."""
        return Model(self.schema.target) if "$ref" in self.own else None

    @property
    def type(self) -> str:
        """``object``, ``array``, ``string`` ...; "" for any, and for what several types may stand for."""
        kind = self.own.get("type")
        return kind if isinstance(kind, str) else ""

    @property
    def title(self) -> str:
        """The name of a type that fields refer to."""
        return self.own.get("title") or "Object"

    @property
    def properties(self) -> dict[str, Model]:
        """The fields by name, sorted."""
        outer = self.is_document
        names = sorted(self.own.get("properties") or ())
        return {name: Model(self.schema.named(name), name if outer else "") for name in names}

    @property
    def items(self) -> Model | None:
        """What a list's elements are."""
        return Model(self.schema.inner("items")) if isinstance(self.own.get("items"), dict) else None

    @property
    def additional(self) -> Model | None:
        """What a map's values are."""
        key = "additionalProperties"
        return Model(self.schema.inner(key)) if isinstance(self.own.get(key), dict) else None

    @property
    def required(self) -> list[str]:
        """The fields that have to be there."""
        return self.own.get("required") or []

    def enum_of(self, field: str, model: Model) -> list[Any]:
        """The values that are published for a field of this node; [] where there is no such list."""
        published = model.own.get(PUBLISHED_ENUM)
        if published is not None:
            return list(published)
        if field in _OF_KINDS and "x-kubernetes-group-version-kind" in self.own:
            return []
        return model.own.get("enum") or []

    @property
    def external_docs(self) -> dict[str, str]:
        """Where more is written (custom resources only): ``description``, ``url``."""
        found = self.own.get("externalDocs")
        return found if isinstance(found, dict) else {}
