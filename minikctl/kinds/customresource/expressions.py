"""Rules of custom resources in the Common Expression Language (``x-kubernetes-validations``).

The language itself is Google's own implementation (the package ``cel-expr-python``), which is imported when a schema has
such rules; where it cannot be had, rules are not checked and a warning says so. Values are handed over untyped, so that a
rule that speaks of a field that the schema does not have is found when it is evaluated, not when it is defined; what a
rule costs is not counted. Upstream: ``apiextensions-apiserver/pkg/apiserver/schema/cel`` (``compilation.go``,
``validation.go``, ``values.go``).
"""

from __future__ import annotations

import re

from minikctl.errors import NO_VALUE, FieldError, duplicate, forbidden, invalid, required
from minikctl.kinds.customresource.structure import children, field_schema, ruled_nodes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Obj = dict[str, Any]

NOT_AVAILABLE = "{kind}: the rules in x-kubernetes-validations are not checked: the package cel-expr-python is not installed"
_NO_PATH = "<nil>"
_NEW = object()
_OLD_SELF = re.compile(r"\boldSelf\b")
#: what fields may be called only behind an escape (upstream: ``cel/escaping.go``)
_RESERVED = frozenset({
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
    "loop", "package", "namespace", "return", "var", "void", "while",
})
_ESCAPES = (("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__"))
#: functions of Kubernetes' own libraries that are not there: a rule that needs one is stored and not checked
_ABSENT = frozenset({
    "all", "exists", "exists_one", "existsOne", "transformList", "transformMap", "transformMapEntry", "url", "ip", "cidr",
    "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast", "isGlobalUnicast",
    "containsIP", "containsCIDR", "prefixLength", "masked", "getScheme", "getHost", "getHostname", "getPort",
    "getEscapedPath", "getQuery", "semver", "isSemver", "major", "minor", "patch", "validate", "format.named",
    "ip.isCanonical",
})
_environments: list[Any] = []
_programs: dict[tuple[str, bool], Any] = {}


def is_available() -> bool:
    """Whether rules can be evaluated."""
    return _environment() is not None


def _environment() -> Any:
    """The language with Kubernetes' functions in it, made at the first call; None where the package is not there."""
    if not _environments:
        try:
            from minikctl.kinds.customresource.celfunctions import environment

            _environments.append(environment())
        except ImportError:
            _environments.append(None)
    return _environments[0]


class _CompileError(ValueError):
    """A rule makes no sense; the message is the compiler's."""


class _AbsentError(ValueError):
    """A rule needs a function that is not there."""


def _compile(text: str, *, optional_old: bool = False) -> Any:
    """A rule, ready to be evaluated. Raises _CompileError, _AbsentError."""
    key = (text, optional_old)
    known = _programs.get(key)
    if known is None:
        environment = _environment()
        if environment is None:
            raise _AbsentError("cel-expr-python")
        # Within this, oldSelf is an optional value.
        wrapped = f"[hasOld ? optional.of(oldSelf) : optional.none()].all(oldSelf, ({text}\n))" if optional_old else text
        try:
            known = environment.compile(wrapped)
        except RuntimeError as error:
            known = _compiler_error(str(error))
        _programs[key] = known
    if isinstance(known, ValueError):
        raise known
    return known


def _compiler_error(text: str) -> ValueError:
    text = re.sub(r"^[A-Z_]+: |\s*\[[A-Z_]+\]$", "", text)
    for name in re.findall(r"undeclared reference to '([^']+)'", text):
        if name in _ABSENT:
            return _AbsentError(name)
    return _CompileError(text)


def compile_problems(rule: Obj) -> list[tuple[str, str]]:
    """What is wrong with the expressions of a rule, as pairs of its field and the compiler's words."""
    problems: list[tuple[str, str]] = []
    for field, wanted in (("rule", "BOOL"), ("messageExpression", "STRING")):
        text = rule.get(field) or ""
        if not text.strip():
            continue
        prefix = "messageExpression " if field == "messageExpression" else ""
        try:
            program = _compile(text, optional_old=bool(rule.get("optionalOldSelf")) and field == "rule")
        except _CompileError as error:
            problems.append((field, f"{prefix}compilation failed: {error}"))
            continue
        except _AbsentError:
            continue
        if program.return_type().name() not in (wanted, "DYN"):
            kind = "bool" if wanted == "BOOL" else "string"
            problems.append((field, f"{prefix or 'cel expression '}must evaluate to a {kind}"))
    return problems


