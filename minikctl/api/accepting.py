"""The quick way to see that an object decodes: closures over its schema, made when a field is first met.

An acceptor takes a value and says ``NO``, ``CLEAN`` (it is what the API server would keep, letter by letter) or
``UNTIDY`` (it decodes, but into something else: null is absent, 3.0 is 3, ``1024Mi`` is ``1Gi``). It knows nothing of
errors: what it does not accept goes to jsonschema, which says why (``decode_errors``), so that a right manifest never
pays for that. For the two commonest kinds of field, plain strings and booleans, the "acceptor" is the Python type
itself, which spares a call for each.
"""

from __future__ import annotations

from minikctl.api import formats
from minikctl.api.schemas import Schema, remembered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Acceptor = Callable[[Any], int]

NO, CLEAN, UNTIDY = 0, 1, 2

_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,),
    "object": (dict,),
}


def acceptor_for(schema: Schema) -> Acceptor:
    """The acceptor of a kind or a definition; the same for all that refer to it."""
    made: Acceptor = remembered(schema, "acceptor", _acceptor)
    return made


def _acceptor(node: Schema) -> Acceptor:
    want = _want(node, drops_zero=False)
    return _exactly(want) if isinstance(want, type) else want


def _want(node: Schema, *, drops_zero: bool) -> Acceptor | type:
    """What to do with a value of ``node``: a type that it has to be of (and not empty), or a function to ask.

    ``drops_zero``: an empty value does not survive (``omitempty``), so it is untidy.
    """
    kind, form = node.type, node.format
    found: Acceptor | type
    if kind == "object":
        found = _object(node, drops_zero=drops_zero)
    elif kind == "array":
        found = _array(node, drops_zero=drops_zero)
    elif form in {"byte", "date-time", "micro-time", "quantity", "int-or-string"}:
        found = _formatted(node, drops_zero=drops_zero)
    elif kind in {"string", "boolean"}:
        found = str if kind == "string" else bool
    elif kind == "integer":
        found = _integer(formats.INT32 if form == "int32" else formats.INT64, drops_zero=drops_zero)
    elif node.types:
        found = _one_of(node.types)
    else:
        found = _anything
    return found


def _anything(value: object) -> int:
    del value
    return CLEAN


def _exactly(expected: type) -> Acceptor:
    def accept(value: Any) -> int:
        if type(value) is expected:
            return CLEAN
        return UNTIDY if value is None else NO

    return accept


def _one_of(names: tuple[str, ...]) -> Acceptor:
    expected = {one for name in names for one in _JSON_TYPES[name]}

    def accept(value: Any) -> int:
        if type(value) in expected:
            return CLEAN
        return UNTIDY if value is None else NO

    return accept


def _integer(bound: int, *, drops_zero: bool) -> Acceptor:
    def accept(value: Any) -> int:
        if type(value) is int:
            if -bound <= value < bound:
                return CLEAN if value or not drops_zero else UNTIDY
            return NO
        if type(value) is float:
            return UNTIDY if value.is_integer() and -bound <= value < bound else NO
        return UNTIDY if value is None else NO

    return accept


def _formatted(node: Schema, *, drops_zero: bool) -> Acceptor:
    """Texts (and numbers) with a decoder of their own."""
    form = node.format
    check = formats.CHECKS[form]
    expected = {one for name in node.types for one in _JSON_TYPES[name]}
    is_plain: Callable[[Any], Any] = lambda value: bool(value) or not drops_zero  # noqa: E731 - the choices side by side
    if form == "quantity":
        is_plain = formats.is_canonical_quantity
    elif form == "date-time":
        is_plain = formats.is_canonical_time
    elif form == "int-or-string":
        is_plain = lambda value: type(value) is not float  # noqa: E731 - as above
    elif form == "byte":
        is_plain = lambda value: (value or not drops_zero) and "\n" not in value and "\r" not in value  # noqa: E731 - as above

    def accept(value: Any) -> int:
        kind = type(value)
        if kind not in expected and not (kind is float and int in expected and value.is_integer()):
            return UNTIDY if value is None else NO
        try:
            check(value)
        except ValueError:
            return NO
        return CLEAN if is_plain(value) else UNTIDY

    return accept


def _array(node: Schema, *, drops_zero: bool) -> Acceptor:
    items = node.items
    is_text = items is not None and items.type == "string" and not items.format
    want: list[Acceptor] = []

    def accept(value: Any) -> int:
        if type(value) is not list:
            return UNTIDY if value is None else NO
        if not value:
            return UNTIDY if drops_zero else CLEAN
        if is_text:
            return _texts(value)
        if not want:
            want.append(acceptor_for(items) if items is not None else _anything)
        ask, result = want[0], CLEAN
        for item in value:
            code = ask(item)
            if code != CLEAN:
                if code == NO:
                    return NO
                result = UNTIDY
        return result

    return accept


def _object(node: Schema, *, drops_zero: bool) -> Acceptor:
    if node.has_fields:
        definition = node.target
        return acceptor_for(definition) if definition is not node else _struct(definition)
    additional = node.additional
    return _map(additional if isinstance(additional, Schema) else None, drops_zero=drops_zero)


def _map(values: Schema | None, *, drops_zero: bool) -> Acceptor:
    is_text = values is not None and values.type == "string" and not values.format
    want: list[Acceptor] = []

    def accept(value: Any) -> int:
        if type(value) is not dict:
            return UNTIDY if value is None else NO
        if not value:
            return UNTIDY if drops_zero else CLEAN
        if values is None:
            return CLEAN
        if is_text:
            return _texts(value.values())
        if not want:
            want.append(acceptor_for(values))
        ask, result = want[0], CLEAN
        for item in value.values():
            code = ask(item)
            if code != CLEAN:
                if code == NO:
                    return NO
                result = UNTIDY
        return result

    return accept


def _texts(values: Iterable[Any]) -> int:
    """The elements of a list or map of strings."""
    result = CLEAN
    for item in values:
        if type(item) is not str:
            if item is not None:
                return NO
            result = UNTIDY
    return result


def _struct(node: Schema) -> Acceptor:  # noqa: C901 - as below
    """An object with fields. The table of fields fills up as fields are met."""
    wants: dict[str, Acceptor | type] = {}
    keeps: set[str] = set()
    others = _struct_rest(node.additional)
    fields = node.own.get("properties") or {}

    def meet(name: str) -> Acceptor | type | None:
        if name not in fields:
            return others
        field = node.named(name)
        drops_zero = field.go_zero == "dropped" and not node.custom
        if not drops_zero:
            keeps.add(name)
        wants[name] = want = _want(field, drops_zero=drops_zero)
        return want

    def accept(value: Any) -> int:  # noqa: C901 - the one loop that all the time goes to: a call less is a tenth of it
        if type(value) is not dict:
            return UNTIDY if value is None else NO
        result = CLEAN
        for name, item in value.items():
            want = wants.get(name)
            kind = type(item)
            if kind is want:
                if not item and name not in keeps:
                    result = UNTIDY
                continue
            if want is None:
                want = meet(name)
                if want is None:
                    return NO
            if item is None:
                result = UNTIDY
                continue
            if want is str or want is bool:
                if kind is not want:
                    return NO
                if not item and name not in keeps:
                    result = UNTIDY
                continue
            code = want(item)
            if code != CLEAN:
                if code == NO:
                    return NO
                result = UNTIDY
        return result

    return accept


def _struct_rest(rest: Schema | bool) -> Acceptor | None:
    """What to ask of a field that the object does not name; None: there must be none."""
    if rest is False:
        return None
    return acceptor_for(rest) if isinstance(rest, Schema) else _anything
