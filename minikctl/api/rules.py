"""The rules that a kind's schema has besides types: what must be there, which values there are, ranges, patterns.

They are the last word only for fields that a kind's own validation says nothing of. As with decoding there is a quick
way that accepts (closures over the schema, made when a field is first met), and jsonschema for what it does not accept.
Two dialects: built-in kinds speak as apimachinery's ``field`` errors do, and take an empty value for an absent one;
custom resources speak as ``kube-openapi/pkg/validation`` does (``spec.x in body should be ...``), and their types are
rules too. Not looked at: ObjectMeta, which has validation of its own, and the status of built-in kinds, which clients
do not set.
"""

from __future__ import annotations

from minikctl.api.accepting import NO, acceptor_for
from minikctl.api.schemas import Schema, remembered
from minikctl.api.tidying import is_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from minikctl.errors import FieldError

    Obj = dict[str, Any]
    Rule = Callable[[Any], bool]

#: keywords that say nothing of values beyond their types, or that the walk itself looks after
_NO_RULE = frozenset({
    "type", "format", "title", "description", "properties", "items", "additionalProperties", "$ref", "$schema",
    "default", "nullable", "example",
})
#: keywords that the quick way understands; at all others it leaves the word to jsonschema
_QUICK = frozenset({"enum", "minimum", "maximum", "pattern", "minLength", "minItems", "required", "allOf"})


def keeps_rules(obj: Obj, schema: Schema) -> bool:
    """Whether ``obj`` surely keeps every rule of the schema of its kind (False: ``rule_errors`` knows)."""
    if schema.custom and acceptor_for(schema)(obj) == NO:
        return False
    made: Rule = remembered(schema, "rule", _kind_rule)
    return made(obj)


def rule_errors(obj: Obj, schema: Schema) -> list[FieldError]:
    """Every rule of the schema that ``obj`` breaks, by path."""
    from minikctl.api.findings import find
    from minikctl.api.rule_words import field_error

    findings = find(obj if schema.custom else _as_given(obj, schema, top=True), schema)
    broken = [finding for finding in findings if schema.custom or _counts(finding.keyword, finding.node)]
    return [error for finding in broken if (error := field_error(finding, schema)) is not None]


def _counts(keyword: str, node: Schema) -> bool:
    """Types and unknown fields were a matter of decoding; some fields are required in name only."""
    if keyword == "required":
        return demanded(node)
    return keyword not in {"type", "format", "additionalProperties"}


def demanded(field: Schema) -> bool:
    """Whether a required field of a built-in kind is missed when it is absent.

    A struct that is no pointer is there in any case, a number is 0 then and a boolean false: where that is wrong,
    another rule says so.
    """
    if field.has_fields:
        return field.go_zero != "written"
    return field.type in {"string", "array", "object"} and not field.own.get("x-may-be-empty")


def _is_passed_over(name: str, field: Schema, *, top: bool) -> bool:
    return field.title == "ObjectMeta" or (top and name == "status" and not field.custom)


# ---------------------------------------------------------------------------------------------------------------------
# The quick way
# ---------------------------------------------------------------------------------------------------------------------


def _kind_rule(node: Schema) -> Rule:
    return _struct_rule(node, top=True)


def _definition_rule(node: Schema) -> Rule:
    return _struct_rule(node, top=False)


def _rule(node: Schema) -> Rule | None:
    """The rule of a field's values, or None where there is none."""
    rules = list(_keyword_rules(node))
    if node.has_fields:
        rules.append(_lazily(node))
    else:
        values = node.items if node.type == "array" else node.additional
        inner = _rule(values) if isinstance(values, Schema) else None
        if inner is not None:
            rules.append(_every(inner))
    if len(rules) < 2:
        return rules[0] if rules else None
    return lambda value: all(rule(value) for rule in rules)


def _lazily(node: Schema) -> Rule:
    """The rule of a definition, made at its first value: definitions may contain themselves."""
    made: list[Rule] = []

    def rule(value: Any) -> bool:
        if not made:
            made.append(remembered(node, "inner rule", _definition_rule))
        return made[0](value)

    return rule


