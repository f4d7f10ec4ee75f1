"""Where an object departs from its schema, as jsonschema says it: the ground under every error message.

Only loaded when the quick ways (``accepting``, ``rules``) did not accept. Each finding has its place in the object and
the node of the schema there; others put it into the API server's words.
"""

from __future__ import annotations

from functools import cache
from typing import cast
from urllib.parse import quote, unquote

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry as Documents
from referencing import Resource
from referencing.jsonschema import DRAFT202012

from minikctl.api import formats
from minikctl.lib.goregexp import occurs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from minikctl.api.schemas import Registry, Schema


class Finding:
    """One departure. ``keyword`` is JSON Schema's (``type``, ``format``, ``required`` ...).

    ``path`` leads to the value (for ``required`` and ``additionalProperties`` to the field that is missing or unknown),
    ``value`` is what stands there, ``limit`` the keyword's own value (for ``oneOf`` how many fit, in words), ``node``
    the schema of the value (of the object for an unknown field).
    """

    __slots__ = ("keyword", "limit", "node", "path", "value")

    def __init__(self, keyword: str, path: tuple[str | int, ...], value: Any, limit: Any, node: Schema) -> None:
        self.keyword = keyword
        self.path = path
        self.value = value
        self.limit = limit
        self.node = node

    def __repr__(self) -> str:
        return f"Finding({self.keyword}, {path_text(self.path)})"


def find(obj: Any, schema: Schema) -> list[Finding]:
    """Every departure of ``obj`` (without nulls), in the order in which Go decodes: by path, keys sorted."""
    found = [finding for error in _validator(schema).iter_errors(obj) for finding in _of_error(error, schema)]
    found.sort(key=lambda finding: _order(finding.path))
    return found


def _order(path: tuple[str | int, ...]) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]


def _of_error(error: ValidationError, schema: Schema) -> Iterator[Finding]:
    path = tuple(error.absolute_path)
    keyword = str(error.validator)
    node, value, limit = node_at(schema, path), cast("Any", error.instance), cast("Any", error.validator_value)
    if node is None:
        return
    if keyword == "additionalProperties":
        for name in value:
            if node.field(name) is None:
                yield Finding(keyword, (*path, name), value[name], limit, node)
    elif keyword == "required":
        # There is one error for each missing name, and only its message has the name.
        missing = next(name for name in limit if error.message.startswith(repr(name)))
        field = node.field(missing)
        if field is not None:
            yield Finding(keyword, (*path, missing), None, limit, field)
    else:
        if keyword == "oneOf":
            fitting = sum(_validator(schema).evolve(schema=part).is_valid(value) for part in limit)
            limit = f"Found {fitting} valid alternatives" if fitting else "Found none valid"
        yield Finding(keyword, path, value, limit, node)


def node_at(schema: Schema, path: Sequence[str | int]) -> Schema | None:
    """The schema's node for the value at ``path``, or None where the schema knows of no such place."""
    node: Schema | None = schema
    for step in path:
        if node is None:
            break
        node = node.items if isinstance(step, int) else node.field(step)
    return node


def path_text(path: Sequence[str | int]) -> str:
    """A path as error messages have it: ``spec.containers[0].name``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


# ---------------------------------------------------------------------------------------------------------------------
# jsonschema
# ---------------------------------------------------------------------------------------------------------------------


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    """The keyword ``pattern``, with Go's regular expressions: Python's can be kept busy for ever."""
    if isinstance(value, str) and not occurs(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def _validator(schema: Schema) -> Any:
    return _Validator(
        {"$ref": _uri(schema.document)}, registry=_documents(schema.registry), format_checker=_checker(),
    )


def _uri(document: str) -> str:
    return "file://" + quote(document)


def _documents(registry: Registry) -> Any:
    """The files read so far, as jsonschema's library of references wants them.

    The walk before (for nulls) has read all files that an object needs, as a rule. Those handed over here are looked
    into once; one that is fetched only when a reference is met would be looked into at each.
    """
    known = registry.documents
    names, documents = registry.compiled.get("referencing") or (set(), _empty(registry))
    if len(known) != len(names):
        new = {name: DRAFT202012.create_resource(own) for name, own in known.items() if name not in names}
        documents = documents.with_resources((_uri(name), resource) for name, resource in new.items()).crawl()
        registry.compiled["referencing"] = (names | set(new), documents)
    return documents


def _empty(registry: Registry) -> Any:
    def retrieve(uri: str) -> Resource[Any]:
        return DRAFT202012.create_resource(registry.document(unquote(uri.removeprefix("file://"))))

    return Documents(retrieve=retrieve)  # type: ignore[call-arg] # attrs' alias of its private field


@cache
def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, check in formats.CHECKS.items():

        def conforms(value: object, name: str = name, check: Any = check) -> bool:
            if takes(name, value):
                check(value)
            return True

        checker.checks(name, raises=ValueError)(conforms)
    return checker


def takes(form: str, value: object) -> bool:
    """Whether ``form`` has a say in a value of this type; a wrong type is an error of its own."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if form in {"int32", "int64"}:
        return is_number
    return isinstance(value, str) or (is_number and form in {"quantity", "int-or-string"})
