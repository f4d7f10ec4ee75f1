"""What kubectl checks of a document before it asks the API server: that it names a kind, and has readable metadata.

Upstream: kubectl ``validation`` and ``util/openapi/validation`` (``GetObjectKind``), apimachinery
``unstructured.UnstructuredJSONScheme``, cli-runtime ``metadataValidatingDecoder``. The words are those of Go's JSON
decoder, which knows only the types of metadata here; everything else of an object is the API server's to judge.
"""

from __future__ import annotations

from minikctl.lib import gojson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Obj = dict[str, Any]

STOP_VALIDATION = "if you choose to ignore these errors, turn validation off with --validate=false"

# A Go type as far as metadata needs it: a scalar's name, [element], {"": value} for a map, or a struct.
_STRING = "string"


class _Struct:
    """A Go struct: its name, and its fields with their types."""

    __slots__ = ("fields", "name")

    def __init__(self, name: str, fields: dict[str, Any]) -> None:
        self.name = name
        self.fields = fields


_STRING_MAP = {"": _STRING}
_OWNER_REFERENCE = _Struct(
    "OwnerReference",
    {
        **dict.fromkeys(("apiVersion", "kind", "name"), _STRING),
        "uid": "types.UID", "controller": "bool", "blockOwnerDeletion": "bool",
    },
)
_MANAGED_FIELDS = _Struct(
    "ManagedFieldsEntry",
    {
        **dict.fromkeys(("manager", "apiVersion", "fieldsType", "subresource"), _STRING),
        "operation": "v1.ManagedFieldsOperationType", "time": "time",
    },
)
_OBJECT_META = _Struct(
    "ObjectMeta",
    {
        **dict.fromkeys(("name", "generateName", "namespace", "selfLink", "resourceVersion"), _STRING),
        "uid": "types.UID",
        **dict.fromkeys(("generation", "deletionGracePeriodSeconds"), "int64"),
        **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), "time"),
        **dict.fromkeys(("labels", "annotations"), _STRING_MAP),
        "ownerReferences": [_OWNER_REFERENCE], "finalizers": [_STRING], "managedFields": [_MANAGED_FIELDS],
    },
)
# Go names the embedded struct that these fields come from.
_EMBEDDED = {"apiVersion": "TypeMeta.apiVersion", "kind": "TypeMeta.kind"}
_OBJECT = _Struct("metadataOnlyObject", {"apiVersion": _STRING, "kind": _STRING, "metadata": _OBJECT_META})


class DecodeError(ValueError):
    """The document is no object that kubectl can work with; ``str()`` has its words."""


def validation_problems(value: Any) -> list[str]:
    """Return what kubectl's own validation says: which of apiVersion and kind are missing; of a List, of its items too.

    Upstream: ``paramVerifyingSchema.ValidateBytes``.
    """
    problems = _kind_problems(value)
    if problems or value["kind"] != "List" or value["apiVersion"] != "v1":
        return problems
    items = value.get("items")
    if not isinstance(items, list):
        return ["invalid object to validate"]
    return [problem for item in items for problem in _kind_problems(item)]