def _every(inner: Rule) -> Rule:
    def rule(value: Any) -> bool:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return all(map(inner, items))

    return rule


def _struct_rule(node: Schema, *, top: bool) -> Rule:  # noqa: C901 - closures over the same few names
    custom = node.custom
    fields = node.own.get("properties") or {}
    names = [name for name in node.required if name in fields and not _is_passed_over(name, node.named(name), top=top)]
    needed = [name for name in names if custom or demanded(node.named(name))]
    #: structs that are there even where they are not: an absent one is as wrong as an empty one
    implied = [] if custom else [name for name in names if node.named(name).has_fields and name not in needed]
    rules: dict[str, Rule | None] = {}

    def rule_of(name: str) -> Rule | None:
        if name not in rules:
            known = name in fields and not _is_passed_over(name, node.named(name), top=top)
            rules[name] = _rule(node.named(name)) if known else None
        return rules[name]

    def rule(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        for name in needed:
            item = value.get(name)
            if item is None or (not custom and item in ("", [])):
                return False
        for name in implied:
            if name not in value and (ask := rule_of(name)) is not None and not ask({}):
                return False
        for name, item in value.items():
            ask = rules[name] if name in rules else rule_of(name)
            if ask is not None and item is not None and not ask(item):
                return False
        return True

    return rule


def _keyword_rules(node: Schema) -> list[Rule]:
    own = node.own if node.target is node else {**node.target.own, **node.own}
    said = {key for key in own if key not in _NO_RULE and not key.startswith("x-")}
    if node.has_fields:
        said.discard("required")
    if not said:
        return []
    if said - _QUICK or any(set(part) != {"enum"} for part in own.get("allOf", ())):
        return [lambda value: False]  # noqa: ARG005 - not for the quick way to say
    empty_is_absent = not node.custom
    values = [own["enum"]] if "enum" in own else []
    values += [part["enum"] for part in own.get("allOf", ())]
    rules: list[Rule] = []
    if values:
        rules.append(lambda value: (empty_is_absent and value == "") or all(value in known for known in values))
    low, high = own.get("minimum", float("-inf")), own.get("maximum", float("inf"))
    if "minimum" in own or "maximum" in own:
        rules.append(lambda value: not isinstance(value, int | float) or low <= value <= high)
    if "pattern" in own:
        from minikctl.lib.goregexp import occurs

        rules.append(lambda value: not isinstance(value, str) or (empty_is_absent and not value) or occurs(own["pattern"], value))
    least = own.get("minLength", own.get("minItems"))
    if least is not None:
        rules.append(lambda value: not isinstance(value, str | list) or len(value) >= least)
    return rules


# ---------------------------------------------------------------------------------------------------------------------
# For jsonschema
# ---------------------------------------------------------------------------------------------------------------------


def _as_given(value: Any, node: Schema, *, top: bool = False) -> Any:
    """A built-in kind's object as its rules see it: empty values are absent, required structs are there."""
    if isinstance(value, list):
        items = node.items
        return value if items is None else [_as_given(item, items) for item in value]
    if not isinstance(value, dict):
        return value
    if not node.has_fields:
        values = node.additional
        return {name: _as_given(item, values) for name, item in value.items()} if isinstance(values, Schema) else value
    out = {}
    fields = node.target.own.get("properties") or {}
    for name, item in value.items():
        if name in fields and item is not None:
            field = node.target.named(name)
            empty = is_zero(item, field) and (field.type not in {"integer", "number"} or field.go_zero == "dropped")
            if not empty and not _is_passed_over(name, field, top=top):
                out[name] = _as_given(item, field)
    for name in node.required:
        if name in fields and name not in out:
            field = node.target.named(name)
            if field.has_fields and not demanded(field) and not _is_passed_over(name, field, top=top):
                out[name] = _as_given({}, field)
    return out