# ---------------------------------------------------------------------------------------------------------------------
# Evaluating
# ---------------------------------------------------------------------------------------------------------------------


def rule_errors(obj: Obj, schema: Obj, old: Obj | None = None, ruled: frozenset[int] | None = None) -> list[FieldError]:
    """Every rule in ``schema`` that ``obj`` (before: ``old``) breaks, in the order of the fields.

    ``ruled``: the ``ruled_nodes`` of the schema, where they are known.
    """
    ruled = ruled_nodes(schema) if ruled is None else ruled
    if not ruled or not is_available():
        return []
    errors: list[FieldError] = []
    _walk(_Place("", obj, old if old is not None else _NEW, root=True), schema, ruled, errors)
    return errors


class _Place:
    """A value in an object: its path, itself, what it was before."""

    __slots__ = ("old", "path", "root", "value")

    def __init__(self, path: str, value: Any, old: Any, *, root: bool = False) -> None:
        self.path = path
        self.value = value
        self.old = old
        self.root = root


def _walk(place: _Place, node: Obj, ruled: frozenset[int], errors: list[FieldError]) -> None:
    if place.value is None:
        return
    rules = node.get("x-kubernetes-validations")
    if rules:
        errors += _evaluate(rules, place, node)
    for part in node.get("allOf") or ():
        if id(part) in ruled:
            _walk(place, part, ruled, errors)
    for inner, schema in _inner_places(place, node):
        if id(schema) in ruled:
            _walk(inner, schema, ruled, errors)


def _inner_places(place: _Place, node: Obj) -> Iterator[tuple[_Place, Obj]]:
    """The values in a value, each with its schema."""
    value, old = place.value, place.old
    if isinstance(value, dict):
        before = old if isinstance(old, dict) else {}
        fields = node.get("properties") or {}
        for name in sorted(value):
            inner = field_schema(node, name)
            if inner is not None:
                dot = f".{name}" if place.path else name
                path = place.path + (dot if name in fields else f"[{name}]")
                yield _Place(path, value[name], before.get(name, _NEW)), inner
    elif isinstance(value, list) and isinstance(node.get("items"), dict):
        for index, item in enumerate(value):
            yield _Place(f"{place.path}[{index}]", item, _old_item(item, old, node)), node["items"]


def _old_item(item: Any, old: Any, node: Obj) -> Any:
    """What an element was before: only elements of maps can be told apart."""
    keys = node.get("x-kubernetes-list-map-keys") or ()
    if not isinstance(old, list) or node.get("x-kubernetes-list-type") != "map" or not isinstance(item, dict):
        return _NEW
    for each in old:
        if isinstance(each, dict) and all(each.get(key) == item.get(key) for key in keys):
            return each
    return _NEW


