"""Whether values keep the rules of an ``openAPIV3Schema``, in the words of the API server.

One walk over schema and value gives everything that is wrong. Of ``anyOf`` and ``oneOf`` the alternative with the most
checks passed is the one whose errors are told, so checks are counted as upstream counts them. On an update, what has not
changed may stay wrong (ratcheting). Upstream: ``kube-openapi/pkg/validation/validate``, its ``errors``, and
``apiextensions-apiserver/pkg/apiserver/validation`` (``kubeOpenAPIResultToFieldErrors``, ``ratcheting.go``).
"""

from __future__ import annotations

import json

from minikctl.errors import FieldError, duplicate, invalid, quote, required, too_long, too_many
from minikctl.kinds.customresource.formats import KNOWN, conforms
from minikctl.lib.goregexp import occurs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]

#: the path of errors that have none (a nil ``field.Path``)
NO_PATH = "<nil>"
#: stands for "there was no old value"
_NEW = object()
_TYPES = ((bool, "boolean", ""), (int, "integer", "int64"), (float, "number", "double"), (str, "string", ""), (list, "array", ""))


def schema_errors(value: Any, schema: Obj, old: Any = _NEW) -> list[FieldError]:
    """Every rule of ``schema`` that ``value`` breaks; ``old``: what it was before, where it is an update."""
    return _check(value, schema, "", old).errors


class _Result:
    """The errors of a value, and how many checks were made."""

    __slots__ = ("count", "errors")

    def __init__(self, *errors: FieldError) -> None:
        self.errors = list(errors)
        self.count = 0

    def merge(self, other: _Result) -> None:
        self.errors += other.errors
        self.count += other.count


def kind_of(value: Any) -> tuple[str, str]:
    """The type and format of a value: ``integer``, ``int64``."""
    for python, kind, form in _TYPES:
        if isinstance(value, python):
            return kind, form
    return ("null", "") if value is None else ("object", "")


def _types(node: Obj) -> tuple[str, ...]:
    if node.get("x-kubernetes-int-or-string"):
        return ("integer", "string")
    return (node["type"],) if node.get("type") else ()


def _format(node: Obj) -> str:
    """The format, "" for one that the API server does not know (it drops those)."""
    form = node.get("format") or ""
    return form if form.replace("-", "") in KNOWN else ""


