"""How a kind's schema cuts its objects into the fields that somebody can manage.

An object with fields and a map are granular unless the schema says ``atomic``; a list is atomic unless it is a ``map``
(its elements are told apart by keys) or a ``set``. Whatever has no schema is deduced: maps granular, lists atomic.
Upstream: kube-openapi ``schemaconv`` and structured-merge-diff ``schema``.
"""

from __future__ import annotations

from minikctl.lib.fieldsets import key_element, value_element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minikctl.api.schemas import Schema

STRUCT, MAP, KEYED, SET, ATOMIC, SCALAR, ANY = "struct", "map", "keyed", "set", "atomic", "scalar", "any"

#: what a key of a built-in kind's list has where it is left out (upstream: the schema's default): there are no others
KEY_DEFAULTS: dict[str, Any] = {"protocol": "TCP"}


class Shape:
    """One field, element or map value. ``sort`` is one of the words above."""

    __slots__ = ("_inner", "keys", "schema", "sort")

    def __init__(self, sort: str, schema: Schema | None, keys: tuple[str, ...] = ()) -> None:
        self.sort = sort
        self.schema = schema
        self.keys = keys
        self._inner: dict[str, Shape] = {}

    def field(self, name: str) -> Shape:
        """The field of an object, or the value of a map."""
        found = self._inner.get(name)
        if found is None:
            schema = self.schema.field(name) if self.schema is not None else None
            found = self._inner[name] = DEDUCED if schema is None else shape_of(schema)
        return found

    def has_field(self, name: str) -> bool:
        """Whether it is an object that declares this field (not a map, which has any key)."""
        return self.sort == STRUCT and self.schema is not None and name in (
            self.schema.target.own.get("properties") or ()
        )

    @property
    def element(self) -> Shape:
        """The elements of a list."""
        found = self._inner.get("")
        if found is None:
            items = self.schema.items if self.schema is not None else None
            found = self._inner[""] = DEDUCED if items is None else shape_of(items)
        return found

    def path_element(self, item: Any) -> str:
        """How an element of this list is told apart. Raises ValueError in upstream's words (``listItemToPathElement``)."""
        if self.sort == SET:
            if isinstance(item, (dict, list)):
                raise ValueError("Only scalars are supported in associative sets")
            return value_element(item)
        if not isinstance(item, dict):
            words = "null element" if item is None else "non-map element"
            raise ValueError(f"associative list with keys may not have a {words}")  # noqa: TRY004 - all of these are one
        keys = {}
        for name in self.keys:
            value = item.get(name)
            if value is None:
                value = self._key_default(name)
            if value is None:
                raise ValueError(
                    f'associative list with keys has an element that omits key field "{name}" '
                    "(and doesn't have default value)"
                )
            keys[name] = value
        return key_element(keys)

    def _key_default(self, name: str) -> Any:
        """What a key of a list is where an element leaves it out; None: it must not."""
        items = self.schema.items if self.schema is not None else None
        if items is None or not items.custom:
            return KEY_DEFAULTS.get(name)
        field = items.field(name)
        return None if field is None else field.own.get("default")


#: what there is no schema for
DEDUCED = Shape(ANY, None)


def shape_of(schema: Schema) -> Shape:
    """The shape of a field; the same object each time."""
    found: Shape | None = schema.compiled.get("shape")
    if found is None:
        found = schema.compiled["shape"] = _make(schema)
    return found


def _make(schema: Schema) -> Shape:
    if schema.map_type == "atomic":
        return Shape(ATOMIC, schema)
    if schema.items is not None or schema.type == "array":
        sort = {"map": KEYED, "set": SET}.get(schema.list_type, ATOMIC)
        return Shape(sort, schema, tuple(schema.list_map_keys))
    if schema.has_fields:
        return Shape(STRUCT, schema)
    if not schema.types:  # anything: of a built-in kind bytes (RawExtension), of a custom one what it looks like
        return DEDUCED if schema.custom else Shape(ATOMIC, schema)
    if schema.type == "object":
        return Shape(MAP if not isinstance(schema.additional, bool) else ATOMIC, schema)
    return Shape(SCALAR, schema)


def root_shape(api_version: str, kind: str) -> Shape:
    """The shape of a kind; of one without a schema everything is deduced."""
    from minikctl.api.schemas import schema_for

    schema = schema_for(api_version, kind)
    return DEDUCED if schema is None else shape_of(schema)


def deduced(shape: Shape, value: Any) -> Shape:
    """The shape of a value where the schema leaves it open."""
    if shape.sort != ANY:
        return shape
    if isinstance(value, dict):
        return _FREE_MAP
    return _FREE_LIST if isinstance(value, list) else _FREE_SCALAR


class _Free(Shape):
    """A shape without a schema: what is in it is deduced again."""

    __slots__ = ()

    def field(self, name: str) -> Shape:  # noqa: ARG002 - as in every shape
        return DEDUCED

    @property
    def element(self) -> Shape:
        return DEDUCED


_FREE_MAP, _FREE_LIST, _FREE_SCALAR = _Free(MAP, None), _Free(ATOMIC, None), _Free(SCALAR, None)