def _evaluate(rules: list[Obj], place: _Place, node: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    data: Obj | None = None
    for rule in rules:
        text = rule.get("rule") or ""
        if not text.strip() or not _is_due(rule, text, place):
            continue
        kind = node.get("type") or ""
        try:
            program = _compile(text, optional_old=bool(rule.get("optionalOldSelf")))
        except _AbsentError:
            continue
        except _CompileError as error:
            errors.append(invalid(place.path or _NO_PATH, kind, f"rule compile error: compilation failed: {error}"))
            continue
        if data is None:
            is_new = place.old is _NEW
            data = {
                "self": _handed_over(place.value, node, root=place.root),
                "oldSelf": None if is_new else _handed_over(place.old, node, root=place.root), "hasOld": not is_new,
            }
        found = program.eval(data=data)
        if found.type().name() == "ERROR":
            if _has_times(node) and "overload" in str(found.value()):
                continue  # the package takes no times within objects: they stay texts, and nothing can be said
            errors.append(invalid(place.path or _NO_PATH, kind, _runtime_error(str(found.value()), _named(rule))))
        elif found.value() is not True:
            errors.append(_broken(rule, place, node, data))
    return errors


def _is_due(rule: Obj, text: str, place: _Place) -> bool:
    """Whether a rule is to be asked: about a change only where there is one, about what is unchanged not again."""
    if _OLD_SELF.search(text) is not None:
        return place.old is not _NEW or bool(rule.get("optionalOldSelf"))
    return place.old is _NEW or type(place.old) is not type(place.value) or bool(place.old != place.value)


def _broken(rule: Obj, place: _Place, node: Obj, data: Obj) -> FieldError:
    """The error of a rule that does not hold."""
    path = place.path
    if rule.get("fieldPath"):
        path += rule["fieldPath"] if path else rule["fieldPath"].removeprefix(".")
    path = path or _NO_PATH
    message = _message(rule, data)
    reason = rule.get("reason")
    value = NO_VALUE if node.get("type") in ("object", "array") else place.value
    if reason == "FieldValueForbidden":
        return forbidden(path, message)
    if reason == "FieldValueRequired":
        return required(path, message)
    if reason == "FieldValueDuplicate":
        error = duplicate(path, value)
        error.detail = message
        return error
    return FieldError("Invalid value", path, value, message)


def _named(rule: Obj) -> str:
    return str(rule.get("message") or rule.get("rule") or "").strip()


def _message(rule: Obj, data: Obj) -> str:
    expression = rule.get("messageExpression") or ""
    if expression.strip():
        try:
            found = _compile(expression).eval(data=data)
        except ValueError:
            found = None
        if found is not None and found.type().name() == "STRING":
            text = str(found.value()).strip()
            if text and "\n" not in text:
                return text
    message = str(rule.get("message") or "").strip()
    return message or f"failed rule: {_named(rule)}"


def _runtime_error(text: str, rule: str) -> str:
    """The words of cel-go for an error of the C++ runtime."""
    text = re.sub(r"^[A-Z_]+: ", "", text)
    if text.startswith(("No matching overloads found", "Applying SELECT")):
        return (
            "'no such overload': call arguments did not match a supported operator, function or macro signature for rule: "
            f"{rule}"
        )
    missing = re.match(r'Key not found in map : "?(.*?)"?$', text)
    if missing:
        text = f"no such key: {missing[1]}"
    elif text == "divide by zero":
        text = "division by zero"
    return f"{text} evaluating rule: {rule}"


# ---------------------------------------------------------------------------------------------------------------------
# Values
# ---------------------------------------------------------------------------------------------------------------------


def _handed_over(value: Any, node: Obj | None, *, root: bool = False) -> Any:
    """A value as rules see it: fields under escaped names, bytes as such, numbers of their type; times stay texts."""
    if isinstance(value, dict):
        fields = (node or {}).get("properties") or {}
        out: Obj = {}
        for name, item in value.items():
            if root and name == "metadata" and isinstance(item, dict):
                out[name] = {key: item[key] for key in ("name", "generateName") if key in item}
                continue
            is_field = name in fields or bool((node or {}).get("x-kubernetes-preserve-unknown-fields"))
            out[escape(name) if is_field else name] = _handed_over(item, field_schema(node, name))
        return out
    if isinstance(value, list):
        items = (node or {}).get("items")
        return [_handed_over(item, items if isinstance(items, dict) else None) for item in value]
    return _scalar(value, node or {})


def _scalar(value: Any, node: Obj) -> Any:
    kind, form = node.get("type"), node.get("format")
    if kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind == "string" and isinstance(value, str) and form == "byte":
        import base64

        try:
            return base64.b64decode(value)
        except ValueError:
            return value
    return value


def _has_times(node: Obj) -> bool:
    """Whether there are times or durations in a schema."""
    return node.get("format") in ("date-time", "date", "duration") or any(_has_times(each) for _, each in children(node))


def escape(name: str) -> str:
    """A field's name as rules have to write it: ``x-y`` is ``x__dash__y``, ``namespace`` ``__namespace__``."""
    if name in _RESERVED:
        return f"__{name}__"
    for plain, escaped in _ESCAPES:
        name = name.replace(plain, escaped)
    return name