def _path(path: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _check(value: Any, node: Obj, path: str, old: Any = _NEW) -> _Result:
    result = _Result()
    if old is not _NEW and path and _same(value, old):
        return result
    types, form = _types(node), _format(node)
    if value is None:
        if types and not node.get("nullable"):
            result.errors.append(_type_error(path, ",".join(types), "null"))
        result.merge(_enum(value, node, path))
        return result
    parts = [_type(value, types, form, path)] if types or form else []
    parts.append(_junctors(value, node, path, old))
    kind = kind_of(value)[0]
    if kind == "string":
        parts.append(_string(value, node, path))
        parts += [_formatted(value, form, path)] if form else []
    elif kind in ("integer", "number"):
        parts.append(_number(value, node, path))
    elif kind == "array":
        parts.append(_list(value, node, path, old))
    parts.append(_enum(value, node, path))
    if isinstance(value, dict):
        parts.append(_object(value, node, path, old))
    for part in parts:
        result.merge(part)
        result.count += 1
    result.count += 1
    return result


def _same(value: Any, old: Any) -> bool:
    """Equal as JSON values: true is not 1."""
    return type(value) is type(old) and value == old


def _type_error(path: str, wanted: str, found: str) -> FieldError:
    return invalid(path or NO_PATH, found, f'{path} in body must be of type {wanted}: "{found}"')


def _type(value: Any, types: tuple[str, ...], form: str, path: str) -> _Result:
    kind, own_format = kind_of(value)
    is_text = isinstance(value, str | list)
    float_is_int = isinstance(value, float) and value.is_integer() and "integer" in types
    fits = kind in types or float_is_int or (kind == "integer" and "number" in types)
    if not is_text and form and not fits and own_format != form:
        return _Result(_type_error(path, form, own_format))
    result = _Result()
    result.count = 1
    if form and is_text and not {"number", "integer"} & set(types):
        return result
    return result if fits else _Result(_type_error(path, ",".join(types), kind))


def _string(value: str, node: Obj, path: str) -> _Result:
    most, least, pattern = node.get("maxLength"), node.get("minLength"), node.get("pattern")
    if most is not None and len(value) > most:
        return _Result(too_long(path, most))
    if least is not None and len(value) < least:
        return _Result(invalid(path, value, f"{path} in body should be at least {least} chars long"))
    if pattern and not occurs(pattern, value):
        return _Result(invalid(path, value, f"{path} in body should match '{pattern}'"))
    return _Result()


def _formatted(value: str, form: str, path: str) -> _Result:
    if conforms(value, form):
        return _Result()
    return _Result(invalid(path, value, f"{path} in body must be of type {form}: {quote(value)}"))


def _number(value: float, node: Obj, path: str) -> _Result:
    result = _Result()

    def say(words: str, bound: float) -> None:
        result.errors.append(invalid(path, value, f"{path} in body should be {words} {_number_text(bound)}"))

    multiple, high, low = node.get("multipleOf"), node.get("maximum"), node.get("minimum")
    if multiple and abs(value / multiple - round(value / multiple)) > 1e-9:
        say("a multiple of", multiple)
    if high is not None:
        if node.get("exclusiveMaximum") and value >= high:
            say("less than", high)
        elif value > high:
            say("less than or equal to", high)
    if low is not None:
        if node.get("exclusiveMinimum") and value <= low:
            say("greater than", low)
        elif value < low:
            say("greater than or equal to", low)
    return result


def _number_text(value: float) -> str:
    """A bound as Go's %v has it: bounds are floats there."""
    from minikctl.lib.gofmt import general

    return general(float(value))


def _list(value: list[Any], node: Obj, path: str, old: Any) -> _Result:
    result = _Result()
    items = node.get("items")
    if isinstance(items, dict):
        before = _old_items(node, old)
        for index, item in enumerate(value):
            result.merge(_check(item, items, _path(path, index), before(item)))
    least, most = node.get("minItems"), node.get("maxItems")
    if least is not None and len(value) < least:
        result.errors.append(invalid(path, len(value), f"{path} in body should have at least {least} items"))
    if most is not None and len(value) > most:
        result.errors.append(too_many(path, len(value), most))
    return result


def _old_items(node: Obj, old: Any) -> Any:
    """A function that finds the old element for one of a list of type map (others have no old elements)."""
    keys = node.get("x-kubernetes-list-map-keys") or ()
    if not isinstance(old, list) or node.get("x-kubernetes-list-type") != "map":
        return lambda item: _NEW  # noqa: ARG005 - the same form as below

    def key(item: Any) -> str:
        return json.dumps([item.get(name) for name in keys] if isinstance(item, dict) else item)

    known = {key(item): item for item in old}
    return lambda item: known.get(key(item), _NEW)


def _enum(value: Any, node: Obj, path: str) -> _Result:
    allowed = node.get("enum") or ()
    if not allowed or any(_equal(value, one) for one in allowed):
        return _Result()
    words = ", ".join(quote(one if isinstance(one, str) else json.dumps(one, separators=(",", ":"))) for one in allowed)
    return _Result(FieldError("Unsupported value", path, value, f"supported values: {words}"))


def _equal(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    return bool(value == other)


def _object(value: Obj, node: Obj, path: str, old: Any) -> _Result:
    least, most = node.get("minProperties"), node.get("maxProperties")
    if least is not None and len(value) < least:
        return _Result(invalid(path, len(value), f"{path} in body should have at least {least} properties"))
    if most is not None and len(value) > most:
        return _Result(too_many(path, len(value), most))
    result = _Result()
    before = old if isinstance(old, dict) else {}
    fields, additional = node.get("properties") or {}, node.get("additionalProperties")
    if isinstance(additional, dict):
        for name in sorted(value):
            if name not in fields:
                result.merge(_check(value[name], additional, _path(path, name), before.get(name, _NEW)))
    for name in sorted(fields):
        if name in value:
            result.merge(_check(value[name], fields[name], _path(path, name), before.get(name, _NEW)))
    result.errors += [required(_path(path, name)) for name in node.get("required") or () if name not in value]
    return result


def _junctors(value: Any, node: Obj, path: str, old: Any) -> _Result:
    result = _Result()
    result.count = 1

    def say(words: str) -> None:
        result.errors.append(invalid(NO_PATH, "", f"{quote(path)} {words}"))

    if node.get("anyOf"):
        best = _best([_check(value, part, path) for part in node["anyOf"]])
        if best.errors:
            say("must validate at least one schema (anyOf)")
        result.merge(best)
    if node.get("oneOf"):
        results = [_check(value, part, path) for part in node["oneOf"]]
        fitting = sum(not each.errors for each in results)
        if fitting != 1:
            found = f"Found {fitting} valid alternatives" if fitting else "Found none valid"
            say(f"must validate one and only one schema (oneOf). {found}")
        if fitting <= 1:
            result.merge(_best(results))
    if node.get("allOf"):
        words = _all_of(result, [_check(value, part, path, old) for part in node["allOf"]])
        if words:
            say(words)
    if isinstance(node.get("not"), dict) and not _check(value, node["not"], path).errors:
        say("must not validate the schema (not)")
    return result


def _all_of(result: _Result, parts: list[_Result]) -> str:
    """Add what all parts have to say to ``result``; return what to say of them together, "" where nothing is wrong."""
    for each in parts:
        result.merge(each)
    fitting = sum(not each.errors for each in parts)
    if fitting == len(parts):
        return ""
    return "must validate all the schemas (allOf)" + ("" if fitting else ". None validated")


def _best(results: list[_Result]) -> _Result:
    """The first result without errors, or else the one with the most checks."""
    for each in results:
        if not each.errors:
            return each
    return max(results, key=lambda each: each.count)


# ---------------------------------------------------------------------------------------------------------------------
# Lists that are sets or maps
# ---------------------------------------------------------------------------------------------------------------------


def list_errors(value: Any, node: Obj | None, path: str = "") -> list[FieldError]:
    """Elements that stand twice in sets, or with the same keys in maps (upstream: ``ValidateListSetsAndMaps``)."""
    errors: list[FieldError] = []
    if node is None:
        return errors
    if isinstance(value, dict):
        fields, additional = node.get("properties") or {}, node.get("additionalProperties")
        for name in sorted(value):
            if isinstance(additional, dict) and name not in fields:
                errors += list_errors(value[name], additional, f"{path}[{name}]")
            elif name in fields:
                errors += list_errors(value[name], fields[name], _path(path, name))
    elif isinstance(value, list):
        kind = node.get("x-kubernetes-list-type")
        if kind == "set":
            errors += [duplicate(_path(path, index), value[index]) for index in _repeated(value)]
        elif kind == "map":
            errors += _map_errors(value, node.get("x-kubernetes-list-map-keys") or [], path)
        items = node.get("items")
        for index, item in enumerate(value):
            errors += list_errors(item, items if isinstance(items, dict) else None, _path(path, index))
    return errors


def _map_errors(value: list[Any], keys: list[str], path: str) -> list[FieldError]:
    for index, item in enumerate(value):
        if item is not None and not isinstance(item, dict):
            return [invalid(_path(path, index), item, "must be an object for an array of list-type map")]
    found = [{key: item[key] for key in keys if key in item} if item else {} for item in value]
    return [duplicate(_path(path, index), found[index]) for index in _repeated(found)]


def _repeated(values: list[Any]) -> list[int]:
    """Where each value that stands more than once stands for the second time."""
    seen: dict[str, int] = {}
    found = []
    for index, value in enumerate(values):
        text = json.dumps(value, sort_keys=True)
        seen[text] = seen.get(text, 0) + 1
        if seen[text] == 2:
            found.append(index)
    return found


# ---------------------------------------------------------------------------------------------------------------------
# Objects within objects
# ---------------------------------------------------------------------------------------------------------------------


def embedded_errors(value: Any, node: Obj | None, path: str = "") -> list[FieldError]:
    """What is wrong with apiVersion, kind and metadata of embedded resources (upstream: ``objectmeta.Validate``)."""
    errors: list[FieldError] = []
    if node is None:
        return errors
    if isinstance(value, dict):
        if node.get("x-kubernetes-embedded-resource"):
            errors += _resource_errors(value, path)
        fields, additional = node.get("properties") or {}, node.get("additionalProperties")
        for name in sorted(value):
            if name in fields:
                errors += embedded_errors(value[name], fields[name], _path(path, name))
            elif isinstance(additional, dict):
                errors += embedded_errors(value[name], additional, f"{path}[{name}]")
    elif isinstance(value, list):
        items = node.get("items")
        for index, item in enumerate(value):
            errors += embedded_errors(item, items if isinstance(items, dict) else None, _path(path, index))
    return errors


def _resource_errors(value: Obj, path: str) -> list[FieldError]:
    from minikctl.kinds.meta import validate_object_meta
    from minikctl.lib.names import is_dns1035_label

    errors = [required(f"{path}.{field}") for field in ("apiVersion", "kind") if field not in value]
    for field in ("apiVersion", "kind"):
        text, where = value.get(field, "x"), f"{path}.{field}"
        if not isinstance(text, str):
            errors.append(invalid(where, text, "must be a string"))
        elif not text:
            errors.append(invalid(where, text, "must not be empty"))
        elif field == "apiVersion" and text.count("/") > 1:
            errors.append(invalid(where, text, f"unexpected GroupVersion string: {text}"))
        elif field == "kind" and (messages := is_dns1035_label(text.lower())):
            errors.append(invalid(where, text, "may have mixed case, but should otherwise match: " + ",".join(messages)))
    meta = value.get("metadata")
    if isinstance(meta, dict):
        named = {**meta, "name": meta.get("name") or "fakename"}
        errors += validate_object_meta(
            named, namespaced=bool(meta.get("namespace")), name_format="path-segment", path=f"{path}.metadata",
        )
    return errors
