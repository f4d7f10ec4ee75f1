"""``deployments.spec.replicas``: a kind and the way to one of its fields, read and completed.

Upstream: kubectl ``pkg/explain/explain.go`` and ``cmd/explain/completion.go``.
"""

from __future__ import annotations

from minikctl import kinds
from minikctl.errors import MinikctlError, PlainError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from minikctl.api.schemas import Schema
    from minikctl.kinds import KindInfo

#: what kubectl says of other steps than fields
FIRST, ALL = "first node must be field node", "all nodes must be field nodes"


def resource_and_path(words: str, api_version: str = "") -> tuple[KindInfo, list[str]]:
    """The kind and the fields that ``deployments.apps.spec.replicas`` names.

    The group may stand there only where no API version is given. Raises MinikctlError for a kind that there is not, and
    for what is no path of fields. Upstream: ``SplitAndParseResourceRequest`` and ``...WithMatchingPrefix``.
    """
    first, *rest = _steps(words)
    if first is None:
        raise MinikctlError(f"invalid jsonpath syntax, {FIRST}")
    if not first:
        raise MinikctlError("a resource must be present, got: /, Resource=")
    found = named(first)
    if not found:
        raise PlainError(f'the server doesn\'t have a resource type "{first}"')
    if api_version:
        return found[0], _names(rest, ALL)
    for info in found + _of_group(found, words, rest):
        if words.startswith(info.resource):
            behind = words[len(info.resource) :]
            return info, _names(_steps(behind)[1:], FIRST) if behind else []
    return found[0], _names(rest, FIRST)


def _of_group(found: list[KindInfo], words: str, rest: list[str | None]) -> list[KindInfo]:
    """Custom kinds with the plural of a built-in one (``ingresses.example.com``).

    The state is asked for them only where what follows the plural is no field of the built-in kind.
    """
    schema = None if found[0].custom or not rest else schema_of(found[0], found[0].group, found[0].version)
    if schema is None or rest[0] in schema.properties:
        return []
    custom = kinds.definitions()
    return [] if custom is None else [info for info in custom.preferred() if words.startswith(info.resource)]


def named(word: str) -> list[KindInfo]:
    """The kinds that a plural, singular or short name means, the preferred one first; custom ones if none is built in."""
    found = _with_name(kinds.built_in_kinds(), word.lower())
    if found:
        return found
    custom = kinds.definitions()
    return [] if custom is None else _with_name(custom.preferred(), word.lower())


def _with_name(there: Iterable[KindInfo], name: str) -> list[KindInfo]:
    rows = list(there)
    found = [info for info in rows if name in (info.plural, info.singular)]
    return found or [info for info in rows if name in info.short_names][:1]


def schema_of(info: KindInfo, group: str, version: str) -> Schema | None:
    """The schema of the kind in a group and version, which need not be those that are stored (autoscaling/v1)."""
    from minikctl.api.schemas import schema_for

    api_version = f"{group}/{version}" if group else version
    if info.custom and kinds.served_kind(api_version, info.kind) is None:
        return None
    return schema_for(api_version, info.kind)


def _steps(path: str) -> list[str | None]:
    """The fields that jsonpath reads in ``pods.spec``; None for every step that is no field."""
    path = path.removesuffix(".")
    if ".." not in path and path.replace(".", "").replace("-", "").isalnum() and path[0] != ".":
        return [*path.split(".")]
    from minikctl.printing.jsonpath.nodes import Chain, Field
    from minikctl.printing.jsonpath.parser import SyntaxFault, parse_template

    try:
        roots = parse_template("{." + path + "}")
    except SyntaxFault as fault:
        raise MinikctlError(str(fault)) from fault
    if len(roots) != 1 or not isinstance(roots[0], Chain):
        raise MinikctlError("must pass in 1 jsonpath string")
    return [step.name if isinstance(step, Field) else None for step in roots[0].steps]


def _names(steps: list[str | None], wanted: str) -> list[str]:
    """The steps where all of them are fields; any other is an error."""
    names = [step for step in steps if step is not None]
    if len(names) != len(steps):
        raise MinikctlError(f"invalid jsonpath syntax, {wanted}")
    return names


def group_version(text: str) -> tuple[str, str]:
    """Group and version of ``apps/v1`` (upstream: ``schema.ParseGroupVersion``)."""
    if text.count("/") > 1:
        raise MinikctlError(f"unexpected GroupVersion string: {text}")
    group, _, version = text.rpartition("/")
    return group, version


def candidates_for(current: str, before: list[str]) -> list[str]:
    """What may stand in the place of ``current``: kinds, or the fields that the path so far leads to.

    What can be gone into ends with a dot. ``before`` are the words before it, for ``--api-version``.
    """
    if ".." in current:
        return []
    if "." not in current:
        rows = [info for info in kinds.all_kinds() if not info.is_older]
        words = [info.plural for info in rows] + [name for info in rows for name in info.short_names]
        return [f"{word}." for word in words if word.startswith(current)]
    api_version = ""
    for position, word in enumerate(before):
        name, equals, value = word.partition("=")
        if name == "--api-version":
            api_version = value if equals else "".join(before[position + 1 : position + 2])
    path, _, beginning = current.rpartition(".")
    info, names = resource_and_path(path, api_version)
    schema = schema_of(info, *(group_version(api_version) if api_version else (info.group, info.version)))
    for name in names:
        schema = _fields(schema).get(name)
    found = _fields(schema)
    inner = [f"{path}.{name}." for name, field in found.items() if name.startswith(beginning) and _fields(field)]
    leaves = [f"{path}.{name}" for name, field in found.items() if name.startswith(beginning) and not _fields(field)]
    # who is still typing the group of deployments.apps
    groups = [f"{each.resource}." for each in named(path) if not api_version and each.resource.startswith(current)]
    return inner + leaves + groups


def _fields(schema: Schema | None) -> dict[str, Schema]:
    """The fields of a node, or of a list's elements; {} for what cannot be gone into."""
    while schema is not None and schema.items is not None:
        schema = schema.items
    return {} if schema is None else schema.properties