def _kind_problems(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return ["invalid object to validate"]
    problems = []
    version = value.get("apiVersion")
    if version is None:
        problems.append("apiVersion not set")
    elif not isinstance(version, str):
        problems.append("apiVersion isn't string type")
    elif version.count("/") > 1:
        problems.append(f"unexpected GroupVersion string: {version}")
    kind = value.get("kind")
    if kind is None:
        problems.append("kind not set")
    elif not isinstance(kind, str):
        problems.append("kind isn't string type")
    return problems


def is_list(value: Any) -> bool:
    """Whether a document is a list: whatever has a field ``items``, by whatever kind (upstream: ``detector``)."""
    return isinstance(value, dict) and "items" in value


def check(value: Any, text: bytes, *, is_json: bool) -> None:
    """Check one decoded document. ``text`` is its JSON, if it was JSON. Raises DecodeError."""
    if not isinstance(value, dict):
        raise DecodeError(f"json: cannot unmarshal {_json_type(value)} into Go value of type unstructured.detector")
    if is_list(value):
        items = value["items"]
        if not isinstance(items, list) and items is not None:
            raise DecodeError(
                f"json: cannot unmarshal {_json_type(items)} into Go struct field decodeList.items of type "
                "[]json.RawMessage"
            )
        for item in items or ():
            if item is not None and not isinstance(item, dict):
                raise DecodeError(
                    f"json: cannot unmarshal {_json_type(item)} into Go value of type map[string]interface {{}}"
                )
    version = value.get("apiVersion")
    if not text_of(value, "kind") or (isinstance(version, str) and version.count("/") > 1):
        body = text.decode() if is_json else gojson.compact(value)
        raise DecodeError(f"Object 'Kind' is missing in '{body}'")
    check_metadata(value, in_order=is_json)


def check_metadata(value: Obj, *, in_order: bool) -> None:
    """Check the types of apiVersion, kind and metadata. Raises DecodeError with the decoder's first complaint.

    ``in_order``: the fields stand as in the user's JSON; what was YAML has them sorted by then.
    """
    if _is_plain(value):
        return
    first = next(_mismatches(value, _OBJECT, _OBJECT.name, "", in_order=in_order), None)
    if first is not None:
        raise DecodeError(first)


def _is_plain(value: Obj) -> bool:
    """Whether an object has nothing in its metadata but what nearly all have, all of it strings."""
    meta = value.get("metadata")
    if value.get("apiVersion").__class__ is not str or meta.__class__ is not dict:
        return False
    for name, field in meta.items():
        if name in {"labels", "annotations"}:
            if field.__class__ is not dict or any(each.__class__ is not str for each in field.values()):
                return False
        elif field.__class__ is not str or name not in {"name", "namespace", "generateName"}:
            return False
    return True


def items_of(value: Obj) -> list[Obj]:
    """Return the objects of a list that ``check`` found right; what has no kind and version is of the list's kind.

    Upstream: ``decodeToList``. Raises DecodeError for a list in a list, which kubectl cannot read either.
    """
    items: list[Obj] = [{} if item is None else item for item in value["items"] or ()]
    kind, version = text_of(value, "kind"), text_of(value, "apiVersion")
    for item in items:
        if not text_of(item, "kind") and not text_of(item, "apiVersion"):
            item["kind"] = kind.removesuffix("List")
            item["apiVersion"] = version
        if isinstance(item.get("items"), list):
            raise DecodeError("*unstructured.Unstructured is not a list: no Items field in this object")
    return items


def item_problem(item: Obj) -> str:
    """Return what is wrong with the kind of a list's item, "" for nothing (upstream: ``ObjectKinds``)."""
    head = 'unable to get type info from the object "*unstructured.Unstructured": Object'
    if not text_of(item, "kind"):
        return f"{head} 'Kind' is missing in 'object has no kind field '"
    if not text_of(item, "apiVersion"):
        return f"{head} 'apiVersion' is missing in 'object has no apiVersion field'"
    return ""


def text_of(obj: Obj, field: str) -> str:
    """Return a string field, "" where it is missing or of another type (upstream: ``NestedString``)."""
    value = obj.get(field)
    return value if isinstance(value, str) else ""


def _mismatches(value: Any, expected: Any, struct: str, path: str, *, in_order: bool) -> Iterator[str]:
    """Yield Go's words for each value that does not fit its type; ``struct`` and ``path`` are what Go names there."""
    if value is None:
        return
    where = f"Go struct field {struct}.{path}"
    if isinstance(expected, str):
        yield from _scalar_mismatch(value, expected, where)
        return
    found = _json_type(value)
    if found != ("array" if isinstance(expected, list) else "object"):
        yield f"json: cannot unmarshal {found} into {where} of type {_go_type(expected)}"
    elif isinstance(expected, list):
        for each in value:
            yield from _mismatches(each, expected[0], struct, path, in_order=in_order)
    elif isinstance(expected, dict):
        for key in value if in_order else sorted(value):
            yield from _mismatches(value[key], expected[""], struct, path, in_order=in_order)
    else:
        for name in value if in_order else sorted(value):
            if name in expected.fields:
                inner = f"{path}.{name}" if path else _EMBEDDED.get(name, name)
                yield from _mismatches(value[name], expected.fields[name], expected.name, inner, in_order=in_order)


def _scalar_mismatch(value: Any, expected: str, where: str) -> Iterator[str]:
    found = _json_type(value)
    if expected == "time":
        yield from _time_mismatch(value, found, where)
    elif found != {"bool": "bool", "int64": "number"}.get(expected, "string"):
        yield f"json: cannot unmarshal {found} into {where} of type {expected}"
    elif expected == "int64" and (isinstance(value, float) or not -(1 << 63) <= value < 1 << 63):
        yield f"json: cannot unmarshal number {gojson.compact(value)} into {where} of type int64"


def _time_mismatch(value: Any, found: str, where: str) -> Iterator[str]:
    if found != "string":
        yield f"json: cannot unmarshal {found} into {where} of type string"
        return
    from minikctl.api.formats import check_time

    try:
        check_time(value)
    except ValueError as error:
        yield str(error)


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _go_type(expected: Any) -> str:
    if isinstance(expected, _Struct):
        return f"v1.{expected.name}"
    if isinstance(expected, list):
        return f"[]{_go_type(expected[0])}"
    return f"map[string]{_go_type(expected[''])}" if isinstance(expected, dict) else str(expected)
